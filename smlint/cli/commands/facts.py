"""`smlint facts`: the inventory of what runs where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smlint.cli.console import Console
from smlint.cli.options import Command, Group, Option, Parsed, parse
from smlint.runtime.errors import SmlintError

if TYPE_CHECKING:
    from smlint.inventory import Row

FORM = Option(
    ("--output-format",), "the form of the list (default: table on a terminal, else json)", "FORMAT", ("table", "json", "csv", "html")
)

COMMAND = Command(
    "facts",
    "list what runs where: the record of every deployment",
    (
        Group(
            "Context",
            (
                Option(("--region",), "the Region that is deployed to, where the file does not say so", "REGION", several=True),
                Option(("--param",), "the value of a template parameter", "KEY=VALUE", several=True),
                Option(("--as-of",), "count the days to an end of patch from this day (default: today, UTC)", "DATE"),
                Option(("--catalog",), "use this catalogue of images, not the one that came with smlint", "FILE"),
            ),
        ),
        Group(
            "Files",
            (
                Option(("--exclude",), "leave out files that match (as in .gitignore)", "GLOB", several=True),
                Option(("--force-exclude",), "exclude files even if they are named on the command line"),
                Option(("--stdin-filename",), "the name of the file that '-' stands for", "NAME"),
            ),
        ),
        Group("Output", (FORM,)),
        Group(
            "Configuration",
            (
                Option(("--config",), "read this file, not the nearest smlint.toml, .smlint.toml or pyproject.toml", "FILE"),
                Option(("--isolated",), "read no configuration file"),
            ),
        ),
    ),
    arguments="PATH ...",
    least=1,
    most=None,
    epilog=(
        "A fact that is not known is empty; in json it is null, and named under 'unknown' if it cannot be\n"
        "told from the file. The records are what rules of your own judge: 'smlint schema rules'\n"
        "describes them. The page that '--output-format html' prints loads nothing from anywhere."
    ),
)


def run(parsed: Parsed, console: Console) -> int:
    """Print the inventory. Files that cannot be read are named on standard error."""
    from smlint.cli.commands.check import read_stdin
    from smlint.cli.commands.check.plan import plan

    paths = tuple(parsed.arguments)
    if "-" in paths and len(paths) > 1:
        raise SmlintError("'-' stands alone: standard input cannot be listed together with files")
    if parsed.flag("--config") and parsed.flag("--isolated"):
        raise SmlintError("--config and --isolated exclude each other")
    stdin = read_stdin(console) if paths == ("-",) else None
    groups = plan(_as_check(parsed), console, paths)
    from smlint.inventory import Inventory, inventory

    found = [inventory(group.paths, group.settings, stdin, parsed.value("--stdin-filename")) for group in groups]
    rows = tuple(sorted((row for one in found for row in one.rows), key=lambda row: (row.file, row.line)))
    every = Inventory(rows, sum(one.files for one in found), tuple(sorted(pair for one in found for pair in one.broken)))
    form = parsed.value("--output-format") or ("table" if console.on_terminal() else "json")
    if form == "html":
        from smlint.inventory.page import as_page

        console.write_bytes(as_page(every, groups[0].settings.today).encode())
    else:
        console.write(_as_text(rows, form, console))
    from smlint.reporters.display import counted, shown

    for path, reason in every.broken:
        console.warn(f"{shown(path)}: {shown(reason)}")
    if not rows:
        console.warn(f"no SageMaker deployment found in {counted(every.files, 'file')}")
    return 0


def _as_text(rows: tuple[Row, ...], form: str, console: Console) -> str:
    from smlint.inventory import plain

    if form == "csv":
        return plain.as_csv(rows)
    if form == "json":
        return plain.as_json(rows)
    return plain.as_table(rows, console.colored()) if rows else ""


def _as_check(parsed: Parsed) -> Parsed:
    """The same call to `smlint check`: files, configuration and context are found in the same way."""
    from smlint.cli.commands.check import COMMAND as CHECK

    words: list[str] = []
    for option in (option for group in COMMAND.groups for option in group.options if option is not FORM):
        if option.metavar:
            words += [f"{option.name}={value}" for value in parsed.values(option.name)]
        elif parsed.flag(option.name):
            words.append(option.name)
    return parse(CHECK, [*words, "--", *parsed.arguments])
