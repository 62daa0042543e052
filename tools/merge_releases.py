"""Add the releases and build configurations of a newer clone of aws/deep-learning-containers to those that are known.

    python tools/merge_releases.py --clone build/dlc --published-tags published_tags.json \\
        --releases fixtures/dlc_release_tags.tsv.gz --build-configurations fixtures/dlc_images.json.gz --output build/sources

Writes files with the same names to the output folder. A known release stays as it is. Git tags name neither CUDA nor operating system, so new
ones are joined with the image tags that earlier releases, the documents and the build configurations name. The same inputs always produce the
same bytes.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from smlint.catalog_build.dlc_clone import DlcClone, read_clone  # noqa: E402
from smlint.catalog_build.git_files import GitClone, commit_date, open_clone  # noqa: E402
from smlint.catalog_build.release_tags import released_tags  # noqa: E402
from smlint.catalog_build.sdk_config import Json, Object, strings  # noqa: E402
from tools import sources  # noqa: E402
from tools.arguments import Arguments, existing_file  # noqa: E402


def merge_releases(previous: bytes, clone: DlcClone, git: GitClone, candidates: dict[str, set[str]]) -> bytes:
    """Return the ledger with a row for each git tag that it lacks, in the order of dates."""
    lines = previous.decode("utf-8").splitlines(keepends=True)
    lines = [line for line in lines if not line.startswith("#")]
    reader = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    rows = list(reader)
    new = sorted(git.tags.keys() - {row["git_tag"] for row in rows})
    images: dict[str, list[str]] = {}
    for repository, tags in released_tags(new, candidates).items():
        for tag, names in tags.items():
            for name in names:
                images.setdefault(name, []).append(f"{repository}:{tag}")
    for name in new:
        row = dict.fromkeys(reader.fieldnames or (), "")
        row |= {"git_tag": name, "commit": git.tags[name], "commit_date": commit_date(git, git.tags[name]) or clone.date}
        row |= {"revision": name.partition("-")[0].removeprefix("v"), "image_tags": " ".join(sorted(images.get(name, ())))}
        row |= {"repository": " ".join(sorted({image.partition(":")[0] for image in images.get(name, ())}))}
        rows.append(row | {"joined_by": "docs" if name in images else "none"})
    if new:
        rows.sort(key=lambda row: row["commit_date"])
    stream = io.StringIO()
    stream.write(f"# aws/deep-learning-containers {clone.commit} {clone.date}\n")
    writer = csv.DictWriter(stream, reader.fieldnames or (), delimiter="\t", quoting=csv.QUOTE_NONE, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode("utf-8")


def merge_configurations(previous: Object, clone: DlcClone) -> Object:
    """Return the documented and configured images, with those of the clone added. A tag that was configured once was published."""
    images = [image for image in _list(previous["images"]) if isinstance(image, dict)]
    known = {_key(image): image for image in images}
    for image in _images(clone):
        if _key(image) in known:
            known[_key(image)].update(image)
        else:
            images.append(image)
    return previous | {"commit": clone.commit, "commit_date": clone.date, "images": list[Json](images)}


def _images(clone: DlcClone) -> Iterable[Object]:
    for document in clone.documents.images:
        image: Object = {"source": "docs", "repository": document.repository, "tags": list[Json](document.tags)}
        yield image | ({"cuda": document.toolkit} if document.toolkit else {})
    for one in clone.configurations:
        image = {"source": "config", "repository": one.repository, "tags": [one.tag]}
        yield image | ({"environment": "production"} if one.is_production else {}) | ({"cuda": one.toolkit} if one.toolkit else {})


def _key(image: Object) -> tuple[str, ...]:
    return (str(image["source"]), str(image["repository"]), *strings(image["tags"]))


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def main(argv: list[str] | None = None) -> int:
    """Write both files, and return the exit code."""
    parser = Arguments(__doc__)
    parser.add_argument("--clone", required=True, metavar="FOLDER", help="clone of aws/deep-learning-containers")
    for name in ("published-tags", "releases", "build-configurations"):
        parser.add_argument(f"--{name}", type=existing_file, required=True, metavar="FILE")
    parser.add_argument("--output", type=Path, required=True, metavar="FOLDER")
    options = parser.parse_args(argv)
    git = open_clone(options.clone)
    if git is None:
        parser.error(f"no clone of Git: {options.clone}")
    clone = read_clone(options.clone)
    candidates = sources.released_tags(options.releases)
    for name, tags in sources.published_tags(options.published_tags).items():
        candidates.setdefault(name, set()).update(tag for tag, seen in tags.items() if set(seen) != {"release"})
    for image in _images(clone):
        candidates.setdefault(str(image["repository"]), set()).update(strings(image["tags"]))
    ledger = merge_releases(gzip.decompress(options.releases.read_bytes()), clone, git, candidates)
    configurations = merge_configurations(json.loads(gzip.decompress(options.build_configurations.read_bytes())), clone)
    options.output.mkdir(parents=True, exist_ok=True)
    (options.output / options.releases.name).write_bytes(gzip.compress(ledger, 9, mtime=0))
    (options.output / options.build_configurations.name).write_bytes(gzip.compress(json.dumps(configurations).encode("utf-8"), 9, mtime=0))
    return 0


if __name__ == "__main__":
    sys.exit(main())
