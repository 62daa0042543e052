"""Where the bundled catalog is, and how the files of a catalog are read."""

from __future__ import annotations

import os

from smlint.runtime.errors import SmlintError, line_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data")
CATALOG = os.path.join(DATA, "catalog.json")


def read_catalog_file(path: str) -> dict[str, Any]:
    """Read the JSON object in a file of a catalog. Raises `SmlintError` if there is none."""
    import json

    from smlint.files.read import read_data

    try:
        data = json.loads(read_data(path))
    except OSError as error:
        raise SmlintError(f"cannot read catalog {path}: {error.strerror}", "pass a file that `smlint catalog update` wrote") from None
    except (ValueError, RecursionError) as error:
        raise SmlintError(f"catalog {path} is not valid JSON{line_of(error)}", "pass a file that `smlint catalog update` wrote") from error
    if not isinstance(data, dict):
        raise SmlintError(f"{path} is not an smlint catalog", "pass a file that `smlint catalog update` wrote")
    return data
