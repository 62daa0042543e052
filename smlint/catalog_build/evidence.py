"""The evidence that a tag was released. `tools/build_catalog.py` keeps only tags that have some.

A release plan (`release_images*.yml`) is no evidence: AWS plans images that it never releases. Nor is a tag that the SDK puts together from
parts that no published tag combines.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from smlint.images.evidence import CONFIGURATION, DOCUMENTS, EARLIER_DOCUMENTS, RELEASE, WITHDRAWN
from smlint.images.tags import parse_tag

_SEEN_IN = {"docs": DOCUMENTS, "avail": EARLIER_DOCUMENTS, "docs-hist": WITHDRAWN}
"""The evidence for a tag by where `published_tags.json` has seen it; `release`, a plan, is none. Strongest first."""


def evidence_by_tag(seen: Mapping[str, Iterable[str]], released: Iterable[str], configured: Iterable[str]) -> dict[str, str]:
    """Return the strongest evidence for each tag of a repository that has any.

    `seen` says where documents have named each tag, `released` are the tags that have a release in the ledger, and `configured` those that
    the build configuration of a production image names.
    """
    tags: dict[str, str] = dict.fromkeys(configured, CONFIGURATION)
    for tag, places in seen.items():
        strongest = next((evidence for place, evidence in _SEEN_IN.items() if place in places), None)
        if strongest is not None and (strongest != WITHDRAWN or tag not in tags):
            tags[tag] = strongest
    for tag in released:
        tags[tag] = RELEASE
    return tags


def mixes_spellings(repository: str, text: str) -> bool:
    """Return whether a tag of Hugging Face has one of its two versions in short form: `1.13-transformers4.26.0`.

    The SDK puts such a tag together for a short base framework. The registry has `1.13.1-transformers4.26.0` and `1.13-transformers4.26`.
    """
    if not repository.startswith(("huggingface-pytorch-", "huggingface-tensorflow-")):
        return False
    tag = parse_tag(text)
    version = dict(tag.libraries).get("transformers")
    return tag.version is not None and version is not None and tag.version.count(".") != version.count(".")
