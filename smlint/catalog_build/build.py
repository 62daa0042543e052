"""Put the catalogue together from its sources, as plain data. Used by `tools/build_catalog.py` and `catalog update`.

The sources are the SDK's configurations (condensed by `compile`), the published tags, the Deep Learning Containers
documents, and the reviewed overrides. Nothing is read from disk here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from smlint.catalog_build.sdk_config import Json, Object, as_object, mask
from smlint.images import sdk_compat as sdk
from smlint.images.errors import ImageError
from smlint.images.families import interpret_tag, platform_of, stem_of
from smlint.images.names import INTERNAL
from smlint.images.tags import parse_tag, same_version
from smlint.runtime.named_tuple import NamedTuple

_INSTANCES = (None, "ml.m5.xlarge", "ml.g5.xlarge", "ml.p4d.24xlarge")
_NEURON_INSTANCES = ("ml.inf1.xlarge", "ml.inf2.xlarge")
_CONTAINER_VERSIONS = {
    "spark": ("v1",),
    "pytorch-smp": ("cu118", "cu121", "cu124"),
    "huggingface": ("cu110-ubuntu18.04",),
}
"""What the SDK's own classes pass as `container_version` (SparkProcessor, get_training_image_uri; sagemaker-core 2.27.0)."""


class Given(NamedTuple):
    """A tag that the SDK names: for which use, in which set of Regions, the version that was asked for, and the full version
    that the SDK takes it for (the same one, unless `is_alias`)."""

    repository: str
    tag: str
    regions: int
    scope: str
    framework: str
    version: str
    full: str

    @property
    def is_alias(self) -> bool:
        return self.version != self.full


def _strings(value: Json) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list | dict) else []


def _configs(framework: str, names: Iterable[str]) -> list[str]:
    """The configurations that the SDK asks for a framework, by name: its own, and the internal ones behind it."""
    inner = (f"{framework}-neuron", f"{framework}-neuronx", f"{framework}-amzn2023", f"{framework}-training-compiler")
    return [framework, *(name for name in inner if name in INTERNAL and name in names)]


def _calls(section: Object, framework: str) -> Iterator[tuple[sdk.SdkCall, str, str]]:
    """All sensible questions about one framework, with the scope each really has, and the full version of an alias."""
    configs = as_object(section["configs"])
    for name in _configs(framework, configs):
        config = as_object(configs[name])
        trees = {"": config} if "versions" in config else {k: v for k, v in config.items() if isinstance(v, dict)}
        for key, tree in trees.items():
            versions, aliases = as_object(tree["versions"]), tree.get("version_aliases")
            for version in (*versions, *_strings(aliases)):
                full = str(aliases[version]) if isinstance(aliases, dict) and version in aliases else version
                for scope in _strings(config.get("scope")) if not key else [key]:
                    for call in _variants(framework, name, scope, version, as_object(versions[full])):
                        yield call, ("inference" if scope == "inference_graviton" else scope), full


def _bases(name: str, leaf: Object) -> list[tuple[str | None, Object]]:
    """Hugging Face's base frameworks, short names too, each with its images; for all else the version itself."""
    if not name.startswith("huggingface") or "repository" in leaf:
        return [(None, leaf)]
    own = leaf.get("version_aliases")
    bases = {base: as_object(inner) for base, inner in leaf.items() if base != "version_aliases"}
    short = {base: bases[str(full)] for base, full in own.items()} if isinstance(own, dict) else {}
    return [*bases.items(), *short.items()]


def _tool(name: str) -> str | None:
    """What the SDK's own classes pass as `inference_tool` to get at a configuration."""
    if name == "huggingface-llm-neuronx":
        return "neuronx"
    return name.rpartition("-")[2] if name in INTERNAL and name.endswith(("-neuron", "-neuronx")) else None


