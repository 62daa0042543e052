"""What must hold for every image URI, and for every question to `smlint.retrieve`."""

from __future__ import annotations

from collections.abc import Mapping

from smlint import parse_image, retrieve
from smlint.images.catalog import load_catalog
from smlint.images.errors import ImageError
from smlint.images.substitute import in_region
from smlint.images.uri import format_image
from smlint.model.images import Image

_COMPONENTS = ("account", "region", "domain", "registry", "repository", "tag", "digest")


def image_holds(uri: str) -> Image:
    """Parse a URI, which never raises, and look at what it is taken for. Raises `AssertionError`."""
    image = parse_image(uri)
    assert image.uri == uri
    assert format_image(image) == uri
    assert parse_image(uri) == image, "another answer to the same question"
    for name, (start, end) in image.parts.items():
        assert 0 <= start <= end <= len(uri), f"the {name} stands outside of the URI"
    for name in _COMPONENTS:
        value = getattr(image, name)
        if value is not None and name in image.parts:
            start, end = image.parts[name]
            assert uri[start:end] == value, f"the {name} is {value!r}, and another text stands there"
    if image.is_ecr and image.registry:
        before = uri[: image.parts["registry"][0]].strip()
        assert not before or before.endswith("://"), f"{before!r} is no part of the registry, nor a scheme"
    if not image.problems and image.is_ecr and image.registry and image.repository is not None:
        assert written(image) in (uri, None), "what the parts make is another URI"
    if image.owner == "aws":
        assert image.account is not None, "an image of AWS's without an account"
    _look_at_moved(image)
    return image


def written(image: Image) -> str | None:
    """The URI that an image's components make; None where one of them is there, and not known."""
    if any(getattr(image, name) is None for name in image.parts if name in _COMPONENTS):
        return None
    tag = f":{image.tag}" if image.tag is not None else ""
    digest = f"@{image.digest}" if image.digest is not None else ""
    return f"{image.registry}/{image.repository}{tag}{digest}"


def _look_at_moved(image: Image) -> None:
    """An image that can be moved to another Region is there afterwards, under the name it had."""
    for region in ("eu-south-1", "cn-north-1"):
        moved = in_region(image, region, load_catalog())
        if moved is not None:
            there = parse_image(moved)
            assert (there.region, there.endpoint, there.repository, there.tag) == (region, image.endpoint, image.repository, image.tag), moved
            assert moved.endswith(image.uri[image.parts["repository"][0] :].rstrip()), "what follows the registry was touched"


def retrieve_holds(arguments: Mapping[str, object]) -> str | None:
    """Ask for an image. The answer is a URI of the Region that was asked for; None when there is no such image. Raises `AssertionError`.

    Any argument may be of any type: `retrieve` says so with an `ImageError`, and raises nothing else.
    """
    answers = [_asked(arguments), _asked(arguments)]
    assert answers[0] == answers[1], "another answer to the same question"
    uri = answers[0]
    if uri is not None and not arguments.get("sdk_compatible"):  # the SDK puts any text into a tag
        image = image_holds(uri)
        assert image.problems == (), f"{uri} {image.problems}"
        assert image.region == arguments["region"], f"{uri} is in another Region than {arguments['region']}"
        assert image.owner == "aws", f"{uri} is of nobody's registry"
    return uri


def _asked(arguments: Mapping[str, object]) -> str | None:
    try:
        uri: object = retrieve(**arguments)  # type: ignore[arg-type]  # the wrong types are the question
    except ImageError as error:
        assert str(error), "an error without a message"
        assert len(error.alternatives) <= 3
        assert all(type(one) is str for one in error.alternatives)
        return None
    assert isinstance(uri, str)
    return uri
