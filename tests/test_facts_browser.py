"""The inventory page in a browser: it loads nothing, and search, filters, sorting and timeline work."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chromium import Chromium, executable
from tests.conftest import ROOT
from tests.test_cli import run
from tests.test_facts import DAY, FLEET

pytestmark = [pytest.mark.browser, pytest.mark.skipif(executable() is None, reason="Chromium is not installed")]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    with Chromium(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture
def page(browser: Chromium, tmp_path: Path) -> Chromium:
    (tmp_path / "fleet.yaml").write_text(FLEET)
    result = run("facts", str(tmp_path / "fleet.yaml"), str(ROOT / "fixtures/ok"), "--isolated", "--output-format", "html", *DAY)
    (tmp_path / "facts.html").write_text(result.out, encoding="utf-8", newline="")
    browser.open(tmp_path / "facts.html")
    return browser


SHOWN = "Array.from(document.querySelectorAll('tbody tr')).filter((row) => row.checkVisibility())"
NAMES = f"{SHOWN}.map((row) => row.cells[1].textContent)"


def search(page: Chromium, words: str) -> None:
    page.run(f"(() => {{ const box = document.querySelector('[name=search]'); box.value = {words!r}; box.dispatchEvent(new Event('input', {{bubbles: true}})); }})()")


def choose(page: Chromium, name: str, value: str) -> None:
    page.run(f"(() => {{ const box = document.querySelector('[name={name}]'); box.value = {value!r}; box.dispatchEvent(new Event('input', {{bubbles: true}})); }})()")


def count(page: Chromium) -> str:
    return str(page.run("document.querySelector('form.filters output').textContent"))


def test_the_page_requests_nothing_else(page: Chromium) -> None:
    assert [address.partition(":")[0] for address in page.requested()] == ["file"]
    assert page.complaints() == []


def test_scripts_in_manifests_do_not_run(page: Chromium) -> None:
    assert page.run("document.scripts.length") == 1
    assert page.run("document.images.length") == 0
    assert "<script>alert(1)</script>" in str(page.run(f"{NAMES}.join()"))


def test_the_policy_blocks_loading(page: Chromium) -> None:
    failed = "new Promise((done) => { const image = new Image(); image.onload = () => done('loaded'); image.onerror = () => done('stopped'); image.src = 'data:image/gif;base64,R0lGODlhAQABAAAAACw='; })"
    assert page.run(failed) == "stopped"
    assert page.run("fetch('https://example.com/').then(() => 'loaded', () => 'stopped')") == "stopped"
    inline = "(() => { const script = document.createElement('script'); script.textContent = 'window.executed = 1'; document.body.append(script); return window.executed || 'stopped'; })()"
    assert page.run(inline) == "stopped"


def test_search_matches_all_words_in_any_fact(page: Chromium) -> None:
    total = page.run("document.querySelectorAll('tbody tr').length")
    assert count(page) == f"{total} of {total} deployments"
    search(page, "XGBoost m5.large fleet")
    assert page.run(NAMES) == ["fraud"]
    assert count(page) == f"1 of {total} deployments"
    search(page, "no such thing")
    assert page.run(NAMES) == []


def test_filters_combine_and_reset(page: Chromium) -> None:
    choose(page, "framework", "pytorch")
    choose(page, "architecture", "arm64")
    choose(page, "instanceFamily", "c7g")
    choose(page, "support", "near")
    names = page.run(NAMES)
    assert isinstance(names, list)
    assert "churn" in names
    assert "sentiment" not in names
    seen = page.run(f"Array.from(new Set({SHOWN}.map((row) => [row.dataset.framework, row.dataset.architecture, row.dataset.support].join())))")
    assert seen == ["pytorch,arm64,near"]
    page.run("document.querySelector('form.filters button').click()")
    assert page.run("new Promise((done) => setTimeout(() => done(document.querySelectorAll('tbody tr[hidden]').length), 50))") == 0


def test_the_timeline_follows_the_filters(page: Chromium) -> None:
    off = "document.querySelectorAll('.timeline g.off').length"
    lines = page.run("document.querySelectorAll('.timeline g').length")
    assert isinstance(lines, int)
    assert lines > 5
    assert page.run(off) == 0
    search(page, "sentiment fleet.yaml")
    assert page.run(off) == lines - 1
    assert "2025-10-29" in str(page.run("document.querySelector('.timeline g:not(.off)').textContent"))


def test_timeline_labels_fit_and_do_not_overlap(page: Chromium) -> None:
    outside = """(() => {
      const svg = document.querySelector('.timeline svg').getBoundingClientRect();
      return Array.from(document.querySelectorAll('.timeline text')).filter((text) => {
        const box = text.getBoundingClientRect();
        return box.left < svg.left - 1 || box.right > svg.right + 1 || box.top < svg.top - 1 || box.bottom > svg.bottom + 1;
      }).map((text) => text.textContent);
    })()"""
    assert page.run(outside) == []
    overlapping = """(() => {
      const boxes = Array.from(document.querySelectorAll('.timeline text.year')).map((text) => text.getBoundingClientRect());
      return boxes.slice(1).filter((box, index) => box.left < boxes[index].right).length;
    })()"""
    assert page.run(overlapping) == 0


def test_columns_sort_both_ways_with_empty_cells_last(page: Chromium) -> None:
    search(page, "fleet.yaml")
    click = "Array.from(document.querySelectorAll('th button')).find((button) => button.textContent === 'End of patch').click()"
    days = f"{SHOWN}.map((row) => row.cells[8].textContent)"
    page.run(click)
    assert page.run(days) == ["2025-10-29", "2026-06-30", "?", "?"]
    page.run(click)
    assert page.run(days) == ["2026-06-30", "2025-10-29", "?", "?"]
    assert page.run("document.querySelectorAll('th[aria-sort]').length") == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_enough_contrast_in_both_color_schemes(page: Chromium, scheme: str, tmp_path: Path) -> None:
    page.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    contrast = """(() => {
      const light = (color) => color.match(/[0-9.]+/g).slice(0, 3).map((c) => c / 255)
        .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)).reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
      const back = light(getComputedStyle(document.body).backgroundColor);
      return Math.min(...['.about', 'td', '.unknown', '.state.over', '.state.near', '.tiles .good b'].map((name) => {
        const text = light(getComputedStyle(document.querySelector(name)).color);
        return (Math.max(text, back) + 0.05) / (Math.min(text, back) + 0.05);
      }));
    })()"""
    ratio = page.run(contrast)
    assert isinstance(ratio, float)
    assert ratio >= 4.5  # WCAG 2.2, 1.4.3
    shots = Path(os.environ.get("SMLINT_SCREENSHOTS") or tmp_path)
    page.screenshot(shots / f"facts-{scheme}.png")
    assert (shots / f"facts-{scheme}.png").stat().st_size > 20_000
