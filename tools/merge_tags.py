"""Add the tags in newer Deep Learning Containers documents to the known published tags.

    python tools/merge_tags.py --dlc-docs dlc-docs.tar.gz --previous published_tags.json --as-of 2026-11-22 --output new.json

Never removes a tag: manifests still use tags that were published once.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from smlint.catalog_build.dlc_documents import DlcDocuments  # noqa: E402
from tools import sources  # noqa: E402
from tools.arguments import Arguments, existing_file  # noqa: E402


def merge(previous: dict[str, object], documents: DlcDocuments, as_of: str) -> dict[str, object]:
    """Return the content of the previous file with the tags in the documents added and marked `docs`, sorted."""
    repositories = previous["repositories"]
    if not isinstance(repositories, dict):
        sys.exit("the previous file has no repositories")
    tags_by_repository: dict[str, dict[str, set[str]]] = {
        repository: {tag: set(seen) for tag, seen in tags.items()} for repository, tags in repositories.items()
    }
    for document in documents.images:
        for tag in document.tags:
            tags_by_repository.setdefault(document.repository, {}).setdefault(tag, set()).add("docs")
    return {
        "about": previous["about"],
        "retrieved": as_of,
        "repositories": {
            repository: {tag: sorted(seen) for tag, seen in sorted(tags.items())} for repository, tags in sorted(tags_by_repository.items())
        },
    }


def main(argv: list[str] | None = None) -> int:
    """Merge the tags, and return the exit code."""
    parser = Arguments(__doc__)
    for name in ("dlc-docs", "previous"):
        parser.add_argument(f"--{name}", type=existing_file, required=True, metavar="FILE")
    parser.add_argument("--output", type=Path, required=True, metavar="FILE")
    parser.add_argument("--as-of", required=True, metavar="DATE")
    options = parser.parse_args(argv)
    content = merge(json.loads(options.previous.read_text(encoding="utf-8")), sources.documents(options.dlc_docs), options.as_of)
    options.output.write_text(json.dumps(content, indent=0) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
