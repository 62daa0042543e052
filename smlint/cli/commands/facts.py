"""`smlint facts`: list every deployment with its image, instance type, Region and other facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smlint.cli.console import Console
from smlint.cli.options.model import Command, Option, OptionGroup, ParsedOptions
from smlint.cli.options.parse import parse, require_exclusive
from smlint.cli.options.shared import AS_OF, CATALOG, CONFIGURATION, EXCLUDE, FORCE_EXCLUDE, PARAM, REGION, STDIN_FILENAME
from smlint.inventory import INVENTORY_FORMATS
from smlint.runtime.errors import SmlintError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smlint.inventory.collect import Inventory

OUTPUT_FORMAT = Option(
    ("--output-format",), "set the output format (default: table on a terminal, else json)", "FORMAT", tuple(INVENTORY_FORMATS)
)

COMMAND = Command(
    "facts",
    "list every deployment with its image, instance type and Region",
    (
        OptionGroup("Context", (REGION, PARAM, AS_OF, CATALOG)),
        OptionGroup("Files", (EXCLUDE, FORCE_EXCLUDE, STDIN_FILENAME)),
        OptionGroup("Output", (OUTPUT_FORMAT,)),
        CONFIGURATION,
    ),
    arguments="[PATH ...]",
    most=None,
    epilog=(
        "Unknown facts are empty; in json they are null, and listed under 'unknown' if the file states them "
        "but smlint could not determine the value. Custom rules use the same facts; run "
        "'smlint schema rules' for a description. The html page is self-contained and loads nothing from "
        "the network."
    ),
)


def run(parsed: ParsedOptions, console: Console) -> int:
    """Print the inventory. Files that cannot be read are named in warnings."""
    from smlint.cli.commands.check.command import read_stdin
    from smlint.cli.commands.check.plan import plan
    from smlint.inventory.collect import collect
    from smlint.runtime.escaping import Medium, for_terminal

    paths = tuple(parsed.arguments) or (".",)
    if "-" in paths and len(paths) > 1:
        raise SmlintError("'-' cannot be combined with other paths", "list standard input and files in separate runs")
    require_exclusive(parsed, ("--config", "--isolated"))
    stdin = read_stdin(console) if paths == ("-",) else None
    groups = plan(_check_options(parsed), console, paths)
    inventory = _merged([collect(group.paths, group.settings, stdin, parsed.value("--stdin-filename")) for group in groups])
    name = parsed.value(OUTPUT_FORMAT.name) or ("table" if console.on_terminal() else "json")
    inventory_format = INVENTORY_FORMATS[name]
    text = inventory_format.render(inventory, groups[0].settings.today, console.colored())
    if inventory_format.medium is Medium.HTML:
        console.write_bytes(text.encode())  # the page declares its encoding
    else:
        console.write(text)
    for path, reason in inventory.broken:
        console.warn(f"{for_terminal(path)}: {for_terminal(reason)}")
    if not inventory.rows:
        from smlint.reporters.display import counted

        console.warn(f"no SageMaker deployment found in {counted(inventory.files, 'file')}")
    return 0


def _merged(inventories: Sequence[Inventory]) -> Inventory:
    from smlint.inventory.collect import Inventory

    rows = sorted((row for inventory in inventories for row in inventory.rows), key=lambda row: (row.file, row.line))
    broken = sorted(pair for inventory in inventories for pair in inventory.broken)
    return Inventory(tuple(rows), sum(inventory.files for inventory in inventories), tuple(broken))


def _check_options(parsed: ParsedOptions) -> ParsedOptions:
    """Convert the call to one of `smlint check`, which finds files, configuration and context in the same way."""
    from smlint.cli.commands.check.command import COMMAND as CHECK

    words: list[str] = []
    for option in (option for group in COMMAND.groups for option in group.options if option is not OUTPUT_FORMAT):
        if option.metavar:
            words += [f"{option.name}={value}" for value in parsed.values(option.name)]
        elif parsed.flag(option.name):
            words.append(option.name)
    return parse(CHECK, [*words, "--", *parsed.arguments])
