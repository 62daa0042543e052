"""The values of a Terraform module's variables, which its other files give: defaults in any `*.tf.json`, and the `*.tfvars.json` that Terraform loads by itself.

Precedence, lowest first: https://developer.hashicorp.com/terraform/language/values/variables#variable-definition-precedence (read 2026-11-22).
"""

from __future__ import annotations

import json
import os
from functools import lru_cache


def values_beside(path: str) -> tuple[tuple[str, str], ...]:
    """The (name, value) pairs of the variables that the other files of a configuration's folder give a simple value."""
    own = os.path.abspath(path)
    return tuple(sorted(_values(os.path.dirname(own), os.path.basename(own)).items()))


@lru_cache(maxsize=64)
def _values(folder: str, own: str) -> dict[str, str]:
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return {}
    found: dict[str, str] = {}
    for name in names:
        if name.endswith(".tf.json") and name != own:
            found.update(_defaults(_read(os.path.join(folder, name))))
    automatic = [name for name in names if name.endswith(".auto.tfvars.json")]
    for name in (*(name for name in names if name == "terraform.tfvars.json"), *automatic):
        found.update(_simple(_read(os.path.join(folder, name))))
    return found


def _defaults(configuration: dict[str, object]) -> dict[str, str]:
    """The defaults of the variables that a configuration declares, each as a block or as a list of one."""
    variables = configuration.get("variable")
    blocks = variables if isinstance(variables, list) else [variables]
    defaults: dict[str, object] = {}
    for block in blocks:
        for name, body in block.items() if isinstance(block, dict) else ():
            one = body[0] if isinstance(body, list) and body else body
            if isinstance(one, dict) and "default" in one:
                defaults[name] = one["default"]
    return _simple(defaults)


def _simple(values: dict[str, object]) -> dict[str, str]:
    """The values that are strings (without an expression in them) or numbers."""
    return {
        name: str(value)
        for name, value in values.items()
        if isinstance(value, str | int | float) and not isinstance(value, bool) and value != "" and "${" not in str(value)
    }


def _read(path: str) -> dict[str, object]:
    from smlint.source import SourceError, read

    try:
        data = json.loads(read(path).text)
    except (SourceError, ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}
