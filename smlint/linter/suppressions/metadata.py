"""Suppressions in metadata that a format reserves for its users, for JSON and YAML alike.

    CloudFormation   "Metadata": {"smlint": {"ignore": {"rule": "reason"}}}
    Kubernetes       annotations: {smlint/ignore: "rule: reason"}
    Terraform        "//": "smlint: ignore[rule] reason"
    Step Functions   "Comment": "what the state does. smlint: ignore[rule] reason"

Each covers the object that contains it: a resource, a state, or the whole document at its top level. `smlint: file-ignore[rule]` covers the
file. An annotation can name several rules, on separate lines or separated by commas.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Sequence as SequenceOf

from smlint.linter.suppressions.directive import Area, Directive, Directives, MalformedDirective
from smlint.model.findings import Edit
from smlint.model.source import Source
from smlint.runtime.suggest import did_you_mean
from smlint.syntax import Alias, Document, Mapping, Node, Scalar, Sequence, is_null, resolve

ANNOTATION = "smlint/ignore"
_TEXT_KEYS = ("//", "Comment")
_DIRECTIVE = re.compile(r"(?<![ \t])[ \t]*+\bsmlint:\s*(?P<file>file-)?ignore\[(?P<names>[^\[\]]*)\](?P<reason>(?:(?!\bsmlint:)[^\r\n])*)")
_RULE_NAME = re.compile(r"(?<![a-z0-9])[a-z0-9]++(?:-[a-z0-9]++)++")
"""A word that looks like a rule name."""


def metadata_directives(source: Source, documents: SequenceOf[Document], known: frozenset[str]) -> Directives:
    """Return the directives in the metadata of the documents, and of documents embedded in their strings.

    `known` contains all rule names. In an annotation, they separate the next entry from the reason of the previous one.
    """
    collected = _Collector(source, known)
    for document in documents:
        for mapping, pointer in _mappings(document.root):
            collected.from_object(mapping, Area(document.index, pointer, mapping.span), editable=True)
        for embedded in _embedded_documents(document):
            for mapping, _ in _mappings(embedded.root):
                collected.from_object(mapping, Area(document.index, None, mapping.span), editable=False)
    return Directives(tuple(collected.valid), tuple(collected.malformed))


def _embedded_documents(document: Document) -> Iterator[Document]:
    """Yield the documents in the strings of a document, at any depth."""
    queue = list(document.inner.values())
    while queue:
        embedded = queue.pop(0)
        if embedded is not None:
            yield embedded
            queue.extend(embedded.inner.values())


def _mappings(root: Node | None) -> Iterator[tuple[Mapping, str]]:
    """Yield every mapping of a tree with its JSON pointer, in text order, without following aliases."""
    stack: list[tuple[Node, str]] = [(root, "")] if root is not None else []
    while stack:
        node, pointer = stack.pop()
        if isinstance(node, Mapping):
            yield node, pointer
            for key, value in reversed(node.items):
                name = resolve(key)
                step = name.value.replace("~", "~0").replace("/", "~1") if isinstance(name, Scalar) else ""
                stack.append((value, f"{pointer}/{step}"))
        elif isinstance(node, Sequence):
            stack.extend((item, f"{pointer}/{index}") for index, item in reversed(list(enumerate(node.items))))


class _Collector:
    """Collects the directives of one source."""

    def __init__(self, source: Source, known: frozenset[str]) -> None:
        self.source = source
        self.known = known
        self.valid: list[Directive] = []
        self.malformed: list[MalformedDirective] = []

    def from_object(self, mapping: Mapping, area: Area, *, editable: bool) -> None:
        """Collect the directives in the metadata of one object. `editable` is False in embedded documents."""
        for key, value in mapping.items:
            name = key.value if isinstance(key, Scalar) else ""
            if name in _TEXT_KEYS:
                for scalar in _scalars(value):
                    self.valid.extend(self._in_text(scalar, area, editable=editable))
            elif name == "Metadata":
                entry = _entry(value, "smlint")
                if entry is not None:
                    self._in_map(*entry, area)
            elif name == "metadata":
                annotations = _entry(value, "annotations")
                entry = _entry(annotations[1], ANNOTATION) if annotations is not None else None
                text = resolve(entry[1]) if entry is not None else None
                if entry is not None and isinstance(text, Scalar):
                    in_place = editable and not isinstance(entry[1], Alias)
                    self.valid.extend(self._in_annotation(text, area, editable=in_place))

    def _in_text(self, scalar: Scalar, area: Area, *, editable: bool) -> Iterator[Directive]:
        """Yield the directives in free text, at its end or on separate lines, in the grammar of comments."""
        if "smlint:" not in scalar.value:
            return
        whole_file = Area(None, None, area.span)
        for match in _DIRECTIVE.finditer(scalar.value):
            names = []
            for name in re.finditer(r"[^,\s]+", match["names"]):
                start = match.start("names") + name.start()
                names.append((name.group(), scalar.part(start, start + len(name.group()))))
            exact = editable and _maps_to_source(scalar)
            yield Directive(
                names=tuple(names),
                reason=match["reason"].strip(),
                area=whole_file if match["file"] else area,
                removal=self._cut(scalar, match.start(), match.end()) if exact else None,
                divisible=exact,
            )

    def _in_map(self, key: Scalar, value: Node, area: Area) -> None:
        """Collect the entries of `smlint: {ignore: {rule: reason}}`."""
        settings = resolve(value)
        if not isinstance(settings, Mapping):
            self._malformed(key, 'metadata of smlint is not a map such as {"ignore": {"rule": "reason"}}')
            return
        for name, entry in settings.items:
            if not isinstance(name, Scalar) or name.value != "ignore":
                word = name.value if isinstance(name, Scalar) else "..."
                hint = did_you_mean(word, ("ignore",)) or "only 'ignore' is known"
                self._malformed(name, f"unknown key '{word}' in the metadata of smlint; {hint}")
                continue
            rules = resolve(entry)
            if not isinstance(rules, Mapping):
                self._malformed(name, "'ignore' in the metadata of smlint is not a map of rules and reasons")
                continue
            for rule, reason in rules.items:
                text = resolve(reason)
                if isinstance(rule, Scalar) and isinstance(text, Scalar):
                    words = "" if is_null(text) else text.value.strip()
                    self.valid.append(Directive(((rule.value, rule.span),), words, area=area, divisible=False))
                elif isinstance(rule, Scalar):
                    self._malformed(rule, f"the reason to ignore {rule.value} is not a string")

    def _in_annotation(self, scalar: Scalar, area: Area, *, editable: bool) -> Iterator[Directive]:
        """Yield the entries of an annotation, each `rule: reason` or a rule name alone."""
        entries = _annotation_entries(scalar.value, self.known)
        exact = editable and _maps_to_source(scalar) and "\n" not in scalar.value
        for index, (start, end) in enumerate(entries):
            name, _, reason = scalar.value[start:end].partition(":")
            name_start = start + len(name) - len(name.lstrip())
            word = name.strip()
            # Remove the comma before the entry, or for the first entry the comma and blanks after it.
            first = entries[index - 1][1] if index else 0
            last = end if index or len(entries) == 1 else entries[1][0] + _leading_blanks(scalar.value[entries[1][0] :])
            yield Directive(
                names=((word, scalar.part(name_start, name_start + len(word))),),
                reason=reason.strip(),
                area=area,
                removal=self._cut(scalar, first, last) if exact else None,
                divisible=False,
            )

    def _cut(self, scalar: Scalar, start: int, end: int) -> Edit | None:
        """Return the edit that deletes part of a scalar; None if nothing would remain: whether the key can go too is the author's decision."""
        if not (scalar.value[:start] + scalar.value[end:]).strip() or scalar.style == "plain":
            return None
        span = scalar.part(start, end)
        return Edit(span, self.source.text[span.start : span.end], "")

    def _malformed(self, node: Node, message: str) -> None:
        self.malformed.append(MalformedDirective(node.span, message))


