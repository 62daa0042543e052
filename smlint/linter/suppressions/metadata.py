"""Suppressions where there are no comments: in metadata that the formats leave to their users, in JSON and in YAML alike.

    CloudFormation   "Metadata": {"smlint": {"ignore": {"rule": "reason"}}}
    Kubernetes       annotations: {smlint/ignore: "rule: reason"}
    Terraform        "//": "smlint: ignore[rule] reason"
    Step Functions   "Comment": "what the state does. smlint: ignore[rule] reason"

Each holds for the object in which it stands: a resource, a state, or all of the document at its top. `smlint: file-ignore[rule]` holds for
the file. An annotation may name several rules, on lines of their own or with commas between.
"""

import re
from collections.abc import Iterator, Sequence

from smlint.linter.suppressions.directive import Area, Directive, Mistake
from smlint.model.findings import Edit
from smlint.model.source import Source
from smlint.runtime.suggest import did_you_mean
from smlint.syntax import Alias, Document, Mapping, Node, Scalar, is_null, resolve
from smlint.syntax import Sequence as Listed

ANNOTATION = "smlint/ignore"
_TEXT_KEYS = ("//", "Comment")
_FORM = re.compile(r"(?<![ \t])[ \t]*+\bsmlint:\s*(?P<file>file-)?ignore\[(?P<names>[^\[\]]*)\](?P<reason>(?:(?!\bsmlint:)[^\r\n])*)")
_WORD = re.compile(r"(?<![a-z0-9])[a-z0-9]++(?:-[a-z0-9]++)++")
"""A word that looks like the name of a rule."""


def in_metadata(source: Source, documents: Sequence[Document], known: frozenset[str]) -> tuple[list[Directive], list[Mistake]]:
    """The suppressions in the metadata of a text's documents, and of the documents in their strings that a reader has looked into.

    `known` are the names of all rules: in an annotation they tell a further entry from the reason of the one before.
    """
    found: list[Directive] = []
    mistakes: list[Mistake] = []
    for document in documents:
        for mapping, pointer in _objects(document.root, ""):
            area = Area(document.index, pointer, mapping.span)
            _of_object(mapping, area, source, known, found, mistakes, editable=True)
        for inner in _inner(document):
            for mapping, _ in _objects(inner.root, ""):
                area = Area(document.index, None, mapping.span)
                _of_object(mapping, area, source, known, found, mistakes, editable=False)
    return found, mistakes


def _inner(document: Document) -> Iterator[Document]:
    """The documents in the strings of a document, and those in theirs."""
    waiting = list(document.inner.values())
    while waiting:
        inner = waiting.pop(0)
        if inner is not None:
            yield inner
            waiting.extend(inner.inner.values())


def _objects(root: Node | None, pointer: str) -> Iterator[tuple[Mapping, str]]:
    """Every mapping of a tree with its JSON pointer, aliases not followed, in the order of the text."""
    stack: list[tuple[Node, str]] = [(root, pointer)] if root is not None else []
    while stack:
        node, at = stack.pop()
        if isinstance(node, Mapping):
            yield node, at
            for key, value in reversed(node.items):
                name = resolve(key)
                step = name.value.replace("~", "~0").replace("/", "~1") if isinstance(name, Scalar) else ""
                stack.append((value, f"{at}/{step}"))
        elif isinstance(node, Listed):
            stack.extend((item, f"{at}/{index}") for index, item in reversed(list(enumerate(node.items))))


def _of_object(
    mapping: Mapping, area: Area, source: Source, known: frozenset[str], found: list[Directive], mistakes: list[Mistake], *, editable: bool
) -> None:
    """What the metadata of one object says."""
    for key, value in mapping.items:
        name = key.value if isinstance(key, Scalar) else ""
        if name in _TEXT_KEYS:
            for scalar in _scalars(value):
                found.extend(_in_text(scalar, area, source, editable=editable))
        elif name == "Metadata":
            ours = _entry(value, "smlint")
            if ours is not None:
                _in_map(*ours, area, found, mistakes)
        elif name == "metadata":
            annotations = _entry(value, "annotations")
            ours = _entry(annotations[1], ANNOTATION) if annotations is not None else None
            text = resolve(ours[1]) if ours is not None else None
            if ours is not None and isinstance(text, Scalar):
                editable = editable and not isinstance(ours[1], Alias)
                found.extend(_in_annotation(text, area, source, known, editable=editable))


def _entry(node: Node | None, name: str) -> tuple[Scalar, Node] | None:
    """The key and the value of an entry of a mapping."""
    mapping = resolve(node)
    if not isinstance(mapping, Mapping):
        return None
    return next(((key, value) for key, value in mapping.items if isinstance(key, Scalar) and key.value == name), None)


