"""Decode and encode files, compute positions, and write atomically."""

from __future__ import annotations

import fcntl
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smlint.files import read as read_module
from smlint.files import write as write_module
from smlint.files.read import SourceError, from_bytes, read_bytes, read_source
from smlint.files.write import write_atomically
from smlint.model.source import Source, from_text
from smlint.runtime.errors import SmlintError
from tests.conftest import ROOT

SUPERUSER = hasattr(os, "geteuid") and os.geteuid() == 0


@pytest.mark.parametrize(
    ("data", "text", "bom", "encoding"),
    [
        pytest.param(b"a: b\n", "a: b\n", False, "utf-8", id="ASCII"),
        pytest.param("é\U0001f600".encode(), "é\U0001f600", False, "utf-8", id="UTF-8"),
        pytest.param(b"\xef\xbb\xbfa: b", "a: b", True, "utf-8", id="UTF-8 with a byte order mark"),
        pytest.param(b"\xef\xbb\xbf\xef\xbb\xbfa", "\ufeffa", True, "utf-8", id="only one byte order mark is removed"),
        pytest.param(b"\xff\xfea\0\xe9\0", "aé", True, "utf-16-le", id="UTF-16, little-endian"),
        pytest.param(b"\xfe\xff\0a\0\xe9", "aé", True, "utf-16-be", id="UTF-16, big-endian"),
        pytest.param(b"a\r\nb\rc\n\r", "a\r\nb\rc\n\r", False, "utf-8", id="line endings are kept"),
        pytest.param(b"", "", False, "utf-8", id="an empty file"),
        pytest.param(b"a\0b", "a\0b", False, "utf-8", id="a NUL is text, which the parser rejects"),
    ],
)
def test_bytes_to_text_and_back(data: bytes, text: str, bom: bool, encoding: str) -> None:
    source = from_bytes(data, "deploy.yaml")
    assert (source.path, source.text, source.bom, source.encoding) == ("deploy.yaml", text, bom, encoding)
    assert source.encode() == data
    assert source.replaced(text + "x").encode() == from_bytes(source.encode(), "").replaced(text + "x").encode()


@pytest.mark.parametrize(
    ("data", "message", "offset"),
    [
        pytest.param(b"a: b\nc: \xe9\n", "not valid UTF-8: byte 0xe9 at line 2, column 4", 8, id="Latin-1"),
        pytest.param("é: ".encode() + b"\xff", "not valid UTF-8: byte 0xff at line 1, column 4", 4, id="columns count characters"),
        pytest.param(b"\xef\xbb\xbfa\xff", "not valid UTF-8: byte 0xff at line 1, column 2", 4, id="after a byte order mark"),
        pytest.param(b"a: \xed\xa0\x80", "not valid UTF-8: byte 0xed at line 1, column 4", 3, id="a surrogate in UTF-8"),
        pytest.param(b"\xff\xfea\0b", "not valid UTF-16: byte 0x62 at line 1, column 2", 4, id="half a character of UTF-16"),
        pytest.param(b"\xff\xfe\0\0a\0\0\0", "encoded in UTF-32, not in UTF-8", 0, id="UTF-32, little-endian"),
        pytest.param(b"\0\0\xfe\xff\0\0\0a", "encoded in UTF-32, not in UTF-8", 0, id="UTF-32, big-endian"),
    ],
)
def test_undecodable_bytes_are_an_error_with_its_position(data: bytes, message: str, offset: int) -> None:
    with pytest.raises(SourceError) as caught:
        from_bytes(data, "deploy.yaml")
    assert (caught.value.message, caught.value.offset) == (message, offset)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), st.sampled_from(["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be"]))
def test_every_text_survives_encoding_and_decoding(text: str, encoding: str) -> None:
    data = ("\ufeff" if encoding.startswith("utf-16") else "").encode(encoding) + text.encode(encoding)
    assert from_bytes(data, "x").encode() == data


def test_decoded_text_may_have_a_byte_order_mark() -> None:
    source = from_text("\ufeffa: b", "x.yaml")
    assert (source.text, source.bom, source.encode()) == ("a: b", True, b"\xef\xbb\xbfa: b")
    assert not from_text("a: b", "x.yaml").bom


