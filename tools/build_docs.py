"""Build the documentation site from the pages in docs/ and from the code.

    python tools/build_docs.py [--stage-only]

The complete pages are written to build/docs, where `zensical build --strict` builds the site in build/docs/site. (mkdocs with mkdocs-material can
build the same files.) A broken link or anchor fails the build.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools.arguments import Arguments  # noqa: E402
from tools.doc_pages import PARTS, rule_navigation, rule_pages  # noqa: E402

TARGET = ROOT / "build/docs"
PLACEHOLDER = "YOUR-ORGANIZATION/smlint"
"""The placeholder for the project's repository in the pages. `extra.repository` in mkdocs.yml replaces it."""

_PART = re.compile(r"<!-- generated: (.*?) -->")
_RULES = "  - Rules: [rules/index.md]"


def stage(target: Path) -> None:
    """Write all pages and the site configuration to the folder `target`, which is emptied first."""
    if target.exists():
        shutil.rmtree(target)
    configuration = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    repository = YAML(typ="safe").load(configuration)["extra"]["repository"]
    shutil.copytree(ROOT / "docs", target / "docs")
    (target / "docs/rules").mkdir()
    for name, text in rule_pages().items():
        (target / "docs" / name).write_text(text, encoding="utf-8")
    for path in sorted((target / "docs").rglob("*.md")):
        path.write_text(completed(path.read_text(encoding="utf-8"), repository), encoding="utf-8")
    (target / "mkdocs.yml").write_text(with_rules(configuration), encoding="utf-8")


def completed(text: str, repository: str) -> str:
    """Return a page with its generated parts and the repository filled in. Raises `KeyError` for an unknown part."""
    return _PART.sub(lambda match: PARTS[match[1]](), text).replace(PLACEHOLDER, repository)


def with_rules(configuration: str) -> str:
    """Return the site configuration with all rule pages in the navigation. Raises `ValueError` if the line for them is missing."""
    if configuration.count(_RULES) != 1:
        raise ValueError(f"mkdocs.yml must contain the line '{_RULES}'")
    lines = ["  - Rules:", "      - rules/index.md"]
    for section in rule_navigation():
        for title, pages in section.items():
            lines += [f"      - {title}:", *(f"          - {page}" for page in pages)]
    return configuration.replace(_RULES, "\n".join(lines))


def main() -> int:
    """Write the pages, then build the site."""
    parser = Arguments(__doc__)
    parser.add_argument("--stage-only", action="store_true", help="write the pages, but do not build the site")
    options = parser.parse_args()
    stage(TARGET)
    if options.stage_only:
        return 0
    command = [sys.executable, "-m", "zensical", "build", "--strict", "--config-file", str(TARGET / "mkdocs.yml")]
    return subprocess.run(command, check=False).returncode  # noqa: S603  # fixed arguments


if __name__ == "__main__":
    sys.exit(main())
