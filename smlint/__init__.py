"""smlint checks SageMaker deployment manifests: does the container image fit the instance type and the Region?

`lint` and `fix` work on the text of a manifest, `retrieve` and `parse_image` on images alone. All are loaded on first use.
"""

from __future__ import annotations

from os import path

TYPE_CHECKING = False  # type checkers know it by its name; the import of `typing` takes three milliseconds
if TYPE_CHECKING:
    from smlint.api import fix, lint, parse_image
    from smlint.images.retrieve import retrieve

__all__ = ["__version__", "fix", "lint", "parse_image", "retrieve"]
__version__ = "0.1.0"

if not path.isdir(f"{__path__[0]}/rules"):
    # An editable install or a checkout: `rules` lies next to this package. A wheel carries it as `smlint/rules`.
    __path__.append(path.dirname(__path__[0]))

_HOMES = {
    "lint": "smlint.api",
    "fix": "smlint.api",
    "retrieve": "smlint.images.retrieve",
    "parse_image": "smlint.api",
}


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(home), name)
    globals()[name] = value
    return value
