"""The image tags that Amazon's SDK names: its answers to all reasonable calls to `retrieve`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from smlint.catalog_build.sdk_config import Object, as_object, strings
from smlint.images import sdk_compat as sdk
from smlint.images.errors import ImageError
from smlint.images.names import INTERNAL
from smlint.runtime.named_tuple import NamedTuple

_INSTANCES = (None, "ml.m5.xlarge", "ml.g5.xlarge", "ml.p4d.24xlarge")
_NEURON_INSTANCES = ("ml.inf1.xlarge", "ml.inf2.xlarge")
_CONTAINER_VERSIONS = {
    "spark": ("v1",),
    "pytorch-smp": ("cu118", "cu121", "cu124"),
    "huggingface": ("cu110-ubuntu18.04",),
}
"""What the SDK's classes pass as `container_version` (SparkProcessor, get_training_image_uri; sagemaker-core 2.27.0)."""


class SdkTag(NamedTuple):
    """A tag that the SDK names.

    `regions` is the number of a set of Regions, `scope` and `framework` are what the tag is for, `version` is the requested version, and
    `full_version` the version that the SDK uses for it (the same one, unless `is_alias`).
    """

    repository: str
    tag: str
    regions: int
    scope: str
    framework: str
    version: str
    full_version: str

    @property
    def is_alias(self) -> bool:
        """Whether the requested version is a short form of another."""
        return self.version != self.full_version


def sdk_tags(section: Object) -> list[SdkTag]:
    """Return every tag that the SDK names for a reasonable call, sorted. `section` is the section `sdk` of the catalog."""
    tags: dict[tuple[str, str, str, str], SdkTag] = {}
    for framework in as_object(section["configs"]):
        if framework in INTERNAL:
            continue
        for call, scope, full_version in _calls(section, framework):
            try:
                answer = sdk.answer(call, section)
            except ImageError:
                continue
            tag = SdkTag(
                repository=answer.repository,
                tag=answer.tag,
                regions=answer.regions,
                scope=scope,
                framework=framework,
                version=call.version or "",
                full_version=full_version,
            )
            tags.setdefault((tag.repository, tag.tag, scope, tag.version if tag.is_alias else ""), tag)
    return [tags[key] for key in sorted(tags)]


def _calls(section: Object, framework: str) -> Iterator[tuple[sdk.SdkCall, str, str]]:
    """Yield all reasonable calls for one framework, with the scope that each really has, and the full version of an alias."""
    configs = as_object(section["configs"])
    for name in _configs(framework, configs):
        config = as_object(configs[name])
        trees = {"": config} if "versions" in config else {k: v for k, v in config.items() if isinstance(v, dict)}
        for key, tree in trees.items():
            versions, aliases = as_object(tree["versions"]), tree.get("version_aliases")
            for version in (*versions, *strings(aliases)):
                full_version = str(aliases[version]) if isinstance(aliases, dict) and version in aliases else version
                for scope in strings(config.get("scope")) if not key else [key]:
                    for call in _variants(framework, name, scope, version, as_object(versions[full_version])):
                        yield call, ("inference" if scope == "inference_graviton" else scope), full_version


def _configs(framework: str, names: Iterable[str]) -> list[str]:
    """Return the SDK configurations for a framework, by name: its own and the internal ones."""
    internal = (f"{framework}-neuron", f"{framework}-neuronx", f"{framework}-amzn2023", f"{framework}-training-compiler")
    return [framework, *(name for name in internal if name in INTERNAL and name in names)]


def _variants(framework: str, name: str, scope: str, version: str, leaf: Object) -> Iterator[sdk.SdkCall]:
    call = sdk.SdkCall(
        framework=name if name.endswith("-amzn2023") else framework,
        region="",
        version=version,
        image_scope=scope,
        inference_tool=_inference_tool(name),
        training_compiler_config=name.endswith("-training-compiler"),
    )
    # On Inferentia the SDK silently swaps the configuration of these two, and with it the version.
    instances = _INSTANCES if framework in ("pytorch", "huggingface") else (*_INSTANCES, *_NEURON_INSTANCES)
    for base, inner in _base_frameworks(name, leaf):
        pythons = strings(inner.get("py_versions")) if "repository" in inner else strings(inner)
        for python in (None, *pythons):
            for instance in instances:
                variant = call._replace(py_version=python, base_framework_version=base, instance_type=instance)
                yield variant
                if instance == "ml.g5.xlarge" and scope == "training":
                    yield variant._replace(distribution={"smdistributed": {}})
                for container_version in _CONTAINER_VERSIONS.get(framework, ()):
                    yield variant._replace(container_version=container_version)


def _base_frameworks(name: str, leaf: Object) -> list[tuple[str | None, Object]]:
    """Return the base frameworks of Hugging Face's images, including short names, each with its images; for other frameworks the version itself."""
    if not name.startswith("huggingface") or "repository" in leaf:
        return [(None, leaf)]
    aliases = leaf.get("version_aliases")
    bases = {base: as_object(inner) for base, inner in leaf.items() if base != "version_aliases"}
    short = {base: bases[str(full)] for base, full in aliases.items()} if isinstance(aliases, dict) else {}
    return [*bases.items(), *short.items()]


def _inference_tool(name: str) -> str | None:
    """Return the `inference_tool` that the SDK's classes pass to select a configuration."""
    if name == "huggingface-llm-neuronx":
        return "neuronx"
    return name.rpartition("-")[2] if name in INTERNAL and name.endswith(("-neuron", "-neuronx")) else None
