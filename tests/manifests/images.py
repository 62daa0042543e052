"""Images from the catalog that suit an instance type and an AWS Region, and ways to break them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from hypothesis import strategies as st

from smlint import parse_image, retrieve
from smlint.images.catalog import load_catalog
from smlint.images.errors import ImageError
from smlint.images.registries import in_region
from smlint.images.substitute import substitute
from smlint.model.images import Expected, Image
from tests.catalog_versions import versions

BUNDLED = load_catalog()


_HARDWARE = (
    "ml.m5.xlarge", "ml.c7i.large", "ml.c6i.2xlarge", "ml.c6g.large", "ml.c7g.xlarge", "ml.m6g.xlarge", "ml.c8g.xlarge", "ml.r8g.large",
    "ml.g4dn.xlarge", "ml.g5.2xlarge", "ml.p4d.24xlarge", "ml.inf2.xlarge", "ml.trn1.2xlarge",
)  # fmt: skip
_PURPOSES = {"inference": "hosting", "training": "training"}


class ChosenImage(NamedTuple):
    """An image on an instance type in a Region, for `inference` or `training`: the build for SageMaker, or with `ec2` that for EC2."""

    uri: str
    instance_type: str
    region: str
    scope: str
    ec2: bool

    @property
    def image(self) -> Image:
        """The parsed image."""
        return parse_image(self.uri)


@cache
def _offers(scope: str) -> tuple[tuple[str, str, str], ...]:
    """(framework, version, instance type) of images in us-west-2: the newest and the middle version of each framework, and two for arm64."""
    found = []
    for framework in BUNDLED.frameworks:
        every, for_arm64 = versions(BUNDLED, framework, scope), versions(BUNDLED, framework, scope, architecture="arm64")
        for version in dict.fromkeys((*every[:1], *every[len(every) // 2 :][:1], *for_arm64[:2])):
            for instance_type in _HARDWARE:
                uri = _retrieve(framework, version, instance_type, "us-west-2", scope)
                if uri is not None and BUNDLED.instance_types.status(instance_type, _PURPOSES[scope]) == "known":
                    found.append((framework, version, instance_type))
    return tuple(found)


def _retrieve(framework: str, version: str, instance_type: str, region: str, scope: str) -> str | None:
    try:
        return retrieve(framework, region, version=version, instance_type=instance_type, image_scope=scope)
    except ImageError:
        return None


@st.composite
def chosen(draw: st.DrawFn, scope: str = "inference", ec2: bool = False, purpose: str = "") -> ChosenImage:
    """An image that suits its instance type. `ec2` selects builds for EC2, ECS and EKS, `purpose` instance types offered for that purpose."""
    offers = _builds_for_ec2(scope) if ec2 else _offers(scope)
    if purpose:
        offers = tuple(offer for offer in offers if BUNDLED.instance_types.status(offer[2], purpose) == "known")
    multi_architecture = [offer for offer in offers if offer[0] in ("pytorch", "tensorflow", "xgboost", "sklearn")]  # few others can have the wrong architecture
    framework, version, instance_type = draw(st.sampled_from(offers) | st.sampled_from(multi_architecture))
    uri = _retrieve(framework, version, instance_type, "us-west-2", scope) or ""
    repository = parse_image(uri).repository or ""
    both = sorted(BUNDLED.regions_of(repository) & {*BUNDLED.instance_types.priced_regions(instance_type, _PURPOSES[scope]), "us-west-2"})
    region = draw(st.sampled_from(both or ["us-west-2"]))
    uri = _retrieve(framework, version, instance_type, region, scope) or uri
    if ec2:
        found = substitute(parse_image(uri), BUNDLED, platform="ec2", instance_type=instance_type)
        assert isinstance(found, Expected)
        uri = found.uri
    return ChosenImage(uri, instance_type, parse_image(uri).region or region, scope, ec2)


@cache
def _builds_for_ec2(scope: str) -> tuple[tuple[str, str, str], ...]:
    found = []
    for framework, version, instance_type in _offers(scope):
        image = parse_image(_retrieve(framework, version, instance_type, "us-west-2", scope) or "")
        if isinstance(substitute(image, BUNDLED, platform="ec2", instance_type=instance_type), Expected):
            found.append((framework, version, instance_type))
    return tuple(found)


class BrokenImage(NamedTuple):
    """A URI with one wrong part: the `Region`, `account`, `domain`, `architecture` or `processor`."""

    part: str
    uri: str


def broken_images(chosen_image: ChosenImage) -> Iterator[BrokenImage]:
    """Broken variants of an image, which a fix must undo."""
    image = chosen_image.image
    if image.region is None or image.account is None or image.domain is None:
        return
    for elsewhere in ("eu-south-1", "us-gov-west-1", "cn-north-1"):
        moved = in_region(image, elsewhere, BUNDLED)
        if moved is None or elsewhere == chosen_image.region:
            continue
        yield BrokenImage("Region", moved)
        other = parse_image(moved)
        if other.account is not None and other.account != image.account:
            yield BrokenImage("account", chosen_image.uri.replace(image.account, other.account))
        if other.domain is not None and other.domain != image.domain:
            yield BrokenImage("domain", chosen_image.uri.replace(f".{image.domain}/", f".{other.domain}/"))
    if image.processor not in ("cpu", "gpu"):
        return  # the tag of another processor does not determine the Neuron SDK
    for architecture, processor in (("arm64", "cpu"), ("x86_64", "cpu"), ("x86_64", "gpu")):
        changed = substitute(image, BUNDLED, architecture=architecture, processor=processor, platform=image.platform)
        if isinstance(changed, Expected):
            there = parse_image(changed.uri)
            if there.architecture != image.architecture:
                yield BrokenImage("architecture", changed.uri)
            elif there.processor != image.processor:
                yield BrokenImage("processor", changed.uri)