def _variants(framework: str, name: str, scope: str, version: str, leaf: Object) -> Iterator[sdk.SdkCall]:
    call = sdk.SdkCall(
        name if name.endswith("-amzn2023") else framework, "", version, image_scope=scope, inference_tool=_tool(name),
        training_compiler_config=name.endswith("-training-compiler"),
    )  # fmt: skip
    # On Inferentia the SDK silently swaps the configuration of these two, and with it the version.
    instances = _INSTANCES if framework in ("pytorch", "huggingface") else (*_INSTANCES, *_NEURON_INSTANCES)
    for base, inner in _bases(name, leaf):
        pythons = _strings(inner.get("py_versions")) if "repository" in inner else _strings(inner)
        for python in (None, *pythons):
            for instance in instances:
                asked = call._replace(py_version=python, base_framework_version=base, instance_type=instance)
                yield asked
                if instance == "ml.g5.xlarge" and scope == "training":
                    yield asked._replace(distribution={"smdistributed": {}})
                for container_version in _CONTAINER_VERSIONS.get(framework, ()):
                    yield asked._replace(container_version=container_version)


def given(section: Object) -> list[Given]:
    """Every tag that the SDK names for a sensible question: without the faults that `sdk` repeats on top of them."""
    found: dict[tuple[str, str, str, str], Given] = {}
    for framework in as_object(section["configs"]):
        if framework in INTERNAL:
            continue
        for call, scope, full in _calls(section, framework):
            try:
                answer = sdk.answer(call, section)
            except ImageError:
                continue
            version = call.version or ""
            item = Given(answer.repository, answer.tag, answer.regions, scope, framework, version, full)
            found.setdefault((answer.repository, answer.tag, scope, version if item.is_alias else ""), item)
    return [found[key] for key in sorted(found)]


class Document(NamedTuple):
    """One image of the Deep Learning Containers documents: its repository, facts and tags."""

    repository: str
    version: str
    platform: str
    ga: str | None
    eop: str | None
    tags: tuple[str, ...]


class Overrides(NamedTuple):
    """The reviewed hand-made facts of `tools/overrides.toml`; the file explains each."""

    scopes: Mapping[str, tuple[str, ...]]
    accounts_like: Mapping[str, str]
    moved: Mapping[str, tuple[str, str]]
    drop: Mapping[str, tuple[str, ...]]
    drop_unpublished: tuple[str, ...]
    drop_unpublished_aliases: tuple[str, ...]
    add: Mapping[str, tuple[str, ...]]
    unsupported_below: Mapping[str, str]
    legacy_repositories: Mapping[str, tuple[str, ...]]


def _scopes_by_name(repository: str) -> tuple[str, ...]:
    return tuple(scope for scope in ("inference", "training") if scope in repository.split("-"))


def repositories(
    section: Object,
    accounts: Mapping[str, Mapping[str, str]],
    published: Mapping[str, Iterable[str]],
    overrides: Overrides,
    documented: Mapping[str, Mapping[str, str]],
) -> tuple[dict[str, Object], list[dict[str, str]]]:
    """The catalogue's `repositories` and `accounts` (families, referred to by number). `documented` has, by repository, the full
    version that a short one stands for (`full_versions`).

    Repositories whose accounts agree in every Region that they share are of one family; each keeps the set of its own
    Regions, as a mask over the section's `regions`.
    """
    every = str(section["regions"]).split()
    families: list[dict[str, str]] = []

    def family(table: Mapping[str, str]) -> int:
        for number, known in enumerate(families):
            shared = table.keys() & known.keys()
            if shared and all(table[region] == known[region] for region in shared):
                known.update(table)
                return number
        families.append(dict(table))
        return len(families) - 1

    for table in sorted(accounts.values(), key=lambda t: (-len(t), sorted(t.items()))):
        family(table)
    by_repository: dict[str, list[Given]] = {}
    for item in given(section):
        by_repository.setdefault(item.repository, []).append(item)
    bases = _base_aliases(section)
    result: dict[str, Object] = {}
    for repository in sorted({*accounts, *published, *overrides.add}):
        owners = accounts.get(overrides.accounts_like.get(repository, repository))
        entry: Object = {} if owners is None else {"accounts": family(owners), "regions": mask(owners, every)}
        if repository in overrides.moved:
            version, before = overrides.moved[repository]
            entry["before"] = [version, family(accounts[before])]
        seen = set(published.get(repository, ())) | set(overrides.add.get(repository, ()))
        items = [item for item in by_repository.get(repository, ()) if _keep(item, seen, overrides)]
        scopes = overrides.scopes.get(repository) or tuple(sorted({item.scope for item in items})) or _scopes_by_name(repository)
        entry["scopes"] = list[Json](scopes)
        _fill(entry, repository, items, seen, overrides)
        told = {**documented.get(repository, {}), **_aliases(by_repository.get(repository, ()))}
        _expand(entry, repository, told, bases.get(repository, {}))
        result[repository] = entry
    return result, [dict(sorted(table.items())) for table in families]


