"""Finding, loading and selecting rules."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from smlint.linter.rule import LoadedRule
from smlint.model.findings import Applicability
from smlint.runner.registry import choose, load, load_rule
from smlint.runtime.errors import SmlintError
from tests.conftest import ROOT

DOC = '"""Something is wrong.\n\nBecause it is.\n"""\n'
IMPORT = "from smlint.linter.rule import Applicability, Invalid, Rule, Severity, Valid\n"
RULE = 'RULE = Rule(category="registry", severity=Severity.NOTE, valid=[{valid}], invalid=[{invalid}])\n'
VALID, INVALID = 'Valid("region: us-east-1")', 'Invalid("region: x  # <- y")'


def needing(need: str) -> str:
    return DOC + IMPORT + RULE.format(valid=VALID, invalid=INVALID).replace("Rule(", f'Rule(needs=["{need}"], ')


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], LoadedRule]:
    """Return a function that writes a rule module into a temporary package and loads it."""
    package = f"rules_{tmp_path.name}"
    (tmp_path / package).mkdir()
    (tmp_path / package / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)

    def load_written(text: str, name: str) -> LoadedRule:
        (tmp_path / package / f"{name}.py").write_text(text, "utf-8")
        return load_rule(name, package)

    return load_written


def names(rules: tuple[LoadedRule, ...]) -> list[str]:
    return [rule.name for rule in rules]


def test_every_file_in_rules_is_a_rule_and_rules_are_sorted_by_name() -> None:
    folder = ROOT / "rules"
    assert names(load()) == sorted(path.stem.replace("_", "-") for path in folder.glob("*.py") if path.name != "__init__.py")
    assert names(load()) == sorted(names(load()))
    assert {Path(rule.path).parent for rule in load()} == {folder}


def test_rules_are_loaded_once() -> None:
    assert load() is load()


def test_the_working_directory_does_not_matter(tmp_path: Path) -> None:
    for package in (tmp_path / "rules", tmp_path / "smlint" / "rules"):
        package.mkdir(parents=True)
        (package / "__init__.py").write_text("raise SystemExit(77)")
        (package / "my_rule.py").write_text("raise SystemExit(77)")
    script = "from smlint.runner.registry import load; print(len(load()))"
    result = subprocess.run([sys.executable, "-P", "-c", script], cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    assert (result.returncode, result.stdout, result.stderr) == (0, f"{len(load())}\n", "")


def test_name_summary_and_applicability_come_from_the_file(written: Callable[[str, str], LoadedRule]) -> None:
    invalid = 'Invalid("a: 1  # <- b", fixed="2", applicability=Applicability.UNSAFE), Invalid("a: 3  # <- b", fixed="2"), Invalid("a: 4  # <- b")'
    rule = written(DOC + IMPORT + RULE.format(valid=VALID, invalid=invalid), "no_such_thing")
    assert (rule.name, rule.summary, rule.fixable, rule.applicability) == ("no-such-thing", "Something is wrong.", True, Applicability.SAFE)
    rule = written(DOC + IMPORT + RULE.format(valid=VALID, invalid=INVALID), "no_fix")
    assert (rule.fixable, rule.applicability) == (False, None)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(DOC + IMPORT, "has no RULE", id="a file without RULE"),
        pytest.param(DOC + "RULE = 1\n", "has no RULE", id="a RULE of another type"),
        pytest.param(IMPORT + RULE.format(valid=VALID, invalid=INVALID), "has no docstring", id="a file without a docstring"),
        pytest.param('"""  """\n' + IMPORT + RULE.format(valid=VALID, invalid=INVALID), "has no docstring", id="a blank docstring"),
        pytest.param(DOC + IMPORT + RULE.format(valid="", invalid=INVALID), "has no valid examples", id="a rule without valid examples"),
        pytest.param(DOC + IMPORT + RULE.format(valid=VALID, invalid=""), "has no invalid examples", id="a rule without invalid examples"),
        pytest.param(DOC + IMPORT + RULE.replace("registry", "regsitry").format(valid=VALID, invalid=INVALID), "unknown category 'regsitry'", id="an unknown category"),
        pytest.param(DOC + "import no.such.module\n", "ModuleNotFoundError", id="a file whose import fails"),
        pytest.param(DOC + "RULE = (\n", "SyntaxError", id="a file that is not Python"),
        pytest.param(needing("instance_typ"), "unknown fact 'instance_typ'", id="a misspelled fact"),
        pytest.param(needing("image.tags"), "unknown fact 'image.tags'", id="a misspelled part of the image"),
        pytest.param(needing("image.is_mirror"), "unknown fact 'image.is_mirror'", id="a property that is no part of the image"),
        pytest.param(needing("resource"), "unknown fact 'resource'", id="a field of the deployment that is not a fact"),
        pytest.param(needing("region.name"), "unknown fact 'region.name'", id="a part of another fact"),
    ],
)
def test_an_incomplete_rule_file_is_an_error(written: Callable[[str, str], LoadedRule], text: str, words: str) -> None:
    with pytest.raises(SmlintError, match=words) as caught:
        written(text, "my_rule")
    assert "my_rule" in caught.value.what
    assert caught.value.hint


def rule(name: str, category: str, *, enabled: bool = True, preview: bool = False) -> LoadedRule:
    loaded = load()[0]
    from smlint.linter.rule import Rule

    made = Rule(category=category, severity=loaded.rule.severity, enabled=enabled, preview=preview, valid=loaded.rule.valid, invalid=loaded.rule.invalid)
    return LoadedRule(name, made, loaded.doc, loaded.path)


SOME = (rule("a-one", "alpha"), rule("a-two", "alpha"), rule("b-one", "beta"), rule("b-off", "beta", enabled=False))


@pytest.mark.parametrize(
    ("select", "extend", "ignore", "expected"),
    [
        pytest.param((), (), (), ["a-one", "a-two", "b-one"], id="all enabled rules by default"),
        pytest.param(("a-two",), (), (), ["a-two"], id="a name selects one rule"),
        pytest.param(("alpha",), (), (), ["a-one", "a-two"], id="a category selects its rules"),
        pytest.param(("beta",), (), (), ["b-one", "b-off"], id="a selected category includes rules that are off by default"),
        pytest.param(("ALL",), (), (), ["a-one", "a-two", "b-one", "b-off"], id="ALL selects every rule"),
        pytest.param(("b-off",), (), (), ["b-off"], id="a name selects a rule that is off by default"),
        pytest.param((), ("b-off",), (), ["a-one", "a-two", "b-one", "b-off"], id="added to the default"),
        pytest.param(("a-one",), ("beta",), (), ["a-one", "b-one", "b-off"], id="added to the selected"),
        pytest.param((), (), ("alpha",), ["b-one"], id="an ignored category"),
        pytest.param((), (), ("a-one",), ["a-two", "b-one"], id="an ignored name"),
        pytest.param((), (), ("ALL",), [], id="every rule is ignored"),
        pytest.param(("a-one",), (), ("a-one",), [], id="ignore wins over an equally specific selector"),
        pytest.param(("a-one",), (), ("alpha",), ["a-one"], id="a selected name wins over an ignored category"),
        pytest.param((), ("a-one",), ("alpha",), ["a-one", "b-one"], id="an added name wins over an ignored category"),
        pytest.param(("alpha",), (), ("a-one",), ["a-two"], id="an ignored name wins over a selected category"),
        pytest.param(("ALL",), (), ("beta",), ["a-one", "a-two"], id="an ignored category wins over ALL"),
        pytest.param((), (), ("unpinned-image",), ["a-one", "a-two", "b-one"], id="a built-in rule outside the list is known"),
    ],
)
def test_selection(select: tuple[str, ...], extend: tuple[str, ...], ignore: tuple[str, ...], expected: list[str]) -> None:
    assert names(choose(SOME, select, extend, ignore)) == expected


@pytest.mark.parametrize(
    ("select", "extend", "ignore", "preview", "expected"),
    [
        pytest.param((), (), (), False, ["a-one"], id="not by default"),
        pytest.param((), (), (), True, ["a-one", "a-new"], id="with preview"),
        pytest.param(("alpha",), (), (), False, ["a-one"], id="not with its category"),
        pytest.param(("ALL",), (), (), False, ["a-one"], id="not with ALL"),
        pytest.param(("alpha",), (), (), True, ["a-one", "a-new"], id="with its category and preview"),
        pytest.param(("a-new",), (), (), False, ["a-new"], id="by its name"),
        pytest.param((), ("a-new",), (), False, ["a-one", "a-new"], id="added by its name"),
        pytest.param((), (), ("a-new",), True, ["a-one"], id="ignored"),
    ],
)
def test_preview_rules(select: tuple[str, ...], extend: tuple[str, ...], ignore: tuple[str, ...], preview: bool, expected: list[str]) -> None:
    assert names(choose((rule("a-one", "alpha"), rule("a-new", "alpha", preview=True)), select, extend, ignore, preview=preview)) == expected


@pytest.mark.parametrize("selectors", [(("x",), (), ()), ((), ("x",), ()), ((), (), ("x",))], ids=["select", "extend-select", "ignore"])
def test_an_unknown_selector_is_an_error(selectors: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]) -> None:
    with pytest.raises(SmlintError, match="unknown rule or category 'x'"):
        choose(SOME, *selectors)


def test_a_misspelled_rule_has_a_suggestion() -> None:
    with pytest.raises(SmlintError) as caught:
        choose(load(), ("image-regoin-mismatch",), (), ())
    assert caught.value.what == "unknown rule or category 'image-regoin-mismatch'"
    assert caught.value.hint == "did you mean 'image-region-mismatch'?"


def test_an_unknown_selector_without_a_suggestion_lists_the_names() -> None:
    with pytest.raises(SmlintError) as caught:
        choose(load(), ("zzzzzz",), (), ())
    assert caught.value.hint.startswith("choose from ALL, advice, ")
    assert "image-architecture-mismatch" in caught.value.hint


def test_a_misspelled_fact_has_a_suggestion(written: Callable[[str, str], LoadedRule]) -> None:
    with pytest.raises(SmlintError) as caught:
        written(needing("instance_typ"), "my_rule")
    assert caught.value.hint == "did you mean 'instance_type'?"