@pytest.mark.parametrize(
    ("text", "offset", "position"),
    [
        pytest.param("ab\ncd", 0, (1, 1), id="the first character"),
        pytest.param("ab\ncd", 2, (1, 3), id="a line ending belongs to its line"),
        pytest.param("ab\ncd", 3, (2, 1), id="the first character of a line"),
        pytest.param("ab\r\ncd", 3, (1, 4), id="between CR and LF"),
        pytest.param("ab\r\ncd", 4, (2, 1), id="after CRLF"),
        pytest.param("ab\rcd", 3, (2, 1), id="after a lone CR"),
        pytest.param("a\u2028b\x85c\x0cd", 6, (1, 7), id="other characters do not end a line"),
        pytest.param("\U0001f600é:x", 3, (1, 4), id="columns count characters"),
        pytest.param("ab\n", 3, (2, 1), id="the end of the text after a line ending"),
        pytest.param("ab", 2, (1, 3), id="the end of the text"),
        pytest.param("ab", 99, (1, 3), id="after the end"),
        pytest.param("ab", -1, (1, 1), id="before the start"),
        pytest.param("", 0, (1, 1), id="an empty text"),
    ],
)
def test_positions(text: str, offset: int, position: tuple[int, int]) -> None:
    assert Source("x", text).position(offset) == position


@given(st.text("ab\r\n", max_size=40), st.integers(0, 40))
def test_positions_match_counting(text: str, offset: int) -> None:
    source = Source("x", text)
    offset = min(offset, len(text))
    line = column = 1
    for index in range(offset):
        ends = text[index] == "\n" or (text[index] == "\r" and text[index + 1 : index + 2] != "\n")
        line, column = (line + 1, 1) if ends else (line, column + 1)
    assert source.position(offset) == (line, column)
    assert source.line_text(line) == text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[line - 1]


@pytest.mark.parametrize("line", [0, 3, -1])
def test_a_line_that_does_not_exist(line: int) -> None:
    with pytest.raises(IndexError):
        Source("x", "a\nb").line_text(line)


def test_an_empty_text_has_a_position() -> None:
    assert Source("x.yaml", "").position(0) == (1, 1)
    assert Source("x.yaml", "").line_text(1) == ""


# ---------------------------------------------------------------- reading


def test_reading(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"a: \xc3\xa9\r\n")
    assert read_source(str(path)).text == "a: é\r\n"
    assert read_bytes(str(path)) == path.read_bytes()


def test_an_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.touch()
    assert read_source(str(path)).text == ""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux")
def test_a_file_that_reports_no_size() -> None:
    assert b"Pid:" in read_bytes("/proc/self/status")


def refusal(path: Path | str) -> str:
    start = time.monotonic()
    with pytest.raises(SourceError) as caught:
        read_source(str(path))
    assert time.monotonic() - start < 5
    return caught.value.message


def test_paths_that_are_not_files_are_rejected_without_blocking(tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()
    assert refusal(tmp_path / "folder.yaml") == "cannot be read: a folder, not a file"
    assert refusal(tmp_path / "none.yaml") == "cannot be read: no such file or directory"
    assert refusal("a\0b") == "cannot be read: the path contains a NUL character"
    (tmp_path / "loop.yaml").symlink_to(tmp_path / "loop.yaml")
    assert refusal(tmp_path / "loop.yaml").startswith("cannot be read: too many levels of symbolic links")
    os.mkfifo(tmp_path / "pipe.yaml")
    assert refusal(tmp_path / "pipe.yaml") == "cannot be read: a pipe, socket or device, not a file"
    assert refusal("/dev/zero") == "cannot be read: a pipe, socket or device, not a file"


@pytest.mark.skipif(SUPERUSER, reason="the superuser may read everything")
def test_a_file_without_read_permission(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.touch(0o000)
    assert refusal(path) == "cannot be read: permission denied"


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    assert refusal(path) == "too large: 200 MB (limit 50 MB)"


def test_a_file_that_grows_beyond_the_limit_during_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"x" * 2_000_000)
    monkeypatch.setattr(read_module, "SIZE_LIMIT", 1_000_000)
    small = os.stat_result((stat.S_IFREG | 0o644, 0, 0, 1, 0, 0, 10, 0, 0, 0))
    monkeypatch.setattr(os, "fstat", lambda descriptor: small)
    with pytest.raises(SourceError, match=r"too large: 1 MB \(limit 1 MB\)"):
        read_bytes(str(path))


def test_a_file_that_grows_during_reading_is_read_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"x" * 2_000_000)
    small = os.stat_result((stat.S_IFREG | 0o644, 0, 0, 1, 0, 0, 10, 0, 0, 0))
    monkeypatch.setattr(os, "fstat", lambda descriptor: small)
    assert read_bytes(str(path)) == path.read_bytes()


