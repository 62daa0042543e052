"""Build the documentation's site: the pages of docs/, and what the code itself tells.

    python tools/build_docs.py [--stage-only]

The pages are put together in build/docs, where `zensical build --strict` makes the site, build/docs/site. (mkdocs with mkdocs-material
makes it of the same files.) A link or an anchor that leads nowhere fails the build.
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

from tools.doc_pages import PARTS, rule_navigation, rule_pages  # noqa: E402

TARGET = ROOT / "build/docs"
PLACEHOLDER = "YOUR-ORGANIZATION/smlint"
"""What stands for the project's address in the pages; `extra.repository` of mkdocs.yml is put in its place."""

_PART = re.compile(r"<!-- generated: (.*?) -->")
_RULES = "  - Rules: [rules/index.md]"


def stage(target: Path) -> None:
    """Write all pages, and the configuration of the site, below `target`, which is emptied first."""
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
    """A page with its generated parts, and the project's address. Raises `KeyError` for a part that does not exist."""
    return _PART.sub(lambda found: PARTS[found[1]](), text).replace(PLACEHOLDER, repository)


def with_rules(configuration: str) -> str:
    """The site's configuration with a page for each rule in its navigation. Raises `ValueError` if it has no place for them."""
    if configuration.count(_RULES) != 1:
        raise ValueError(f"mkdocs.yml must hold the line '{_RULES}'")
    lines = ["  - Rules:", "      - rules/index.md"]
    for section in rule_navigation():
        for title, pages in section.items():
            lines += [f"      - {title}:", *(f"          - {page}" for page in pages)]
    return configuration.replace(_RULES, "\n".join(lines))


def main() -> int:
    """Put the pages together, and build the site of them."""
    stage(TARGET)
    if "--stage-only" in sys.argv[1:]:
        return 0
    command = [sys.executable, "-m", "zensical", "build", "--strict", "--config-file", str(TARGET / "mkdocs.yml")]
    return subprocess.run(command, check=False).returncode  # noqa: S603  # our own arguments


if __name__ == "__main__":
    sys.exit(main())
