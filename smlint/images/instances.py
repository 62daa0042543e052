"""Instance types: what a name means by the grammar of families, which exist for a purpose, and where they are priced.

The grammar was checked against the 189 families of EC2 (moto 5.2.5, 2026-11-22): it is right for all 187 that parse. Lists
of types are those of botocore 1.44.5, prices those that cfn-lint 1.58.0 took from the price list.
"""

from __future__ import annotations

from enum import Enum
from functools import lru_cache

from smlint.images.catalog import current
from smlint.model.images import InstanceType

PURPOSES = ("hosting", "training", "processing", "transform", "notebook", "cluster")


class Verdict(Enum):
    """What the lists say about a type for a purpose.

    KNOWN: it is listed for it. PRICED_ONLY: not listed, but the price list has it in some Region. NEW_FAMILY: well formed,
    of a family that no list has. WRONG_PURPOSE: listed for other purposes only, or of an EC2 family that SageMaker never
    had for this one. UNKNOWN_SIZE: the family is known for it, the size is in no list. MALFORMED: no instance type at all.
    """

    KNOWN = "known"
    PRICED_ONLY = "priced-only"
    NEW_FAMILY = "new-family"
    WRONG_PURPOSE = "wrong-purpose"
    UNKNOWN_SIZE = "unknown-size"
    MALFORMED = "malformed"


_SIZES = frozenset(["nano", "micro", "small", "medium", "large", "xlarge", "metal"])


def _is_size(size: str) -> bool:
    """`large`, `xlarge`, `48xlarge`, `metal`, `metal-48xl`."""
    if size in _SIZES:
        return True
    if size.endswith("xlarge"):
        number = size[:-6]
        return number.isascii() and number.isdigit() and number[0] != "0" and len(number) <= 3
    if size.startswith("metal-") and size.endswith("xl"):
        number = size[6:-2]
        return number.isascii() and number.isdigit()
    return False


@lru_cache(maxsize=1024)
def parse_instance_type(name: str) -> InstanceType:
    """Read a name such as `ml.c6g.xlarge`.

    A family is letters, a generation, and letters, with an optional suffix: `^([a-z]+)(\\d+)([a-z]*)(?:-([a-z0-9]+))?$`. It
    is arm64 when the letters after the generation hold a `g`, or the suffix begins with `gb` and a digit (Grace), or it is
    `a1`; else x86_64. Inferentia and Trainium keep their generation (`inf2`, `trn1`), `dl` is `hpu`, `g`, `gr` and `p` are
    `gpu`, and all else is `cpu`. A name that does not parse is not `well_formed`, and all else of it is empty.
    """
    bad = InstanceType(name, "", "", "", "", False)
    if not name.startswith("ml.") or not name.isascii():
        return bad
    family, dot, size = name[3:].partition(".")
    if not dot or not _is_size(size):
        return bad
    stem, dash, suffix = family.partition("-")
    if dash and not (suffix.isalnum() and suffix == suffix.lower()):
        return bad
    letters = stem.rstrip("abcdefghijklmnopqrstuvwxyz")
    head = letters.rstrip("0123456789")
    generation, options = letters[len(head) :], stem[len(letters) :]
    if not head or not generation or not head.isalpha() or not head.islower():
        return bad
    grace = suffix[:2] == "gb" and suffix[2:3].isdigit()
    architecture = "arm64" if "g" in options or grace or family == "a1" else "x86_64"
    if head in ("inf", "trn"):
        processor = head + generation
    elif head == "dl":
        processor = "hpu"
    else:
        processor = "gpu" if head in ("g", "gr", "p") else "cpu"
    return InstanceType(name, family, size, architecture, processor, True)


@lru_cache(maxsize=8)
def _types(purpose: str) -> frozenset[str]:
    return frozenset(current().section("instances")["types"][purpose].split())


@lru_cache(maxsize=8)
def _families(purpose: str) -> frozenset[str]:
    return frozenset(name.split(".")[1] for name in _types(purpose) | frozenset(_prices(purpose)) if "." in name)


@lru_cache(maxsize=8)
def _prices(purpose: str) -> dict[str, str]:
    """The mask of its Regions, by type; empty for a purpose without a price table."""
    table = current().section("instances")["prices"].get(purpose)
    return table["types"] if table is not None else {}


