"""smlint never opens a socket, starts a program, or runs code from the files it reads."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.hostile import TEMPLATE, X86, environment

# Record forbidden audit events ("Audit events table" in the Python documentation) until the end of the run.
AUDITED = """
import json, os, sys
folder, log = sys.argv[1:3]
events = []
FORBIDDEN = ("socket.", "subprocess.", "os.exec", "os.system", "os.posix_spawn", "os.spawn", "os.startfile", "ctypes.", "pty.", "webbrowser.",
             "urllib.", "http.", "ftplib.", "smtplib.", "sys.unraisablehook")

def inside(path):
    if isinstance(path, bytes):
        path = os.fsdecode(path)
    return isinstance(path, str) and path != "" and (os.path.abspath(path) + os.sep).startswith(folder + os.sep)

def is_file_inside(path):
    return inside(path) and os.path.isfile(path)

def audit(event, arguments):
    if event.startswith(FORBIDDEN):
        events.append(f"{event} {arguments!r:.200}")
    elif event == "pickle.find_class" and not arguments[0].startswith("smlint."):  # worker processes send smlint values
        events.append(f"{event} {arguments!r:.200}")
    elif event == "exec" and is_file_inside(getattr(arguments[0], "co_filename", "")):
        events.append(f"exec of {arguments[0].co_filename}")
    elif event == "compile" and is_file_inside(arguments[1]):
        events.append(f"compile of {arguments[1]}")
    elif event == "import" and is_file_inside(arguments[1]):
        events.append(f"import of {arguments[1]}")
    elif event == "open" and isinstance(arguments[0], (str, bytes)):
        flags = arguments[2] if isinstance(arguments[2], int) else 0
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) and not inside(arguments[0]) and arguments[0] != os.devnull:
            events.append(f"open for writing {arguments[0]!r}")
    elif event in ("os.remove", "os.rename", "os.chmod", "os.chown", "os.link", "os.symlink", "os.mkdir", "os.rmdir", "os.truncate"):
        if not all(inside(argument) for argument in arguments if isinstance(argument, (str, bytes))):
            events.append(f"{event} {arguments!r:.200}")

sys.addaudithook(audit)
sys.argv[1:] = sys.argv[3:]
from smlint.cli.main import main
code = main()
log_text = json.dumps(events)
with open(log, "w") as stream:
    stream.write(log_text)
os._exit(code)
"""

TAGS = """
a: !!python/object/apply:os.system ['touch PWNED']
b: !!python/object/new:subprocess.Popen [['touch', 'PWNED']]
c: !!python/name:os.system
d: !!python/module:antigravity
e: !!binary UFdORUQ=
f: !Include /etc/passwd
g: !!java.net.URL ["http://127.0.0.1:9/"]
"""


@pytest.fixture(scope="module")
def bait(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all fixtures, and files that a careless program would execute."""
    folder = tmp_path_factory.mktemp("bait").resolve()
    shutil.copytree(ROOT / "fixtures", folder / "fixtures")
    shutil.copytree(ROOT / "examples", folder / "examples")
    (folder / "tags.yaml").write_text(TAGS + TEMPLATE)
    (folder / "links.yaml").write_text('{"$ref": "http://127.0.0.1:9/x.json", "$schema": "http://127.0.0.1:9/", "TemplateURL": "https://127.0.0.1:9/"}')
    modules = ("json", "yaml", "ruamel", "smlint_rules", "sitecustomize", "usercustomize", "conftest", "setup", "pathspec", "packaging", "tomllib", "csv", "difflib", "_ruamel_yaml", "signal")
    for name in modules:
        (folder / f"{name}.py").write_text("open('PWNED', 'w')\nraise SystemExit(3)\n")
    (folder / "rules").mkdir()
    (folder / "rules" / "evil.py").write_text("open('PWNED', 'w')\n")
    (folder / "pyproject.toml").write_text('[build-system]\nrequires = []\nbuild-backend = "setup"\nbackend-path = ["."]\n[tool.smlint]\nfail-on = "error"\n')
    shutil.copy(ROOT / "examples" / "house-rules.yaml", folder / "own.yaml")
    return folder


