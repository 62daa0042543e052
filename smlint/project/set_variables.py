"""Extract the variables that a file sets for Terraform: in commands and the environment, and in the configuration of Terragrunt.

Formats, read 2026-11-29: https://developer.hashicorp.com/terraform/language/values/variables,
https://docs.terragrunt.com/reference/config-blocks-and-attributes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from smlint.project.setting_files import Value, literal
from smlint.project.terraform_values import SUFFIXES, Assignments, in_object
from smlint.readers.reader import ANY
from smlint.runtime.named_tuple import NamedTuple

_SEPARATOR = r"(?:=|[\"']?[ \t]{0,4},\s{0,40}|[ \t]{1,8}(?:\\\r?\n[ \t]{0,40})?)f?[\"']{0,2}"
_VARIABLE = re.compile(
    rf"(?<![\w-])--?var{_SEPARATOR}([A-Za-z_][\w-]*)[ \t]?=[ \t]?(\\?\"[^\"\n]*\"|'[^'\n]*'|[^\s\"'`,;&|)\]}}]*)"
)
_ANY_VARIABLE = re.compile(rf"(?<![\w-])--?var{_SEPARATOR}[$%{{]")
_FILE = re.compile(rf"(?<![\w-])--?var-file{_SEPARATOR}([^\s\"'`,;&|)\]}}]+)")
_ENVIRONMENT = re.compile(r"TF_VAR_([A-Za-z_]\w*)[\"'\]]{0,2}[ \t]{0,8}[:=][ \t]{0,8}(\"[^\"\n]*\"|'[^'\n]*'|[^\s\"',;&|)\]}]*)")
_ANY_ENVIRONMENT = re.compile(r"TF_VAR_[$%{]")
_INPUTS = re.compile(r"^[ \t]*(?:inputs|values)[ \t]*=[ \t]*(\{)?", re.MULTILINE)
_SOURCE = re.compile(r'^[ \t]*terraform[ \t]*\{[^{}"]*?\bsource[ \t]*=[ \t]*"([^"\n]*)"', re.MULTILINE)


class Inputs(NamedTuple):
    """What a configuration of Terragrunt passes to a module, and the address of the module if it is literal."""

    assignments: Assignments
    source: str | None


def set_variables(text: str) -> Iterator[Value]:
    """Yield the variables that a script, a workflow or a settings file sets, with their values. The variable `ANY` stands for all."""
    for match in (*_VARIABLE.finditer(text), *_ENVIRONMENT.finditer(text)):
        yield match[1], literal(match[2].replace('\\"', '"').strip("\"'"))
    if _ANY_VARIABLE.search(text) or _ANY_ENVIRONMENT.search(text):
        yield ANY, None
    for match in _FILE.finditer(text):
        if not match[1].endswith(SUFFIXES) and not any(mark in match[1] for mark in "${%<"):
            yield ANY, None


def inputs_of(text: str) -> Inputs:
    """Return what a configuration of Terragrunt passes to its module."""
    values: dict[str, str] = {}
    unknown: set[str] = set()
    for match in _INPUTS.finditer(text):
        found = in_object(text, match.end()) if match[1] else Assignments({}, frozenset({ANY}))
        values |= found.values
        unknown |= found.unknown
    source = _SOURCE.search(text)
    return Inputs(Assignments(values, frozenset(unknown)), source[1] if source is not None else None)