def _keep(item: Given, published: set[str], overrides: Overrides) -> bool:
    if item.tag in overrides.drop.get(item.repository, ()):
        return False
    if item.tag in published:
        return True
    if item.repository in overrides.drop_unpublished:
        return False
    return not (item.is_alias and item.repository in overrides.drop_unpublished_aliases)


def _aliases(items: Iterable[Given]) -> dict[str, str]:
    """The full version that each short one stands for in a repository, by the SDK; none where it says so for one use and otherwise for another."""
    found: dict[str, set[str]] = {}
    for item in items:
        if item.is_alias and same_version(item.version, item.full):
            found.setdefault(item.version, set()).add(item.full)
    return {short: full.pop() for short, full in found.items() if len(full) == 1}


def full_versions(documents: Iterable[Document]) -> dict[str, dict[str, str]]:
    """By repository, the full version that a short one stands for: of the same image, a document lists `2.6-cpu-...` and `2.6.0-cpu-...`.

    A short version that stands for several, in several documents, is left out.
    """
    found: dict[str, dict[str, set[str]]] = {}
    for document in documents:
        versions = {told for tag in document.tags if (told := interpret_tag(document.repository, parse_tag(tag)).version)}
        table = found.setdefault(document.repository, {})
        for short in versions:
            full = {v for v in versions if _is_full(v) and not _is_full(short) and same_version(short, v)}
            if full:
                table.setdefault(short, set()).update(full)
    return {name: {short: full.pop() for short, full in table.items() if len(full) == 1} for name, table in found.items()}


