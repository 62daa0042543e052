"""Invariants for every image URI, and for every call of `smlint.retrieve`."""

from __future__ import annotations

from collections.abc import Mapping

from smlint import parse_image, retrieve
from smlint.images.catalog import load_catalog
from smlint.images.errors import ImageError
from smlint.images.registries import in_region
from smlint.images.uri import format_image
from smlint.model.images import Image

_COMPONENTS = ("account", "region", "domain", "registry", "repository", "tag", "digest")


def image_holds(uri: str) -> Image:
    """Parse a URI, which never raises, and check the result. Raises `AssertionError`."""
    image = parse_image(uri)
    assert image.uri == uri
    assert format_image(image) == uri
    assert parse_image(uri) == image, "the same call returned another result"
    for name, (start, end) in image.parts.items():
        assert 0 <= start <= end <= len(uri), f"the {name} is outside the URI"
    for name in _COMPONENTS:
        value = getattr(image, name)
        if value is not None and name in image.parts:
            start, end = image.parts[name]
            assert uri[start:end] == value, f"the {name} is {value!r}, but the URI has another text there"
    if image.is_ecr and image.registry:
        before = uri[: image.parts["registry"][0]].strip()
        assert not before or before.endswith("://"), f"{before!r} before the registry is not a scheme"
    if not image.problems and image.is_ecr and image.registry and image.repository is not None:
        assert joined_parts(image) in (uri, None), "the parts form another URI"
    if image.owner == "aws":
        assert image.account is not None, "an AWS image without an account"
    _check_other_regions(image)
    return image


def joined_parts(image: Image) -> str | None:
    """Return the URI that the parts form; None if a part is present but unknown."""
    if any(getattr(image, name) is None for name in image.parts if name in _COMPONENTS):
        return None
    tag = f":{image.tag}" if image.tag is not None else ""
    digest = f"@{image.digest}" if image.digest is not None else ""
    return f"{image.registry}/{image.repository}{tag}{digest}"


def _check_other_regions(image: Image) -> None:
    """If an image can be moved to another Region, the result is in that Region and has the same name. These Regions have no FIPS endpoints."""
    for region in ("eu-south-1", "cn-north-1"):
        moved = in_region(image, region, load_catalog())
        if moved is not None:
            there = parse_image(moved)
            expected = (region, image.endpoint.removesuffix("-fips"), image.repository, image.tag)
            assert (there.region, there.endpoint, there.repository, there.tag) == expected, moved
            assert moved.endswith(image.uri[image.parts["repository"][0] :].rstrip()), "text after the registry changed"


def retrieve_holds(arguments: Mapping[str, object]) -> str | None:
    """Call `retrieve` and return a URI in the requested Region; None if there is no such image. Raises `AssertionError`.

    Arguments can have any type: `retrieve` reports wrong types with an `ImageError`, and raises nothing else.
    """
    results = [_retrieve(arguments), _retrieve(arguments)]
    assert results[0] == results[1], "the same call returned another result"
    uri = results[0]
    if uri is not None and not arguments.get("sdk_compatible"):  # the SDK accepts any text in a tag
        image = image_holds(uri)
        assert image.problems == (), f"{uri} {image.problems}"
        assert image.region == arguments["region"], f"{uri} is not in Region {arguments['region']}"
        assert image.owner == "aws", f"{uri} is not in an AWS registry"
    return uri


def _retrieve(arguments: Mapping[str, object]) -> str | None:
    try:
        uri: object = retrieve(**arguments)  # type: ignore[arg-type]  # wrong types on purpose
    except ImageError as error:
        assert str(error), "an error without a message"
        assert len(error.alternatives) <= 3
        assert all(type(alternative) is str for alternative in error.alternatives)
        return None
    assert isinstance(uri, str)
    return uri
