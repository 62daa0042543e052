"""Hostile files: pipes, devices, folders, links, vanishing files, missing permissions, and hostile names."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.hostile import CHECK, FIXED, FORMATS, TEMPLATE, X86, Run, smlint

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs POSIX")

CONCISE = (*CHECK, "--quiet", "--output-format", "concise")
NOBODY = 65534
"""The user ID of `nobody`."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a manifest that has a finding."""
    (tmp_path / "bad.yaml").write_text(TEMPLATE)
    return tmp_path


@pytest.fixture
def open_folder(folder: Path) -> Iterator[Path]:
    """A folder whose subfolders may lose their permissions; removes it afterwards."""
    yield folder
    for path in folder.rglob("*"):
        if path.is_dir():
            path.chmod(0o777)
    shutil.rmtree(folder)


# Root without capabilities: permissions apply as to any user, and Python and smlint remain readable even in a folder that only root may enter.
WITHOUT_CAPABILITIES = """
import ctypes, os, struct
if ctypes.CDLL(None, use_errno=True).capset(struct.pack("Ii", 0x20080522, 0), bytes(24)):
    raise OSError(ctypes.get_errno(), "capset")
from smlint.__main__ import run
run()
"""


def unprivileged(*words: str | bytes, cwd: Path) -> Run:
    """Run smlint so that permissions apply, even for root."""
    if os.geteuid() != 0:
        return smlint(*words, cwd=cwd)
    if sys.platform != "linux":
        pytest.skip("root can drop its capabilities only on Linux")
    return smlint(*words, cwd=cwd, command=[sys.executable, "-c", WITHOUT_CAPABILITIES])


def lines(run: Run) -> list[str]:
    return run.out.decode("utf-8").splitlines()


NOT_A_FILE = "cannot be read: a pipe, socket or device, not a file"


class TestNotRegularFiles:
    """Names in a folder that are not regular files, and files that are too large."""

    @pytest.mark.parametrize("device", ["/dev/null", "/dev/zero", "/dev/urandom", "/dev/full", "/dev/tty"])
    def test_a_device(self, device: str, folder: Path) -> None:
        if not Path(device).exists():
            pytest.skip(f"{device} does not exist")
        (folder / "device.yaml").symlink_to(device)
        run = smlint(*CONCISE, device, "bad.yaml", cwd=folder)
        assert run.code == 1
        assert lines(run)[0].startswith(f"{device}:1:1: error[syntax-error] cannot be read: ")
        assert lines(run)[1].startswith("bad.yaml:6:")
        assert "device.yaml" not in smlint(*CONCISE, ".", cwd=folder).out.decode()

    def test_a_pipe_without_a_writer(self, folder: Path) -> None:
        os.mkfifo(folder / "pipe.yaml")
        run = smlint(*CONCISE, "pipe.yaml", "bad.yaml", cwd=folder)
        assert lines(run)[1] == f"pipe.yaml:1:1: error[syntax-error] {NOT_A_FILE}"
        assert "pipe.yaml" not in smlint(*CONCISE, ".", cwd=folder).out.decode()
        assert smlint(*CHECK, "--fix", "--quiet", ".", "pipe.yaml", cwd=folder).code == 1
        assert (folder / "bad.yaml").read_text() == FIXED

    def test_a_socket(self, folder: Path) -> None:
        with socket.socket(socket.AF_UNIX) as bound:
            here = os.open(folder, os.O_RDONLY)
            try:  # socket addresses have a small maximum length
                bound.bind(f"/proc/self/fd/{here}/socket.yaml")
            finally:
                os.close(here)
            run = smlint(*CONCISE, "socket.yaml", cwd=folder)
        assert run.code == 1
        assert "socket.yaml:1:1: error[syntax-error] cannot be read: " in run.out.decode()

    def test_a_folder_named_like_a_file_is_walked(self, folder: Path) -> None:
        (folder / "x.yaml").mkdir()
        (folder / "x.yaml" / "y.json").mkdir()
        (folder / "x.yaml" / "z.yaml").write_text(TEMPLATE)
        assert [line.partition(":")[0] for line in lines(smlint(*CONCISE, "x.yaml", cwd=folder)) if "architecture" in line] == ["x.yaml/z.yaml"]
        assert "x.yaml/z.yaml:6:" in smlint(*CONCISE, ".", cwd=folder).out.decode()

    def test_a_file_of_200_megabytes(self, folder: Path) -> None:
        with (folder / "big.yaml").open("wb") as file:
            file.write(b"sagemaker")
            file.truncate(200_000_000)
        run = smlint(*CONCISE, ".", cwd=folder)
        assert lines(run)[1:] == ["big.yaml:1:1: error[syntax-error] too large: 200 MB (limit 50 MB)"]
        assert (folder / "big.yaml").stat().st_size == 200_000_000

    def test_200_megabytes_on_standard_input(self, folder: Path) -> None:
        with (folder / "big.yaml").open("w+b") as file:
            file.truncate(200_000_000)
            run = smlint(*CHECK, "-", "--fix", cwd=folder, stdin=file.fileno())
        assert run.code == 2
        assert run.out == b""
        assert run.err == b"smlint: error: standard input is larger than 50 MB\n"

    def test_endless_standard_input(self, folder: Path) -> None:
        with Path("/dev/zero").open("rb") as file:
            assert smlint("facts", "-", cwd=folder, stdin=file.fileno()).code == 2

    def test_standard_input_that_cannot_be_read(self, folder: Path) -> None:
        with (folder / "out").open("wb") as file:  # open for writing only
            run = smlint(*CHECK, "-", cwd=folder, stdin=file.fileno())
        assert run.code == 2
        assert run.err.startswith(b"smlint: error: cannot read standard input: ")


