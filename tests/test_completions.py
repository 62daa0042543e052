"""`smlint completions`: each script runs in its shell. Shells that are not installed are skipped."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from smlint.cli.command_table import COMMANDS, load
from smlint.reporters import REPORTERS
from smlint.runner.registry import load as rules
from tests.test_cli import run

BASH, ZSH, FISH = shutil.which("bash"), shutil.which("zsh"), shutil.which("fish")

CASES = [
    pytest.param("smlint che", {"check", "check-rules"}, id="a command"),
    pytest.param("smlint --quiet --color never ima", {"images"}, id="a command after global options"),
    pytest.param("smlint check --fi", {"--fix"}, id="an option"),
    pytest.param("smlint check --output-format s", {"sarif"}, id="the value of an option"),
    pytest.param("smlint check bad.yaml --fail-on ", {"error", "warning", "note"}, id="all values of an option"),
    pytest.param("smlint check --select image-ar", {"image-architecture-mismatch"}, id="a rule"),
    pytest.param("smlint check --select unpinned-image,unknown-image-t", {"unpinned-image,unknown-image-tag"}, id="a second rule"),
    pytest.param("smlint explain unp", {"unpinned-image"}, id="a rule as an argument"),
    pytest.param("smlint schema ", {"manifest", "config", "output", "rules"}, id="an argument with choices"),
    pytest.param("smlint resolve --region mx-", {"mx-central-1"}, id="a Region"),
    pytest.param("smlint resolve --framework pyto", {"pytorch", "pytorch-smp"}, id="a framework"),
    pytest.param("smlint resolve --instance-type ml.c6gn.1", {"ml.c6gn.12xlarge", "ml.c6gn.16xlarge"}, id="an instance type"),
    pytest.param("smlint images --arch ", {"arm64", "x86_64"}, id="an architecture"),
    pytest.param("smlint completions f", {"fish"}, id="a shell"),
]


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scripts")
    for shell in ("bash", "zsh", "fish"):
        result = run("completions", shell)
        assert (result.code, result.err) == (0, "")
        (folder / f"smlint.{shell}").write_text(result.out)
    return folder


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_scripts_contain_every_command_and_option(shell: str, scripts: Path) -> None:
    text = (scripts / f"smlint.{shell}").read_text()
    for name in COMMANDS:
        assert name in text
        for option in load(name).COMMAND.options():
            assert f"-l {option.name[2:]} " in text if shell == "fish" else option.name in text
    assert all(rule.name in text for rule in rules())


def in_bash(line: str, script: Path) -> set[str]:
    """The completions of the last word in bash. `=` is a separate word, as in `COMP_WORDBREAKS`."""
    assert BASH is not None
    words = line.replace("=", " = ").split(" ")
    answer = 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _smlint; printf "%s\\n" "${COMPREPLY[@]}"'
    done = subprocess.run([BASH, "--norc", "-c", answer, "bash", str(script), *words], capture_output=True, text=True, check=True, timeout=60)
    assert done.stderr == ""
    return set(done.stdout.split())


@pytest.mark.skipif(BASH is None, reason="bash is not installed")
class TestBash:
    @pytest.mark.parametrize(("line", "offered"), CASES)
    def test_completions(self, line: str, offered: set[str], scripts: Path) -> None:
        assert in_bash(line, scripts / "smlint.bash") == offered

    @pytest.mark.parametrize(
        ("line", "offered"),
        [
            pytest.param("smlint check --region=mx-", {"mx-central-1"}, id="a value after an equals sign"),
            pytest.param("smlint check --output-format=", set(REPORTERS), id="nothing after an equals sign"),
            pytest.param("smlint check deploy/", set(), id="paths are left to bash"),
            pytest.param("smlint check --config x", set(), id="files are left to bash"),
        ],
    )
    def test_bash_specifics(self, line: str, offered: set[str], scripts: Path) -> None:
        assert in_bash(line, scripts / "smlint.bash") == offered

    def test_registration(self, scripts: Path) -> None:
        assert BASH is not None
        done = subprocess.run([BASH, "--norc", "-c", f"source {scripts}/smlint.bash; complete -p smlint"], capture_output=True, text=True, check=True, timeout=60)
        assert done.stdout.split()[-3:] == ["-F", "_smlint", "smlint"]


@pytest.mark.skipif(FISH is None, reason="fish is not installed")
@pytest.mark.parametrize(("line", "offered"), CASES)
def test_fish_completions(line: str, offered: set[str], scripts: Path) -> None:
    assert FISH is not None
    done = subprocess.run(
        [FISH, "--no-config", "-c", f"source {scripts}/smlint.fish; complete -C '{line}'"], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stderr == ""
    assert {row.partition("\t")[0] for row in done.stdout.splitlines()} == offered


class Terminal:
    """zsh on a terminal with the completion loaded; zsh completes only on a terminal."""

    def __init__(self, script: Path, folder: Path) -> None:
        import pty

        assert ZSH is not None
        self._terminal, theirs = pty.openpty()
        environment = {**os.environ, "TERM": "dumb", "COLUMNS": "200", "LINES": "200", "HOME": str(folder), "ZDOTDIR": str(folder)}
        self._process = subprocess.Popen([ZSH, "-f", "-i"], stdin=theirs, stdout=theirs, stderr=theirs, env=environment, start_new_session=True)
        os.close(theirs)
        # The wide terminal keeps zsh from asking whether to show a long list.
        self.send("stty cols 200 rows 200; PROMPT='ready> '; LISTMAX=0; autoload -U compinit; compinit -D -u; "
                  f"zstyle ':completion:*' list-grouped false; setopt no_auto_menu; source {script}; echo loaded''\n")  # fmt: skip
        self.until("loaded\r\n")

    def send(self, text: str) -> None:
        os.write(self._terminal, text.encode())

    def until(self, words: str, limit: float = 20.0) -> str:
        """Read the output up to these words, or until the time limit."""
        shown, end = "", time.monotonic() + limit
        while words not in shown and time.monotonic() < end:
            if select.select([self._terminal], [], [], 0.2)[0]:
                try:
                    shown += os.read(self._terminal, 65536).decode(errors="replace")
                except OSError:
                    break
        return shown

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._terminal)


@pytest.mark.skipif(ZSH is None, reason="zsh is not installed")
class TestZsh:
    def test_syntax(self, scripts: Path) -> None:
        assert ZSH is not None
        done = subprocess.run([ZSH, "-n", f"{scripts}/smlint.zsh"], capture_output=True, text=True, check=False, timeout=60)
        assert (done.returncode, done.stderr) == (0, "")

    @pytest.mark.parametrize(("line", "offered"), CASES)
    def test_completions(self, line: str, offered: set[str], scripts: Path, tmp_path: Path) -> None:
        terminal = Terminal(scripts / "smlint.zsh", tmp_path)
        try:
            terminal.until("ready> ")
            terminal.send(f"{line}\t\t")
            deadline = time.monotonic() + 20
            shown = ""
            while time.monotonic() < deadline and not all(word in shown for word in offered):
                shown += terminal.until("\0", 0.5)
            assert all(word in shown for word in offered), shown
        finally:
            terminal.close()


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        pytest.param(["bsh"], "did you mean 'bash'?", id="a misspelled shell"),
        pytest.param(["powershell"], "choose from bash, zsh, fish", id="an unsupported shell"),
    ],
)
def test_unsupported_shells_are_errors(words: list[str], hint: str) -> None:
    result = run("completions", *words)
    assert result.code == 2
    assert hint in result.err
