"""Hostile configurations, baselines, catalogs, rule files and arguments."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.hostile import TEMPLATE, X86, smlint
from tests.test_hostile_files import assert_harmless

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs POSIX")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "bad.yaml").write_text(TEMPLATE)
    (tmp_path / ".git").mkdir()  # no configuration in a parent folder
    monkeypatch.chdir(tmp_path)
    return tmp_path


def pipe(path: Path) -> None:
    os.mkfifo(path)


def large(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(200_000_000)


def binary(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 1000)


def loop(path: Path) -> None:
    path.symlink_to(path.name)


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


MADE: list[Callable[[Path], None]] = [pipe, large, binary, loop, device, Path.mkdir]
WAYS = {
    "--config": ["check", "bad.yaml", "--config", "it"],
    "--baseline": ["check", "bad.yaml", "--baseline", "it"],
    "--catalog": ["check", "bad.yaml", "--catalog", "it"],
    "inspect --catalog": ["inspect", X86, "--catalog", "it"],
    "check-rules": ["check-rules", "it"],
    "facts --config": ["facts", "bad.yaml", "--config", "it"],
}


@pytest.mark.parametrize("make", MADE, ids=lambda make: make.__name__)
@pytest.mark.parametrize("words", WAYS.values(), ids=WAYS.keys())
def test_paths_that_are_not_regular_files(words: list[str], make: Callable[[Path], None], folder: Path) -> None:
    make(folder / "it")
    run = smlint(*words)
    assert run.code == 2
    assert len(run.err.splitlines()) <= 2, "an error and a hint"
    assert_harmless(run.err)


@pytest.mark.parametrize("make", MADE, ids=lambda make: make.__name__)
@pytest.mark.parametrize("name", ["smlint.toml", ".smlint.toml", "pyproject.toml", ".gitignore"])
def test_discovered_paths_that_are_not_regular_files(name: str, make: Callable[[Path], None], folder: Path) -> None:
    make(folder / name)
    run = smlint("check", ".")
    assert run.code in (1, 2)
    assert run.code == 1 or len(run.err.splitlines()) <= 2
    assert_harmless(run.err)


@pytest.mark.parametrize("key", ["extend", "rules-files", "context"])
@pytest.mark.parametrize("make", MADE, ids=lambda make: make.__name__)
def test_paths_in_a_configuration_that_are_not_regular_files(key: str, make: Callable[[Path], None], folder: Path) -> None:
    make(folder / "it")
    (folder / "smlint.toml").write_text(f'{key} = "it"' if key == "extend" else f'{key} = ["it"]')
    run = smlint("check", ".")
    assert run.code == (1 if key == "context" else 2)


CONFIGURATIONS = {
    "a number of 5,000 digits": "eol-warn-days = " + "9" * 5000,
    "a number of days beyond time": "eol-warn-days = 99999999999999999999",
    "an escape in a value": 'fail-on = "\\u001b[31m\\u202e"',
    "an escape in a key": '"\\u001b[31m\\n::error::" = 1',
    "an escape in a Region": 'regions = ["\\u009b31m"]',
    "an escape in a rule": 'select = ["\\u001b[31m"]',
    "an escape in a severity": '[severity]\n"\\u001b" = "error"',
    "an escape in a glob": 'exclude = ["\\u001b[31m[", "!"]',
    "an escape in an image": '[images."\\u001b"]\narch = "\\u001b"',
    "an escape in a registry": '[registries]\n"\\u001b" = "\\u001b"',
    "an escape in a path": 'extend = "\\u001b[31m"',
    "a NUL in a path": 'extend = "\\u0000"',
    "a NUL in a rules file": 'rules-files = ["\\u0000"]',
    "a NUL in globs": 'exclude = ["\\u0000"]\ncontext = ["a\\u0000*"]',
    "a NUL": "\0",
    "100,000 brackets": "x = " + "[" * 100_000,
    "a key of 100,000 parts": "x" + ".x" * 100_000 + " = 1",
    "a table of 100,000 parts": "[x" + ".x" * 100_000 + "]",
    "a key of 100,000 parts in a table": "x = {x" + ".x" * 100_000 + " = 1}",
    "stars": 'exclude = ["' + "*a" * 40 + '*b"]\n[images."' + "*a" * 50 + '"]\narch = "arm64"',
    "itself": 'extend = "smlint.toml"',
    "a key twice": 'select = []\nselect = ["ALL"]',
    "wrong types": "select = 1\nexclude = {}\nimages = []",
    "a date": "fail-on = 9999-12-31",
    "Latin-1": 'fail-on = "\xe9"',
}


def test_a_line_of_many_file_names_is_not_a_long_key(folder: Path) -> None:
    names = ", ".join(f'"dir/f{number}.yaml"' for number in range(1500))
    (folder / "smlint.toml").write_text(f"exclude = [{names}]\n")
    assert smlint("check", ".").code == 1


@pytest.mark.parametrize("text", CONFIGURATIONS.values(), ids=CONFIGURATIONS.keys())
def test_configurations(text: str, folder: Path) -> None:
    (folder / "smlint.toml").write_bytes(text.encode("latin-1"))
    (folder / ("a" * 240 + ".yaml")).write_text(TEMPLATE)
    for words in (["check", "."], ["check", ".", "--verbose"], ["facts", "."]):
        run = smlint(*words)
        assert_harmless(run.err)
        assert_harmless(run.out)
        assert b"\n::error::" not in run.err


BASELINES = {
    "no JSON": "{",
    "100,000 brackets": "[" * 100_000,
    "a number of 5,000 digits": '{"version": ' + "9" * 5000 + "}",
    "another version": '{"version": "\\u001b[31m", "findings": []}',
    "no list": '{"version": 1, "findings": {}}',
    "an entry that is none": '{"version": 1, "findings": [{"path": 1}]}',
    "half a surrogate pair": '{"version": 1, "findings": [{"path": "\\ud83d", "rule": "\\u001b", "pointer": "\\u202e", "resource": "", "value": "", "count": 1}]}',
    "a NUL in a path": '{"version": 1, "findings": [{"path": "\\u0000", "rule": "r", "pointer": "", "resource": "", "value": "", "count": 1}]}',
}


@pytest.mark.parametrize("text", BASELINES.values(), ids=BASELINES.keys())
@pytest.mark.parametrize("option", ["--baseline", "--catalog"])
def test_baselines_and_catalogs(option: str, text: str, folder: Path) -> None:
    (folder / "it.json").write_text(text)
    run = smlint("check", "bad.yaml", option, "it.json", "--as-of", "2024-01-01")
    assert_harmless(run.err)
    assert run.code in (1, 2)


RULES = {
    "no rules": "[]",
    "100,000 brackets": "[" * 100_000,
    "an alias bomb": "a0: &a0 [x]\n" + "".join(f"a{i}: &a{i} [*a{i - 1} , *a{i - 1} ]\n" for i in range(1, 40)) + "rules: *a39\n",
    "nested conditions": '[{"name": "a", "severity": "error", "summary": "s", "message": "m", "good": ["x"], "bad": ["y"], "require": ' + '{"not": ' * 900 + "{}" + "}" * 901 + "]",
    "a pattern": '[{"name": "a", "severity": "error", "summary": "s", "message": "m", "good": ["x"], "bad": ["y"], "require": {"properties": {"framework": {"pattern": "(a+)+$"}}}}]',
    "an escape": '[{"name": "\\u001b[31m", "severity": "\\u202e"}]',
    "a number of 5,000 digits": "[{name: " + "9" * 5000 + "}]",
}


@pytest.mark.parametrize("text", RULES.values(), ids=RULES.keys())
def test_rules_files(text: str, folder: Path) -> None:
    (folder / "rules.yaml").write_text(text)
    (folder / "smlint.toml").write_text('rules-files = ["rules.yaml"]')
    for words in (["check-rules", "rules.yaml"], ["check", "bad.yaml"]):
        run = smlint(*words)
        assert run.code == 2
        assert_harmless(run.err)


HOST = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference"
URIS = [
    "", "\x1b[31m\u202e\x9b", "a\nb\r\n::error::x", os.fsdecode(b"\xff\xfe"), *(sign * 100_000 for sign in "a/:.@1"), "1." * 50_000, "@sha256:" * 10_000,
    f"{HOST}:{'9' * 5000}", f"{HOST}:2.1.0-gpu-py310-cu{'1' * 5000}", f"{HOST}:{'1-' * 50_000}", f"{HOST}:{'1.' * 50_000}", f"{HOST}:{'cu1-' * 20_000}",
    f"{HOST}:2.1.0-\u202e", f"{HOST}:²", HOST.replace("763104351884", "\uff17" * 12), HOST.replace("us-west-2", "us-west-" + "2" * 5000), "\x7f" * 10, "\u2066" * 10,
]  # fmt: skip


@pytest.mark.parametrize("uri", URIS, ids=lambda uri: ascii(uri)[:40])
def test_inspect(uri: str) -> None:
    for output_format in ("text", "json"):
        run = smlint("inspect", "--output-format", output_format, "--", os.fsencode(uri))
        assert run.code == 0
        assert_harmless(run.out)


HOSTILE = ["", "\x1b[31m\u202e\x9b\x7f", "a\nb\r\n::error::x", os.fsdecode(b"\xff"), "9" * 5000, "²", "a" * 100_000, "1." * 20_000, "-" * 50]


@pytest.mark.parametrize("word", HOSTILE, ids=lambda word: ascii(word)[:30])
@pytest.mark.parametrize("option", ["--framework", "--version", "--instance-type", "--region", "--scope", "--py-version", "--base-framework-version"])
def test_resolve(option: str, word: str) -> None:
    given = {"--framework": "huggingface", "--instance-type": "ml.c7g.large", "--region": "us-east-1", option: word}
    run = smlint("resolve", *(os.fsencode(f"{name}={value}") for name, value in given.items()))
    assert_harmless(run.out)
    assert_harmless(run.err)
    assert run.err.count(b"\n") <= 2


CALLS = (
    ["check", "bad.yaml", "--region={}"], ["check", "bad.yaml", "--param={}"], ["check", "bad.yaml", "--param=a={}"], ["check", "bad.yaml", "--as-of={}"],
    ["check", "bad.yaml", "--select={}"], ["check", "bad.yaml", "--exclude={}"], ["check", "bad.yaml", "--output={}"], ["check", "bad.yaml", "--output=json={}/x/y"],
    ["check", "bad.yaml", "--config={}"], ["check", "bad.yaml", "--baseline={}"], ["check", "bad.yaml", "--catalog={}"], ["check", "-", "--stdin-filename={}"],
    ["check", "--{}"], ["{}"], ["--{}", "check"], ["explain", "{}"], ["check-rules", "{}"], ["schema", "{}"], ["images", "--framework={}"], ["images", "--region={}"],
    ["completions", "{}"], ["catalog", "{}"], ["facts", "{}"], ["catalog", "update", "--from-installed", "--packages={}", "--output={}/x/y"],
)  # fmt: skip


@pytest.mark.parametrize("words", CALLS, ids=" ".join)
def test_arguments(words: list[str]) -> None:
    for word in HOSTILE:
        run = smlint(*(os.fsencode(part.replace("{}", word)) for part in words), stdin=TEMPLATE.encode())
        assert_harmless(run.out)
        assert_harmless(run.err)