class TestLinks:
    """Symbolic links to nothing, in circles, or out of the folder."""

    def test_circular_links(self, folder: Path) -> None:
        (folder / "self.yaml").symlink_to("self.yaml")
        (folder / "one.yaml").symlink_to("other.yaml")
        (folder / "other.yaml").symlink_to("one.yaml")
        (folder / "here").symlink_to(".")
        (folder / "up").symlink_to("..")
        run = smlint(*CONCISE, ".", cwd=folder)
        assert {line.partition(":")[0] for line in lines(run)} == {"bad.yaml"}
        named = smlint(*CONCISE, "self.yaml", "one.yaml", "here", cwd=folder)
        assert named.code == 1
        assert "self.yaml:1:1: error[syntax-error] cannot be read: too many levels of symbolic links" in lines(named)

    def test_a_broken_link(self, folder: Path) -> None:
        (folder / "gone.yaml").symlink_to("nothing")
        assert {line.partition(":")[0] for line in lines(smlint(*CONCISE, ".", cwd=folder))} == {"bad.yaml"}
        assert smlint(*CONCISE, "gone.yaml", cwd=folder).out == b"gone.yaml:1:1: error[syntax-error] cannot be read: no such file or directory\n"

    def test_a_fix_does_not_follow_a_link_out_of_the_folder(self, tmp_path: Path) -> None:
        outside, inside = tmp_path / "outside.yaml", tmp_path / "in"
        (inside / "sub").mkdir(parents=True)
        outside.write_text(TEMPLATE)
        (inside / "good.yaml").write_text(TEMPLATE)
        (inside / "link.yaml").symlink_to(outside)
        (inside / "sub" / "deep.yaml").symlink_to("../link.yaml")
        for paths in (["."], [os.fspath(inside)], ["../in"], ["./sub", "good.yaml"]):
            (inside / "good.yaml").write_text(TEMPLATE)
            run = smlint(*CHECK, *paths, "--fix", "--quiet", cwd=inside)
            assert run.code == 2
            assert b"not written: the link leads out of" in run.err
            assert outside.read_text() == TEMPLATE
            assert (inside / "good.yaml").read_text() == FIXED
        assert (inside / "link.yaml").is_symlink()
        # A link that is named explicitly is followed.
        smlint(*CHECK, "link.yaml", "--fix", "--quiet", cwd=inside)
        assert outside.read_text() == FIXED

    def test_a_linked_folder_is_not_walked(self, tmp_path: Path) -> None:
        (tmp_path / "elsewhere").mkdir()
        (tmp_path / "elsewhere" / "bad.yaml").write_text(TEMPLATE)
        (tmp_path / "in").mkdir()
        (tmp_path / "in" / "sub").symlink_to("../elsewhere", target_is_directory=True)
        assert smlint(*CHECK, "in", "--fix", "--quiet", cwd=tmp_path).code == 0
        assert (tmp_path / "elsewhere" / "bad.yaml").read_text() == TEMPLATE

    def test_a_temporary_file_with_another_name_or_owner_is_not_written(self, folder: Path) -> None:
        victim = folder / "victim.txt"
        victim.write_text("precious")
        os.link(victim, folder / ".bad.yaml.smlint-tmp")
        assert smlint(*CHECK, "bad.yaml", "--fix", "--quiet", cwd=folder).code == 0
        assert victim.read_text() == "precious"
        assert (folder / "bad.yaml").read_text() == FIXED
        assert sorted(path.name for path in folder.iterdir()) == ["bad.yaml", "victim.txt"]
        if os.geteuid() == 0:
            (folder / "bad.yaml").write_text(TEMPLATE)
            with (folder / ".bad.yaml.smlint-tmp").open("wb") as held:
                os.chown(held.fileno(), NOBODY, NOBODY)
                assert smlint(*CHECK, "bad.yaml", "--fix", "--quiet", cwd=folder).code == 0
                held.write(b"too late")
            assert (folder / "bad.yaml").read_text() == FIXED


