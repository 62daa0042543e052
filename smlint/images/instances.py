"""Instance types: what a name means, which types exist for a purpose, and in which Regions AWS prices them.

The grammar was checked against the 189 instance families of EC2 (moto 5.2.5, 2026-10-27): it is right for all 187 that parse. The lists of
types come from botocore 1.44.5, the prices from the AWS price list as bundled with cfn-lint 1.58.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

from smlint.images.regions import in_mask
from smlint.model.images import InstanceType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

PURPOSES = ("hosting", "training", "processing", "transform", "notebook", "cluster")


PriceGap = Literal["hole", "edge"]
InstanceTypeStatus = Literal["known", "priced-only", "new-family", "wrong-purpose", "unknown-size", "malformed"]
"""What the lists say about an instance type for a purpose.

- `known`: listed for the purpose.
- `priced-only`: not listed, but priced for it in some Region.
- `new-family`: well formed, in a family that no list has.
- `wrong-purpose`: listed for other purposes only, or in an EC2 family that SageMaker never offered for this one.
- `unknown-size`: the family is listed for the purpose, the size is not.
- `malformed`: not an instance type.
"""

_NEAREST = 3  # instance types that a message names
_FEWEST_SIZES = 3  # sizes of a family, of which one lacks a price, that show a gap in the price list
_SIZES = frozenset(["nano", "micro", "small", "medium", "large", "xlarge", "metal"])


def _is_size(size: str) -> bool:
    """Return whether a text is a size: `large`, `xlarge`, `48xlarge`, `metal`, `metal-48xl`."""
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
    """Parse a name such as `ml.c6g.xlarge`. Never raises.

    A family is letters, a generation, and letters, with an optional suffix: `^([a-z]+)(\\d+)([a-z]*)(?:-([a-z0-9]+))?$`. It is arm64 if the
    letters after the generation contain a `g`, if the suffix starts with `gb` and a digit (Grace), or if it is `a1`; else x86_64. Inferentia
    and Trainium keep their generation as processor (`inf2`, `trn1`), `dl` is `hpu`, `g`, `gr` and `p` are `gpu`, everything else is `cpu`. A
    name that does not parse is not `well_formed` and has no other properties.
    """
    malformed = InstanceType(name=name, family="", size="", architecture="", processor="", well_formed=False)
    if not name.startswith("ml.") or not name.isascii():
        return malformed
    family, dot, size = name[3:].partition(".")
    if not dot or not _is_size(size):
        return malformed
    stem, dash, suffix = family.partition("-")
    if dash and not (suffix.isalnum() and suffix == suffix.lower()):
        return malformed
    letters = stem.rstrip("abcdefghijklmnopqrstuvwxyz")
    head = letters.rstrip("0123456789")
    generation, options = letters[len(head) :], stem[len(letters) :]
    if not head or not generation or not head.isalpha() or not head.islower():
        return malformed
    grace = suffix[:2] == "gb" and suffix[2:3].isdigit()
    architecture = "arm64" if "g" in options or grace or family == "a1" else "x86_64"
    if head in ("inf", "trn"):
        processor = head + generation
    elif head == "dl":
        processor = "hpu"
    else:
        processor = "gpu" if head in ("g", "gr", "p") else "cpu"
    return InstanceType(name=name, family=family, size=size, architecture=architecture, processor=processor, well_formed=True)


class InstanceTypeTable:
    """The instance types of a catalog. `section` is its section `instances`.

    Every method takes a purpose, one of `PURPOSES`, and raises `KeyError` for any other.
    """

    def __init__(self, section: Mapping[str, Any]) -> None:
        self._section = section
        self._types: dict[str, frozenset[str]] = {}
        self._families: dict[str, frozenset[str]] = {}
        self._priced_in: dict[str, tuple[str, ...]] = {}
        self._newest_generation = 0

    def names(self, purpose: str) -> tuple[str, ...]:
        """Return all instance types for a purpose, sorted by family and size."""
        return tuple(sorted(self._names(purpose), key=_by_family_and_size))

    def status(self, name: str, purpose: str) -> InstanceTypeStatus:
        """Return what the lists say about an instance type for a purpose.

        The price list goes before the lists of other purposes: a type that AWS sells for a purpose cannot be wrong for it.
        """
        if name in self._names(purpose):
            return "known"
        instance = parse_instance_type(name)
        if not instance.well_formed:
            return "malformed"
        if name in self._prices(purpose):
            return "priced-only"
        if any(name in self._names(other) for other in PURPOSES if other != purpose):
            return "wrong-purpose"
        if instance.family in self._families_of(purpose):
            return "unknown-size"
        if any(instance.family in self._families_of(other) for other in PURPOSES):
            return "wrong-purpose"
        # SageMaker skipped EC2's t4g long ago. c9g is newer than anything that SageMaker lists, so SageMaker may still add it.
        skipped = instance.family in self._section["ec2_families"].split() and _generation(instance.family) < self._newest()
        return "wrong-purpose" if skipped else "new-family"

    def has_family(self, family: str, purpose: str) -> bool:
        """Return whether some size of a family (`c7g`) is listed or priced for a purpose."""
        return family in self._families_of(purpose)

    def nearest(self, name: str, purpose: str) -> tuple[str, ...]:
        """Return up to three types for this purpose that the name may refer to.

        For a type of another purpose, these are types of similar families with the same architecture and processor (`ml.t4g.large` for
        hosting: `ml.m6g.large`, ...); else types with a similar name.
        """
        from difflib import get_close_matches

        known = sorted(self._names(purpose))
        text = name[:60].lower()
        instance = parse_instance_type(name)
        if instance.well_formed and instance.family not in self._families_of(purpose):
            alike = [n for n in known if n.endswith("." + instance.size) and _same_hardware(parse_instance_type(n), instance)]
            alike.sort(key=lambda n: (_family_distance(parse_instance_type(n), instance), n))
            return tuple(alike[:_NEAREST])
        if not text.startswith("ml."):
            text = "ml." + text
        return tuple(get_close_matches(text, known, _NEAREST, 0.7))

    def priced_regions(self, name: str, purpose: str) -> tuple[str, ...]:
        """Return the Regions whose price list has the type for this purpose; empty if no Region prices it."""
        mask = self._prices(purpose).get(name)
        return tuple(in_mask(mask, self._regions_with_prices(purpose))) if mask is not None else ()

    @property
    def prices_as_of(self) -> str | None:
        """The ISO date of the price list; None if the catalog of a user does not say it."""
        date = self._section.get("prices_as_of")
        return str(date) if date is not None else None

    def price_gap(self, name: str, purpose: str, region: str) -> PriceGap | None:
        """Return whether only this size of its family lacks a price in a Region: a hole between two sizes, or an edge; None if others lack one too.

        The sizes are those in SageMaker's list of instance types for the purpose. AWS sells whole families, so a hole is a fault of the price list.
        """
        if name not in self._names(purpose):
            return None
        family = parse_instance_type(name).family
        sizes = [size for size in self.names(purpose) if parse_instance_type(size).family == family]
        if len(sizes) < _FEWEST_SIZES or any((region in self.priced_regions(size, purpose)) == (size == name) for size in sizes):
            return None
        return "edge" if name in (sizes[0], sizes[-1]) else "hole"

    def is_sold_nowhere(self, family: str, purpose: str) -> bool:
        """Return whether there is a price list for this purpose, and no size of the family has a price in any Region."""
        prices = self._prices(purpose)
        return bool(prices) and not any(parse_instance_type(name).family == family for name in prices)

    def has_prices(self, purpose: str, region: str) -> bool:
        """Return whether the prices for this purpose are known in a Region, so that a missing type means that AWS does not offer it."""
        return region in self._regions_with_prices(purpose)

    def _names(self, purpose: str) -> frozenset[str]:
        if purpose not in self._types:
            self._types[purpose] = frozenset(self._section["types"][purpose].split())
        return self._types[purpose]

    def _families_of(self, purpose: str) -> frozenset[str]:
        if purpose not in self._families:
            names = self._names(purpose) | frozenset(self._prices(purpose))
            self._families[purpose] = frozenset(name.split(".")[1] for name in names if "." in name)
        return self._families[purpose]

    def _prices(self, purpose: str) -> Mapping[str, str]:
        """Return the mask of its Regions for each type; empty for a purpose without a price list."""
        table = self._section["prices"].get(purpose)
        return table["types"] if table is not None else {}

    def _regions_with_prices(self, purpose: str) -> tuple[str, ...]:
        if purpose not in self._priced_in:
            table = self._section["prices"].get(purpose)
            self._priced_in[purpose] = tuple(table["regions"].split()) if table is not None else ()
        return self._priced_in[purpose]

    def _newest(self) -> int:
        """Return the newest generation of any family that SageMaker lists."""
        if not self._newest_generation:
            self._newest_generation = max(_generation(family) for purpose in PURPOSES for family in self._families_of(purpose))
        return self._newest_generation


def _generation(family: str) -> int:
    """Return the generation of a family: 8 for `c8g`, `p8en`, `c8i-flex`; 0 if it has none."""
    digits = family.partition("-")[0].strip("abcdefghijklmnopqrstuvwxyz")
    return int(digits[:9]) if digits.isdecimal() else 0


def _by_family_and_size(name: str) -> tuple[str, int, str]:
    family, _, size = name.removeprefix("ml.").partition(".")
    digits = size.removesuffix("xlarge")
    return family, int(digits[:9]) if digits.isdecimal() else 1 if size == "xlarge" else 10_000 if size.startswith("metal") else 0, size


def _same_hardware(first: InstanceType, second: InstanceType) -> bool:
    return first.architecture == second.architecture and first.processor == second.processor


def _family_distance(candidate: InstanceType, target: InstanceType) -> tuple[int, int]:
    """Return a sort key: the same class first (general purpose in place of burstable), then the nearest generation."""
    letter = "m" if target.family[0] == "t" else target.family[0]
    return (candidate.family[0] != letter, abs(_generation(candidate.family) - _generation(target.family)))
