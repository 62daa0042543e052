"""Release git tags of aws/deep-learning-containers: `v1.8-pt-sagemaker-2.6.0-inf-py312` is a release of PyTorch 2.6.0 for inference.

They name neither CUDA nor operating system. So a git tag proves a release only of the image tags that some other source names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from smlint.images.families import stem_of
from smlint.images.tags import Tag, parse_tag
from smlint.runtime.named_tuple import NamedTuple

_COMPONENTS = {
    "pt": "pytorch", "tf": "tensorflow", "mx": "mxnet", "hf": "transformers", "tgi": "tgi", "ag": "autogluon", "djl": "djl", "lmi": "lmi",
    "ds": "deepspeed", "ft": "fastertransformer", "trt": "tensorrtllm", "vllm": "vllm", "sglang": "sglang", "base": "base", "triton": "triton",
}  # fmt: skip
"""The component whose version follows, by the word in a git tag."""

_SCOPES = {"tr": "training", "inf": "inference"}
_MAIN = {"djl-inference": "djl", "sagemaker-tritonserver": "triton", "vllm-arm64": "vllm", "vllm": "vllm", "sglang": "sglang", "base": "base"}
"""The component whose version a tag of the repository starts with; for the repositories of PyTorch and others, `stem_of`."""

_FLAVORS = frozenset(("rayserve", "full"))


class ReleaseTag(NamedTuple):
    """What a release git tag names; a field that it leaves out is None. `components` are sorted (name, version) pairs."""

    components: tuple[tuple[str, str], ...]
    scope: str | None
    processor: str | None
    python: str | None
    platform: str | None
    architecture: str | None
    sdk: str | None
    toolkit: str | None
    flavors: frozenset[str]


def parse_release_tag(name: str) -> ReleaseTag | None:
    """Parse a git tag; None if it has a word that smlint does not know, or no version of anything."""
    revision, _, rest = name.partition("-")
    if not rest or parse_tag(revision).revision is None:
        return None
    components: dict[str, str] = {}
    fields: dict[str, str] = {}
    flavors: set[str] = set()
    component = ""
    for word in rest.split("-"):
        if word in _COMPONENTS:
            component = _COMPONENTS[word]
        elif word in _SCOPES:
            fields["scope"] = _SCOPES[word]
        elif word in _FLAVORS:
            flavors.add(word)
        else:
            tag = parse_tag(word)
            if tag.version is not None and component:
                components.setdefault(component, tag.version)
                continue
            known = {
                "processor": tag.processor, "python": tag.python, "platform": tag.platform, "sdk": tag.sdk, "toolkit": tag.accelerator,
                "architecture": word if tag.architecture else None,
            }  # fmt: skip
            found = {key: value for key, value in known.items() if value is not None}
            if not found:
                return None
            fields |= found
    if not components:
        return None
    return ReleaseTag(
        components=tuple(sorted(components.items())),
        scope=fields.get("scope"),
        processor=fields.get("processor"),
        python=fields.get("python"),
        platform=fields.get("platform"),
        architecture=fields.get("architecture"),
        sdk=fields.get("sdk"),
        toolkit=fields.get("toolkit"),
        flavors=frozenset(flavors),
    )


def released_tags(names: Iterable[str], candidates: Mapping[str, Iterable[str]]) -> dict[str, dict[str, list[str]]]:
    """Return the git tags that prove a release of each candidate, by repository and image tag.

    Not of two candidates that differ only in what git tags leave out: nothing says which of them was released.
    """
    by_release: dict[ReleaseTag, list[str]] = {}
    for name in names:
        release = parse_release_tag(name)
        if release is not None:
            by_release.setdefault(release, []).append(name)
    by_components: dict[tuple[tuple[str, str], ...], list[ReleaseTag]] = {}
    for release in by_release:
        by_components.setdefault(release.components, []).append(release)
    proved: dict[tuple[ReleaseTag, str, str | None], list[tuple[str, str]]] = {}
    for repository, texts in candidates.items():
        for text in texts:
            tag = parse_tag(text)
            for release in by_components.get(_components(repository, tag), ()):
                if _agrees(release, repository, tag):
                    proved.setdefault((release, repository, tag.processor), []).append((repository, text))
    result: dict[str, dict[str, list[str]]] = {}
    for (release, _, _), images in proved.items():
        if len(images) == 1:
            repository, text = images[0]
            result.setdefault(repository, {}).setdefault(text, []).extend(by_release[release])
    return result


def _components(repository: str, tag: Tag) -> tuple[tuple[str, str], ...]:
    words = repository.split("-")
    main = stem_of(repository) or _MAIN.get(repository) or (words[1] if words[0] == "huggingface" and len(words) > 1 else words[0])
    return tuple(sorted({**dict(tag.libraries), **({main: tag.version} if tag.version is not None else {})}.items()))


def _agrees(release: ReleaseTag, repository: str, tag: Tag) -> bool:
    """Return whether an image tag is a long one that has everything that the git tag names, and nothing else that it would name."""
    words = repository.split("-")
    if "trcomp" in words or tag.unknown or tag.revision or tag.date or (tag.os is None and repository != "djl-inference"):
        return False
    processor = "eia" if words[-1] == "eia" else tag.processor
    architecture = words[-1] if words[-1] in ("arm64", "graviton") else None
    scopes = {"training", "inference"}.intersection(words)
    return (
        (release.scope is None or not scopes or release.scope in scopes)
        and (release.processor == processor or (release.processor is None and processor in ("cpu", "gpu", None)))
        and (release.python is None or release.python == tag.python)
        and (release.toolkit is None or release.toolkit == tag.accelerator)
        and (release.platform, release.architecture, release.sdk) == (tag.platform, architecture, tag.sdk)
        and release.flavors == _FLAVORS.intersection(tag.flavors)
    )
