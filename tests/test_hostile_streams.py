"""Closed and full streams, interrupts at any moment, and unusual environments."""

from __future__ import annotations

import os
import pty
import random
import resource
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from smlint.inventory import INVENTORY_FORMATS
from tests.hostile import CHECK, COMMAND, FIXED, FORMATS, TEMPLATE, TIMEOUT, X86, Run, assert_ended_well, changed, environment, smlint

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs POSIX")

MODULE = [sys.executable, "-m", "smlint"]

COMMANDS = {
    "check": [*CHECK, "bad.yaml"],
    "check -": [*CHECK, "-"],
    "check --fix -": [*CHECK, "--fix", "-"],
    "check --diff": [*CHECK, "--diff", "bad.yaml"],
    "check --list-files": [*CHECK, "--list-files"],
    "check --statistics": [*CHECK, "--statistics"],
    **{f"check {output_format}": [*CHECK, "bad.yaml", "--output-format", output_format] for output_format in FORMATS[1:]},
    **{f"facts {output_format}": ["facts", "bad.yaml", "--output-format", output_format] for output_format in INVENTORY_FORMATS},
    "resolve": ["resolve", "--framework", "pytorch", "--instance-type", "ml.c7g.large", "--region", "us-east-1"],
    "inspect": ["inspect", X86],
    "images": ["images"],
    "explain": ["explain", "--all"],
    "schema": ["schema", "config"],
    "completions": ["completions", "bash"],
    "--version": ["--version"],
    "--help": ["--help"],
    "an error": ["check", "nothing"],
    "no command": [],
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "bad.yaml").write_text(TEMPLATE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def closing(*numbers: int) -> object:
    def close() -> None:
        for number in numbers:
            os.close(number)

    return close


@pytest.mark.parametrize("command", [COMMAND, MODULE], ids=["installed", "module"])
@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS.keys())
class TestStreams:
    """Each command, started as a module and as the installed command."""

    def test_a_closed_pipe(self, words: list[str], command: list[str]) -> None:
        usual = smlint(*words, stdin=TEMPLATE.encode(), command=command)
        reading, writing = os.pipe()
        os.close(reading)
        try:
            left = smlint(*words, stdin=TEMPLATE.encode(), stdout=writing, command=command)
        finally:
            os.close(writing)
        assert left.code == usual.code
        assert left.err == usual.err

    def test_a_full_disk(self, words: list[str], command: list[str]) -> None:
        usual = smlint(*words, stdin=TEMPLATE.encode(), command=command)
        with Path("/dev/full").open("wb") as full:
            run = smlint(*words, stdin=TEMPLATE.encode(), stdout=full.fileno(), command=command)
        if usual.out:
            assert run.code == 2
            assert b"smlint: error: cannot write to standard output: No space left on device" in run.err
        else:
            assert run == usual

    @pytest.mark.parametrize("closed", [(0,), (1,), (2,), (1, 2), (0, 1, 2)], ids=str)
    def test_closed_streams(self, words: list[str], command: list[str], closed: tuple[int, ...]) -> None:
        stdin = b"" if 0 in closed else TEMPLATE.encode()
        usual = smlint(*words, stdin=stdin, command=command)
        run = subprocess.run(
            [*command, *words], input=stdin, capture_output=True, timeout=TIMEOUT, env=environment(),
            preexec_fn=closing(*closed),  # type: ignore[arg-type]
        )  # fmt: skip
        assert run.returncode == usual.code
        assert run.stdout == (b"" if 1 in closed else usual.out)
        assert run.stderr == (b"" if 2 in closed else usual.err)


@pytest.mark.parametrize("option", ["--output=json=/dev/full", "--write-baseline=/dev/full", "--output=full=/nowhere/x", "--output=json=."])
def test_an_unwritable_report(option: str) -> None:
    run = smlint(*CHECK, "bad.yaml", option)
    assert run.code == 2
    assert b"cannot " in run.err.splitlines()[-1]


def test_a_pipe_without_a_reader_as_a_report(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    for words in (["--output", "json=pipe"], ["--write-baseline", "pipe"]):
        assert smlint(*CHECK, "bad.yaml", *words).code == 2
    run = smlint(*CHECK, "bad.yaml", "--output-format", "github", env={"GITHUB_STEP_SUMMARY": "pipe"})
    assert b"smlint: warning: cannot write the job summary: " in run.err


def test_a_full_disk_while_a_file_is_fixed(folder: Path) -> None:
    run = smlint(*CHECK, "--fix", "bad.yaml", "--quiet", before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)))
    assert run.code == 2
    assert run.err == b"smlint: error: bad.yaml: cannot be written: file too large\n"
    assert [path.name for path in folder.iterdir()] == ["bad.yaml"]
    assert (folder / "bad.yaml").read_text() == TEMPLATE


