"""Write a tree of plain data as YAML or JSON, in one of the many styles that people and tools use."""

from __future__ import annotations

import json
import re
from random import Random
from typing import NamedTuple, TypeAlias

from hypothesis import strategies as st

Tree: TypeAlias = "str | int | float | bool | list[Tree] | dict[str, Tree] | Shared | None"


class Shared(NamedTuple):
    """A part of a tree that occurs several times: in YAML first with an anchor, then as an alias."""

    name: str
    tree: Tree


_WORDS_WITH_A_TYPE = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"))
_PLAIN = re.compile(r"(?:[A-Za-z]|[0-9]{12}\.|0(?!ACCOUNT0$|TAG0$)[A-Z])[A-Za-z0-9_./@-]*(?::[A-Za-z0-9_./@:-]*[A-Za-z0-9_./-])?")
"""Strings that mean the same in every YAML without quotes: words, image URIs, ARNs, and marks that do not look like numbers."""

_COMMENTS = ("# as agreed", "#", "# image: nothing", "# 'one quote", "# {", "# \u00e9 \U0001f600", "# - a: b")
_SHORT_FORMS = ("Ref", "Condition", "Fn::")


class Spelling(NamedTuple):
    """The style of a text.

    `json` selects JSON, optionally with `tabs`, else YAML. `quotes` is `plain` (where YAML allows it), `single`, `double` or `mixed`. `flow` is
    the share of collections in brackets, 1.0 for one line. `indent` counts blanks, `dashes` those before the dashes of a list in a mapping.
    `anchors` adds unused anchors, `shuffled` changes the order of keys, `short_forms` writes `!Ref` for `Ref`, `escapes` escapes characters
    beyond ASCII, `marker` starts a document with `---`. `seed` determines all random choices.
    """

    json: bool
    quotes: str
    flow: float
    indent: int
    dashes: int
    comments: bool
    anchors: bool
    shuffled: bool
    short_forms: bool
    escapes: bool
    tabs: bool
    crlf: bool
    byte_order_mark: bool
    marker: bool
    last_line_end: bool
    seed: int


def spellings(json: st.SearchStrategy[bool]) -> st.SearchStrategy[Spelling]:
    """All styles: JSON if `json` draws True, else YAML."""
    flag = st.booleans()
    return st.builds(
        Spelling, json, st.sampled_from(("plain", "single", "double", "mixed")), st.sampled_from((0.0, 0.0, 0.2, 1.0)), st.integers(1, 5),
        st.integers(0, 4), flag, flag, flag, flag, flag, flag, flag, flag, flag, flag, st.integers(0, 2**32),
    )  # fmt: skip


def spelled(tree: Tree, spelling: Spelling) -> str:
    """Write a tree, or several documents if the tree is `Documents`."""
    random = Random(spelling.seed)  # noqa: S311  # not a secret
    if spelling.shuffled:
        tree = _shuffled(tree, random)
    text = _json(tree, spelling, random) if spelling.json else _Yaml(spelling, random).text(tree)
    if spelling.last_line_end:
        text += "\n"
    if spelling.crlf:
        text = text.replace("\n", "\r\n")
    return ("\ufeff" if spelling.byte_order_mark else "") + text


class Documents(list[Tree]):
    """The documents of one YAML text; in JSON, the items of a Kubernetes list."""


def _shuffled(tree: Tree, random: Random) -> Tree:
    """Return the tree with the keys of every mapping in random order."""
    if isinstance(tree, Documents):
        return Documents(_shuffled(item, random) for item in tree)
    if isinstance(tree, list):
        return [_shuffled(item, random) for item in tree]
    if isinstance(tree, Shared):
        return tree  # its keys have the same order everywhere
    if isinstance(tree, dict):
        keys = list(tree)
        if not keys or keys[0] != "smlint":  # the first key marks a manifest
            random.shuffle(keys)
        return {key: _shuffled(tree[key], random) for key in keys}
    return tree


def _json(tree: Tree, spelling: Spelling, random: Random) -> str:
    if isinstance(tree, Documents):
        tree = {"apiVersion": "v1", "kind": "List", "items": list(tree)}
    indent: int | str | None = "\t" if spelling.tabs else (None if spelling.flow == 1.0 else spelling.indent)
    separators = (",", ":") if spelling.comments and indent is None else None
    text = json.dumps(_copied(tree), indent=indent, ensure_ascii=spelling.escapes, separators=separators)
    if spelling.escapes and random.random() < 0.5:
        # JSON allows escapes for any character.
        text = text.replace("Properties", "Pr\\u006fperties").replace("model", "m\\u006Fdel").replace("\\n", "\\u000a")
    return text


def _copied(tree: Tree) -> Tree:
    """Return the tree with shared parts written out, as JSON needs them."""
    if isinstance(tree, Shared):
        return _copied(tree.tree)
    if isinstance(tree, list):
        return [_copied(item) for item in tree]
    if isinstance(tree, dict):
        return {key: _copied(value) for key, value in tree.items()}
    return tree