def _entry(node: Node | None, name: str) -> tuple[Scalar, Node] | None:
    """Return the key and value of an entry of a mapping."""
    mapping = resolve(node)
    if not isinstance(mapping, Mapping):
        return None
    return next(((key, value) for key, value in mapping.items if isinstance(key, Scalar) and key.value == name), None)


def _scalars(node: Node) -> list[Scalar]:
    """Return a scalar value as a list of one, or the scalars of a sequence."""
    if isinstance(node, Sequence):
        return [item for item in node.items if isinstance(item, Scalar)]
    return [node] if isinstance(node, Scalar) else []


def _maps_to_source(scalar: Scalar) -> bool:
    """Return whether offsets in the value correspond to offsets in the source."""
    return scalar.exact and not scalar.aliased and scalar.style in ("plain", "single", "double", "json")


def _leading_blanks(text: str) -> int:
    return len(text) - len(text.lstrip())


def _annotation_entries(value: str, known: frozenset[str]) -> list[tuple[int, int]]:
    """Return the start and end offset of each entry of an annotation.

    Every line starts an entry. A comma starts one if a rule name follows: anything that looks like a name if a colon comes next, otherwise a
    known name or a name that continues a list. Any other comma belongs to the reason.
    """
    entries: list[tuple[int, int]] = []
    offset = 0
    for line in value.splitlines(keepends=True):
        line_start, in_entry = offset, False
        for part in line.split(","):
            end = offset + len(part)
            name, colon, _ = part.partition(":")
            word = name.strip()
            in_list = in_entry and ":" not in value[entries[-1][0] : entries[-1][1]]
            starts_entry = not in_entry or word in known or (_RULE_NAME.fullmatch(word) is not None and (bool(colon) or in_list))
            if starts_entry and word:
                entries.append((offset, end))
                in_entry = True
            elif in_entry:
                entries[-1] = (entries[-1][0], end)
            offset = end + 1
        offset = line_start + len(line)
    return [(start, start + len(value[start:end].rstrip())) for start, end in entries]