class TestPermissions:
    """Files and folders without permissions."""

    def test_a_file_without_read_permission(self, open_folder: Path) -> None:
        (open_folder / "secret.yaml").write_text(TEMPLATE)
        (open_folder / "secret.yaml").chmod(0)
        run = unprivileged(*CONCISE, ".", cwd=open_folder)
        assert run.code == 1
        assert lines(run)[-1] == "secret.yaml:1:1: error[syntax-error] cannot be read: permission denied"
        assert lines(run)[0].startswith("bad.yaml:6:")

    def test_a_folder_without_permissions(self, open_folder: Path) -> None:
        (open_folder / "closed").mkdir(mode=0)
        run = unprivileged(*CONCISE, ".", cwd=open_folder)
        assert "closed:1:1: error[syntax-error] cannot be read: permission denied" in lines(run)
        assert lines(run)[0].startswith("bad.yaml:6:")

    @pytest.mark.parametrize("name", ["smlint.toml", "pyproject.toml"])
    def test_a_configuration_without_read_permission(self, name: str, open_folder: Path) -> None:
        (open_folder / name).write_text("[tool.smlint]")
        (open_folder / name).chmod(0)
        run = unprivileged("check", ".", cwd=open_folder)
        assert run.code == 2
        assert run.err == f"smlint: error: cannot read the configuration file {name}: Permission denied\n".encode()

    def test_read_only_files_and_folders_are_reported_and_other_files_fixed(self, open_folder: Path) -> None:
        for name in ("file/read-only.yaml", "file/other.yaml", "folder/one.yaml"):
            path = open_folder / name
            path.parent.mkdir(exist_ok=True, mode=0o777)
            path.parent.chmod(0o777)
            path.write_text(TEMPLATE)
            path.chmod(0o666)
        (open_folder / "file" / "read-only.yaml").chmod(0o444)
        (open_folder / "folder").chmod(0o555)
        run = unprivileged(*CHECK, "--fix", ".", "--output-format", "concise", "--quiet", cwd=open_folder)
        assert run.code == 2
        assert run.err.decode().splitlines() == [
            "smlint: error: file/read-only.yaml: cannot be written: read-only",
            "smlint: error: folder/one.yaml: cannot be written: its folder is read-only",
        ]
        texts = {path.name: path.read_text() for path in open_folder.rglob("*.yaml")}
        assert texts == {"read-only.yaml": TEMPLATE, "other.yaml": FIXED, "one.yaml": TEMPLATE, "bad.yaml": FIXED}
        assert not list(open_folder.rglob(".*"))
        assert {line.partition(":")[0] for line in lines(run) if "architecture" in line} == {"file/read-only.yaml", "folder/one.yaml"}


