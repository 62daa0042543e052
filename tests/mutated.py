"""Broken manifests: trees of plain data in which random nodes are replaced or removed."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

Tree = object

_REPLACEMENTS: st.SearchStrategy[Tree] = st.recursive(
    st.sampled_from([None, "", 0, 1.5, True, "ml.c6g.large", "${x}", "{% $x %}", "$.x", "\ud83d\ude00 \n", "x" * 300, [], {}]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["Get", "Image", "Std:Join", "Fn::Sub", "Ref", "On", "Values"]), inner, max_size=2),
    max_leaves=4,
)


@st.composite
def mutated(draw: st.DrawFn, trees: Sequence[Tree]) -> Tree:
    """Draw one of the trees, with up to four nodes replaced or removed."""
    tree = draw(st.sampled_from(list(trees)))
    for _ in range(draw(st.integers(0, 4))):
        tree = _changed(draw, tree)
    return tree


def _changed(draw: st.DrawFn, node: Tree) -> Tree:
    """Return the tree with one node changed, chosen on a random walk from the root."""
    if isinstance(node, dict) and node and draw(st.integers(0, 9)):
        key = draw(st.sampled_from(sorted(node)))
        if not draw(st.integers(0, 9)):
            return {other: value for other, value in node.items() if other != key}
        return {**node, key: _changed(draw, node[key])}
    if isinstance(node, list) and node and draw(st.integers(0, 9)):
        index = draw(st.integers(0, len(node) - 1))
        return [*node[:index], _changed(draw, node[index]), *node[index + 1 :]]
    return draw(_REPLACEMENTS)
