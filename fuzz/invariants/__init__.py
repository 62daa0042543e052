"""What must hold for every input. Written once: the harnesses of this folder and the tests use the same."""
