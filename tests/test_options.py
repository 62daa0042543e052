"""Option tables: parsing and help texts."""

from __future__ import annotations

import pytest

from smlint.cli.command_table import COMMANDS, load
from smlint.cli.main import program_help
from smlint.cli.options.argparse_parser import parse_words
from smlint.cli.options.help import help_text
from smlint.cli.options.model import HELP_WIDTH, Command, Option, OptionGroup
from smlint.cli.options.parse import parse
from smlint.runtime.errors import SmlintError

TOY = Command(
    "toy",
    "play with things",
    (
        OptionGroup(
            "Toys",
            (
                Option(("-b", "--bear"), "a switch"),
                Option(("--name",), "a value", "NAME"),
                Option(("--with",), "more values", "THINGS", repeatable=True),
                Option(("--size",), "one of a few", "SIZE", ("small", "large")),
            ),
        ),
    ),
    arguments="[PATH ...]",
    most=None,
)


@pytest.mark.parametrize(
    ("words", "arguments", "bear", "name", "things"),
    [
        pytest.param([], [], False, None, (), id="no words"),
        pytest.param(["a", "--bear", "b"], ["a", "b"], True, None, (), id="options between arguments"),
        pytest.param(["-qb"], [], True, None, (), id="combined short switches"),
        pytest.param(["--name", "x", "--name=y"], [], False, "y", (), id="the last value counts"),
        pytest.param(["--name="], [], False, "", (), id="an empty value"),
        pytest.param(["--name=--bear"], [], False, "--bear", (), id="a value like an option after an equals sign"),
        pytest.param(["--name", "-"], [], False, "-", (), id="a dash as value"),
        pytest.param(["--with", "a, b", "--with=c,"], [], False, None, ("a", "b", "c"), id="repeated lists"),
        pytest.param(
            ["-", "--", "--bear", "--"], ["-", "--bear", "--"], False, None, (), id="only arguments after two dashes"
        ),
    ],
)
def test_parsing(words: list[str], arguments: list[str], bear: bool, name: str | None, things: tuple[str, ...]) -> None:
    parsed = parse(TOY, words)
    assert parsed.arguments == arguments
    assert (parsed.flag("--bear"), parsed.value("--name"), parsed.split_values("--with")) == (bear, name, things)


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["a", "b"],
        ["--bear"],
        ["a", "-b", "", "-", "--quiet", "b c", "--bear", "a=b"],
        ["-h", "--version", "a"],
        ["a", "--name", "x y", "--size", "large", "b"],
        ["--with", "a, b", "c", "--with", "", "--name", "x", "--name", "y"],
    ],
)
def test_the_fast_path_agrees_with_argparse(monkeypatch: pytest.MonkeyPatch, words: list[str]) -> None:
    given, arguments = parse_words(TOY, words)
    monkeypatch.setattr("smlint.cli.options.argparse_parser.parse_words", None)
    parsed = parse(TOY, words)
    assert parsed.arguments == arguments
    assert [parsed.values(option.name) for option in TOY.options()] == [tuple(given[option.name] or ()) for option in TOY.options()]
    assert [parsed.flag(option.name) for option in TOY.options()] == [given[option.name] is not None for option in TOY.options()]


@pytest.mark.parametrize(
    ("words", "what", "hint"),
    [
        pytest.param(["--baer"], "unknown option '--baer'", "did you mean '--bear'?", id="misspelled"),
        pytest.param(["--zzzzz=1"], "unknown option '--zzzzz'", "see smlint toy --help", id="an unknown long option"),
        pytest.param(["-x", "a"], "unknown option '-x'", "", id="an unknown short option"),
        pytest.param(["a", "--baer", "b"], "unknown option '--baer'", "did you mean '--bear'?", id="a misspelled option between arguments"),
        pytest.param(["--bear=1"], "option '--bear' takes no value, but has '1'", "see smlint toy --help", id="a switch with a value"),
        pytest.param(["--name"], "option '--name' needs a value", "see smlint toy --help", id="a missing value at the end"),
        pytest.param(["--name", "--bear"], "option '--name' needs a value", "see smlint toy --help", id="a missing value before an option"),
        pytest.param(["--name", "--", "x"], "option '--name' needs a value", "see smlint toy --help", id="a missing value before two dashes"),
        pytest.param(["--size", "smal"], "invalid value 'smal' for option '--size'", "did you mean 'small'?", id="a misspelled choice"),
        pytest.param(["--size", "9"], "invalid value '9' for option '--size'", "choose from small, large", id="an invalid choice"),
        pytest.param(["--bea"], "unknown option '--bea'", "did you mean '--bear'?", id="an abbreviation"),
    ],
)
def test_errors_name_the_word(words: list[str], what: str, hint: str) -> None:
    with pytest.raises(SmlintError) as raised:
        parse(TOY, words)
    assert raised.value.what == what
    if hint:
        assert raised.value.hint == hint


def test_an_unknown_letter_in_combined_switches_is_an_error() -> None:
    with pytest.raises(SmlintError, match="x"):  # argparse words the error differently in each Python version
        parse(TOY, ["-bx"])


@pytest.mark.parametrize(
    ("least", "most", "words", "what"),
    [
        pytest.param(1, 1, [], "expected at least one path", id="too few arguments"),
        pytest.param(0, 1, ["a", "b"], "unexpected argument 'b'", id="too many arguments"),
    ],
)
def test_the_number_of_arguments_is_checked(least: int, most: int, words: list[str], what: str) -> None:
    with pytest.raises(SmlintError) as raised:
        parse(TOY._replace(least=least, most=most), words)
    assert raised.value.what == what
    assert parse(TOY._replace(least=least, most=most), [*words, "--help"]).global_flag("--help")


def test_asking_for_an_undefined_option_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        parse(TOY, []).flag("--no-such")


def test_a_command_option_hides_the_global_one() -> None:
    command = load("resolve").COMMAND
    parsed = parse(command, ["--version", "2.6.0"])
    assert parsed.value("--version") == "2.6.0"
    assert not parsed.global_flag("--version")
    assert help_text(command).count("--version") == 1


@pytest.mark.parametrize("name", COMMANDS)
def test_command_help_lists_each_option_once_within_the_width(name: str) -> None:
    command = load(name).COMMAND
    text = help_text(command)
    assert command.name == name
    assert max(map(len, text.splitlines())) <= HELP_WIDTH
    for option in command.options():
        assert text.count(f" {option.name} ") + text.count(f" {option.name}\n") >= 1, option.name
    names = [name for group in command.groups for option in group.options for name in option.names]
    assert len(names) == len(set(names))


def test_program_help_lists_every_command() -> None:
    text = program_help()
    assert max(map(len, text.splitlines())) <= HELP_WIDTH
    for name in COMMANDS:
        assert f"\n  {name} " in text


def test_a_long_option_name_gets_its_own_line() -> None:
    assert "\n      --base-framework-version VERSION\n                              use this base framework" in help_text(
        load("resolve").COMMAND
    )
