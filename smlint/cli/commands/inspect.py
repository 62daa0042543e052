"""`smlint inspect`: describe an image URI."""

from __future__ import annotations

from smlint.cli.commands.values import chosen_catalog
from smlint.cli.console import Console
from smlint.cli.options.model import Command, OptionGroup, ParsedOptions
from smlint.cli.options.shared import AS_OF, CATALOG, TEXT_OR_JSON
from smlint.model.images import Image
from smlint.runtime.escaping import for_terminal, to_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from smlint.images.image_facts import ImageFacts

COMMAND = Command(
    "inspect",
    "describe an image URI",
    (OptionGroup("Output", (TEXT_OR_JSON, AS_OF, CATALOG)),),
    arguments="IMAGE_URI",
    least=1,
    most=1,
)

OWNERS = {
    "aws": "owned by SageMaker",
    "documentation": "a placeholder from the AWS documentation",
    "gallery": "AWS, in the public gallery of Amazon ECR",
    "marketplace": "a seller on AWS Marketplace",
    "nvidia": "NVIDIA",
}
_PUBLISHERS = {"aws": "SageMaker", "gallery": "AWS", "marketplace": "a seller on AWS Marketplace", "nvidia": "NVIDIA"}
"""The publishers whose images smlint may know without their contents."""


def run(parsed: ParsedOptions, console: Console) -> int:
    """Print the description. Any string has one, so the exit code is always 0."""
    from smlint.images.image_facts import image_facts
    from smlint.images.uri import parse_image

    catalog = chosen_catalog(parsed, console)
    image = parse_image(parsed.arguments[0], catalog)
    facts = image_facts(catalog, image)
    if parsed.value("--output-format") == "json":
        console.write(to_json(as_json(image, facts)))
    else:
        from smlint.cli.commands.values import day

        past_patch = catalog.is_past_patch(image, day(parsed.value("--as-of"))) is True
        console.write(as_text(image, past_patch=past_patch, facts=facts))
    return 0


def _evidence(facts: ImageFacts) -> str | None:
    """Return the name of what shows that the tag was released; None if nothing does."""
    from smlint.images.evidence import NAMES

    return NAMES.get(facts.evidence or "")


def as_json(image: Image, facts: ImageFacts) -> dict[str, object]:
    """Return the image as plain data; None for what is unknown."""
    return {
        "uri": image.uri,
        "registry": {"account": image.account, "region": image.region, "domain": image.domain, "owner": image.owner},
        "repository": image.repository,
        "tag": image.tag,
        "digest": image.digest,
        "framework": image.framework,
        "version": image.version,
        "libraries": dict(image.libraries),
        "python": image.python,
        "processor": image.processor,
        "accelerator": image.accelerator,
        "os": image.os,
        "platform": image.platform,
        "architecture": image.architecture,
        "scope": image.scope,
        "known_tag": image.known_tag,
        "evidence": _evidence(facts),
        "released": facts.released,
        "end_of_patch": image.end_of_patch,
        "cuda": facts.cuda,
        "cuda_may_change": facts.cuda_may_change if facts.cuda is not None else None,
        "neuron_sdk": facts.neuron_sdk,
        "compute_capabilities": list(facts.capabilities) or None,
        "needs_gpu": facts.needs_gpu,
        "multi_model": facts.multi_model,
        "bind_to_port": facts.bind_to_port,
        "training_hardware": facts.training_hardware.split() if facts.training_hardware is not None else None,
        "problems": list(image.problems),
    }


def as_text(image: Image, *, past_patch: bool, facts: ImageFacts | None = None) -> str:
    """Return a sentence, and a line for each known property. `past_patch`: the image no longer receives security patches."""
    known = (*_rows(image, past_patch), *(_fact_rows(facts) if facts is not None else ()))
    rows = [(name, for_terminal(text)) for name, text in known if text]
    lines = [_sentence(image), "", *(f"  {name:<14}{text}" for name, text in rows)]
    lines += [f"  {'problem':<14}{for_terminal(problem)}" for problem in image.problems]
    return "\n".join(lines) + "\n"


def _sentence(image: Image) -> str:
    if image.framework is None:
        if image.owner in _PUBLISHERS and (image.owner != "aws" or image.known_repository):
            return f"An image of {_PUBLISHERS[image.owner]}; smlint does not know what it contains."
        if not image.is_ecr:
            return "An image outside Amazon ECR; smlint cannot determine what it contains."
        return "An image in Amazon ECR that is not in the catalog."
    what = " ".join(word for word in (image.framework, image.version) if word)
    purpose = image.scope or " and ".join(image.scopes)
    hardware = " ".join(word for word in (image.architecture, _processor(image)) if word)
    known = "" if image.known_tag else ", with a tag that is not in the catalog"
    return f"{for_terminal(what)}{f' for {purpose}' if purpose else ''}{f', on {hardware}' if hardware else ''}{known}."


def _processor(image: Image) -> str:
    names = {
        "cpu": "CPUs",
        "gpu": "GPUs",
        "neuron": "Inferentia (first generation)",
        "neuronx": "Inferentia2 and Trainium",
        "hpu": "Gaudi",
    }
    return names.get(image.processor or "", image.processor or "")


def _rows(image: Image, past_patch: bool) -> list[tuple[str, str]]:
    registry = ""
    end = image.end_of_patch or ""
    if past_patch:
        end = f"{end} (ended)" if end else "ended"
    if not image.is_ecr and image.owner is not None:
        registry = f"{for_terminal(image.registry)} ({OWNERS[image.owner]})"
    if image.is_ecr:
        owner = OWNERS.get(image.owner or "", "")
        registry = (
            f"account {image.account or 'unknown'}{f' ({owner})' if owner else ''} in {image.region or 'an unknown Region'}"
        )
    return [
        ("registry", registry),
        ("repository", image.repository or ""),
        (
            "tag",
            f"{image.tag} ({'known' if image.known_tag else 'not in the catalog'})"
            if image.tag and image.framework is not None
            else image.tag or "",
        ),
        ("digest", image.digest or ""),
        ("framework", " ".join(word for word in (image.framework, image.version) if word)),
        ("libraries", ", ".join(f"{name} {version}" for name, version in image.libraries)),
        ("python", image.python or ""),
        ("architecture", image.architecture or ""),
        ("processor", image.processor or ""),
        ("accelerator", image.accelerator or ""),
        ("system", image.os or ""),
        ("platform", image.platform or ""),
        ("scope", image.scope or ", ".join(image.scopes)),
        ("end of patch", end),
    ]


def _fact_rows(facts: ImageFacts) -> list[tuple[str, str]]:
    def answer(value: bool | None) -> str:
        return "" if value is None else "yes" if value else "no"

    capabilities = ", ".join(f"{text[:-1]} or later" if text.endswith("-") else text for text in facts.capabilities)
    return [
        ("CUDA", f"{facts.cuda} (later builds may have another)" if facts.cuda_may_change else facts.cuda or ""),
        ("Neuron SDK", facts.neuron_sdk or ""),
        ("needs a GPU", answer(facts.needs_gpu)),
        ("capability", f"compute capability {capabilities}" if capabilities else ""),
        ("multi-model", answer(facts.multi_model)),
        ("bind to port", answer(facts.bind_to_port)),
        ("trains on", (facts.training_hardware or "").replace(" ", " and ")),
        ("released", facts.released or ""),
        ("evidence", _evidence(facts) or ""),
    ]