@lru_cache(maxsize=8)
def _priced(purpose: str) -> tuple[str, ...]:
    table = current().section("instances")["prices"].get(purpose)
    return tuple(table["regions"].split()) if table is not None else ()


def _generation(family: str) -> int:
    """`8` of `c8g`, `p8en`, `c8i-flex`; 0 where there is none."""
    digits = family.partition("-")[0].strip("abcdefghijklmnopqrstuvwxyz")
    return int(digits[:9]) if digits.isdecimal() else 0


@lru_cache(maxsize=1)
def _newest_generation() -> int:
    return max(_generation(family) for purpose in PURPOSES for family in _families(purpose))


@lru_cache(maxsize=1)
def _ec2_families() -> frozenset[str]:
    return frozenset(current().section("instances")["ec2_families"].split())


def forget() -> None:
    """Forget the catalogue used so far."""
    for cached in (_types, _families, _prices, _priced, _ec2_families, _newest_generation):
        cached.cache_clear()


def instance_types(purpose: str) -> tuple[str, ...]:
    """The instance types of a purpose, one of `PURPOSES` (a `KeyError` for any other), by family, the small ones first."""
    return tuple(sorted(_types(purpose), key=_by_family))


def _by_family(name: str) -> tuple[str, int, str]:
    family, _, size = name.removeprefix("ml.").partition(".")
    digits = size.removesuffix("xlarge")
    return family, int(digits[:9]) if digits.isdecimal() else 1 if size == "xlarge" else 10_000 if size.startswith("metal") else 0, size


def judge_instance_type(name: str, purpose: str) -> Verdict:
    """What the lists say about an instance type for a purpose, one of `PURPOSES` (a `KeyError` for any other).

    The price list comes before the other purposes' lists: what is sold for a purpose cannot be wrong for it.
    """
    if name in _types(purpose):
        return Verdict.KNOWN
    instance = parse_instance_type(name)
    if not instance.well_formed:
        return Verdict.MALFORMED
    if name in _prices(purpose):
        return Verdict.PRICED_ONLY
    if any(name in _types(other) for other in PURPOSES if other != purpose):
        return Verdict.WRONG_PURPOSE
    if instance.family in _families(purpose):
        return Verdict.UNKNOWN_SIZE
    if any(instance.family in _families(other) for other in PURPOSES):
        return Verdict.WRONG_PURPOSE
    # EC2's t4g has long been passed over; c9g is newer than anything that SageMaker lists, and may be yet to come.
    passed_over = instance.family in _ec2_families() and _generation(instance.family) < _newest_generation()
    return Verdict.WRONG_PURPOSE if passed_over else Verdict.NEW_FAMILY


def nearest_instance_types(name: str, purpose: str, count: int = 3) -> tuple[str, ...]:
    """Types of this purpose that the name may have meant: nearest names, and for a type of another purpose the families
    next to it with the same architecture and processor (`ml.t4g.large` for hosting: `ml.m6g.large`, ...)."""
    from difflib import get_close_matches

    known = sorted(_types(purpose))
    text = name[:60].lower()
    instance = parse_instance_type(name)
    if instance.well_formed and instance.family not in _families(purpose):
        same = [n for n in known if n.endswith("." + instance.size) and _like(parse_instance_type(n), instance)]
        same.sort(key=lambda n: (_distance(parse_instance_type(n), instance), n))
        return tuple(same[:count])
    if not text.startswith("ml."):
        text = "ml." + text
    return tuple(get_close_matches(text, known, count, 0.7))


def _like(one: InstanceType, other: InstanceType) -> bool:
    return one.architecture == other.architecture and one.processor == other.processor


def _distance(one: InstanceType, other: InstanceType) -> tuple[int, int]:
    """General purpose for burstable, else the same class first; then the nearest generation."""
    wanted = "m" if other.family[0] == "t" else other.family[0]
    return (one.family[0] != wanted, abs(_generation(one.family) - _generation(other.family)))


def priced_regions(name: str, purpose: str) -> tuple[str, ...]:
    """The Regions whose price table has the type for this purpose; empty when it is priced nowhere."""
    mask = _prices(purpose).get(name)
    if mask is None:
        return ()
    bits = int(mask, 16)
    return tuple(region for index, region in enumerate(_priced(purpose)) if bits >> index & 1)


def has_price_table(purpose: str, region: str) -> bool:
    """Whether the prices of this purpose are known in a Region, so that a type's absence there means something."""
    return region in _priced(purpose)
