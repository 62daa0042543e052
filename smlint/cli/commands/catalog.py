"""`smlint catalog`: update the catalog from an installed SageMaker SDK, and from a clone of aws/deep-learning-containers."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from smlint.cli.console import Console
from smlint.cli.options.model import Command, Option, OptionGroup, ParsedOptions
from smlint.runtime.errors import SmlintError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smlint.catalog_build.changes import CatalogUpdate
    from smlint.catalog_build.sdk_config import Object

_SOURCES = "run smlint catalog update --from-installed, or --from-dlc PATH"

COMMAND = Command(
    "catalog",
    "update the image catalog from an installed SageMaker SDK or a clone of AWS Deep Learning Containers",
    (
        OptionGroup(
            "Update",
            (
                Option(("--from-installed",), "read the files of the installed sagemaker-core (or sagemaker 2) without running them"),
                Option(("--from-dlc",), "add the images in a clone of aws/deep-learning-containers", "PATH"),
                Option(("--packages",), "search this package folder instead of smlint's own environment", "FOLDER", repeatable=True),
                Option(("--output",), "write the catalog to this file (default: SMLINT_CATALOG)", "FILE"),
            ),
        ),
    ),
    arguments="update",
    least=1,
    most=1,
    epilog=(
        "The file contains the bundled catalog and what the sources add to it. Its section changes lists the additions. "
        "Use it with --catalog FILE or SMLINT_CATALOG. Write it again after each update of smlint.\n\n"
        "Exit codes: 0 the file was written; 2 no SDK or clone was found, or the file could not be written."
    ),
)


def run(parsed: ParsedOptions, console: Console) -> int:
    """Write the catalog, and print what is new to standard error."""
    if parsed.arguments[0] != "update":
        raise SmlintError(f"unknown action '{parsed.arguments[0]}' of 'smlint catalog'", _SOURCES)
    if not parsed.flag("--from-installed") and parsed.value("--from-dlc") is None:
        raise SmlintError("'smlint catalog update' needs a source", _SOURCES)
    output = parsed.value("--output") or console.environment.get("SMLINT_CATALOG")
    if not output:
        raise SmlintError("'smlint catalog update' needs a file to write", "use --output FILE, or set SMLINT_CATALOG")
    updates = list(_updates(parsed, console))
    for _, update in updates:
        _log_changes(update, console)
    data = updates[-1][1].data  # each update contains the one before
    _write(output, data)
    if not console.quiet:
        console.print_error(f"{'; '.join(_news(source, update) for source, update in updates)}; wrote {output} (catalog {data['as_of']})")
    return 0


def _updates(parsed: ParsedOptions, console: Console) -> Iterator[tuple[str, CatalogUpdate]]:
    """Yield the update from each source, with the source's name; each builds on the one before."""
    from smlint.runtime.clock import today

    data: Object | None = None
    path = parsed.value("--from-dlc")
    if path is not None:
        from smlint.catalog_build.dlc_clone import read_clone
        from smlint.catalog_build.dlc_update import update_from_clone

        clone = read_clone(path)
        console.log(f"aws/deep-learning-containers {clone.commit or '(no commit)'} of {clone.date}, {len(clone.release_tags)} git tags: {path}")
        update = update_from_clone(clone, today())
        data = update.data
        yield f"aws/deep-learning-containers {clone.commit[:7] or clone.date}", update
    if parsed.flag("--from-installed"):
        from smlint.catalog_build.installed_sdk import find, read_configs
        from smlint.catalog_build.update import update_catalog

        folders = parsed.values("--packages")
        sdks = find(folders or _own_packages())
        if not sdks:
            raise SmlintError(
                f"sagemaker-core or sagemaker 2 not found in {', '.join(folders) or 'the environment of smlint'}",
                "name the package folder: --packages .venv/lib/python3.12/site-packages",
            )
        for sdk in sdks:
            console.log(f"{sdk.name} {sdk.version}: {sdk.folder}")
        yield f"{sdks[0].name} {sdks[0].version}", update_catalog(sdks[0], read_configs(sdks[0]), today(), data)


def _own_packages() -> tuple[str, ...]:
    """Return the folders on the import path of this Python, without the working directory: its files are not installed packages."""
    here = os.getcwd()
    return tuple(folder for folder in sys.path if folder and os.path.realpath(folder) != os.path.realpath(here))


def _write(path: str, catalog: Object) -> None:
    """Write the file; atomically if it exists already."""
    from json import dumps

    from smlint.files.write import write_atomically, write_data

    data = (dumps(catalog, separators=(",", ":")) + "\n").encode("ascii")
    try:
        if os.path.isfile(path):
            write_atomically(path, data)
        else:
            write_data(path, data)
    except OSError as error:
        raise SmlintError(f"cannot write {path}: {error.strerror}") from None


def _news(name: str, update: CatalogUpdate) -> str:
    from smlint.reporters.display import counted

    if update.is_empty:
        return f"{name} adds nothing to the bundled catalog" + (f" (from {update.base})" if update.base else "")
    parts = [counted(len(update.tags), "new tag")]
    if update.repositories:
        parts.append(f"new repositories: {' '.join(update.repositories)}")
    if update.regions:
        parts.append(f"new Regions: {' '.join(update.regions)}")
    if update.dates:
        parts.append(counted(len(update.dates), "new support period"))
    if update.proved:
        parts.append(f"{counted(len(update.proved), 'known tag')} with stronger evidence")
    if update.left_out:
        parts.append(f"{counted(len(update.left_out), 'tag')} left out, whose platform is not clear")
    return f"{name}: {', '.join(parts)}"


def _log_changes(update: CatalogUpdate, console: Console) -> None:
    for what, pairs in (("new tag", update.tags), ("support period", update.dates), ("proved", update.proved), ("left out", update.left_out)):
        for repository, item in pairs:
            console.log(f"{what}: {repository} {item}" if what == "support period" else f"{what}: {repository}:{item}")