class _Yaml:
    """Writes YAML line by line."""

    def __init__(self, spelling: Spelling, random: Random) -> None:
        self.spelling = spelling
        self.random = random
        self.names = 0
        self.shared: set[str] = set()

    def text(self, tree: Tree) -> str:
        documents = tree if isinstance(tree, Documents) else Documents([tree])
        texts = ["\n".join(self._root(document)) for document in documents]
        head = "---\n" if self.spelling.marker else ""
        return head + "\n---\n".join(texts)

    def _root(self, tree: Tree) -> list[str]:
        if isinstance(tree, dict) and "smlint" not in tree and self.spelling.flow == 1.0:
            return [self._flow(tree)]
        return self._block(tree, 0)

    def _block(self, tree: Tree, indent: int) -> list[str]:
        """The lines of a mapping or list that is not empty."""
        lines: list[str] = []
        blanks = " " * indent
        if isinstance(tree, dict):
            for key, value in tree.items():
                lines += self._remark(blanks)
                lines += self._entry(f"{blanks}{self._scalar(key, True)}:", value, indent)
        elif isinstance(tree, list):
            for value in tree:
                lines += self._remark(blanks)
                lines += self._item(value, indent)
        return lines

    def _item(self, value: Tree, indent: int) -> list[str]:
        """The lines of a list element. A mapping may start on the line of its dash."""
        value, tag = self._short_form(value)
        lines = self._after(f"{' ' * indent}-{tag}", value, indent + 2)
        if lines is not None:
            return lines
        lines = self._block(value, indent + 2)
        if not tag and lines[0].lstrip()[:1] != "#" and self.random.random() < 0.8:
            return [f"{' ' * indent}- {lines[0][indent + 2 :]}", *lines[1:]]
        return [f"{' ' * indent}-{tag}", *lines]

    def _entry(self, head: str, value: Tree, indent: int) -> list[str]:
        """The lines of a key and its value, which is on the line of the key or below it."""
        value, tag = self._short_form(value)
        lines = self._after(head + tag, value, indent + self.spelling.indent)
        if lines is not None:
            return lines
        anchor = self._anchor() if self.spelling.anchors and self.random.random() < 0.1 and not tag else ""
        deeper = self.spelling.dashes if isinstance(value, list) else self.spelling.indent
        return [head + anchor + tag + self._trailing(), *self._block(value, indent + deeper)]

    def _after(self, head: str, value: Tree, indent: int) -> list[str] | None:
        """The lines of a value that starts after its key or dash; None for a collection in block style."""
        if isinstance(value, Shared):
            return [f"{head} {self._flow(value, indent + 1)}{self._trailing()}"]
        if isinstance(value, str) and "\n" in value and self.random.random() < 0.7:
            chomp = "" if value.endswith("\n") else "-"
            return [f"{head} |{chomp}", *(" " * indent + line if line else "" for line in value.removesuffix("\n").split("\n"))]
        if not isinstance(value, (dict, list)):
            anchor = self._anchor() if self.spelling.anchors and self.random.random() < 0.1 else ""
            return [f"{head}{anchor} {self._scalar(value)}{self._trailing()}"]
        if not value or self.random.random() < self.spelling.flow:
            return [f"{head} {self._flow(value, indent + 1)}{self._trailing()}"]
        return None

    def _flow(self, tree: Tree, indent: int = 1) -> str:
        if isinstance(tree, Shared):
            if tree.name in self.shared:
                return f"*{tree.name} "  # the blank separates the name from a comma or colon
            self.shared.add(tree.name)
            return f"&{tree.name} {self._flow(tree.tree, indent)}"
        tree, tag = self._short_form(tree)
        lead = f"{tag.strip()} " if tag else ""
        if not isinstance(tree, (dict, list)):
            return lead + self._scalar(tree)
        if isinstance(tree, dict):
            parts = [f"{self._scalar(key, True)}: {self._flow(value, indent)}" for key, value in tree.items()]
        else:
            parts = [self._flow(value, indent) for value in tree]
        comma = ",\n" + " " * indent if self.random.random() < 0.15 else ", "
        blank = self.random.choice(("", "", " "))
        brackets = "{}" if isinstance(tree, dict) else "[]"
        return f"{lead}{brackets[0]}{blank}{comma.join(parts)}{blank}{brackets[1]}"

    def _short_form(self, tree: Tree) -> tuple[Tree, str]:
        """Return `{"Fn::Sub": x}` as x and the tag ` !Sub`, if the style uses short forms."""
        if self.spelling.short_forms and isinstance(tree, dict) and len(tree) == 1:
            (name, value), = tree.items()
            if name.startswith(_SHORT_FORMS) and (name != "Condition" or isinstance(value, str)):
                short = name.removeprefix("Fn::")
                if short == "GetAtt" and isinstance(value, list):
                    return ".".join(str(part) for part in value), " !GetAtt"
                if not isinstance(value, dict):  # a mapping may be a call itself, which needs the long form
                    return value, f" !{short}"
        return tree, ""

    def _scalar(self, value: Tree, key: bool = False) -> str:
        if value is None:
            return self.random.choice(("null", "~"))
        if not isinstance(value, str):
            return json.dumps(value)
        quotes = self.spelling.quotes
        if quotes == "mixed":
            quotes = self.random.choice(("plain", "single", "double"))
        if key and quotes != "double":
            quotes = "plain"
        if quotes == "plain" and _PLAIN.fullmatch(value) and value.lower() not in _WORDS_WITH_A_TYPE:
            return value
        if quotes == "single" and "\n" not in value and value.isprintable():
            return "'" + value.replace("'", "''") + "'"
        text = json.dumps(value, ensure_ascii=False)
        # Unlike JSON, YAML has no surrogate pairs.
        return "".join(c if c.isascii() else f"\\U{ord(c):08x}" for c in text) if self.spelling.escapes else text

    def _anchor(self) -> str:
        self.names += 1
        return f" &name{self.names}"

    def _remark(self, blanks: str) -> list[str]:
        if not self.spelling.comments or self.random.random() < 0.85:
            return []
        return [self.random.choice((blanks, "")) + self.random.choice(_COMMENTS), *([""] if self.random.random() < 0.2 else [])]

    def _trailing(self) -> str:
        if not self.spelling.comments or self.random.random() < 0.85:
            return self.random.choice(("", "", "", "  ")) if self.spelling.comments else ""
        return self.random.choice(("  ", " ", "\t")) + self.random.choice(_COMMENTS)
