"""Our NamedTuple beside that of `typing`: the same class body, the same behaviour."""

from __future__ import annotations

import copy
import pickle
import typing
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

import pytest

from smlint.runtime.named_tuple import NamedTuple
from tests.conftest import ROOT

T = TypeVar("T")


class Ours(NamedTuple):
    """A value."""

    start: int
    name: str = "a"
    items: tuple[int, ...] = ()

    @property
    def length(self) -> int:
        return len(self.name)


class Theirs(typing.NamedTuple):
    """A value."""

    start: int
    name: str = "a"
    items: tuple[int, ...] = ()

    @property
    def length(self) -> int:
        return len(self.name)


class OfAny(NamedTuple, Generic[T]):
    held: T | None = None


CALLS = [
    pytest.param(lambda cls: cls(1), id="defaults"),
    pytest.param(lambda cls: cls(1, "b"), id="by position"),
    pytest.param(lambda cls: cls(1, "b", (2,)), id="all by position"),
    pytest.param(lambda cls: cls(1, items=(2,)), id="one left out"),
    pytest.param(lambda cls: cls(items=(2,), name="c", start=3), id="by name, in another order"),
    pytest.param(lambda cls: cls._make((1, "b", (2,))), id="of all its values"),
    pytest.param(lambda cls: cls(1, "b", (2,))._replace(name="z"), id="replaced"),
    pytest.param(lambda cls: copy.deepcopy(cls(1, "b", (2,))), id="copied"),
    pytest.param(lambda cls: pickle.loads(pickle.dumps(cls(1, "b", (2,)))), id="pickled"),  # noqa: S301  # its own bytes
]
MISTAKES = [
    pytest.param(lambda cls: cls(), id="nothing"),
    pytest.param(lambda cls: cls(name="b"), id="a field is missing"),
    pytest.param(lambda cls: cls(1, "b", (), 4), id="too many"),
    pytest.param(lambda cls: cls(1, start=1), id="twice"),
    pytest.param(lambda cls: cls(1, "b", (), 4, name="c"), id="too many and twice"),
    pytest.param(lambda cls: cls(1, other=1), id="unknown"),
]


@pytest.mark.parametrize("call", CALLS)
def test_it_is_made_as_typing_makes_it(call: Callable[[type], tuple[object, ...]]) -> None:
    ours, theirs = call(Ours), call(Theirs)
    assert type(ours) is Ours
    assert tuple(ours) == tuple(theirs)
    assert ours == theirs
    assert hash(ours) == hash(theirs)
    assert repr(ours).removeprefix("Ours") == repr(theirs).removeprefix("Theirs")
    assert [getattr(ours, name) for name in ("start", "name", "items", "length")] == [getattr(theirs, name) for name in ("start", "name", "items", "length")]


@pytest.mark.parametrize("call", MISTAKES)
@pytest.mark.parametrize("cls", [Ours, Theirs])
def test_a_wrong_call_is_refused(call: Callable[[type], tuple[object, ...]], cls: type) -> None:
    with pytest.raises(TypeError):
        call(cls)


def test_what_does_not_exist_cannot_be_replaced() -> None:
    with pytest.raises(TypeError, match="other"):
        Ours(1)._replace(other=2)  # type: ignore[call-arg]  # what is tested


def test_it_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Ours(1).start = 2  # type: ignore[misc]  # what is tested
    with pytest.raises(AttributeError):
        Ours(1).other = 2  # type: ignore[attr-defined]  # what is tested


def test_it_says_what_it_has() -> None:
    assert Ours._fields == Theirs._fields
    assert Ours.__doc__ == Theirs.__doc__
    match Ours(4, "x"):
        case Ours(start, name="x"):
            assert start == 4
        case _:
            raise AssertionError("no match")


def test_it_may_be_generic() -> None:
    assert OfAny(3).held == 3
    assert OfAny[str]().held is None


def test_a_class_has_fields() -> None:
    with pytest.raises(TypeError, match="no fields"):

        class _Empty(NamedTuple):
            pass


@pytest.mark.parametrize("path", sorted((ROOT / "smlint").rglob("*.py")), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_module_uses_it_and_does_not_evaluate_annotations(path: Path) -> None:
    text = path.read_text("utf-8")
    if "(NamedTuple" not in text or path.name == "named_tuple.py":
        return
    assert "from smlint.runtime.named_tuple import NamedTuple\n" in text
    assert "from __future__ import annotations\n" in text


def test_a_default_cannot_come_first() -> None:
    with pytest.raises(TypeError, match="follows"):

        class _Wrong(NamedTuple):
            a: int = 1
            b: int  # type: ignore[misc]  # what is tested
