"""Finding, loading and choosing rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from smlint.model.findings import Safety
from smlint.runner import registry
from smlint.runner.registry import Loaded, choose, load, load_file
from smlint.runtime.errors import SmlintError

DOC = '"""Something is wrong.\n\nBecause it is.\n"""\n'
IMPORT = "from smlint.linter.rule import Bad, Good, Rule, Safety, Severity\n"
RULE = 'RULE = Rule(category="registry", severity=Severity.NOTE, good=[{good}], bad=[{bad}])\n'
GOOD, BAD = 'Good("region: us-east-1")', 'Bad("region: x  # <- y")'


def written(folder: Path, text: str, name: str = "my_rule.py") -> str:
    path = folder / name
    path.write_text(text, "utf-8")
    return str(path)


def names(rules: tuple[Loaded, ...]) -> list[str]:
    return [rule.name for rule in rules]


def test_every_file_of_the_rules_folder_is_a_rule_and_they_are_sorted_by_name() -> None:
    folder = Path(__file__).parent.parent / "rules"
    assert names(load()) == sorted(path.stem.replace("_", "-") for path in folder.glob("*.py"))
    assert names(load()) == sorted(names(load()))
    assert {Path(rule.path).parent for rule in load()} == {folder}


def test_rules_are_loaded_once() -> None:
    assert load() is load()


def test_the_working_directory_does_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "pyproject.toml").touch()
    written(tmp_path / "rules", "raise SystemExit")
    monkeypatch.chdir(tmp_path)
    assert Path(registry.rules_folder()) == Path(__file__).parent.parent / "rules"


def test_the_installed_rules_come_first_then_those_of_a_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "smlint"
    package.mkdir()
    monkeypatch.setattr(registry, "__file__", str(package / "registry.py"))
    (tmp_path / "rules").mkdir()
    with pytest.raises(SmlintError, match="rules are missing"):
        registry.rules_folder()  # a folder of that name in site-packages is not ours
    (tmp_path / "pyproject.toml").touch()
    assert registry.rules_folder() == str(tmp_path / "rules")
    (package / "_rules").mkdir()
    assert registry.rules_folder() == str(package / "_rules")


def test_name_summary_and_fixes_are_derived_from_the_file(tmp_path: Path) -> None:
    bad = 'Bad("a: 1  # <- b", fixed="2", safety=Safety.UNSAFE), Bad("a: 3  # <- b", fixed="2"), Bad("a: 4  # <- b")'
    rule = load_file(written(tmp_path, DOC + IMPORT + RULE.format(good=GOOD, bad=bad), "no_such_thing.py"))
    assert (rule.name, rule.summary, rule.fixable, rule.safety) == ("no-such-thing", "Something is wrong.", True, Safety.SAFE)
    rule = load_file(written(tmp_path, DOC + IMPORT + RULE.format(good=GOOD, bad=BAD)))
    assert (rule.fixable, rule.safety) == (False, None)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(DOC + IMPORT, "has no RULE", id="a file without RULE"),
        pytest.param(DOC + "RULE = 1\n", "has no RULE", id="a RULE that is something else"),
        pytest.param(IMPORT + RULE.format(good=GOOD, bad=BAD), "has no documentation", id="a file without a docstring"),
        pytest.param('"""  """\n' + IMPORT + RULE.format(good=GOOD, bad=BAD), "has no documentation", id="a docstring of blanks"),
        pytest.param(DOC + IMPORT + RULE.format(good="", bad=BAD), "lacks good examples", id="a rule without good examples"),
        pytest.param(DOC + IMPORT + RULE.format(good=GOOD, bad=""), "lacks bad examples", id="a rule without bad examples"),
        pytest.param(DOC + "import no.such.module\n", "ModuleNotFoundError", id="a file that cannot be run"),
        pytest.param(DOC + "RULE = (\n", "SyntaxError", id="a file that is not Python"),
    ],
)
def test_an_incomplete_rule_file_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(SmlintError, match=words) as caught:
        load_file(written(tmp_path, text))
    assert "my_rule.py" in caught.value.what
    assert caught.value.hint


def rule(name: str, category: str, *, enabled: bool = True, preview: bool = False) -> Loaded:
    loaded = load()[0]
    from smlint.linter.rule import Rule

    made = Rule(category=category, severity=loaded.rule.severity, enabled=enabled, preview=preview, good=loaded.rule.good, bad=loaded.rule.bad)
    return Loaded(name, made, loaded.doc, loaded.path)


SOME = (rule("a-one", "alpha"), rule("a-two", "alpha"), rule("b-one", "beta"), rule("b-off", "beta", enabled=False))


@pytest.mark.parametrize(
    ("select", "extend", "ignore", "wanted"),
    [
        pytest.param((), (), (), ["a-one", "a-two", "b-one"], id="by default all that are enabled"),
        pytest.param(("a-two",), (), (), ["a-two"], id="a name selects just that rule"),
        pytest.param(("alpha",), (), (), ["a-one", "a-two"], id="a category selects its rules"),
        pytest.param(("beta",), (), (), ["b-one", "b-off"], id="a selected category brings what is off by default"),
        pytest.param(("ALL",), (), (), ["a-one", "a-two", "b-one", "b-off"], id="ALL is all"),
        pytest.param(("b-off",), (), (), ["b-off"], id="a name brings what is off by default"),
        pytest.param((), ("b-off",), (), ["a-one", "a-two", "b-one", "b-off"], id="added to the default"),
        pytest.param(("a-one",), ("beta",), (), ["a-one", "b-one", "b-off"], id="added to the selected"),
        pytest.param((), (), ("alpha",), ["b-one"], id="an ignored category"),
        pytest.param((), (), ("a-one",), ["a-two", "b-one"], id="an ignored name"),
        pytest.param((), (), ("ALL",), [], id="all ignored"),
        pytest.param(("a-one",), (), ("a-one",), [], id="of equally specific words ignore wins"),
        pytest.param(("a-one",), (), ("alpha",), ["a-one"], id="a selected name wins over an ignored category"),
        pytest.param((), ("a-one",), ("alpha",), ["a-one", "b-one"], id="an added name wins over an ignored category"),
        pytest.param(("alpha",), (), ("a-one",), ["a-two"], id="an ignored name wins over a selected category"),
        pytest.param(("ALL",), (), ("beta",), ["a-one", "a-two"], id="an ignored category wins over ALL"),
        pytest.param((), (), ("unpinned-image",), ["a-one", "a-two", "b-one"], id="a rule that exists elsewhere may be named"),
    ],
)
def test_choosing(select: tuple[str, ...], extend: tuple[str, ...], ignore: tuple[str, ...], wanted: list[str]) -> None:
    assert names(choose(SOME, select, extend, ignore)) == wanted


@pytest.mark.parametrize(
    ("select", "extend", "ignore", "preview", "wanted"),
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
def test_a_rule_on_trial(select: tuple[str, ...], extend: tuple[str, ...], ignore: tuple[str, ...], preview: bool, wanted: list[str]) -> None:
    assert names(choose((rule("a-one", "alpha"), rule("a-new", "alpha", preview=True)), select, extend, ignore, preview=preview)) == wanted


@pytest.mark.parametrize("words", [(("x",), (), ()), ((), ("x",), ()), ((), (), ("x",))], ids=["select", "extend-select", "ignore"])
def test_an_unknown_word_is_an_error(words: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]) -> None:
    with pytest.raises(SmlintError, match="unknown rule or category 'x'"):
        choose(SOME, *words)


def test_a_misspelt_rule_gets_a_suggestion() -> None:
    with pytest.raises(SmlintError) as caught:
        choose(load(), ("image-regoin-mismatch",), (), ())
    assert caught.value.what == "unknown rule or category 'image-regoin-mismatch'"
    assert caught.value.hint == "did you mean 'image-region-mismatch'?"


def test_a_word_that_is_like_nothing_gets_another_hint() -> None:
    with pytest.raises(SmlintError) as caught:
        choose(load(), ("zzzzzz",), (), ())
    assert caught.value.hint
