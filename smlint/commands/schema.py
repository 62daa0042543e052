"""`smlint schema`: the JSON Schemas of the files that users write."""

from __future__ import annotations

from pathlib import Path

from smlint.console import Console
from smlint.model import SmlintError
from smlint.options import Command, Parsed
from smlint.suggest import did_you_mean

NAMES = ("manifest", "config")

COMMAND = Command(
    "schema",
    "print a JSON Schema: of the native manifest, or of the configuration",
    arguments="manifest|config",
    least=1,
    most=1,
    epilog="Editors take the schema to complete and check what is written in a manifest or a smlint.toml.",
)


def run(parsed: Parsed, console: Console) -> int:
    """Print the schema."""
    name = parsed.arguments[0]
    if name not in NAMES:
        raise SmlintError(f"there is no schema '{name}'", did_you_mean(name, NAMES) or f"schemas are {', '.join(NAMES)}")
    console.write(text(name))
    return 0


def text(name: str) -> str:
    """The schema as it is shipped."""
    return (Path(__file__).parent.parent / "schemas" / f"{name}.json").read_text("utf-8")
