"""Options that several commands share."""

from __future__ import annotations

from smlint.cli.options.model import Option, OptionGroup

REGION = Option(("--region",), "use this AWS Region for files that state none", "REGION", repeatable=True)
PARAM = Option(("--param",), "set a template parameter", "KEY=VALUE", repeatable=True)
AS_OF = Option(("--as-of",), "evaluate support dates as of this day (default: today, UTC)", "DATE")
CATALOG = Option(("--catalog",), "use this image catalog instead of the bundled one", "FILE")

EXCLUDE = Option(("--exclude",), "skip files that match this pattern (.gitignore syntax)", "GLOB", repeatable=True)
FORCE_EXCLUDE = Option(("--force-exclude",), "also skip excluded files that are named on the command line")
STDIN_FILENAME = Option(("--stdin-filename",), "file name to use for standard input", "NAME")

CONFIG = Option(("--config",), "read this file instead of the nearest smlint.toml, .smlint.toml or pyproject.toml", "FILE")
ISOLATED = Option(("--isolated",), "ignore all configuration files")
CONFIGURATION = OptionGroup("Configuration", (CONFIG, ISOLATED))

TEXT_OR_JSON = Option(("--output-format",), "set the output format (default: text)", "FORMAT", ("text", "json"))
"""The option of commands that print an answer as text or JSON."""
