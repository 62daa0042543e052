"""`smlint lsp`: a language server, for editors. It speaks on standard input and output, and needs `smlint[lsp]`."""

from __future__ import annotations

from smlint.cli.console import Console
from smlint.cli.options import Command, Group, Option, Parsed
from smlint.runtime.errors import SmlintError

COMMAND = Command(
    "lsp",
    "run as a language server, for editors",
    (
        Group(
            "Context",
            (
                Option(("--region",), "the Region that is deployed to, where the file does not say so", "REGION", several=True),
                Option(("--catalog",), "use this catalogue of images, not the one that came with smlint", "FILE"),
            ),
        ),
        Group(
            "Configuration",
            (
                Option(("--config",), "read this file, not the nearest smlint.toml, .smlint.toml or pyproject.toml", "FILE"),
                Option(("--isolated",), "read no configuration file"),
            ),
        ),
    ),
    epilog=(
        "It reports what 'smlint check -' reports, offers the fixes as code actions, tells on hover what\n"
        "an image URI or an instance type is, and completes native manifests.\n"
        "It needs pygls: python -m pip install 'smlint[lsp]'"
    ),
)


def run(parsed: Parsed, console: Console) -> int:
    """Serve until the editor says that it is enough."""
    try:
        from smlint.cli.lsp.server import serve
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("pygls", "lsprotocol"):
            raise
        raise SmlintError("'smlint lsp' needs pygls", "python -m pip install 'smlint[lsp]'") from None
    if parsed.flag("--config") and parsed.flag("--isolated"):
        raise SmlintError("--config and --isolated exclude each other")
    words = [word for region in parsed.values("--region") for word in ("--region", region)]
    for name in ("--catalog", "--config"):
        value = parsed.value(name)
        if value is not None:
            words += [name, value]
    if parsed.flag("--isolated"):
        words.append("--isolated")
    serve(words, console)
    return 0
