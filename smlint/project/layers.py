"""The files and documents that may be merged over a layered configuration.

Dynaconf, OmegaConf, node-config and others merge `prod.yaml` over `base.yaml`, and `settings.local.toml` over `settings.yaml`. Kedro merges
`conf/local/` over `conf/base/` (https://docs.kedro.org/en/stable/configuration/configuration_basics.html), and Spring the documents of one
file whose profile is active over those before (https://docs.spring.io/spring-boot/reference/features/external-config.html; read 2026-11-29).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from smlint.project.files import ProjectFiles

SUFFIXES = (".yaml", ".yml", ".json")
UNREADABLE_SUFFIXES = (".toml", ".ini", ".cfg", ".conf", ".properties", ".json5")
"""Suffixes of layers that smlint does not merge."""

MAX_DOCUMENTS = 20
"""The most documents of a file that are merged with each other."""

_ENVIRONMENTS = re.compile(
    r"(?i)(?:^|[._-])(?:prod|production|prd|live|dev|development|stage|staging|stg|test|qa|uat|preprod|local|override|overrides)(?:[._-]|$)"
)
_SHARED = frozenset(["values", "common", "base", "default", "defaults", "shared", "global", "config", "settings", "application"])
"""Words in the name of a file under which any other one may be applied."""

_BASE_FOLDERS = frozenset(["base", "default", "defaults", "common"])


def is_base(path: str) -> bool:
    """Return whether other files may be merged over one, by its name or its folder: `base.yaml`, `conf/base/model.yml`."""
    return words_of(path) <= _SHARED or os.path.basename(os.path.dirname(path)) in _BASE_FOLDERS


def layers_over(path: str, files: ProjectFiles) -> Iterator[str]:
    """Yield the files that may be merged over a base: those of its folder that are called like an environment, and namesakes in other folders."""
    folder, own = os.path.split(path)
    for name in files.names(folder):
        stem, suffix = os.path.splitext(name)
        if _ENVIRONMENTS.search(stem) is None:
            continue
        if suffix in SUFFIXES or (suffix in UNREADABLE_SUFFIXES and b"ml." in files.data(os.path.join(folder, name))):
            yield os.path.join(folder, name)
    if os.path.basename(folder) in _BASE_FOLDERS:
        for sibling in files.folders(os.path.dirname(folder)):
            yield from (os.path.join(sibling, name) for name in files.names(sibling) if name == own and sibling != folder)


def may_follow(path: str, other: str, base: str) -> bool:
    """Return whether a file may be applied over another one: not `values-dev` over `values-prod`, which are alternatives."""
    own, words = words_of(path), words_of(other)
    return path == base or own <= _SHARED or own < words or (own == words and os.path.basename(path) == os.path.basename(other))


def words_of(path: str) -> frozenset[str]:
    """Return the words in the name of a file, without its suffix."""
    return frozenset(re.split(r"[._-]", os.path.splitext(os.path.basename(path))[0].lower()))
