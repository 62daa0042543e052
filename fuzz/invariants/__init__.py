"""Invariants for every input, shared by the harnesses and the tests."""
