"""The date of a catalog, without loading the bundled one."""

from __future__ import annotations

from smlint.images.catalog_file import CATALOG

_MARK = b'"as_of": "'


def catalog_date(path: str | None = None) -> str:
    """Return the ISO date of the catalog in a file, by default of the bundled one. Raises `SmlintError` for a bad file.

    For the bundled catalog this reads only the start of the file: a run that finds nothing to lint needs no more of it.
    """
    if path is None:
        with open(CATALOG, "rb") as file:
            _, mark, rest = file.read(64).partition(_MARK)
        if mark:
            return rest[:10].decode()
    from smlint.images.catalog import load_catalog

    return load_catalog(path).as_of
