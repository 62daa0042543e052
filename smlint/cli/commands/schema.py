"""`smlint schema`: the JSON Schemas of the files that users write, and of the JSON report."""

from __future__ import annotations

from pathlib import Path

from smlint.cli.console import Console
from smlint.cli.options import Command, Parsed
from smlint.runtime.errors import SmlintError
from smlint.runtime.suggest import did_you_mean

NAMES = ("manifest", "config", "output", "rules")

COMMAND = Command(
    "schema",
    "print a JSON Schema: of manifests, the configuration, the JSON report, or your own rules",
    arguments="manifest|config|output|rules",
    least=1,
    most=1,
    epilog=(
        "Editors take the schemas to complete and check what is written. In a YAML file this line names one:\n\n"
        "    # yaml-language-server: $schema=manifest.schema.json"
    ),
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
    return (Path(__file__).parents[2] / "schemas" / f"{name}.json").read_text("utf-8")
