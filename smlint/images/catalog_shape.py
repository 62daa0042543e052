"""Check the shape of a user's catalog, so that a wrong file is refused in one line. The bundled catalog is not checked.

A shape is a type (`str`, `int`), a list of one shape (`[str]`), an object with any keys (`{str: shape}`), a `Record` or a `MatchedText` text.
Keys that no record names are ignored: a newer version of smlint may have written them.
"""

from __future__ import annotations

import re

from smlint.runtime.errors import SmlintError
from smlint.runtime.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


class Record(NamedTuple):
    """An object with known keys: the required ones, and those that may be missing."""

    required: dict[str, Any]
    optional: dict[str, Any]


class MatchedText(NamedTuple):
    """A text that matches a pattern; `name` says what it is."""

    pattern: str
    name: str


_DATE = MatchedText(r"\d{4}-\d\d-\d\d", "an ISO date")
_MASK = MatchedText(r"[0-9a-f]+", "a hexadecimal number")
_INDEX = MatchedText(r"\d{1,4}", "a number")
_VERSION = MatchedText(r"\d{1,4}(\.\d{1,4}){1,3}", "a version")
_DRIVER = MatchedText(r"\d{1,4}(\.\d{1,4})*", "a version")
_CAPABILITIES = MatchedText(r"\d{1,4}\.\d(-|-\d{1,4}\.\d)?", "a range of compute capabilities")
_LABELS = MatchedText(r"both|port|none", "'both', 'port' or 'none'")
_ACCOUNT = MatchedText(r"\d{12}", "an AWS account")
_SOURCE = Record({"name": str}, {"version": str, "date": _DATE, "sha256": str, "license": str, "lists": str, "gives": str})
_REPOSITORY = Record(
    {"scopes": [str], "frameworks": [str]},
    {
        "accounts": int, "regions": _MASK, "before": [None], "given": {_INDEX: [str]}, "published": [str], "evidence": str, "complete": [str],
        "patterns": [str], "versions": {str: str}, "aliases": {str: str}, "full": {str: str}, "full_libraries": {str: {str: str}},
    },
)  # fmt: skip
_PRICES = Record({"regions": str, "types": {str: _MASK}}, {})
_PURPOSES = ("hosting", "training", "processing", "transform", "notebook", "cluster")
_INSTANCES = Record(
    {"types": Record(dict.fromkeys(_PURPOSES, str), {}), "prices": {str: _PRICES}, "ec2_families": str}, {"prices_as_of": _DATE}
)  # fmt: skip
_SDK = Record({"regions": str, "region_sets": [_MASK], "configs": {str: {str: None}}}, {"newest": {str: {str: str}}})
_IMAGES = Record(
    {
        "sources": {str: str}, "cuda": {str: {_VERSION: str}}, "labels": {str: {str: {_LABELS: str}}},
        "images": [Record({"repository": str, "tags": [str]}, {"capabilities": [_CAPABILITIES]})],
    },
    {},
)  # fmt: skip
_RELEASES = Record({"sources": {str: str}, "released": {str: {_DATE: str}}}, {})
_NUMBER = (int, float)
_FAMILY = Record({"sizes": {str: [_NUMBER]}}, {"accelerator": str, "maker": str, "memory": _NUMBER, "source": str, "cores": int})
_AMIS = {str: Record({}, {"accelerator": str, "driver": _DRIVER, "cuda": _VERSION})}
_HARDWARE = Record(
    {"sources": {str: str}, "families": {str: _FAMILY}, "gpus": {str: [str]}, "first_neuron_sdk": {str: _VERSION}, "least_cuda": {str: _VERSION}}, {}
)
_DRIVERS = Record(
    {
        "sources": {str: str}, "default_drivers": Record({"endpoint": {str: int}, "transform": {str: int}}, {}), "least_drivers": {str: int},
        "cuda_drivers": {_VERSION: [int]}, "inference_amis": _AMIS, "transform_amis": _AMIS,
    },
    {},
)  # fmt: skip
_CATALOG = Record(
    {
        "format": int, "as_of": _DATE, "provenance": [_SOURCE], "partitions": [[str]], "regions": {str: str}, "published_regions": str,
        "region_sets": [_MASK], "accounts": [{str: _ACCOUNT}], "frameworks": str, "repositories": {str: _REPOSITORY},
        "support": {str: {str: [_DATE]}}, "unsupported_below": {str: str}, "needs_gpu": str,
    },
    {
        "documented_regions": {_ACCOUNT: str}, "gallery": {str: str}, "owners": {str: str}, "unsupported": {str: {str: _DATE}},
        "overrides": {str: None}, "instances": _INSTANCES, "sdk": _SDK, "images": _IMAGES, "releases": _RELEASES,
        "hardware": _HARDWARE, "drivers": _DRIVERS,
    },
)  # fmt: skip