def test_a_full_file_system(folder: Path) -> None:
    disk = folder / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], capture_output=True).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        (disk / "bad.yaml").write_text(TEMPLATE)
        with (disk / "filler").open("wb", buffering=0) as filler, pytest.raises(OSError, match="No space"):  # noqa: PT012
            while True:
                filler.write(b"x" * 4096)
        run = smlint(*CHECK, "--fix", "disk", "--quiet")
        assert run.code == 2
        assert run.err == b"smlint: error: disk/bad.yaml: cannot be written: no space left on device\n"
        assert sorted(path.name for path in disk.iterdir()) == ["bad.yaml", "filler"]
        assert (disk / "bad.yaml").read_text() == TEMPLATE
    finally:
        subprocess.run(["umount", disk], check=True)


ENVIRONMENTS: dict[str, dict[str, str | None]] = {
    "no home": {"HOME": None},
    "a home that is not there": {"HOME": "/nowhere", "XDG_CONFIG_HOME": "/nowhere"},
    "the C locale": {"LANG": "C", "LC_ALL": "C"},
    "the C locale in ASCII": {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "a locale that is not there": {"LANG": "xx_XX.UTF-99", "LC_ALL": "xx_XX.UTF-99"},
    "ASCII": {"PYTHONIOENCODING": "ascii"},
    "Latin-1": {"PYTHONIOENCODING": "latin-1:strict"},
    "UTF-16": {"PYTHONIOENCODING": "utf-16"},
    "a terminal that nobody knows": {"TERM": "\x1b[31m%s\\", "FORCE_COLOR": "1"},
    "no terminal": {"TERM": None},
    "columns beyond reason": {"COLUMNS": "9" * 5000},
    "many columns": {"COLUMNS": "999999"},
    "columns that are no number": {"COLUMNS": "²"},
    "no path": {"PATH": ""},
    "no temporary folder": {"TMPDIR": "/nowhere"},
    "nothing at all": dict.fromkeys(name for name in os.environ if name != "PYTHONPATH"),
    "a workspace that is no path": {"GITHUB_WORKSPACE": "\x1b", "CI_PROJECT_DIR": "://"},
}


@pytest.mark.parametrize("changes", ENVIRONMENTS.values(), ids=ENVIRONMENTS.keys())
def test_environments(changes: dict[str, str | None], folder: Path) -> None:
    (folder / "é\u202e日本.yaml").write_text(TEMPLATE.replace("Model:", "Modèle日:").replace("Model.", "Modèle日."))
    for output_format in FORMATS:
        run = smlint(*CHECK, ".", "--output-format", output_format, env=changes)
        assert run.code == 1
        if "PYTHONIOENCODING" not in changes:
            assert run.out.count(b"image-architecture-mismatch") >= 2
    assert smlint("check", ".", "--fix", "--as-of", "2024-01-01", "--quiet", env=changes).code == 0
    assert (folder / "bad.yaml").read_text() == FIXED


@pytest.mark.parametrize("name", ["SMLINT_OUTPUT_FORMAT", "SMLINT_REGION", "SMLINT_CATALOG", "SMLINT_CONFIG"])
def test_invalid_settings_in_the_environment(name: str) -> None:
    run = smlint("check", ".", env={name: "\x1b[31m\n::error::x"})
    assert run.code == 2
    assert b"\x1b" not in run.err
    assert b"\n::" not in run.err


def test_a_patch_on_a_terminal_is_escaped(folder: Path) -> None:
    (folder / "bad.yaml").write_text(TEMPLATE.replace("      PrimaryContainer:", "      # \u202e31m\n      PrimaryContainer:"))
    ours, theirs = pty.openpty()
    try:
        smlint(*CHECK, "--diff", "bad.yaml", "--quiet", stdout=theirs)
        assert select.select([ours], [], [], TIMEOUT)[0]
        shown = os.read(ours, 100_000).decode()
    finally:
        os.close(ours)
        os.close(theirs)
    assert "+        Image: " in shown
    assert "\\u202e31m" in shown
    assert not set(shown) & {"\u202e", "\x1b"}


# ---------------------------------------------------------------- signals

# It reports when it handles signals: before that, Python is still starting and handles them itself.
STARTED = """
import os, sys
sys.addaudithook(lambda event, given: os.write(3, b"x") if event == "import" and given[0] == "smlint.cli.main" else None)
from smlint.__main__ import run
run()
"""


def interrupted(words: list[str], signals: list[int], moment: Callable[[], object], folder: Path, stdin: int | None = None) -> Run:
    """Send signals to a run once it has started and `moment` has returned, unless it has ended."""
    reading, writing = os.pipe()
    with subprocess.Popen(
        [sys.executable, "-c", STARTED, *words], cwd=folder, env=environment(), stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=lambda: os.dup2(writing, 3), pass_fds=[3], start_new_session=True,  # noqa: PLW1509
    ) as process:  # fmt: skip
        os.close(writing)
        select.select([reading], [], [], TIMEOUT)
        os.close(reading)
        moment()
        for number in signals:
            try:
                os.killpg(process.pid, number)  # to the whole process group, as a terminal does
            except ProcessLookupError:
                break
        out, err = process.communicate(timeout=TIMEOUT)
    return Run(process.returncode, out, err)


def at_once() -> None:
    """Return immediately: the run has just started."""


def after(seconds: float) -> Callable[[], None]:
    return lambda: time.sleep(seconds)


SIGNALS = pytest.mark.parametrize(
    "signals", [[signal.SIGINT], [signal.SIGTERM], [signal.SIGHUP], [signal.SIGINT, signal.SIGINT, signal.SIGINT]], ids=["INT", "TERM", "HUP", "INT thrice"]
)
INTERRUPTED = (2, b"smlint: interrupted\n")


@SIGNALS
def test_an_interrupt_while_worker_processes_lint(signals: list[int], tmp_path: Path) -> None:
    for i in range(1500):
        (tmp_path / f"{i}.yaml").write_text(TEMPLATE)
    words = [*CHECK, ".", "--quiet", "--output-format", "concise", "--workers", "3"]
    start = time.monotonic()
    assert interrupted(words, [], at_once, tmp_path).code == 1
    length = time.monotonic() - start
    chance = random.Random(f"{signals}")  # noqa: S311  # not a secret
    ends = set()
    for moment in [at_once, at_once, *(after(chance.uniform(0, length)) for _ in range(6))]:
        run = interrupted(words, signals, moment, tmp_path)
        assert_ended_well(run)
        ends.add((run.code, run.err))
    assert INTERRUPTED in ends
    assert ends <= {INTERRUPTED, (1, b"")}


@SIGNALS
def test_an_interrupt_while_files_are_fixed(signals: list[int], tmp_path: Path) -> None:
    many = tmp_path / "many"
    many.mkdir()
    paths = [many / f"{i:03}.yaml" for i in range(300)]  # each fix waits for the disk
    chance = random.Random(f"{signals}")  # noqa: S311  # not a secret
    ends = set()
    for _ in range(6):
        for path in paths:
            path.write_text(TEMPLATE)
        run = interrupted([*CHECK, ".", "--fix", "--quiet"], signals, changed(paths[chance.randrange(50)]), many)
        assert_ended_well(run)
        assert {path.read_text() for path in paths} <= {TEMPLATE, FIXED}
        assert sorted(many.iterdir()) == paths, "what was being written is cleared away"
        ends.add((run.code, run.err))
    assert INTERRUPTED in ends
    assert ends <= {INTERRUPTED, (0, b"")}


def test_an_interrupt_in_a_destructor() -> None:
    program = "import os\nfrom smlint.runtime.signals import raise_on_interrupt\nclass x:\n def __del__(self): os.kill(os.getpid(), 2)\nraise_on_interrupt()\nx()\nprint('it went on')"
    ended = subprocess.run([sys.executable, "-c", program], env=environment(), capture_output=True)
    assert (ended.returncode, ended.stderr, ended.stdout) == (*INTERRUPTED, b"")


def test_other_errors_in_a_destructor_are_reported_as_usual() -> None:
    program = "from smlint.runtime.signals import raise_on_interrupt\nclass x:\n def __del__(self): 1 / 0\nraise_on_interrupt()\nx()\nprint('it went on')"
    ended = subprocess.run([sys.executable, "-c", program], env=environment(), capture_output=True)
    assert ended.stdout == b"it went on\n"
    assert b"ZeroDivisionError" in ended.stderr


@pytest.mark.parametrize("words", [["images"], ["explain", "--all"], ["--version"], ["inspect", X86]], ids=lambda words: words[0])
def test_an_interrupt_of_a_short_command(words: list[str], folder: Path) -> None:
    chance = random.Random(words[0])  # noqa: S311  # not a secret
    for _ in range(15):
        run = interrupted(words, [signal.SIGINT], after(chance.uniform(0, 0.06)), folder)
        assert_ended_well(run)
        assert (run.code, run.err) in ((0, b""), INTERRUPTED)


def test_an_interrupt_while_waiting_for_standard_input(folder: Path) -> None:
    reading, writing = os.pipe()  # stays open without data
    try:
        run = interrupted(["check", "-"], [signal.SIGINT], after(0.2), folder, stdin=reading)
    finally:
        os.close(reading)
        os.close(writing)
    assert (run.code, run.err) == INTERRUPTED


def test_ignored_signals_stay_ignored() -> None:
    def ignore() -> None:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does

    code = "import signal; from smlint.__main__ import _exit_code; import smlint.cli.main; smlint.cli.main.main = lambda: int(signal.getsignal(signal.SIGHUP) != signal.SIG_IGN); raise SystemExit(_exit_code())"
    assert subprocess.run([sys.executable, "-c", code], env=environment(), preexec_fn=ignore).returncode == 0
