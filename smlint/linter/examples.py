"""Turn the examples of rules into manifests, and extract their markers."""

from __future__ import annotations

import re
from textwrap import dedent

from smlint.runtime.named_tuple import NamedTuple

_MARK = re.compile(r"(?<![ \t])[ \t]*+# <-[ \t]*+(?P<words>[^\n]*)$", re.MULTILINE)
_WHOLE = re.compile(r"^(?:smlint:|Resources:|AWSTemplateFormatVersion:|Parameters:|apiVersion:|kind:|[{\[])", re.MULTILINE)
_HARDWARE = re.compile(r"^instance_types?:", re.MULTILINE)


class Manifest(NamedTuple):
    """An example as a manifest: a file name, its text without markers, and the markers as (1-based line, words of the message)."""

    filename: str
    text: str
    marks: tuple[tuple[int, str], ...]


def to_manifest(example: str) -> Manifest:
    """Return the manifest of an example.

    An example that is not a whole manifest is the body of one native model, on `ml.m5.xlarge` unless it sets an instance type.
    """
    text = dedent(example).strip("\n") + "\n"
    if not _WHOLE.search(text):
        if not _HARDWARE.search(text):
            text += "instance_type: ml.m5.xlarge\n"
        text = "smlint: 1\nmodels:\n  - name: example\n" + "".join(f"    {line}\n" for line in text.splitlines())
    marks = [(text.count("\n", 0, match.start()) + 1, match["words"].strip()) for match in _MARK.finditer(text)]
    return Manifest("example.json" if text[0] in "{[" else "example.yaml", _MARK.sub("", text), tuple(marks))
