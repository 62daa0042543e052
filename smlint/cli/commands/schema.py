"""`smlint schema`: print the JSON Schemas of native manifests, the configuration, the JSON report and custom rules."""

from __future__ import annotations

from pathlib import Path

from smlint.cli.console import Console
from smlint.cli.options.model import Command, ParsedOptions
from smlint.runtime.errors import SmlintError
from smlint.runtime.suggest import did_you_mean

NAMES = ("manifest", "config", "output", "rules")

COMMAND = Command(
    "schema",
    "print a JSON Schema: of manifests, the configuration, the JSON report or custom rules",
    arguments="|".join(NAMES),
    least=1,
    most=1,
    epilog=(
        "Editors use a schema to complete and check a file. In YAML, name it in the first line:\n\n"
        "    # yaml-language-server: $schema=manifest.schema.json"
    ),
)


def run(parsed: ParsedOptions, console: Console) -> int:
    """Print the schema."""
    name = parsed.arguments[0]
    if name not in NAMES:
        raise SmlintError(f"unknown schema '{name}'", did_you_mean(name, NAMES) or f"choose from {', '.join(NAMES)}")
    console.write(text(name))
    return 0


def text(name: str) -> str:
    """Return the text of a bundled schema."""
    return (Path(__file__).parents[2] / "schemas" / f"{name}.json").read_text("utf-8")
