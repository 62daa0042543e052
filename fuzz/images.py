"""Fuzz `smlint.parse_image` and `smlint.retrieve`: an answer to any question, and no error but the documented one."""

from __future__ import annotations

from zlib import crc32

from fuzz.invariants.images import image_holds, retrieve_holds
from fuzz.text import decoded
from fuzz.vocabulary import vocabulary

PARAMETERS = (
    "framework", "region", "version", "py_version", "instance_type", "accelerator_type", "image_scope", "container_version", "distribution",
    "base_framework_version", "training_compiler_config", "sdk_version", "inference_tool", "serverless_inference_config", "sdk_compatible",
)  # fmt: skip
"""What `retrieve` takes, in its order."""

ODD: tuple[object, ...] = (0, 1.5, True, b"pytorch", (), [], {}, {"smdistributed": {}}, {"torch_distributed": {"enabled": True}}, object)
"""What somebody may pass where a text belongs, or a dictionary."""


_QUESTION = ("pytorch", "us-west-2", "2.6.0", "py312", "ml.m5.large", "", "inference", "", "", "", "", "", "", "", "")


def check(data: bytes) -> None:
    """One input: lines of text. Each word is read as an image URI, and the lines are the arguments of a question."""
    text = decoded(data)
    for word in text.split()[:20]:
        image_holds(word)
    image_holds(text)
    retrieve_holds(arguments(text))


def arguments(text: str) -> dict[str, object]:
    """Lines as arguments of `retrieve`, in its order: nothing for an empty line, `?N` for an odd value, else the line itself."""
    found: dict[str, object] = {"framework": "pytorch", "region": "us-west-2"}
    for name, line in zip(PARAMETERS, text.split("\n"), strict=False):
        if line.startswith("?"):
            found[name] = ODD[crc32(line.encode("utf-8", "surrogateescape")) % len(ODD)]
        elif name == "sdk_compatible":
            found[name] = bool(line)
        elif line:
            found[name] = line
    return found


def seeds() -> list[bytes]:
    """Inputs to begin with: URIs of every repository, and questions that have an answer."""
    words = vocabulary()
    questions = [
        "\n".join(("pytorch", region, "2.6.0", "py312", instance_type, "", scope))
        for region, instance_type, scope in zip(words.regions, words.instance_types[::7], ("inference", "training") * 50, strict=False)
    ]
    odd = ["\n".join(f"?{number}" if at == number else part for at, part in enumerate(_QUESTION)) for number in range(len(PARAMETERS))]
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
    return [text.encode() for text in (*words.images, *questions, *odd, *others)]
