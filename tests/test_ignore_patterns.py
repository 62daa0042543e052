"""`.gitignore` patterns match what pathspec matches, in linear time."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from smlint.files.gitignore import MAX_PATTERN_LENGTH, compile_patterns, make_linear

# Without `[!a]`, which pathspec matches differently from git: see below.
LINE = st.lists(st.sampled_from(["*", "**", "/", "a", "b", "?", "[ab]", "[a/]", "\\*", ".", "**/", "/**/", "!"]), min_size=1, max_size=9).map("".join)
PATH = st.lists(st.sampled_from(["a", "b", "ab", "ba", "aab", "*", "a.b", "."]), min_size=1, max_size=6).map("/".join)


@settings(max_examples=1500, deadline=None)
@given(LINE, PATH, st.booleans())
def test_matches_what_pathspec_matches(line: str, path: str, folder: bool) -> None:
    path += "/" if folder else ""
    try:
        expected = GitIgnoreSpec.from_lines([line]).check_file(path).include
    except ValueError:
        with pytest.raises(ValueError, match=r"."):
            compile_patterns([line])
        return
    assert compile_patterns([line]).check_file(path).include == expected


@pytest.mark.parametrize(
    ("line", "path", "ignored"),
    [
        ("a[!b]c", "a/c", None),
        ("a[!b]c", "axc", True),
        ("*[!a]*b", "b/b", None),
        ("*[!a]*b", "b/cb", True),
        ("[!/]x", "/x", None),
        ("[[^]x", "^x", True),
        ("[[^]x", "/x", None),
    ],
)
def test_a_class_never_matches_a_slash_as_in_git(line: str, path: str, ignored: bool | None) -> None:
    assert compile_patterns([line]).check_file(path).include is ignored


# No slash inside brackets: pathspec splits the pattern there.
CLASSES = ["[!-x].y", "[!-_]*.y", "[!--0]", "[!]a]", "[]a].y", "[^a]", "[!a-c]*", "*[!a]*b", "a[!b]c", "[z-a]", "[a", "[!", r"[\\]a]", r"[!\\]]"]
NAMES = ["a.y", "B.y", "7.y", "-.y", "x.y", "_.y", "].y", ".", "b", "a", "]", "-", "0", "x", "axc", "a/c", "b/b", "b/cb", "\\", "ax", "/x"]


def test_classes_match_as_in_git(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    names = [name for name in NAMES if name not in (".", "/x")]
    for line in CLASSES:
        (tmp_path / ".gitignore").write_text(line + "\n")
        checked = subprocess.run(["git", "check-ignore", "--no-index", "-z", "--stdin"], cwd=tmp_path, input="\0".join(names), capture_output=True, text=True)
        try:
            spec = compile_patterns([line])
        except ValueError:
            spec = compile_patterns([])
        assert {name for name in names if spec.check_file(name).include} == set(checked.stdout.split("\0")) - {""}, line


@pytest.mark.parametrize(
    ("line", "path"),
    [
        pytest.param("*a" * 30 + "*b", "a" * 250, id="stars in a name"),
        pytest.param("*" * 1000 + "b", "a" * 250, id="only stars"),
        pytest.param("*[a]" * 30 + "*b", "a" * 250, id="stars before classes"),
        pytest.param("*[a/]" * 30 + "*b", "a" * 250, id="stars before classes with a slash"),
        pytest.param("*?" * 30 + "*b", "a" * 250, id="stars before question marks"),
        pytest.param("**/a/" * 30 + "b", "a/" * 1500 + "c", id="folders"),
        pytest.param("**/*a*a/" * 30 + "b", "aaaa/" * 500 + "c", id="folders with stars"),
        pytest.param("a/**/" * 30 + "b", "a/" * 1500 + "c", id="folders below a folder"),
    ],
)
def test_every_pattern_is_fast(line: str, path: str) -> None:
    spec = compile_patterns([line])
    start = time.process_time()
    assert spec.check_file(path).include is None
    assert time.process_time() - start < 2


def test_a_pattern_longer_than_any_path_is_malformed() -> None:
    assert compile_patterns(["a" * MAX_PATTERN_LENGTH]).check_file("a" * MAX_PATTERN_LENGTH).include
    with pytest.raises(ValueError, match="longer than"):
        compile_patterns(["a" * (MAX_PATTERN_LENGTH + 1)])


def test_make_linear_makes_all_but_the_last_star_atomic() -> None:
    assert make_linear("^(?:.+/)?[^/]*a[^/]*b(?:(?P<ps_d>/)|$)") == "^(?:.+/)?(?>[^/]*?a)[^/]*b(?:(?P<ps_d>/)|$)"
    assert make_linear("^a(?:/.+)?/b(?:/.+)?/c(?:(?P<ps_d>/)|$)") == "^a(?>(?:/.+?)??/b(?=/))(?:/.+)?/c(?:(?P<ps_d>/)|$)"
