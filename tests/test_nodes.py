"""Parse YAML into a tree: structure, exact spans, and the cost of hostile texts."""

from __future__ import annotations

import gc
import re
import tracemalloc
from contextlib import suppress
from io import StringIO

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.cyaml import CSafeLoader
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from smlint.syntax import Alias, Document, Mapping, Node, ParseError, Scalar, Sequence, is_null, merged, parse, resolve, walk, yaml_parser
from smlint.syntax.comments import find_comments
from tests.timing import assert_growth, seconds

IMAGE = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310"


def only(text: str) -> Node:
    """Return the root of a text with one non-empty document."""
    (document,) = parse(text)
    assert document.root is not None
    return document.root


def value_of(text: str, key: str = "a") -> Scalar:
    root = only(text)
    assert isinstance(root, Mapping)
    node = root.get(key)
    assert isinstance(node, Scalar)
    return node


def mapping(text: str) -> Mapping:
    root = only(text)
    assert isinstance(root, Mapping)
    return root


def shape(node: Node | None) -> object:
    """Convert a tree to tuples, with aliases by name."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Mapping):
        return tuple((shape(key), shape(value)) for key, value in node.items)
    if isinstance(node, Sequence):
        return [shape(item) for item in node.items]
    return f"*{node.name}" if isinstance(node, Alias) else None


@pytest.mark.parametrize(
    ("text", "written", "value", "style", "exact"),
    [
        pytest.param("a: b", "b", "b", "plain", True, id="a plain scalar"),
        pytest.param("a:   b c \t # d\n", "b c", "b c", "plain", True, id="a plain scalar before blanks and a comment"),
        pytest.param("a: b#c", "b#c", "b#c", "plain", True, id="a number sign inside a word"),
        pytest.param("a: b\n  c\n\n  d\n", "b\n  c\n\n  d", "b c\nd", "plain", False, id="a plain scalar folded over lines"),
        pytest.param("a: b\r\n  c\r\ne: f", "b\r\n  c", "b c", "plain", False, id="a plain scalar folded over lines that end in CRLF"),
        pytest.param("a: 'b''c'", "b''c", "b'c", "single", False, id="a single-quoted scalar with a doubled quote"),
        pytest.param("a: 'b'  # c", "b", "b", "single", True, id="a single-quoted scalar"),
        pytest.param("a: ''", "", "", "single", True, id="an empty single-quoted scalar"),
        pytest.param('a: "b\\tc"', "b\\tc", "b\tc", "double", False, id="a double-quoted scalar with an escape"),
        pytest.param('a: "b c"', "b c", "b c", "double", True, id="a double-quoted scalar"),
        pytest.param('a: "b\n  c"', "b\n  c", "b c", "double", False, id="a double-quoted scalar folded over lines"),
        pytest.param('a: "b\nc"', "b\nc", "b c", "double", False, id="a fold that does not change the length"),
        pytest.param('a: "\\ud83d\\ude00"', "\\ud83d\\ude00", "\U0001f600", "double", False, id="a surrogate pair"),
        pytest.param('a: "\\ud83dx"', "\\ud83dx", "\ufffdx", "double", False, id="a lone surrogate"),
        pytest.param("a: |\n  b\n   c\n\nd: e", "|\n  b\n   c", "b\n c\n", "literal", False, id="a literal block starts at its indicator"),
        pytest.param("a: >-\n  b\n  c\n# d\n", ">-\n  b\n  c", "b c", "folded", False, id="a folded block ends before the comment"),
        pytest.param("a: !Sub b", "b", "b", "plain", True, id="after a tag"),
        pytest.param("a: &x b", "b", "b", "plain", True, id="after an anchor"),
        pytest.param("a: !Sub &x 'b'", "b", "b", "single", True, id="a tag and an anchor before quotes"),
        pytest.param("a: &x !Sub  |\n  b\n", "|\n  b", "b\n", "literal", False, id="an anchor and a tag before a block"),
        pytest.param("a: !Sub # c\n  # !d\n  b", "b", "b", "plain", True, id="comments between a tag and the value"),
        pytest.param("a: ! b", "b", "b", "plain", True, id="the non-specific tag"),
        pytest.param("a: !<tag:yaml.org,2002:str> b", "b", "b", "plain", True, id="a verbatim tag"),
        pytest.param("a: !Sub", "", "", "plain", True, id="a tag without a value"),
        pytest.param("a: &x\nb: c", "", "", "plain", True, id="an anchor without a value"),
        pytest.param("a:\nb: c", "", "", "plain", True, id="no value"),
        pytest.param("{a: [!Ref AWS::Region], c: d}", "d", "d", "plain", True, id="after text that only the second attempt parses"),
        pytest.param(
            "é\U0001f600: 1\na: \U0001f600é b # c", "\U0001f600é b", "\U0001f600é b", "plain", True, id="characters outside the BMP count as one"
        ),
        pytest.param("x: 1\r\na: b\r\n", "b", "b", "plain", True, id="CRLF counts as two"),
        pytest.param("x: 1\ra: b\r", "b", "b", "plain", True, id="a lone CR ends a line"),
        pytest.param(f"a: {IMAGE}\n", IMAGE, IMAGE, "plain", True, id="an image URI"),
    ],
)
def test_a_scalar_has_the_span_of_its_text(text: str, written: str, value: str, style: str, exact: bool) -> None:
    root = mapping(text)
    node = root.get("a")
    if isinstance(node, Sequence):
        node = root.get("c")
    assert isinstance(node, Scalar)
    assert (text[node.start : node.end], node.value, node.style, node.exact) == (written, value, style, exact)
    assert text[slice(*node.span)] == written


@pytest.mark.parametrize(
    ("text", "tag", "anchor"),
    [
        pytest.param("a: !Sub b", "!Sub", None, id="a CloudFormation short tag"),
        pytest.param("a: !!str 1", "!!str", None, id="a YAML tag"),
        pytest.param("a: !GetAtt Model.Arn", "!GetAtt", None, id="a tag before a word with a dot"),
        pytest.param("a: &x1-y b", None, "x1-y", id="an anchor"),
        pytest.param("a: !T &x b", "!T", "x", id="tag first"),
        pytest.param("a: &x !T b", "!T", "x", id="anchor first"),
        pytest.param("a: [b]", None, None, id="no tag and no anchor"),
        pytest.param("a: !If [b]", "!If", None, id="on a flow sequence"),
        pytest.param("a: &x !T\n  b: c", "!T", "x", id="on a block mapping"),
        pytest.param("a: !T\n- b", "!T", None, id="on a block sequence"),
    ],
)
def test_tags_and_anchors_are_kept_as_written(text: str, tag: str | None, anchor: str | None) -> None:
    node = mapping(text).get("a")
    assert isinstance(node, Scalar | Mapping | Sequence)
    assert (node.tag, node.anchor) == (tag, anchor)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        pytest.param("a: {b: c} # d", "{b: c}", id="a flow mapping"),
        pytest.param("a: !X &y {b: c}", "{b: c}", id="a flow mapping with a tag and an anchor"),
        pytest.param("a: [b, [c] ]\nd: e", "[b, [c] ]", id="a flow sequence"),
        pytest.param("a: []", "[]", id="an empty flow sequence"),
        pytest.param("a:\n  b: 'c' # d\n\n\ne: f", "b: 'c'", id="a block mapping ends with its last value"),
        pytest.param("a:\n  - b\n  - c: d\n\n\ne: f", "- b\n  - c: d", id="a block sequence ends with its last item"),
        pytest.param("a:\n- b\n- c\nd: e", "- b\n- c", id="a block sequence that is not indented"),
        pytest.param("a:\n- b\n? c\n: d", "- b", id="a block sequence before an explicit key"),
        pytest.param("a:\n  {b: c}: d\ne: f", "{b: c}: d", id="a block mapping that starts with a flow mapping"),
        pytest.param("a:\n  b: |\n    c\n\n\ne: f", "b: |\n    c", id="a block mapping that ends with a block scalar"),
        pytest.param("a: &x\n  b: c\ne: *x", "b: c", id="a block mapping with an anchor"),
    ],
)
def test_a_collection_has_the_span_of_its_text(text: str, written: str) -> None:
    node = resolve(mapping(text).get("a"))
    assert isinstance(node, Mapping | Sequence)
    assert text[slice(*node.span)] == written


def test_duplicate_keys_are_kept_and_the_last_one_wins() -> None:
    root = mapping("a: 1\nb: 2\na: 3\n")
    assert list(root.keys()) == ["a", "b", "a"]
    assert len(root.items) == 3
    assert shape(root.get("a")) == "3"
    assert [(key, shape(value)) for key, value in merged(root)] == [("a", "3"), ("b", "2")]


def test_an_alias_refers_to_the_node_with_the_anchor() -> None:
    root = mapping("a: &x b\nc: *x\nd: [*x]\n")
    anchored, alias = root.get("a"), root.get("c")
    assert isinstance(anchored, Scalar)
    assert isinstance(alias, Alias)
    assert (alias.name, alias.target, resolve(alias)) == ("x", anchored, anchored)
    assert anchored.aliased
    assert "a: &x b\nc: *x\nd: [*x]\n"[slice(*alias.span)] == "*x"


def test_an_anchor_without_an_alias_is_not_aliased() -> None:
    assert not value_of("a: &x b").aliased


def test_a_repeated_anchor_refers_to_the_latest_node() -> None:
    root = mapping("a: &x 1\nb: *x\nc: &x 2\nd: *x\n")
    assert [shape(resolve(value)) for _, value in root.items] == ["1", "1", "2", "2"]


def test_an_alias_cannot_refer_to_another_document() -> None:
    with pytest.raises(ParseError, match=re.escape("undefined alias *x")):
        parse("a: &x 1\n---\nb: *x\n")


def test_walk_ends_at_an_alias_to_a_parent() -> None:
    root = only("&a [b, *a]")
    assert isinstance(root, Sequence)
    assert resolve(root.items[1]) is root
    assert [type(node).__name__ for node in walk(root)] == ["Sequence", "Scalar", "Alias"]


def test_walk_yields_every_node_once_in_file_order() -> None:
    root = only("a: &x [b]\nc: {d: *x}\n")
    walked = list(walk(root))
    assert [shape(node) for node in walked if isinstance(node, Scalar)] == ["a", "b", "c", "d"]
    assert len({id(node) for node in walked}) == len(walked)


def test_walk_from_an_inner_node_follows_an_alias_out_of_it() -> None:
    root = mapping("a: &x [b]\nc: {d: *x}\n")
    assert [shape(node) for node in walk(root.get("c")) if isinstance(node, Scalar)] == ["d", "b"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("<<: {a: 1, b: 2}\na: 3", {"a": "3", "b": "2"}, id="an own key after the merge key wins"),
        pytest.param("a: 3\n<<: {a: 1, b: 2}", {"a": "3", "b": "2"}, id="an own key before the merge key wins"),
        pytest.param("<<: [{a: 1}, {a: 2, b: 2}]", {"a": "1", "b": "2"}, id="the first of several mappings wins"),
        pytest.param("<<: {<<: {a: 1, b: 1}, b: 2}", {"b": "2", "a": "1"}, id="merges of merges"),
        pytest.param("<<: [{<<: {a: 1}}, {a: 2}]", {"a": "1"}, id="a mapping merged by the first wins over the second"),
        pytest.param("x: &x {a: 1}\n<<: *x", {"x": (("a", "1"),), "a": "1"}, id="an alias"),
        pytest.param("'<<': {a: 1}", {"<<": (("a", "1"),)}, id="a quoted key does not merge"),
        pytest.param("<<: text\na: 1", {"a": "1"}, id="a value that is not a mapping is ignored"),
        pytest.param("<<: {a: 1}\n<<: {a: 2, b: 2}", {"a": "1", "b": "2"}, id="two merge keys"),
    ],
)
def test_merge_keys(text: str, expected: dict[str, object]) -> None:
    root = mapping(text)
    assert {key: shape(value) for key, value in merged(root)} == expected
    assert {key: shape(root.get(key)) for key in expected} == expected
    assert root.get("no such key") is None


def test_cyclic_merges_end() -> None:
    root = mapping("a: &a\n  <<: *a\n  x: 1\nb: &b\n  <<: [*a, *b]\n  y: 2\n")
    inner = root.get("b")
    assert isinstance(inner, Mapping)
    assert {key: shape(value) for key, value in merged(inner)} == {"y": "2", "x": "1"}
    assert inner.get("z") is None


@pytest.mark.parametrize(
    ("text", "count", "roots"),
    [
        pytest.param("", 0, [], id="an empty text"),
        pytest.param("# only a comment\n", 0, [], id="a comment only"),
        pytest.param("---\n", 1, [None], id="an empty document"),
        pytest.param("a\n---\nb\n", 2, ["a", "b"], id="two documents"),
        pytest.param("a: 1\n---\n---\nb: 2\n...\n", 3, [(("a", "1"),), None, (("b", "2"),)], id="an empty document in the middle"),
        pytest.param("%YAML 1.2\n---\na: 1\n", 1, [(("a", "1"),)], id="a version directive"),
        pytest.param("%TAG !e! tag:example.com,2000:\n---\na: !e!x 1\n", 1, [(("a", "1"),)], id="a tag directive"),
    ],
)
def test_documents_in_a_stream(text: str, count: int, roots: list[object]) -> None:
    documents = parse(text)
    assert len(documents) == count
    assert [document.index for document in documents] == list(range(count))
    assert [shape(document.root) for document in documents] == roots
    assert all(document.kind == "yaml" for document in documents)


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        pytest.param("a: [1, 2\n", 9, id="an unclosed bracket"),
        pytest.param("a: b: c", 4, id="two colons"),
        pytest.param("a: 'b", 5, id="an unclosed quote"),
        pytest.param("a: \x01", 3, id="a control character"),
        pytest.param("a: b\0c", 4, id="a NUL"),
        pytest.param("\U0001f600: 1\na: \x01", 8, id="a control character after one outside the BMP"),
        pytest.param("a: \ud800", 3, id="a lone surrogate"),
        pytest.param('a: "\\x"', 6, id="an invalid escape"),
        pytest.param('a: "\\UFFFFFFFF"', 6, id="an escape beyond Unicode"),
        pytest.param("x: *y", 3, id="an alias without an anchor"),
        pytest.param("%YAML 9.9\n---\na", 0, id="an unknown version"),
        pytest.param("%YAML x\n---\na", 6, id="an invalid directive"),
        pytest.param("\tb: c", 0, id="a tab as indentation"),
        pytest.param("\ufeffa: b", 0, id="a byte order mark"),
        pytest.param("[" * 1001 + "x", 1000, id="brackets one level too deep"),
        pytest.param("- " * 1001 + "x", 2000, id="dashes one level too deep"),
    ],
)
def test_invalid_yaml_is_an_error_with_its_offset(text: str, offset: int) -> None:
    with pytest.raises(ParseError) as caught:
        parse(text)
    assert caught.value.offset == offset
    assert caught.value.message
    assert "\n" not in caught.value.message


def test_the_deepest_supported_nesting() -> None:
    assert sum(isinstance(node, Sequence) for node in walk(only("- " * 1000 + "x"))) == 1000


def test_a_text_too_long_for_the_pure_parser_reports_the_error_of_the_c_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    text = 'é: "\\ud83d\\ude00"'
    assert parse(text)
    monkeypatch.setattr(yaml_parser, "PURE_LIMIT", 5)
    with pytest.raises(ParseError, match="invalid Unicode character escape code") as caught:
        parse(text)
    assert caught.value.offset == 6


def test_byte_positions_become_character_offsets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_parser, "PURE_LIMIT", 0)
    with pytest.raises(ParseError) as caught:
        parse("é\U0001f600é: \x01")
    assert caught.value.offset == 5


def scalars(text: str) -> list[tuple[object, ...]]:
    found = (node for document in parse(text) for node in walk(document.root))
    return [
        (node.value, node.start, node.end, node.style, node.tag, node.exact) for node in found if isinstance(node, Scalar) and node.end > node.start
    ]


FLOW_TEXTS = [
    "[!Ref AWS::Region, x]",
    "{uri: s3://b/k, image: host/repo:tag, 'q':x, \"r\":1}",
    "a: {b:c, d::e, f: '1:2', g: \"3:4\"} # h:i\nj: |\n  k:l\nm: !<tag:x:y> n:o\n",
    "{a: [b:c, {d:e: f}], time: 12:30}",
    "a: !AWS::Tag {b:c}",
    "{a:'b', c: d}",
    '{a: b:c, d: "\\uf8ff"}',
    "{a: b:c, d: \uf8ff}",
]


@pytest.mark.parametrize("text", FLOW_TEXTS)
def test_colons_in_flow_collections_parse_as_with_the_pure_parser(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pure = list(YAML(typ="safe", pure=True).compose_all(text))
    for document, node in zip(parse(text), pure, strict=True):
        assert_same(document.root, node, text)
    repaired = scalars(text)

    def reject(text: str) -> object:
        raise yaml_parser._NotYaml("not installed", 0)

    monkeypatch.setattr(yaml_parser, "_c_events", reject)
    assert scalars(text) == repaired


@pytest.mark.parametrize("text", ["a: [1, 'b']\nc: !Sub d # e\n", "a: |\n  b\nc: >\n  d\n", "- &x {a: b}\n- *x\n"])
def test_the_pure_parser_builds_the_same_tree(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fast = scalars(text)
    monkeypatch.setitem(__import__("sys").modules, "_ruamel_yaml", None)
    assert scalars(text) == fast


# ---------------------------------------------------------------- comments


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a: 1 # smlint: ignore[x] why\n", ["# smlint: ignore[x] why"], id="after a value"),
        pytest.param("# smlint: file-ignore[x]\na: 1\n", ["# smlint: file-ignore[x]"], id="at the start"),
        pytest.param("a:\r\n  #smlint: ignore[x] \t\r\n  b: 1\r\n", ["#smlint: ignore[x]"], id="on a separate line, CRLF"),
        pytest.param("a: 1 # a note # smlint: ignore[x]\n", ["# smlint: ignore[x]"], id="at the end of another comment"),
        pytest.param(
            "a: 1\n# smlint: x\n---\nb: 2 # smlint: y\n...\n# smlint: z", ["# smlint: x", "# smlint: y", "# smlint: z"], id="in several documents"
        ),
        pytest.param("# smlint: x", ["# smlint: x"], id="in a text without a document"),
        pytest.param("[a, # smlint: x\n b]", ["# smlint: x"], id="in a flow collection"),
        pytest.param("a: 'b # smlint: x'", [], id="not in quotes"),
        pytest.param('a: "b\n  # smlint: x"', [], id="not in quotes over lines"),
        pytest.param("a: |\n  b\n  # smlint: x\nc: d", [], id="not in a block scalar"),
        pytest.param("a: |\n  b\n# smlint: x\nc: d", ["# smlint: x"], id="after a block scalar"),
        pytest.param("? 'b # smlint: x'\n: c", [], id="not in a key"),
        pytest.param("a: b#smlint:x", [], id="not in a word"),
        pytest.param("a: b # not smlint: x", [], id="not in the middle of a comment"),
        pytest.param('{"a": "# smlint: x"}', [], id="not in JSON"),
        pytest.param("a: &x 'b # smlint: x'\nc: *x # smlint: y", ["# smlint: y"], id="after an alias"),
    ],
)
def test_comments(text: str, expected: list[str]) -> None:
    found = find_comments(text, parse(text))
    assert [comment.text for comment in found] == expected
    assert all(text.startswith(comment.text, comment.offset) for comment in found)


# ---------------------------------------------------------------- comparison with the composer of ruamel


def composed(text: str) -> list[object]:
    """Compose a text with the C composer of ruamel, or with the pure one if that rejects it. Raises `YAMLError` if both do."""
    loader = CSafeLoader(text)
    found = []
    try:
        while loader.check_node():
            found.append(loader.get_node())
    except YAMLError:
        return list(YAML(typ="safe", pure=True).compose_all(text))
    return found


def assert_same(root: Node | None, other: object, text: str) -> None:
    """Check that both trees have the same structure and values, and the span of every exact scalar contains its value."""
    stack: list[tuple[Node | None, object]] = [(root, other)]
    visited = set()
    while stack:
        mine, other = stack.pop()
        node = resolve(mine)
        if node is None:
            assert isinstance(other, ScalarNode)
            assert other.value == ""
        elif id(node) not in visited:
            visited.add(id(node))
            if isinstance(other, ScalarNode):
                assert isinstance(node, Scalar)
                assert node.value == other.value
                assert not node.exact or text[node.start : node.end] == node.value
                assert 0 <= node.start <= node.end <= len(text)
                if node.style in ("single", "double"):
                    assert text[node.start - 1] == text[node.end] == {"single": "'", "double": '"'}[node.style]
            elif isinstance(other, MappingNode):
                assert isinstance(node, Mapping)
                for pair, theirs in zip(node.items, other.value, strict=True):
                    stack += zip(pair, theirs, strict=True)
            else:
                assert isinstance(other, SequenceNode)
                assert isinstance(node, Sequence)
                stack += zip(node.items, other.value, strict=True)


FRAGMENTS = [
    "a", "b: ", "c:d", ": ", "- ", "? ", "\n", "\n  ", "\n    ", "\r\n", " ", "  ", "[", "]", "{", "}", ", ", ",", "'x'", '"y\\n"', "'", '"', "!Sub ",
    "!!str ", "&n ", "*n ", "<<: ", "|\n", ">-\n  ", "# smlint: x", " # c\n", "---\n", "...\n", "\t", "é", "\U0001f600", "AWS::Region", "1.10", "\x85", "%YAML 1.2\n",
]  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=25))
def test_any_text_gives_the_same_tree_as_ruamel_or_a_parse_error(fragments: list[str]) -> None:
    text = "".join(fragments)
    try:
        documents = parse(text)
    except ParseError as error:
        offset = error.offset
    else:
        offset = 0
        compare(text, documents)
    assert 0 <= offset <= len(text)


def compare(text: str, documents: list[Document]) -> None:
    find_comments(text, documents)
    if text.count("&n ") > 1:
        return  # the C composer rejects a repeated anchor; the pure one warns
    # JSON may start with a tab, YAML may not.
    known = composed(text.replace("\t", " ")) if [document.kind for document in documents] == ["json"] else composed(text)
    for document, other in zip(documents, known, strict=True):
        assert_same(document.root, other, text)


WORDS = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs"), include_characters="\n", exclude_characters="?"), max_size=30
)  # the C parser treats `[?x]` as a key
DATA = st.recursive(WORDS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4), max_leaves=15)


def plain(node: Node | None) -> object:
    if isinstance(node, Mapping):
        return {key: plain(value) for key, value in merged(node)}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return node.value if isinstance(node, Scalar) else ""


def is_readable(text: str) -> bool:
    """Whether ruamel can read its own output, which fails for a key like `:0` in a flow mapping."""
    try:
        list(YAML(typ="safe", pure=True).compose_all(text))
    except YAMLError:
        return False
    return True


@settings(max_examples=150, deadline=None)
@given(DATA, st.sampled_from([None, "'", '"', "|", ">"]), st.booleans(), st.booleans())
def test_the_output_of_ruamel_is_parsed_correctly(data: object, style: str | None, flow: bool, crlf: bool) -> None:
    writer = YAML(typ="safe", pure=True)
    writer.default_style, writer.default_flow_style = style, flow  # type: ignore[assignment]  # it is annotated as None
    writer.width = 4096 if style == '"' else 40  # ruamel.yaml 0.19.1 adds a blank when it folds after an escaped backslash
    stream = StringIO()
    writer.dump({"data": data}, stream)
    text = stream.getvalue()
    assume(is_readable(text))
    if crlf:
        text = text.replace("\n", "\r\n")
    assert plain(only(text)) == {"data": data}
    for node in walk(only(text)):
        if isinstance(node, Scalar) and node.exact:
            assert text[node.start : node.end] == node.value


# ---------------------------------------------------------------- hostile texts


def walked(text: str) -> None:
    """Parse a text and visit each node, if it is valid."""
    with suppress(ParseError):
        for document in parse(text):
            list(walk(document.root))


LINEAR = {
    "brackets": "[",
    "braces": "{a: ",
    "brackets on lines": "[\n",
    "dashes": "- ",
    "question marks": "? ",
    "colons": ": ",
    "duplicate keys": "a: 1\n",
    "documents": "--- a\n",
    "aliases": "- &a x\n- *a\n",
    "words": "word ",
    "quotes": "'a' : \n",
    "tags": "- !Sub x\n",
    "comments": "# smlint: x\n",
    "flow colons": "- [a:b]\n",
    "empty keys": "?\n",
}


@pytest.mark.parametrize("piece", LINEAR.values(), ids=LINEAR.keys())
def test_parsing_takes_linear_time(piece: str) -> None:
    assert_growth(lambda count: seconds(lambda: walked(piece * count)), 4_000, 32_000, 20, 0.05)


def test_a_chain_of_merges_takes_linear_time() -> None:
    def chain(length: int) -> float:
        links = "".join(f"k{i}: &k{i} {{<<: *k{i - 1} , x{i}: 1}}\n" for i in range(1, length))

        def look() -> None:
            for _, value in mapping("k0: &k0 {a: 1}\n" + links).items:
                assert isinstance(value, Mapping)
                value.get("no such key")

        return seconds(look)

    assert_growth(chain, 400, 3_200, 20, 0.05)


def test_an_alias_bomb_is_a_small_tree() -> None:
    text = "a: &a [x, x]\n" + "".join(f"b{i}: &{chr(98 + i)} [*{chr(97 + i)} , *{chr(97 + i)} ]\n" for i in range(20))
    assert len(list(walk(only(text)))) < 150


def test_parsing_re_enables_the_garbage_collector() -> None:
    assert gc.isenabled()
    with pytest.raises(ParseError):
        parse("[")
    assert gc.isenabled()
    gc.disable()
    try:
        parse("a: b")
        assert not gc.isenabled()
    finally:
        gc.enable()


TEMPLATE = """  Model:
    Type: AWS::SageMaker::Model
    Properties:
      ExecutionRoleArn: !GetAtt Role.Arn
      PrimaryContainer: {Image: !Sub "${Account}.dkr.ecr.${AWS::Region}.amazonaws.com/pytorch-inference:2.1.0-cpu-py310"}
