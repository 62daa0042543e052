"""Find out whether the templates of a Helm chart compute an image or an instance type: then the values of the chart are not what runs.

`{{ .Values.image | replace "pytorch-inference:" "pytorch-inference-arm64:" }}` selects another image for arm64. smlint does not render
templates. Functions: https://helm.sh/docs/chart_template_guide/function_list/ (read 2026-11-29).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from smlint.project.files import ProjectFiles

MAX_FILES = 100
"""The most templates of a chart to search."""

MAX_BYTES = 300_000
"""The largest template to search."""

_SUFFIXES = (".yaml", ".yml", ".tpl", ".json", ".txt")
_ARCHITECTURE = re.compile(r"(?i)arm64|aarch64|graviton|kubernetes\.io/arch\b")
_ACTION = re.compile(r"\{\{-?((?:[^{}\"]|\"[^\"\n]{0,300}\"){0,1000})\}\}")
_COMPUTES = re.compile(
    r"\b(?:replace|regexReplace\w*|regexMatch|mustRegex\w+|ternary|trim\w+|substr|trunc|split\w*|eq|ne|hasPrefix|hasSuffix|contains|has|get|index|dig|tpl)\b"
)
_VALUE = re.compile(r"(?i)image|\bimg\b|repository|\btag\b|instance_?type|instance\.type")


def computes_values(chart: str, files: ProjectFiles) -> bool:
    """Return whether a template of a chart compares or changes an image or an instance type, or knows architectures."""
    for path in list(_templates(os.path.join(chart, "templates"), files))[:MAX_FILES]:
        if not files.accepts(path) or files.size(path) > MAX_BYTES:
            return True  # nothing shows what it does
        text = files.text(path) or ""
        if _ARCHITECTURE.search(text) or any(_computes(text, action) for action in _ACTION.finditer(text)):
            return True
    return False


def _templates(folder: str, files: ProjectFiles) -> Iterator[str]:
    for place in (folder, *files.folders(folder)):
        yield from (os.path.join(place, name) for name in files.names(place) if name.endswith(_SUFFIXES) and name != "NOTES.txt")


def _computes(text: str, action: re.Match[str]) -> bool:
    """Return whether an action compares or changes a value. The value of a label (`app.kubernetes.io/version`) does not matter."""
    if _COMPUTES.search(action.group(1)) is None or _VALUE.search(action.group(1)) is None:
        return False
    line = text[max(text.rfind("\n", 0, action.start()), action.start() - 200) + 1 : action.start()]
    return "/" not in line.partition(":")[0]
