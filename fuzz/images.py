"""Fuzz `smlint.parse_image` and `smlint.retrieve`: they handle any arguments, and raise only documented errors."""

from __future__ import annotations

from zlib import crc32

from fuzz.invariants.images import image_holds, retrieve_holds
from fuzz.text import decoded
from fuzz.vocabulary import vocabulary

PARAMETERS = (
    "framework", "region", "version", "py_version", "instance_type", "accelerator_type", "image_scope", "container_version", "distribution",
    "base_framework_version", "training_compiler_config", "sdk_version", "inference_tool", "serverless_inference_config", "sdk_compatible",
)  # fmt: skip
"""The parameters of `retrieve`, in order."""

ODD: tuple[object, ...] = (0, 1.5, True, b"pytorch", (), [], {}, {"smdistributed": {}}, {"torch_distributed": {"enabled": True}}, object)
"""Values that a caller might pass instead of a string or a dictionary."""

_REQUEST = ("pytorch", "us-west-2", "2.6.0", "py312", "ml.m5.large", "", "inference", "", "", "", "", "", "", "", "")


def check(data: bytes) -> None:
    """Test lines of text: each word as an image URI, and the lines as arguments of `retrieve`."""
    text = decoded(data)
    for word in text.split()[:20]:
        image_holds(word)
    image_holds(text)
    retrieve_holds(arguments(text))


def arguments(text: str) -> dict[str, object]:
    """Return the lines as arguments of `retrieve`, in order.

    An empty line omits the argument. A line that starts with `?` selects a value from `ODD`.
    """
    values: dict[str, object] = {"framework": "pytorch", "region": "us-west-2"}
    for name, line in zip(PARAMETERS, text.split("\n"), strict=False):
        if line.startswith("?"):
            values[name] = ODD[crc32(line.encode("utf-8", "surrogateescape")) % len(ODD)]
        elif name == "sdk_compatible":
            values[name] = bool(line)
        elif line:
            values[name] = line
    return values


def seeds() -> list[bytes]:
    """Return the initial inputs: URIs of every repository, and requests that have a result."""
    words = vocabulary()
    requests = [
        "\n".join(("pytorch", region, "2.6.0", "py312", instance_type, "", scope))
        for region, instance_type, scope in zip(words.regions, words.instance_types[::7], ("inference", "training") * 50, strict=False)
    ]
    odd = ["\n".join(f"?{number}" if at == number else part for at, part in enumerate(_REQUEST)) for number in range(len(PARAMETERS))]
    uri = words.images[0]
    others = [
        *(f"{scheme}{uri}" for scheme in ("https://", "docker://", "http://", " ")),
        uri.replace(".com/", ".com:443/"),
        f"{uri}@sha256:{'0a' * 32}",
        uri.replace(".dkr.ecr.", ".dkr-ecr-fips.").replace(".amazonaws.com", ".on.aws"),
        uri.replace("us-west-2", "${AWS::Region}"),
        f"{{{{ account }}}}{uri[12:]}",
        "huggingface\nus-east-1\n4.49.0\n\nml.g5.xlarge\n\ninference\n\n\npytorch2.6.0",
        "xgboost\neu-west-1\n1.7-1\n\nml.m5.large\n\n\n\n\n\n\n\n\n\nx",
    ]
    return [text.encode() for text in (*words.images, *requests, *odd, *others)]
