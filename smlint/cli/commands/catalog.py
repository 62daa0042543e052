"""`smlint catalog`: update the catalog from an installed SageMaker SDK."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from smlint.cli.console import Console
from smlint.cli.options.model import Command, Option, OptionGroup, ParsedOptions
from smlint.runtime.errors import SmlintError

if TYPE_CHECKING:
    from smlint.catalog_build.installed_sdk import InstalledSdk
    from smlint.catalog_build.update import CatalogUpdate

COMMAND = Command(
    "catalog",
    "update the image catalog from an installed SageMaker SDK",
    (
        OptionGroup(
            "Update",
            (
                Option(("--from-installed",), "read the files of the installed sagemaker-core (or sagemaker 2) without running them"),
                Option(("--packages",), "search this package folder instead of smlint's own environment", "FOLDER", repeatable=True),
                Option(("--output",), "write the catalog to this file (default: SMLINT_CATALOG)", "FILE"),
            ),
        ),
    ),
    arguments="update",
    least=1,
    most=1,
    epilog=(
        "The file contains the bundled catalog and what the SDK adds to it. Use it with --catalog FILE or "
        "SMLINT_CATALOG. Write it again after each update of smlint.\n\n"
        "Exit codes: 0 the file was written; 2 no SDK was found, or the file could not be written."
    ),
)


def run(parsed: ParsedOptions, console: Console) -> int:
    """Write the catalog, and print what is new to standard error."""
    if parsed.arguments[0] != "update":
        raise SmlintError(f"unknown action '{parsed.arguments[0]}' of 'smlint catalog'", "run smlint catalog update --from-installed")
    if not parsed.flag("--from-installed"):
        raise SmlintError("'smlint catalog update' needs a source", "run smlint catalog update --from-installed")
    output = parsed.value("--output") or console.environment.get("SMLINT_CATALOG")
    if not output:
        raise SmlintError("'smlint catalog update' needs a file to write", "use --output FILE, or set SMLINT_CATALOG")
    from smlint.catalog_build.installed_sdk import find, read_configs
    from smlint.catalog_build.update import update_catalog
    from smlint.runtime.clock import today

    folders = parsed.values("--packages")
    sdks = find(folders or _own_packages())
    if not sdks:
        raise SmlintError(
            f"sagemaker-core or sagemaker 2 not found in {', '.join(folders) or 'the environment of smlint'}",
            "name the package folder: --packages .venv/lib/python3.12/site-packages",
        )
    for sdk in sdks:
        console.log(f"{sdk.name} {sdk.version}: {sdk.folder}")
    update = update_catalog(sdks[0], read_configs(sdks[0]), today())
    _write(output, update)
    if not console.quiet:
        console.print_error(f"{_news(sdks[0], update)}; wrote {output} (catalog {update.data['as_of']})")
    return 0


def _own_packages() -> tuple[str, ...]:
    """Return the folders on the import path of this Python, without the working directory: its files are not installed packages."""
    here = os.getcwd()
    return tuple(folder for folder in sys.path if folder and os.path.realpath(folder) != os.path.realpath(here))


def _write(path: str, update: CatalogUpdate) -> None:
    """Write the file; atomically if it exists already."""
    from json import dumps

    from smlint.files.write import write_atomically, write_data

    data = (dumps(update.data, separators=(",", ":")) + "\n").encode("ascii")
    try:
        if os.path.isfile(path):
            write_atomically(path, data)
        else:
            write_data(path, data)
    except OSError as error:
        raise SmlintError(f"cannot write {path}: {error.strerror}") from None


def _news(sdk: InstalledSdk, update: CatalogUpdate) -> str:
    from smlint.reporters.display import counted

    name = f"{sdk.name} {sdk.version}"
    if update.is_empty:
        return f"{name} adds nothing to the bundled catalog" + (f" (from {update.base})" if update.base else "")
    parts = [counted(len(update.tags), "new tag")]
    if update.repositories:
        parts.append(f"new repositories: {' '.join(update.repositories)}")
    if update.regions:
        parts.append(f"new Regions: {' '.join(update.regions)}")
    return f"{name}: {', '.join(parts)}"
