"""Every regular expression in smlint matches in time proportional to the text, whatever the text."""

from __future__ import annotations

import ast
import importlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from time import process_time

import pytest

from smlint.custom_rules.regex import MOST_CHARACTERS, compile_regex
from smlint.custom_rules.regex_parser import RegexError
from smlint.images import catalog_shape
from smlint.images.catalog import load_catalog
from smlint.readers.table import READERS
from smlint.runner.registry import load
from tests import timing
from tests.conftest import ROOT
from tests.test_layers import FILES, MODULES

_parser = importlib.import_module("re._parser")
_constants = importlib.import_module("re._constants")

CALLS = ("compile", "match", "fullmatch", "search", "finditer", "findall", "sub", "subn", "split")

# Calls that receive their pattern as an argument, and the patterns that they receive.
PASSED_IN: dict[str, list[str | bytes]] = {
    "smlint.files.quick_scan": [word.pattern or word.word for entry in READERS for word in entry.scan_words],
    "smlint.linter.engine": [r"(?<!\w)InstanceType(?!\w)", r"(?<!\w)a(?!\w)"],
    "smlint.files.gitignore": [],  # covered by tests/test_ignore_patterns.py
    "smlint.project.files": [rb"(?<![\w-])ml\.c5\.large(?![\w-])"],
    "smlint.images.regions": [pattern for _, pattern, _ in load_catalog().partitions],
    "smlint.project.serverless": [],
    "smlint.project.region_users": [r"(?<![\w.-])t\.yaml(?![\w-])"],
    "smlint.images.catalog_shape": [shape.pattern for shape in vars(catalog_shape).values() if isinstance(shape, catalog_shape.MatchedText)],
    "smlint.readers.native.quick_schema": [],  # patterns of the schema, covered below
}

PatternUse = tuple[str, str | bytes, int, str]
"""The location of a pattern, the pattern, its flags, and the `re` function that uses it."""


def patterns_of(module: object, path: Path, name: str) -> Iterator[PatternUse]:
    """Yield the patterns in the `re` calls of one file, evaluated in the namespace of the module."""
    namespace = vars(module)
    text = path.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name) and node.func.value.id == "re":
            if node.func.attr not in CALLS:
                assert node.func.attr == "escape", f"{name}: re.{node.func.attr}"
                continue
            where = f"{name}:{node.lineno}"
            flags = next((eval(ast.unparse(word.value), {"re": re}) for word in node.keywords if word.arg == "flags"), 0)  # noqa: S307  # our own code
            if node.func.attr == "compile" and len(node.args) > 1:
                flags = eval(ast.unparse(node.args[1]), {"re": re})  # noqa: S307
            try:
                value_of_argument = eval(ast.unparse(node.args[0]), {**namespace, "re": re})  # noqa: S307
            except NameError:
                assert name in PASSED_IN, f"{where}: add the pattern to PASSED_IN"
                yield from ((where, pattern, flags, node.func.attr) for pattern in PASSED_IN[name])
                continue
            use = node.func.attr
            if use == "compile":
                names = [name for name, value in namespace.items() if isinstance(value, re.Pattern) and value.pattern == value_of_argument]
                searched = any(re.search(rf"\b{name}(?:\.(?:search|finditer|findall|sub|split)|,|\))", text) for name in names)
                use = "compile" if searched else "match"
            yield where, value_of_argument.pattern if isinstance(value_of_argument, re.Pattern) else value_of_argument, int(flags), use


def in_schemas() -> Iterator[PatternUse]:
    """Yield the patterns of the JSON Schemas."""
    for path in sorted((ROOT / "smlint" / "schemas").glob("*.json")):
        pending: list[object] = [json.loads(path.read_text(encoding="utf-8"))]
        while pending:
            node = pending.pop()
            if isinstance(node, dict):
                if isinstance(node.get("pattern"), str):
                    yield path.name, node["pattern"], 0, "search"
                for pattern in node.get("patternProperties", {}):
                    yield path.name, pattern, 0, "search"
                pending += node.values()
            elif isinstance(node, list):
                pending += node


def every_pattern() -> list[PatternUse]:
    found: list[PatternUse] = []
    for name in MODULES:
        path = FILES[name]
        if "re." in path.read_text(encoding="utf-8"):
            if name.endswith("__main__"):
                continue
            try:
                module = importlib.import_module(name)
            except ModuleNotFoundError as error:  # from the optional extra `lsp`
                assert error.name in ("lsprotocol", "pygls")  # noqa: PT017
                continue
            found += patterns_of(module, path, name)
    for rule in load():
        source = Path(rule.path).read_text(encoding="utf-8")
        assert "import re" not in source, "a rule file uses regular expressions: check them here as well"
    return [*dict.fromkeys([*found, *in_schemas()])]


PATTERNS = every_pattern()
IDS = [f"{where}: {pattern!r}"[:90] for where, pattern, _, _ in PATTERNS]


def test_patterns_are_collected() -> None:
    assert len(PATTERNS) > 30
    assert {where.partition(":")[0] for where, *_ in PATTERNS} >= {"smlint.syntax.json_parser", "smlint.syntax.plain_data", "smlint.files.quick_scan", "smlint.custom_rules.loader"}