def _scalars(node: Node) -> list[Scalar]:
    """The scalar that a value is, or those of a list."""
    if isinstance(node, Listed):
        return [item for item in node.items if isinstance(item, Scalar)]
    return [node] if isinstance(node, Scalar) else []


def _in_text(scalar: Scalar, area: Area, source: Source, *, editable: bool) -> Iterator[Directive]:
    """What a text says in the grammar of comments, at its end or in lines of its own."""
    if "smlint:" not in scalar.value:
        return
    whole = Area(None, None, area.span)
    for match in _FORM.finditer(scalar.value):
        names = []
        for name in re.finditer(r"[^,\s]+", match["names"]):
            start = match.start("names") + name.start()
            names.append((name.group(), scalar.part(start, start + len(name.group()))))
        exact = editable and _is_exact(scalar)
        removal = _cut(scalar, match.start(), match.end(), source) if exact else None
        yield Directive(tuple(names), match["reason"].strip(), area=whole if match["file"] else area, removal=removal, divisible=exact)


def _is_exact(scalar: Scalar) -> bool:
    return scalar.exact and not scalar.aliased and scalar.style in ("plain", "single", "double", "json")


def _cut(scalar: Scalar, start: int, end: int, source: Source) -> Edit | None:
    """The edit that takes a part out of a scalar; None where nothing would be left of it, since only its author knows whether it may go."""
    if not (scalar.value[:start] + scalar.value[end:]).strip() or scalar.style == "plain":
        return None
    span = scalar.part(start, end)
    return Edit(span, source.text[span.start : span.end], "")


def _in_map(key: Scalar, value: Node, area: Area, found: list[Directive], mistakes: list[Mistake]) -> None:
    """The entries of `ignore`, each a rule and its reason."""
    ours = resolve(value)
    if not isinstance(ours, Mapping):
        mistakes.append(Mistake(key.span, 'metadata of smlint is not a map such as {"ignore": {"rule": "reason"}}'))
        return
    for name, entry in ours.items:
        if not isinstance(name, Scalar) or name.value != "ignore":
            word = name.value if isinstance(name, Scalar) else "..."
            hint = did_you_mean(word, ("ignore",)) or "only 'ignore' is known"
            mistakes.append(Mistake(name.span, f"unknown key '{word}' in the metadata of smlint; {hint}"))
            continue
        rules = resolve(entry)
        if not isinstance(rules, Mapping):
            mistakes.append(Mistake(name.span, "'ignore' in the metadata of smlint is not a map of rules and reasons"))
            continue
        for rule, reason in rules.items:
            told = resolve(reason)
            if isinstance(rule, Scalar) and isinstance(told, Scalar):
                text = "" if is_null(told) else told.value.strip()
                found.append(Directive(((rule.value, rule.span),), text, area=area, divisible=False))
            elif isinstance(rule, Scalar):
                mistakes.append(Mistake(rule.span, f"the reason to ignore {rule.value} is not a text"))


def _in_annotation(scalar: Scalar, area: Area, source: Source, known: frozenset[str], *, editable: bool) -> Iterator[Directive]:
    """The entries of an annotation, each `rule: reason` or the rule alone."""
    entries = _entries(scalar.value, known)
    exact = editable and _is_exact(scalar) and "\n" not in scalar.value
    for index, (start, end) in enumerate(entries):
        name, _, reason = scalar.value[start:end].partition(":")
        at = start + len(name) - len(name.lstrip())
        word = name.strip()
        # Taken out with the comma before it, or, for the first one, the comma and blanks after it.
        first = entries[index - 1][1] if index else 0
        last = end if index or len(entries) == 1 else entries[1][0] + _blanks(scalar.value[entries[1][0] :])
        removal = _cut(scalar, first, last, source) if exact else None
        yield Directive(((word, scalar.part(at, at + len(word))),), reason.strip(), area=area, removal=removal, divisible=False)


def _blanks(text: str) -> int:
    return len(text) - len(text.lstrip())


def _entries(value: str, known: frozenset[str]) -> list[tuple[int, int]]:
    """Where each entry of an annotation begins and ends.

    A line begins an entry. A comma does where the name of a rule follows it: before a colon what looks like one, alone what is one or what
    continues a list of names. Any other comma is part of the reason.
    """
    found: list[tuple[int, int]] = []
    at = 0
    for line in value.splitlines(keepends=True):
        start, opened = at, False
        for part in line.split(","):
            end = at + len(part)
            name, colon, _ = part.partition(":")
            word = name.strip()
            listed = opened and ":" not in value[found[-1][0] : found[-1][1]]
            begins = not opened or word in known or (_WORD.fullmatch(word) is not None and (bool(colon) or listed))
            if begins and word:
                found.append((at, end))
                opened = True
            elif opened:
                found[-1] = (found[-1][0], end)
            at = end + 1
        at = start + len(line)
    return [(start, start + len(value[start:end].rstrip())) for start, end in found]
