"""`python -m smlint`, and the entry point of the installed command."""

import gc


def run() -> int:
    """Run the process's own command line; an interrupt while the program is still being imported ends it quietly too."""
    gc.set_threshold(100_000)  # a short run ends before the collector first goes through all that was imported
    try:
        from smlint.cli import main

        return main()
    except KeyboardInterrupt:
        return 2
    finally:
        gc.freeze()  # the process ends: what is left need not be looked at once more


if __name__ == "__main__":
    raise SystemExit(run())