def check_shape(data: object, path: str) -> None:
    """Raise `SmlintError` for the first part of a catalog that has another shape or refers to something that the catalog lacks."""
    problem = next(_problems(data, _CATALOG, ""), None) or next(_bad_references(data), None)
    if problem is not None:
        raise SmlintError(f"{path} is not an smlint catalog: {problem}", "pass a file that `smlint catalog update` wrote")


def _problems(value: Any, shape: Any, where: str) -> Iterator[str]:
    """Yield what is wrong with a value, depth first. A shape of None accepts any value."""
    if isinstance(shape, Record):
        if not isinstance(value, dict):
            yield _expected("an object", value, where)
            return
        for key in shape.required:
            if key not in value:
                yield f"{_join(where, key)} is missing"
        for key, inner in (*shape.required.items(), *shape.optional.items()):
            if key in value:
                yield from _problems(value[key], inner, _join(where, key))
    elif isinstance(shape, MatchedText):
        if not (isinstance(value, str) and re.fullmatch(shape.pattern, value, re.ASCII)):
            yield _expected(shape.name, value, where)
    elif isinstance(shape, list):
        if not isinstance(value, list):
            yield _expected("a list", value, where)
            return
        for index, item in enumerate(value):
            yield from _problems(item, shape[0], f"{where}[{index}]")
    elif isinstance(shape, dict):
        if not isinstance(value, dict):
            yield _expected("an object", value, where)
            return
        [(key_shape, inner)] = shape.items()
        for key, item in value.items():
            yield from _problems(key, key_shape, where)
            yield from _problems(item, inner, _join(where, key))
    elif shape is not None and (not isinstance(value, shape) or isinstance(value, bool)):
        yield _expected("text" if shape is str else "a number", value, where)


def _bad_references(data: Any) -> Iterator[str]:
    """Yield what refers to a registry or a set of Regions that the catalog lacks, and rows of another length. The shape is right."""
    registries, sets = len(data["accounts"]), len(data["region_sets"])
    if any(len(row) != 3 for row in data["partitions"]):
        yield "partitions: a row has three texts"
    for repository, versions in data["support"].items():
        for version, dates in versions.items():
            if len(dates) != 2:
                yield f"support.{repository}.{version}: expected two dates"
    for name, entry in data["repositories"].items():
        where = f"repositories.{name}"
        if ("accounts" in entry) != ("regions" in entry):
            yield f"{where}: accounts and regions need each other"
        if "accounts" in entry and not 0 <= entry["accounts"] < registries:
            yield f"{where}.accounts: there is no registry {entry['accounts']}"
        before = entry.get("before")
        if before is not None and not (
            len(before) == 2 and isinstance(before[0], str) and type(before[1]) is int and 0 <= before[1] < registries
        ):
            yield f"{where}.before: expected a version and a registry"
        if any(int(number) >= sets for number in entry.get("given", {})):
            yield f"{where}.given: there are only {sets} sets of Regions"
    yield from _bad_rows(data.get("hardware", {}), "hardware.gpus")
    yield from _bad_rows(data.get("drivers", {}), "drivers.cuda_drivers")
    if "hardware" in data:
        yield from _bad_families(data["hardware"])


def _bad_rows(section: Any, where: str) -> Iterator[str]:
    """Yield the rows of a table, `SECTION.TABLE`, that have not two values. The shape is right."""
    for name, row in section.get(where.partition(".")[2], {}).items():
        if len(row) != 2:
            yield f"{where}.{name}: expected two values"


def _bad_families(hardware: Any) -> Iterator[str]:
    """Yield families with rows of another length, without a source, or with an accelerator without a maker. The shape is right."""
    for name, family in hardware["families"].items():
        if any(len(row) not in (2, 3) for row in family["sizes"].values()):
            yield f"hardware.families.{name}.sizes: expected vCPUs, memory and accelerators"
        if family.get("source", "ec2") not in hardware["sources"]:
            yield f"hardware.families.{name}.source: there is no such source"
        if ("accelerator" in family) != ("maker" in family):
            yield f"hardware.families.{name}: accelerator and maker need each other"


def _expected(what: str, value: object, where: str) -> str:
    """Describe a value of another shape by the words of JSON."""
    names = {dict: "an object", list: "a list", bool: "a boolean", int: "a number", float: "a number", type(None): "null"}
    shown = names.get(type(value)) or (repr(value) if len(str(value)) <= 40 else "another text")
    return f"{_at(where)}expected {what}, not {shown}"


def _at(where: str) -> str:
    return f"{where}: " if where else ""


def _join(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key