def repeats_in_repeats(tree: object, inside: bool = False) -> bool:
    """Return whether an unlimited repetition contains another one, and both can backtrack."""
    for operation, argument in tree:  # type: ignore[attr-defined]
        if operation in (_constants.MAX_REPEAT, _constants.MIN_REPEAT):
            _, most, part = argument
            if most == _constants.MAXREPEAT and inside:
                return True
            if repeats_in_repeats(part, inside or most == _constants.MAXREPEAT):
                return True
        elif operation in (_constants.POSSESSIVE_REPEAT, _constants.ATOMIC_GROUP):
            part = argument[2] if operation is _constants.POSSESSIVE_REPEAT else argument
            if repeats_in_repeats(part):
                return True
        elif operation is _constants.SUBPATTERN:
            if repeats_in_repeats(argument[3], inside):
                return True
        elif operation is _constants.BRANCH:
            if any(repeats_in_repeats(part, inside) for part in argument[1]):
                return True
        elif operation in (_constants.ASSERT, _constants.ASSERT_NOT) and repeats_in_repeats(argument[1]):
            return True
    return False


@pytest.mark.parametrize(
    ("pattern", "nested"),
    [("(a+)+", True), ("(?:a*b)*", True), ("(a|b*)+", True), ("(?:a*+b)*", False), ("(?>a*)*", False), ("a*b*", False), ("(?:a{1,3})*", False), ("((?:a*+)*)*", True)],
)
def test_nested_repetitions_are_detected(pattern: str, nested: bool) -> None:
    assert repeats_in_repeats(_parser.parse(pattern)) is nested


# Names joined by separators that no name contains: only one way to match. The time is measured below.
UNAMBIGUOUS = {
    r"^[a-z0-9][a-z0-9.-]*(:[0-9]+)?(/[a-z0-9]+([._-]+[a-z0-9]+)*)*$",
    r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*",
    r"^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$",
    r"^[a-z]{2,5}(-[a-z]+)+-[0-9]+$",
}


@pytest.mark.parametrize(("where", "pattern", "flags", "use"), PATTERNS, ids=IDS)
def test_no_nested_repetitions(where: str, pattern: str | bytes, flags: int, use: str) -> None:
    assert not repeats_in_repeats(_parser.parse(pattern, flags)) or pattern in UNAMBIGUOUS, f"{where}: {pattern!r}"


# Fragments of all grammars, to be repeated, and endings that match nothing.
PIECES = [*"a0A-._/: ,\"'\\[{(#$%!|>\n\r\t", "a-", "1.", "a/", "a.", "0:", "${", "${a", "\\u", "\\ud83d", "''", " #", " # smlint: ", "smlint:ignore[", "a,", "[a]", "{a}", "::", "a:b", "0_", "ml.", "dkr", "\r\n", "((", ": "]
ENDS = ("", "\0", "!", "é")

# The patterns of these modules are only used with `match`, at the end of the previous match.
MATCHED_ONLY = ("smlint.syntax.json_parser:",)


def seconds(pattern: re.Pattern[str] | re.Pattern[bytes], use: str, text: str) -> float:
    subject: str | bytes = text.encode() if isinstance(pattern.pattern, bytes) else text
    times = []
    for _ in range(3):
        start = process_time()
        match use:
            case "match" | "fullmatch" | "search":
                getattr(pattern, use)(subject)
            case "compile":
                pattern.match(subject)  # type: ignore[arg-type]
                list(pattern.finditer(subject))  # type: ignore[arg-type]
            case _:
                list(pattern.finditer(subject))  # type: ignore[arg-type]
        times.append(process_time() - start)
        if times[-1] < 0.002:
            break
    return min(times)


@pytest.mark.parametrize(("where", "pattern", "flags", "use"), PATTERNS, ids=IDS)
def test_time_grows_linearly(where: str, pattern: str | bytes, flags: int, use: str) -> None:
    compiled = re.compile(pattern, flags)
    if where.startswith(MATCHED_ONLY):
        use = "match"
    for piece in PIECES:
        for end in ENDS:
            # At this length, quadratic time would be tenths of a second.
            for attempt in range(1, timing.ATTEMPTS + 1):
                took = seconds(compiled, use, piece * (6_000 // len(piece)) + end)
                if took <= 0.03:
                    break
                half = seconds(compiled, use, piece * (3_000 // len(piece)) + end)
                if took < 3 * half:
                    break
                assert attempt < timing.ATTEMPTS, f"{where}: {pattern!r} on {piece!r} * n + {end!r}: {half:.2f} s, then {took:.2f} s for twice the length"


class TestCustomRulePatterns:
    """Patterns of custom rules do not use `re`."""

    @pytest.mark.parametrize("pattern", ["(a|a)*b", "(a|aa)*b", "a*a*a*a*a*a*a*b", "(a|b|ab)*c", "a{1,100}a{1,100}a{1,100}b", "(?:a?){50}a{50}b", "[a-z]*[a-y]*[a-x]*0", ".*.*.*.*x"])
    def test_time_grows_linearly(self, pattern: str) -> None:
        try:
            regex = compile_regex(pattern)
        except RegexError:
            return  # refusing it is fine
        assert not regex.search("a" * 5_000)
        timing.assert_growth(lambda length: timing.seconds(lambda: regex.search("a" * length)), 5_000, 20_000, 8, 0.1)

    @pytest.mark.parametrize("pattern", ["(" * 100_000, "[" * 150, "a" * (MOST_CHARACTERS + 1), "(a{100}){100}", "((a{99}){99}){99}", "\\", "a{" + "9" * 100 + "}", "(?P<a>b)", "(?=a)", "\x1b[31m)"])
    def test_refused_patterns(self, pattern: str) -> None:
        with pytest.raises(RegexError) as caught:
            compile_regex(pattern)
        assert str(caught.value)
