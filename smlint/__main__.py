"""`python -m smlint`, and the entry point of the installed command."""


def run() -> int:
    """Run the process's own command line; an interrupt while the program is still being imported ends it quietly too."""
    try:
        from smlint.cli import main

        return main()
    except KeyboardInterrupt:
        return 2


if __name__ == "__main__":
    raise SystemExit(run())
