"""Images that fit an instance type and a Region, drawn from the catalogue, and the ways to spoil them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from hypothesis import strategies as st

from smlint import parse_image, retrieve
from smlint.images.catalog import load_catalog
from smlint.images.errors import ImageError
from smlint.images.instances import InstanceTypeStatus
from smlint.images.substitute import in_region, substitute
from smlint.model.images import Expected, Image

BUNDLED = load_catalog()


_HARDWARE = (
    "ml.m5.xlarge", "ml.c7i.large", "ml.c6i.2xlarge", "ml.c6g.large", "ml.c7g.xlarge", "ml.m6g.xlarge", "ml.c8g.xlarge", "ml.r8g.large",
    "ml.g4dn.xlarge", "ml.g5.2xlarge", "ml.p4d.24xlarge", "ml.inf2.xlarge", "ml.trn1.2xlarge",
)  # fmt: skip
_PURPOSES = {"inference": "hosting", "training": "training"}


class Chosen(NamedTuple):
    """An image on an instance type in a Region, for `inference` or `training`. It is SageMaker's build, or the one for EC2 (`ec2`)."""

    uri: str
    instance_type: str
    region: str
    scope: str
    ec2: bool

    @property
    def image(self) -> Image:
        """What the image is."""
        return parse_image(self.uri)


@cache
def _offers(scope: str) -> tuple[tuple[str, str, str], ...]:
    """Framework, version and instance type of what there is in us-west-2: for each framework its newest and its middle version, and two for arm64."""
    found = []
    for framework in BUNDLED.frameworks:
        known, twofold = BUNDLED.versions(framework, scope), BUNDLED.versions(framework, scope, architecture="arm64")
        for version in dict.fromkeys((*known[:1], *known[len(known) // 2 :][:1], *twofold[:2])):
            for instance_type in _HARDWARE:
                uri = _asked(framework, version, instance_type, "us-west-2", scope)
                if uri is not None and BUNDLED.instance_types.status(instance_type, _PURPOSES[scope]) is InstanceTypeStatus.KNOWN:
                    found.append((framework, version, instance_type))
    return tuple(found)


def _asked(framework: str, version: str, instance_type: str, region: str, scope: str) -> str | None:
    try:
        return retrieve(framework, region, version=version, instance_type=instance_type, image_scope=scope)
    except ImageError:
        return None


@st.composite
def chosen(draw: st.DrawFn, scope: str = "inference", ec2: bool = False, purpose: str = "") -> Chosen:
    """An image that fits. `ec2` asks for the build for EC2, ECS and EKS, `purpose` for an instance type that is offered for that."""
    offers = _builds_for_ec2(scope) if ec2 else _offers(scope)
    if purpose:
        offers = tuple(offer for offer in offers if BUNDLED.instance_types.status(offer[2], purpose) is InstanceTypeStatus.KNOWN)
    twofold = [offer for offer in offers if offer[0] in ("pytorch", "tensorflow", "xgboost", "sklearn")]  # else few can be of the wrong architecture
    framework, version, instance_type = draw(st.sampled_from(offers) | st.sampled_from(twofold))
    uri = _asked(framework, version, instance_type, "us-west-2", scope) or ""
    repository = parse_image(uri).repository or ""
    both = sorted(BUNDLED.regions_of(repository) & {*BUNDLED.instance_types.priced_regions(instance_type, _PURPOSES[scope]), "us-west-2"})
    region = draw(st.sampled_from(both or ["us-west-2"]))
    uri = _asked(framework, version, instance_type, region, scope) or uri
    if ec2:
        found = substitute(parse_image(uri), BUNDLED, platform="ec2", instance_type=instance_type)
        assert isinstance(found, Expected)
        uri = found.uri
    return Chosen(uri, instance_type, parse_image(uri).region or region, scope, ec2)


@cache
def _builds_for_ec2(scope: str) -> tuple[tuple[str, str, str], ...]:
    found = []
    for framework, version, instance_type in _offers(scope):
        image = parse_image(_asked(framework, version, instance_type, "us-west-2", scope) or "")
        if isinstance(substitute(image, BUNDLED, platform="ec2", instance_type=instance_type), Expected):
            found.append((framework, version, instance_type))
    return tuple(found)


class Spoilt(NamedTuple):
    """A URI of which one thing is wrong: the `Region`, `account`, `domain`, `architecture` or `processor`."""

    what: str
    uri: str


def spoilt(one: Chosen) -> Iterator[Spoilt]:
    """The ways to spoil an image that a repair must undo."""
    image = one.image
    if image.region is None or image.account is None or image.domain is None:
        return
    for elsewhere in ("eu-south-1", "us-gov-west-1", "cn-north-1"):
        moved = in_region(image, elsewhere, BUNDLED)
        if moved is None or elsewhere == one.region:
            continue
        yield Spoilt("Region", moved)
        other = parse_image(moved)
        if other.account is not None and other.account != image.account:
            yield Spoilt("account", one.uri.replace(image.account, other.account))
        if other.domain is not None and other.domain != image.domain:
            yield Spoilt("domain", one.uri.replace(f".{image.domain}/", f".{other.domain}/"))
    if image.processor not in ("cpu", "gpu"):
        return  # which Neuron SDK an image had cannot be told from another's tag
    for architecture, processor in (("arm64", "cpu"), ("x86_64", "cpu"), ("x86_64", "gpu")):
        changed = substitute(image, BUNDLED, architecture=architecture, processor=processor, platform=image.platform)
        if isinstance(changed, Expected):
            there = parse_image(changed.uri)
            if there.architecture != image.architecture:
                yield Spoilt("architecture", changed.uri)
            elif there.processor != image.processor:
                yield Spoilt("processor", changed.uri)