"""


def test_the_tree_takes_at_most_forty_times_the_memory_of_the_text() -> None:
    text = "Resources:\n" + TEMPLATE * 1_000
    tracemalloc.start()
    try:
        documents = parse(text)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert documents
    assert peak < 40 * len(text)


def test_a_missing_value_is_null_and_an_empty_string_is_not() -> None:
    root = mapping("a:\nb: ~\nc: ''\nd: &x null\ne: *x\n")
    assert [is_null(root.get(key)) for key in "abcdez"] == [True, True, False, True, True, True]


# ---------------------------------------------------------------- names of anchors


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a: &img:v1 b\nc: *img:v1\n", (("a", "b"), ("c", "*img:v1")), id="a colon"),
        pytest.param("a: &a.b [1, 2]\nc: *a.b\n", (("a", ["1", "2"]), ("c", "*a.b")), id="a dot, on a sequence"),
        pytest.param("a: &x/y\n  k: v\nc: {<<: *x/y}\n", (("a", (("k", "v"),)), ("c", (("<<", "*x/y"),))), id="a slash, merged in a flow mapping"),
        pytest.param("a: &x: b\n", (("a", "b"),), id="a colon at the end"),
        pytest.param("a: &img:v1 b\nc: 'a &img:v1 *img:v1 c'\nd: |\n  x &img:v1 y\n", (("a", "b"), ("c", "a &img:v1 *img:v1 c"), ("d", "x &img:v1 y\n")), id="the same characters in strings"),
        pytest.param('a: &img:v1 b\nc: "\\t &img:v1 x"\n', (("a", "b"), ("c", "\t &img:v1 x")), id="the same characters in a string with an escape"),
        pytest.param("a: \"[&\"\nb: '{&:'\n", (("a", "[&"), ("b", "{&:")), id="an ampersand before a quote"),
        pytest.param("a: make && x:y\nb: &c d\n", (("a", "make && x:y"), ("b", "d")), id="an ampersand in a plain scalar"),
    ],
)
def test_the_name_of_an_anchor_ends_at_a_blank_or_flow_indicator(text: str, expected: object) -> None:
    assert shape(only(text)) == expected


def test_an_anchor_with_a_colon_keeps_the_span_of_its_value() -> None:
    text = f"a: &img:v1 {IMAGE}\nb: *img:v1\n"
    scalar = value_of(text)
    assert (text[scalar.start : scalar.end], scalar.value, scalar.anchor, scalar.exact, scalar.aliased) == (IMAGE, IMAGE, "img:v1", True, True)


def test_many_anchors_with_colons_take_linear_time() -> None:
    text = "".join(f"k{index}: &a{index}:x *b\n" if index % 2 else f"k{index}: '&a{index}:x'\n" for index in range(20_000))
    assert seconds(lambda: suppress_parse_error(text)) < 5


def suppress_parse_error(text: str) -> None:
    with suppress(ParseError):
        parse(text)
