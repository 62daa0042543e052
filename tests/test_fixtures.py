"""Whole manifests: valid ones have no findings, invalid ones have those of the golden file, and a fix restores a broken one byte for byte."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from smlint import fix, lint
from smlint.images.catalog import load_catalog
from smlint.images.registries import in_region
from smlint.images.substitute import substitute
from smlint.model.images import Expected, Image
from smlint.model.results import Report
from smlint.model.settings import Settings
from tests.conftest import ROOT

BUNDLED = load_catalog()
DAY = "2024-01-01"
OK = sorted(path for path in (ROOT / "fixtures/ok").rglob("*") if path.is_file())
BAD = sorted(path for path in (ROOT / "fixtures/bad").rglob("manifest.*") if path.is_file())


def name(path: Path) -> str:
    return path.relative_to(ROOT / "fixtures").as_posix()


def read(path: Path) -> str:
    return path.read_bytes().decode("utf-8").removeprefix("\ufeff")


def shown(report: Report) -> str:
    lines = []
    for finding in report.findings:
        fixable = f" [{finding.fix.applicability}]" if finding.fix else ""
        regions = f" ({', '.join(finding.regions)})" if finding.regions else ""
        where = f"{finding.start.line}:{finding.start.column}-{finding.end.line}:{finding.end.column}"
        lines.append(f"{where} {finding.severity}[{finding.rule}] {finding.message}{regions}{fixable}")
        lines += [f"    {r.message}: {finding.source.text[r.span.start : r.span.end]}" for r in finding.related]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("path", OK, ids=name)
def test_a_valid_manifest_has_no_findings(path: Path) -> None:
    report = lint(read(path), path.name, as_of=DAY)
    assert [finding for finding in report.findings if finding.severity != "note"] == [], shown(report)
    assert report.summary.manifests == 1, report.skipped


@pytest.mark.parametrize("path", BAD, ids=name)
def test_an_invalid_manifest_has_the_findings_of_the_golden_file(
    path: Path, update_golden: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # files of this repository name templates and Regions, too
    regions = (path.parent / "regions").read_text().split() if (path.parent / "regions").exists() else []
    text = read(path)
    report, fixed_text = shown(lint(text, path.name, as_of=DAY, regions=regions)), fix(text, path.name, as_of=DAY, regions=regions)
    expected, fixed = path.parent / "report.txt", path.parent / f"fixed{path.suffix}"
    if update_golden:
        expected.write_text(report, encoding="utf-8", newline="")
        if fixed_text != text:
            fixed.write_text(fixed_text, encoding="utf-8", newline="")
    assert report == expected.read_text(encoding="utf-8")
    assert fixed_text == (read(fixed) if fixed.exists() else text)
    assert fix(fixed_text, path.name, as_of=DAY, regions=regions) == fixed_text, "a second fix changes nothing"


def broken_uris(image: Image) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield broken variants of an image URI that smlint must fix: (broken part, URI, Regions for the run)."""
    if image.region is None or image.account is None or image.tag is None:
        return
    elsewhere = "eu-south-1" if image.region != "eu-south-1" else "us-east-1"
    moved = in_region(image, elsewhere, BUNDLED)
    if moved is not None:
        yield "Region", moved, (image.region,)
        wrong = moved.split(".")[0]
        yield "account", image.uri.replace(image.account, wrong), (image.region,)
    other = "arm64" if image.architecture == "x86_64" else "x86_64"
    changed = substitute(image, BUNDLED, architecture=other, processor="cpu", platform=image.platform)
    if isinstance(changed, Expected):
        yield "architecture", changed.uri, ()


def cases() -> Iterator[object]:
    for path in OK:
        for part, text, uri, broken_uri, regions in broken_manifests(path):
            yield pytest.param(path.name, text, uri, broken_uri, regions, id=f"{name(path)}: {part} of {uri.split('/')[-1]}")


def broken_manifests(path: Path) -> Iterator[tuple[str, str, str, str, tuple[str, ...]]]:
    from smlint.readers.documents import read_documents
    from smlint.readers.reader import ReadContext
    from smlint.syntax import parse

    text = read(path)
    seen = set()
    for reading in read_documents(parse(text, path.name), [ReadContext()]):
        for deployment in reading.deployments:
            image = deployment.image.get()
            # A deployment with the whole URI in one editable piece, and a known instance type.
            if image is None or not deployment.fixable or deployment.image.text is None or not deployment.instance_type.known:
                continue
            pieces = deployment.image.text.pieces
            if len(pieces) != 1 or not pieces[0].editable or text.count(image.uri) != 1 or image.uri in seen:
                continue
            seen.add(image.uri)
            for part, uri, regions in broken_uris(image):
                yield part, text, image.uri, uri, regions


@pytest.mark.parametrize(("filename", "text", "uri", "wrong", "regions"), list(cases()))
def test_a_fix_restores_a_broken_manifest_byte_for_byte(filename: str, text: str, uri: str, wrong: str, regions: tuple[str, ...]) -> None:
    bad = text.replace(uri, wrong)
    assert bad != text
    settings = Settings(select=("registry", "hardware"), ignore=("unknown-image-repository",))
    summary = lint(bad, filename, as_of=DAY, regions=regions, settings=settings).summary
    assert summary.errors or summary.warnings, "the fault is seen"
    assert fix(bad, filename, as_of=DAY, regions=regions, settings=settings) == text
