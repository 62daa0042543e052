"""`smlint lsp`: a language server on standard input and output. It needs `smlint[lsp]`."""

from __future__ import annotations

from smlint.cli.console import Console
from smlint.cli.options.model import Command, OptionGroup, ParsedOptions
from smlint.cli.options.parse import require_exclusive
from smlint.cli.options.shared import CATALOG, CONFIGURATION, REGION
from smlint.runtime.errors import SmlintError

COMMAND = Command(
    "lsp",
    "run a language server for editors",
    (OptionGroup("Context", (REGION, CATALOG)), CONFIGURATION),
    epilog=(
        "The server reports the findings of 'smlint check -' and offers fixes as code actions. It describes "
        "image URIs and instance types on hover, and completes native manifests.\n"
        "It needs pygls: python -m pip install 'smlint[lsp]'"
    ),
)


def run(parsed: ParsedOptions, console: Console) -> int:
    """Serve until the editor ends the session."""
    try:
        from smlint.cli.lsp.server import serve
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("pygls", "lsprotocol"):
            raise
        raise SmlintError("'smlint lsp' needs pygls", "python -m pip install 'smlint[lsp]'") from None
    require_exclusive(parsed, ("--config", "--isolated"))
    words = [word for region in parsed.values("--region") for word in ("--region", region)]
    for name in ("--catalog", "--config"):
        value = parsed.value(name)
        if value is not None:
            words += [name, value]
    if parsed.flag("--isolated"):
        words.append("--isolated")
    serve(words, console)
    return 0