COMMANDS = [
    ["check", "."],
    ["check", ".", "--diff"],
    ["check", ".", "--workers", "1", "--output", "sarif=report.sarif", "--output-format", "github"],
    ["check", "tags.yaml", "--write-baseline", "baseline.json"],
    ["check", "fixtures", "--fix", "--unsafe-fixes"],
    ["check", "-"],
    ["facts", "."],
    ["facts", ".", "--output-format", "html"],
    ["images"],
    ["inspect", X86],
    ["resolve", "--framework", "pytorch", "--instance-type", "ml.c7g.large", "--region", "us-east-1"],
    ["explain", "--all"],
    ["check-rules", "own.yaml"],
    ["schema", "manifest"],
    ["--version"],
    ["catalog", "update", "--from-installed", "--packages", ".", "--output", "catalog.json"],
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_run_does_nothing_forbidden(words: list[str], bait: Path, tmp_path: Path) -> None:
    folder = tmp_path / "bait"
    shutil.copytree(bait, folder, symlinks=True)
    run = subprocess.run(
        [sys.executable, "-P", "-c", AUDITED, os.fspath(folder.resolve()), os.fspath(tmp_path / "events"), *words], cwd=folder,
        env=environment(),
        input=TAGS.encode() + TEMPLATE.encode(), capture_output=True, timeout=60,
    )  # fmt: skip
    events = json.loads((tmp_path / "events").read_text())
    assert run.returncode in (0, 1, 2), run.stderr
    assert b"Traceback" not in run.stderr
    assert b"internal error" not in run.stderr
    assert events == []
    assert not list(folder.rglob("PWNED"))


def test_the_audit_detects_forbidden_events(tmp_path: Path) -> None:
    program = AUDITED.replace("from smlint.cli.main import main\ncode = main()", "import socket, subprocess\nsocket.socket().close()\nsubprocess.run(['true'])\nopen('/dev/shm/x' if os.path.isdir('/dev/shm') else '/tmp/x', 'w').close()\nopen(os.path.join(folder, 'x.py'), 'w').close()\nexec(compile('1', os.path.join(folder, 'x.py'), 'exec'))\ncode = 0")
    subprocess.run([sys.executable, "-c", program, os.fspath(tmp_path), os.fspath(tmp_path / "events")], check=True, cwd=tmp_path)
    events = [line.split()[0] for line in json.loads((tmp_path / "events").read_text())]
    assert {"socket.__new__", "subprocess.Popen", "open", "compile", "exec"} <= set(events)


@pytest.mark.parametrize("command", [["-m", "smlint"], ["-c", "from smlint.__main__ import run; run()"]], ids=["module", "installed"])
def test_a_module_in_the_working_directory_is_not_imported(command: list[str], bait: Path, tmp_path: Path) -> None:
    folder = tmp_path / "bait"
    folder.mkdir()
    for path in bait.glob("*.py"):
        if path.stem not in ("sitecustomize", "usercustomize", "signal"):  # Python imports these before smlint starts
            shutil.copy(path, folder)
    (folder / "bad.yaml").write_text(TAGS + TEMPLATE)
    words = [*(["-P"] if command[0] == "-c" else []), *command, "check", ".", "--as-of", "2024-01-01", "--diff"]
    run = subprocess.run([sys.executable, *words], cwd=folder, env=environment(), capture_output=True, timeout=60)
    assert run.returncode == 1, run.stderr
    assert not (folder / "PWNED").exists()


WITHOUT_SOCKETS = """
import socket, sys
def refuse(*_, **__):
    raise SystemExit(77)
socket.socket = socket.create_connection = socket.getaddrinfo = socket.socketpair = refuse
from smlint.__main__ import run
run()
"""


@pytest.mark.parametrize("words", [["check", "."], ["check", ".", "--fix"], ["facts", "."], ["images"], ["resolve", "--framework", "sklearn", "--instance-type", "ml.m5.large", "--region", "us-east-1"]], ids=" ".join)
def test_works_without_sockets(words: list[str], tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(TEMPLATE)
    run = subprocess.run([sys.executable, "-c", WITHOUT_SOCKETS, *words], cwd=tmp_path, env=environment(), capture_output=True, timeout=60)
    assert run.returncode in (0, 1), run.stderr
    assert run.stdout
