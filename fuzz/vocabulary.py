"""Words that appear in manifests, taken from the code and the catalog so that they stay up to date."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from smlint import retrieve
from smlint.images.catalog import load_catalog
from smlint.images.errors import ImageError
from smlint.images.instances import PURPOSES
from smlint.images.registries import uri_of

ROOT = Path(__file__).resolve().parent.parent
SEEDS = (ROOT / "fixtures/ok", ROOT / "fixtures/bad", ROOT / "fixtures/found")
"""The folders of manifests that every run starts with. They are read in place."""

INDICATORS = (
    ": ", "- ", "? ", "\n", "\n  ", "\n    ", "\r\n", "\r", "\t", " ", "[", "]", "{", "}", ", ", "'", '"', "''", "\\", "\\u0041", "\\/", "\\n",
    "&n ", "*n ", "<<: ", "<<: *n\n", "|\n", "|-\n", ">-\n", ">2\n", "!Sub ", "!Ref ", "!If ", "!!str ", "!", "# ", " # smlint: ignore[x] why\n",
    "# smlint: file-ignore[image-architecture-mismatch]\n", "---\n", "...\n", "%YAML 1.2\n", "${", "}", "{{ ", " }}", "\ufeff", "\x85", "\u2028",
    "\x00", "\x1b[31m", "\u00e9", "\U0001f600", "1.10", "1e3", "~", "null", "true", "0x1F", "::error::",
)  # fmt: skip
"""Syntax of YAML, JSON and templates, and characters that are easily miscounted."""


class Vocabulary(NamedTuple):
    """Words by category. `names` are keys, kinds and other short texts that the readers look for."""

    images: tuple[str, ...]
    instance_types: tuple[str, ...]
    regions: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        """All words, and the indicators."""
        return (*INDICATORS, *self.names, *self.regions, *self.instance_types, *self.images)


@cache
def vocabulary() -> Vocabulary:
    """Return the words that the readers look for, and a selection from the catalog."""
    catalog = load_catalog()
    types = {name for purpose in PURPOSES for name in catalog.instance_types.names(purpose)}
    sizes = sorted(name for name in types if name.endswith((".xlarge", ".large", ".medium")))
    return Vocabulary(tuple(_images()), tuple(sizes), catalog.regions.names, tuple(sorted(set(_names()))))


def _images() -> Iterator[str]:
    """Yield the newest release of every repository, in two Regions."""
    catalog = load_catalog()
    for repository in sorted(catalog.repositories):
        releases = catalog.releases_of(repository)
        for region in ("us-west-2", "cn-north-1"):
            if releases and (uri := uri_of(catalog, releases[-1], region)) is not None:
                yield uri
    for hardware in ("ml.c7g.large", "ml.c7i.large", "ml.g5.large", "ml.inf2.xlarge"):
        try:
            yield retrieve("pytorch", "us-west-2", instance_type=hardware)
        except ImageError:
            continue


def _names() -> Iterator[str]:
    """Yield the string literals of the readers: at most 40 printable characters, without texts for people."""
    for path in sorted((ROOT / "smlint/readers").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                text = node.value
                if 2 <= len(text) <= 40 and text.isascii() and text.isprintable() and " " not in text.strip():
                    yield text


def manifests() -> list[bytes]:
    """Return the manifests in the seed folders."""
    paths = sorted(path for folder in SEEDS if folder.is_dir() for path in folder.rglob("*") if path.suffix in (".yaml", ".json"))
    return [path.read_bytes() for path in paths]


def write_dictionary(path: Path) -> None:
    """Write the words as a libFuzzer dictionary: one quoted word per line, non-printable and non-ASCII bytes as `\\xNN`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = []
    for word in dict.fromkeys(vocabulary().all):
        shown = "".join(chr(byte) if 0x20 <= byte < 0x7F and byte not in b'"\\' else f"\\x{byte:02x}" for byte in word.encode("utf-8"))
        if len(word.encode("utf-8")) <= 64:  # the limit of libFuzzer
            lines.append(f'"{shown}"\n')
    path.write_text("".join(lines), encoding="ascii")
