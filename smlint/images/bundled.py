"""The catalogue that comes with smlint: where it stands, and of which day it is."""

import os

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data")
CATALOG = os.path.join(DATA, "catalog.json")
_MARK = b'"as_of": "'


def date_of(catalog: str | None = None) -> str:
    """The ISO date of the catalogue in a file, by default of the bundled one. Raises `SmlintError` for a bad file.

    Of the bundled one only the head is read: a run that judges nothing needs no more of it.
    """
    if catalog is None:
        with open(CATALOG, "rb") as file:
            _, found, rest = file.read(64).partition(_MARK)
        if found:
            return rest[:10].decode()
    from smlint.images.catalog import load

    return load(catalog).as_of
