"""Complete values in native manifests: instance types, frameworks, versions, image scopes and Regions.

The text is incomplete while it is being typed, and may not parse. The key comes from the line; the surrounding model comes from the
document, if it parses once the word at the cursor is completed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from smlint.images.catalog import Catalog
from smlint.model.source import Span
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Mapping, ParseError, Scalar, parse, resolve

KEYS = frozenset(
    ("instance_type", "instance_types", "framework", "framework_version", "py_version", "image_scope", "region", "regions")
)
_PURPOSES = {"training": "training", "processing": "processing", "transform": "transform"}
_WORD = r"[\w.+-]*"
_AFTER_KEY = re.compile(r"""(?:^|[\s{,\[-])["']?(\w+)["']?\s*:\s*(?:\[[^\]:{]*)?$""")
_IN_LIST = re.compile(r"""["']?(?<!\w)(\w++)["']?\s*:\s*\[[^\]:{]*$""")
_MARK = re.compile(r"""(?:\s|#[^\n]*+\n|---[^\n]*+\n|\{)*+["']?smlint["']?\s*:""")
_REACH = 4000
"""How far before the cursor to look for the bracket of a list, in characters."""


class Candidate(NamedTuple):
    """One completion: its label, the text that replaces the word, and a short description."""

    label: str
    insert: str
    detail: str


class Completion(NamedTuple):
    """The candidates, best first, and the span of the word they replace."""

    candidates: tuple[Candidate, ...]
    span: Span


class ModelAtCursor(NamedTuple):
    """The values that the model at the cursor states; None if it does not state a value, or does not parse."""

    framework: str | None = None
    framework_version: str | None = None
    image_scope: str | None = None
    instance_type: str | None = None


def complete(text: str, offset: int, catalog: Catalog) -> Completion | None:
    """Return the candidates at an offset; None if there are none or the file is not a native manifest."""
    if _MARK.match(text) is None:
        return None
    start, end = _word(text, offset)
    quote = text[start - 1 : start] if text[start - 1 : start] in ("'", '"') else ""
    key = _key(text, start - len(quote))
    if key not in KEYS:
        return None
    values = _candidates(key, _model(text, start, end), catalog)
    is_json = text.lstrip()[:1] == "{"
    candidates = tuple(
        Candidate(label, label if quote or not (is_json or key == "framework_version") else f'"{label}"', detail) for label, detail in values
    )
    return Completion(candidates, Span(start, end)) if candidates else None


def _word(text: str, offset: int) -> tuple[int, int]:
    start = end = offset
    while start > 0 and re.fullmatch(_WORD, text[start - 1]):
        start -= 1
    while end < len(text) and re.fullmatch(_WORD, text[end]):
        end += 1
    # The dash of a list entry is not part of the word that follows it.
    return start, end


def _key(text: str, start: int) -> str | None:
    """Return the key whose value begins here: on the same line, or further up for a list."""
    line_start = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    before = text[line_start:start]
    match = _AFTER_KEY.search(before)
    if match is not None:
        return match[1]
    if re.fullmatch(r"\s*-\s+", before):
        return _above(text[:line_start], len(before) - len(before.lstrip()))
    match = _IN_LIST.search(text[max(0, start - _REACH) : start])
    return match[1] if match is not None else None


def _above(text: str, indent: int) -> str | None:
    """Return the key of the block list whose entries have this indentation."""
    for line in reversed(text.splitlines()):
        own_indent = len(line) - len(line.lstrip())
        if not line.strip() or line.lstrip().startswith("#") or (own_indent == indent and line.lstrip().startswith("- ")):
            continue
        match = re.fullmatch(r"""[\s-]*["']?(\w+)["']?\s*:\s*(?:#.*)?""", line)
        return match[1] if match is not None and own_indent <= indent else None
    return None


def _model(text: str, start: int, end: int) -> ModelAtCursor:
    """Return the model at the cursor. The word is completed first, because a lone dash or an open quote does not parse."""
    from smlint.readers.native.manifest_schema import models_of

    for completed_text in (text[:start] + "x" + text[end:], text[:start] + "x" + text[start - 1 : start] + text[end:]):
        try:
            documents = parse(completed_text)
        except ParseError:
            continue
        for document in documents:
            root = resolve(document.root)
            if isinstance(root, Mapping) and root.get("smlint") is not None:
                nodes = [resolve(node) for _, node, _ in models_of(root)]
                models = [node for node in nodes if isinstance(node, Mapping) and node.start <= start]
                return _stated(models[-1] if models else None, resolve(root.get("defaults")))
    return ModelAtCursor()


def _stated(model: Mapping | None, defaults: object) -> ModelAtCursor:
    def value(key: str) -> str | None:
        for fields in (model, defaults):
            node = resolve(fields.get(key)) if isinstance(fields, Mapping) else None
            if isinstance(node, Scalar) and node.value not in ("", "x"):
                return node.value
        return None

    return ModelAtCursor(value("framework"), value("framework_version"), value("image_scope"), value("instance_type"))


def _candidates(key: str, model: ModelAtCursor, catalog: Catalog) -> Iterable[tuple[str, str]]:
    from smlint.images.instances import parse_instance_type

    if key in ("instance_type", "instance_types"):
        types = (parse_instance_type(name) for name in catalog.instance_types.names(_PURPOSES.get(model.image_scope or "", "hosting")))
        return [(instance.name, f"{instance.architecture}, {instance.processor}") for instance in types]
    if key == "framework":
        return [(name, "") for name in catalog.frameworks]
    if key in ("region", "regions"):
        return [(name, "") for name in catalog.regions.names]
    if key == "image_scope":
        return [("inference", ""), ("training", ""), ("processing", ""), ("transform", "")]
    return _of_framework(key, model, catalog)


def _of_framework(key: str, model: ModelAtCursor, catalog: Catalog) -> list[tuple[str, str]]:
    """Return the versions, or the Python versions, of the model's framework; only those for its instance type, if there are any."""
    from smlint.images.instances import parse_instance_type
    from smlint.images.tags import same_version, version_key

    framework = catalog.canonical_framework(model.framework or "")
    if framework is None:
        return []
    scope = "inference" if model.image_scope in (None, "transform") else model.image_scope
    every = [r for r in catalog.releases(framework) if r.version and r.platform != "ec2" and (not r.scopes or scope in r.scopes)]
    instance = parse_instance_type(model.instance_type or "")
    fitting = [release for release in every if instance.well_formed and release.architecture == instance.architecture] or every
    if key == "py_version":
        version = model.framework_version
        pythons = {r.python for r in fitting if r.python and r.version and (version is None or same_version(version, r.version))}
        return [(python, "") for python in sorted(pythons, key=lambda name: (len(name), name), reverse=True)]
    versions = {release.version for release in fitting if release.version}
    full = [version for version in versions if not any(other.startswith(version + ".") for other in versions)]
    details = []
    for version in sorted(full, key=version_key, reverse=True):
        releases = [release for release in fitting if release.version == version]
        ends = sorted({row[1] for r in releases if (row := catalog.support_of(r.repository, version)) is not None and row[1]})
        architectures = ", ".join(sorted({release.architecture for release in releases}))
        details.append((version, architectures + (f"; end of patch {ends[-1]}" if ends else "")))
    return details