NAMES = [
    "new\nline.yaml",
    "carriage\rreturn.yaml",
    "tab\tand  blanks .yaml",
    "::error file=x,line=1::pwned%0A%25]]>.yaml",
    "escape\x1b[31m\x1b]8;;https:\\\\example.com\x07\x9b.yaml",
    "right\u202eto\u2066left\u200b.yaml",
    '"quotes\' & <script>alert(1)<script>.yaml',
    "|pipes|`ticks`[link](x)*.yaml",
    "=cmd|' -- @SUM(1+1)*.yaml",
    "--fix.yaml",
    "é 日本.yaml",
    os.fsdecode(b"latin-\xe9\xff.yaml"),
    os.fsdecode(b"cut-\xe2\x82.yaml"),
    "\x7fdelete\x01\x08.yaml",
    "back\\slash.yaml",
    "x" * 250 + ".yaml",
]

DANGEROUS = [*range(0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0), 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
"""Characters that control a terminal or the text direction: C0 without the line feed, DEL, C1, and directional marks."""


def assert_harmless(data: bytes) -> str:
    """Decode output as UTF-8, and check that it contains no dangerous characters."""
    text = data.decode("utf-8")
    assert not {ord(character) for character in text} & set(DANGEROUS), ascii(text)
    return text


class TestNames:
    """Hostile file names in every report."""

    @pytest.fixture
    def named(self, tmp_path: Path) -> Path:
        for name in NAMES:
            (tmp_path / name).write_text(TEMPLATE)
        return tmp_path

    def test_every_name_in_every_report(self, named: Path) -> None:
        outputs = [f"--output={output_format}={output_format}" for output_format in FORMATS]
        run = smlint(*CHECK, ".", *outputs, "--statistics", cwd=named)
        assert run.code == 1
        reports = {output_format: assert_harmless((named / output_format).read_bytes()) for output_format in FORMATS}
        assert sum("image-architecture-mismatch" in line for line in reports["concise"].splitlines()) == len(NAMES)
        assert reports["full"].count("error[image-architecture-mismatch]") == len(NAMES)
        found = json.loads(reports["json"])["findings"]
        assert len({finding["path"] for finding in found}) == len(NAMES)
        assert len(json.loads(reports["sarif"])["runs"][0]["results"]) == len(found)
        assert len({issue["location"]["path"] for issue in json.loads(reports["gitlab"])}) == len(NAMES)
        assert len(json.loads(reports["rdjson"])["diagnostics"]) == len(found)
        suites = ElementTree.fromstring(reports["junit"])  # noqa: S314  # written by smlint
        assert len(suites) == len(NAMES)
        assert sum(int(suite.attrib["failures"]) for suite in suites) == len(found)
        # One line per finding, and one command per line.
        assert len(reports["github"].splitlines()) == len(found)
        assert all(line.startswith(("::error file=", "::notice file=", "::warning file=")) for line in reports["github"].splitlines())
        assert all(line.count("::") == 2 for line in reports["github"].splitlines() if "file=%3A%3A" in line)

    @pytest.mark.parametrize("output_format", FORMATS)
    def test_standard_output_is_safe(self, output_format: str, named: Path) -> None:
        run = smlint(*CHECK, ".", "--output-format", output_format, cwd=named, env={"GITHUB_STEP_SUMMARY": "summary"})
        assert_harmless(run.out)
        assert_harmless(run.err)
        if output_format == "github":
            summary = assert_harmless((named / "summary").read_bytes())
            assert "<script>" not in summary.replace("\\<", "")
            assert "](x)" not in summary.replace("\\]", "")

    @pytest.mark.parametrize("words", [["--list-files"], ["--verbose"], ["--fix"], ["--write-baseline", "b.json"], ["--output-format", "json", "--list-files"]])
    def test_other_output_is_safe(self, words: list[str], named: Path) -> None:
        (named / NAMES[0]).chmod(0o444)
        run = smlint(*CHECK, ".", *words, cwd=named)
        assert_harmless(run.out)
        assert_harmless(run.err)

    @pytest.mark.parametrize("output_format", ["table", "json", "csv", "html"])
    def test_the_inventory(self, output_format: str, named: Path) -> None:
        (named / "broken\x1b[31m.yaml").write_text("sagemaker: [")
        run = smlint("facts", ".", "--isolated", "--output-format", output_format, cwd=named)
        text = assert_harmless(run.out)
        assert_harmless(run.err)
        if output_format == "json":
            assert len({row["file"] for row in json.loads(text)}) == len(NAMES)
        if output_format == "csv":
            rows = list(csv.DictReader(io.StringIO(text)))
            assert len(rows) == len(NAMES)
            assert all(row["file"][:1] not in "=+-@" for row in rows)
        if output_format == "html":
            assert "<script>alert" not in text

    def test_git_applies_a_patch_of_all_files(self, named: Path) -> None:
        patch = smlint(*CHECK, ".", "--diff", "--quiet", cwd=named).out
        subprocess.run(["git", "apply", "-"], cwd=named, input=patch, check=True, env={**os.environ, "GIT_CEILING_DIRECTORIES": os.fspath(named.parent)})
        assert {(named / name).read_text() for name in NAMES} == {FIXED}

    def test_names_on_the_command_line(self, named: Path) -> None:
        run = smlint(*CONCISE, *(os.fsencode(f"./{name}") for name in NAMES), cwd=named)
        assert sum("image-architecture-mismatch" in line for line in lines(run)) == len(NAMES)
        smlint(*CHECK, "--fix", "--quiet", "--", *(os.fsencode(name) for name in NAMES), cwd=named)
        assert {(named / name).read_text() for name in NAMES} == {FIXED}

    def test_names_that_do_not_exist(self, tmp_path: Path) -> None:
        for name in (*NAMES, "", "x" * 5000, "a/" * 2000, "*\x1b[31m", "[\x1b"):
            run = smlint("check", "--", os.fsencode(name), cwd=tmp_path)
            assert_harmless(run.out)
            assert_harmless(run.err)
            assert run.code in (1, 2)
            assert len(run.err.splitlines()) <= 2, "an error and a hint"


@pytest.mark.parametrize("words", [["--quiet"], ["--fix", "--quiet"]])
def test_files_that_vanish_and_reappear(words: list[str], tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    ended = threading.Event()

    def churn() -> None:
        for round_ in range(100_000):
            if ended.is_set():
                return
            path = folder / f"{round_ % 300}.yaml"
            if round_ // 300 % 2:
                path.unlink(missing_ok=True)
                shutil.rmtree(folder / f"sub{round_ % 300}", ignore_errors=True)
            else:
                path.write_text(TEMPLATE)
                (folder / f"sub{round_ % 300}").mkdir(exist_ok=True)
                (folder / f"sub{round_ % 300}" / "x.yaml").write_text(TEMPLATE)

    thread = threading.Thread(target=churn)
    thread.start()
    try:
        for _ in range(6):
            smlint(*CHECK, ".", *words, "--output-format", "concise", cwd=folder)
    finally:
        ended.set()
        thread.join()


def test_a_removed_working_directory(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(TEMPLATE)
    gone = tmp_path / "gone"
    for words in (["check"], ["check", "../bad.yaml"], ["check", "-"], ["facts", "."], ["inspect", X86], ["check", os.fspath(tmp_path / "bad.yaml"), "--isolated"]):
        gone.mkdir()
        run = smlint(*words, cwd=gone, before=gone.rmdir)
        assert run.code == (0 if words[0] == "inspect" else 2)
        assert run.err == (b"" if run.code == 0 else b"smlint: error: the working directory no longer exists\n")


def test_a_low_limit_on_open_files(folder: Path) -> None:
    import resource

    for i in range(20):
        (folder / f"sub{i}").mkdir()
        (folder / f"sub{i}" / "bad.yaml").write_text(TEMPLATE)
    run = smlint(*CONCISE, ".", cwd=folder, before=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (12, 12)))
    assert sum("image-architecture-mismatch" in line for line in lines(run)) == 21
