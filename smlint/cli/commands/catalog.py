"""`smlint catalog`: bring the catalogue up to date with what is installed."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from smlint.cli.console import Console
from smlint.cli.options import Command, Group, Option, Parsed
from smlint.runtime.errors import SmlintError

if TYPE_CHECKING:
    from smlint.catalog_build.installed_sdk import Installed
    from smlint.catalog_build.update import Renewal

COMMAND = Command(
    "catalog",
    "update the catalogue of images from an installed SageMaker SDK",
    (
        Group(
            "Update",
            (
                Option(("--from-installed",), "read the installed sagemaker-core (or sagemaker 2) as files; none of it is run"),
                Option(("--packages",), "look in this folder of packages, not among those beside smlint", "FOLDER", several=True),
                Option(("--output",), "write the catalogue to this file (default: the one that SMLINT_CATALOG names)", "FILE"),
            ),
        ),
    ),
    arguments="update",
    least=1,
    most=1,
    epilog=(
        "The file holds all of the catalogue that came with smlint, and what the SDK adds. Use it with\n"
        "--catalog FILE, or name it in SMLINT_CATALOG. Write it again after each update of smlint.\n\n"
        "Exit codes: 0 the file was written; 2 no SDK was found, or the file cannot be written."
    ),
)


def run(parsed: Parsed, console: Console) -> int:
    """Write the catalogue, and say on standard error what is new in it."""
    if parsed.arguments[0] != "update":
        raise SmlintError(f"'smlint catalog' cannot '{parsed.arguments[0]}'", "write smlint catalog update --from-installed")
    if not parsed.flag("--from-installed"):
        raise SmlintError("'smlint catalog update' needs a source", "write smlint catalog update --from-installed")
    output = parsed.value("--output") or console.environment.get("SMLINT_CATALOG")
    if not output:
        raise SmlintError("'smlint catalog update' needs a file to write", "write --output FILE, or set SMLINT_CATALOG")
    from smlint.catalog_build.installed_sdk import find, read_configs
    from smlint.catalog_build.update import renewed
    from smlint.runtime.clock import today

    folders = parsed.values("--packages")
    found = find(folders or _own_packages())
    if not found:
        raise SmlintError(
            f"no sagemaker-core, and no sagemaker 2, is installed {'in ' + ', '.join(folders) if folders else 'beside smlint'}",
            "name the folder of the packages: --packages .venv/lib/python3.12/site-packages",
        )
    for sdk in found:
        console.tell(f"{sdk.name} {sdk.version}: {sdk.folder}")
    renewal = renewed(found[0], read_configs(found[0]), today())
    _write(output, renewal)
    if not console.quiet:
        console.complain(f"{_said(found[0], renewal)}; wrote {output} (catalog {renewal.data['as_of']})")
    return 0


def _own_packages() -> tuple[str, ...]:
    """Where smlint's own Python looks for packages, without the working directory: what lies there is not installed."""
    here = os.getcwd()
    return tuple(folder for folder in sys.path if folder and os.path.realpath(folder) != os.path.realpath(here))


def _write(path: str, renewal: Renewal) -> None:
    """Put the file in its place in one step."""
    from json import dumps

    draft = f"{path}.{os.getpid()}.tmp"
    try:
        with open(draft, "w", encoding="utf-8", newline="\n") as file:
            file.write(dumps(renewal.data, separators=(",", ":")) + "\n")
        os.replace(draft, path)
    except OSError as error:
        if os.path.exists(draft):
            os.unlink(draft)
        raise SmlintError(f"cannot write {path}: {error.strerror}") from None


def _said(sdk: Installed, renewal: Renewal) -> str:
    from smlint.reporters.display import counted

    name = f"{sdk.name} {sdk.version}"
    if renewal.is_empty:
        return f"{name} knows no image that smlint's own catalogue lacks" + (f" (that of {renewal.base})" if renewal.base else "")
    parts = [counted(len(renewal.tags), "new tag")]
    if renewal.repositories:
        parts.append(f"new repositories: {' '.join(renewal.repositories)}")
    if renewal.regions:
        parts.append(f"new Regions: {' '.join(renewal.regions)}")
    return f"{name}: {', '.join(parts)}"
