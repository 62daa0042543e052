"""Parse YAML and JSON into one kind of tree that knows the exact span of every scalar."""

from __future__ import annotations

from smlint.syntax.nodes import Alias, Content, Document, Mapping, Node, ParseError, Scalar, Sequence, Steps, is_merge_key, merged, resolve, walk
from smlint.syntax.parser import parse
from smlint.syntax.plain_data import UNKNOWN, Data, PlainType, Unknown, is_null, is_null_scalar, plain_type, scalar_data, to_data

__all__ = [
    "UNKNOWN",
    "Alias",
    "Content",
    "Data",
    "Document",
    "Mapping",
    "Node",
    "ParseError",
    "PlainType",
    "Scalar",
    "Sequence",
    "Steps",
    "Unknown",
    "is_merge_key",
    "is_null",
    "is_null_scalar",
    "merged",
    "parse",
    "plain_type",
    "resolve",
    "scalar_data",
    "to_data",
    "walk",
]