# ---------------------------------------------------------------- writing


@pytest.fixture
def target(tmp_path: Path) -> Path:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"old")
    return path


def names(path: Path) -> list[str]:
    return sorted(entry.name for entry in path.parent.iterdir())


@pytest.mark.parametrize("mode", [0o640, 0o600, 0o755, 0o666])
def test_a_write_keeps_the_mode_and_leaves_no_other_file(target: Path, mode: int) -> None:
    target.chmod(mode)
    write_atomically(str(target), b"new")
    assert target.read_bytes() == b"new"
    assert stat.S_IMODE(target.stat().st_mode) == mode
    assert names(target) == ["x.yaml"]


@pytest.mark.skipif(not SUPERUSER, reason="only the superuser may give a file away")
def test_a_write_keeps_the_owner(target: Path) -> None:
    os.chown(target, 12345, 54321)
    write_atomically(str(target), b"new")
    assert (target.stat().st_uid, target.stat().st_gid) == (12345, 54321)


def test_a_relative_path(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(target.parent)
    write_atomically("x.yaml", b"new")
    assert target.read_bytes() == b"new"


def test_a_link_remains_a_link(target: Path) -> None:
    inner = target.parent / "inner"
    inner.mkdir()
    first, second = inner / "first.yaml", inner / "second.yaml"
    first.symlink_to("../x.yaml")
    second.symlink_to("first.yaml")
    write_atomically(str(second), b"new")
    assert first.is_symlink()
    assert second.is_symlink()
    assert target.read_bytes() == b"new"
    assert names(first) == ["first.yaml", "second.yaml"]


def test_a_link_out_of_the_folder_is_not_followed(target: Path) -> None:
    inner = target.parent / "inner"
    inner.mkdir()
    link = inner / "link.yaml"
    link.symlink_to(target)
    with pytest.raises(SmlintError, match="the link leads out of"):
        write_atomically(str(link), b"new", within=str(inner))
    assert target.read_bytes() == b"old"
    write_atomically(str(link), b"new", within=str(target.parent))
    assert target.read_bytes() == b"new"


def test_a_read_only_file_is_not_written(target: Path) -> None:
    target.chmod(0o444)
    with pytest.raises(SmlintError, match="read-only") as caught:
        write_atomically(str(target), b"new")
    assert caught.value.hint
    assert target.read_bytes() == b"old"
    assert names(target) == ["x.yaml"]


def test_a_file_in_a_read_only_folder_is_not_written(target: Path) -> None:
    target.parent.chmod(0o555)
    try:
        with pytest.raises(SmlintError, match="read-only"):
            write_atomically(str(target), b"new")
    finally:
        target.parent.chmod(0o755)
    assert target.read_bytes() == b"old"
    assert names(target) == ["x.yaml"]


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(SmlintError, match="cannot be written: no such file or directory"):
        write_atomically(str(tmp_path / "x.yaml"), b"new")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("function", ["write", "fsync", "replace", "fchmod", "ftruncate"])
def test_a_failure_at_any_step_leaves_only_the_old_file(target: Path, function: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, function, fail)
    with pytest.raises(SmlintError, match="cannot be written: no space left on device"):
        write_atomically(str(target), b"new")
    assert target.read_bytes() == b"old"
    assert names(target) == ["x.yaml"]


def test_an_interrupt_leaves_only_the_old_file(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(str(target), b"new")
    assert target.read_bytes() == b"old"
    assert names(target) == ["x.yaml"]


def test_a_write_in_small_steps(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, bytes(data[:3])))
    write_atomically(str(target), b"0123456789")
    assert target.read_bytes() == b"0123456789"


def test_the_temporary_file_of_a_killed_run_is_taken_over(target: Path) -> None:
    left = target.parent / ".x.yaml.smlint-tmp"
    left.write_bytes(b"half of something longer than the new text")
    write_atomically(str(target), b"new")
    assert target.read_bytes() == b"new"
    assert names(target) == ["x.yaml"]


def test_a_link_in_place_of_the_temporary_file_is_not_followed(target: Path) -> None:
    victim = target.parent / "victim"
    victim.write_bytes(b"precious")
    (target.parent / ".x.yaml.smlint-tmp").symlink_to(victim)
    with pytest.raises(SmlintError, match="cannot be written"):
        write_atomically(str(target), b"new")
    assert victim.read_bytes() == b"precious"
    assert target.read_bytes() == b"old"


@pytest.mark.parametrize(
    "name",
    ["x" * 250 + ".yaml", "a\nb.yaml", "-x.yaml", "\udcff.yaml", "é\U0001f600.yaml"],
    ids=["long", "newline", "dash", "not UTF-8", "beyond ASCII"],
)
def test_unusual_names(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"old")
    write_atomically(str(path), b"new")
    assert read_bytes(str(path)) == b"new"
    assert names(path) == [name]


WRITER = """
import sys
from smlint.files.write import write_atomically
path = sys.argv[1]
while True:
    write_atomically(path, b"a" * 300_000)
    write_atomically(path, b"b" * 300_000)
"""


def start_writer(target: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", WRITER, str(target)], cwd=ROOT)


def is_whole(data: bytes) -> bool:
    return data in (b"old", b"a" * 300_000, b"b" * 300_000)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs POSIX")
def test_a_killed_write_leaves_the_old_or_the_new_file_and_at_most_one_other(target: Path) -> None:
    for delay in (0, 0.001, 0.003, 0.01, 0.03):
        target.write_bytes(b"old")
        writer = start_writer(target)
        deadline = time.monotonic() + 30
        while target.read_bytes() == b"old":
            assert time.monotonic() < deadline, "it does not write"
        time.sleep(delay)
        writer.kill()
        writer.wait()
        assert is_whole(target.read_bytes())
        assert names(target) in (["x.yaml"], [".x.yaml.smlint-tmp", "x.yaml"])
    write_atomically(str(target), b"new")
    assert names(target) == ["x.yaml"]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs POSIX")
def test_two_writers_and_a_reader(target: Path) -> None:
    writers = [start_writer(target), start_writer(target)]
    seen = set()
    deadline = time.monotonic() + 30
    while not seen >= {b"a", b"b"} and time.monotonic() < deadline:
        data = target.read_bytes()
        assert is_whole(data)
        seen.add(data[:1])
    assert all(writer.poll() is None for writer in writers)
    for writer in writers:
        writer.kill()
        writer.wait()
    assert seen >= {b"a", b"b"}


def test_a_file_locked_by_another_run_is_not_written(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write_module, "LOCK_TIMEOUT", 0.1)
    with (target.parent / ".x.yaml.smlint-tmp").open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(SmlintError, match="another run is writing it"):
            write_atomically(str(target), b"new")
        assert target.read_bytes() == b"old"
    write_atomically(str(target), b"new")
    assert target.read_bytes() == b"new"


def test_two_threads_writing_the_same_file(target: Path) -> None:
    failures: list[BaseException] = []

    def write(letter: bytes) -> None:
        try:
            for _ in range(30):
                write_atomically(str(target), letter * 10_000)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(letter,)) for letter in (b"a", b"b", b"c")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert target.read_bytes() in [letter * 10_000 for letter in (b"a", b"b", b"c")]
    assert names(target) == ["x.yaml"]


def test_a_hard_link_at_the_temporary_name_is_not_written(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / ".a.yaml.smlint-tmp").hardlink_to(victim)
    (tmp_path / "a.yaml").write_text("old")
    write_atomically(str(tmp_path / "a.yaml"), b"new")
    assert (tmp_path / "a.yaml").read_text() == "new"
    assert victim.read_text() == "precious"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.yaml", "victim"]


def test_content_changed_by_another_program_is_not_overwritten(target: Path) -> None:
    with pytest.raises(SmlintError, match="not written: it has changed since it was read"):
        write_atomically(str(target), b"new", before=b"older")
    assert target.read_bytes() == b"old"
    assert names(target) == ["x.yaml"]
    write_atomically(str(target), b"new", before=b"old")
    assert target.read_bytes() == b"new"


def test_content_already_written_by_another_run_is_kept(target: Path) -> None:
    there = target.stat().st_ino
    write_atomically(str(target), b"old", before=b"older")
    assert (target.read_bytes(), target.stat().st_ino) == (b"old", there)
    assert names(target) == ["x.yaml"]