def _base_aliases(section: Object) -> dict[str, dict[str, dict[str, str]]]:
    """By repository and version, the full version of each short base framework of Hugging Face's: `2.4.1` of `tensorflow2.4`."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for name, config in as_object(section["configs"]).items():
        for tree in as_object(config).values() if name.startswith("huggingface") else ():
            versions = tree.get("versions") if isinstance(tree, dict) else None
            for version, leaf in as_object(versions or {}).items():
                images = as_object(leaf)
                for short, base in as_object(images.get("version_aliases") or {}).items():
                    repository = as_object(images[str(base)]).get("repository")
                    if isinstance(repository, str):
                        found.setdefault(repository, {}).setdefault(version, {})[short] = str(base).lstrip("abcdefghijklmnopqrstuvwxyz")
    return found


def _expand(entry: Object, repository: str, told: Mapping[str, str], bases: Mapping[str, Mapping[str, str]]) -> None:
    """`full`: the full version of each short one, as `told`, else the only one that the repository has. `full_libraries`: likewise the
    full versions of libraries, by the full version that they go with, as in `bases`."""
    tags = {tag for tags in (entry.get("published", []), *as_object(entry.get("given", {})).values()) for tag in _strings(tags)}
    renamed = as_object(entry.get("versions", {}))
    made = [(str(renamed.get(tag, of.version or "")), of.libraries) for tag in tags for of in [interpret_tag(repository, parse_tag(tag))]]
    full = {version: _only_longest(version, (other for other, _ in made)) for version, _ in made if version} | dict(told)
    named = as_object(entry.get("aliases", {}))
    libraries: dict[str, dict[str, str]] = {}
    for version, held in made:
        whole = str(named.get(version) or full.get(version, version))
        for name, number in held:
            others = [dict(theirs).get(name, "") for other, theirs in made if str(named.get(other) or full.get(other, other)) == whole]
            longest = bases.get(whole, {}).get(f"{name}{number}") or _only_longest(number, others)
            if number not in (longest, version):
                libraries.setdefault(whole, {})[f"{name}{number}"] = longest
    entry["full"] = {short: version for short, version in sorted(full.items()) if short != version and short not in named}
    entry["full_libraries"] = {version: dict[str, Json](sorted(found.items())) for version, found in sorted(libraries.items())}
    for table in ("full", "full_libraries"):
        if not entry[table]:
            del entry[table]


def _only_longest(version: str, among: Iterable[str]) -> str:
    """The one full version that a short one is a beginning of; the version itself where there are several, or none."""
    full = {other for other in among if _is_full(other) and same_version(version, other)}
    return full.pop() if len(full) == 1 and not _is_full(version) else version


def _is_full(version: str) -> bool:
    """Whether a version has three numbers: it names one patch release."""
    return version.count(".") >= 2


def _fill(entry: Object, repository: str, items: list[Given], seen: set[str], overrides: Overrides) -> None:
    """`given` (tags by set of Regions), `published`, `frameworks`, the exceptions `versions`, and `aliases`: short versions for which
    the SDK names the tag of the full one."""
    by_regions: dict[int, set[str]] = {}
    versions: dict[str, str] = {}
    aliases: dict[str, str] = {}
    frameworks: set[str] = set()
    for item in items:
        by_regions.setdefault(item.regions, set()).add(item.tag)
        told = interpret_tag(repository, parse_tag(item.tag))
        if told.version == item.version:
            continue
        if not item.is_alias:
            versions[item.tag] = item.version
        elif told.version is not None and same_version(item.version, told.version):
            aliases[item.version] = told.version
    seen -= set(overrides.drop.get(repository, ()))
    seen = {tag for tag in seen if not tag.endswith(".")}  # `22.` stands for any of a year's versions: no tag
    for tag in {*(item.tag for item in items), *seen}:
        told = interpret_tag(repository, parse_tag(tag))
        if told.framework is not None:
            frameworks.add(told.framework)
    entry["frameworks"] = list[Json](sorted(frameworks))
    if by_regions:
        entry["given"] = {str(number): list[Json](sorted(by_regions[number])) for number in sorted(by_regions)}
    if seen:
        entry["published"] = list[Json](sorted(seen))
    if versions:
        entry["versions"] = dict(sorted(versions.items()))
    if aliases:
        entry["aliases"] = dict(sorted(aliases.items()))


def support(
    documents: Iterable[Document],
    legacy: Mapping[str, Mapping[str, tuple[str, str]]],
    known: Iterable[str],
    overrides: Overrides,
) -> dict[str, dict[str, list[str]]]:
    """Per repository, the dates [ga, end of patch] of a version as the documents write it (`2.6`, `3.0-5`).

    Raises `ValueError` when two documents give one version of a repository different dates.
    """
    dates: dict[str, dict[str, list[str]]] = {}
    for document in documents:
        if document.platform != "sagemaker" or document.ga is None or document.eop is None:
            continue
        table = dates.setdefault(document.repository, {})
        if table.setdefault(document.version, [document.ga, document.eop]) != [document.ga, document.eop]:
            raise ValueError(f"two support periods for {document.repository} {document.version}")
    repositories = set(known)
    for stem, versions in legacy.items():
        for repository in overrides.legacy_repositories.get(stem, ()):
            if repository in repositories:
                for version, (ga, eop) in versions.items():
                    dates.setdefault(repository, {}).setdefault(version, [ga, eop])
    return {name: dict(sorted(table.items())) for name, table in sorted(dates.items())}


def check_platforms(documents: Iterable[Document]) -> list[str]:
    """Tags whose documented platform contradicts the rules of `families`; the build must stop at any.

    Where the tag itself says the platform, the tag is right (one document of vLLM 0.20.1 lists both). `default` is shown as
    EC2 by the documents.
    """
    wrong: list[str] = []
    for document in documents:
        platform = "ec2" if document.platform == "default" else document.platform
        for text in document.tags:
            tag = parse_tag(text)
            if tag.platform is None and platform_of(document.repository, tag) not in (None, platform):
                wrong.append(f"{document.repository}:{text} is for {platform}")
    return wrong


def frameworks_of(section: Object, entries: Mapping[str, Object]) -> list[str]:
    """Names that a user may write: the SDK's, without its internal ones, and those of repositories that it does not know."""
    names = {name for name in as_object(section["configs"]) if name not in INTERNAL}
    for repository, entry in entries.items():
        if repository != "base" and stem_of(repository) is None:
            names.update(name for name in _strings(entry.get("frameworks")) if name not in INTERNAL)
    return sorted(names)
