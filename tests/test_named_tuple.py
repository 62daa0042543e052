"""Compare our NamedTuple with that of `typing`: the same class body must give the same behavior."""

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
    pytest.param(lambda cls: cls(1, items=(2,)), id="one omitted"),
    pytest.param(lambda cls: cls(items=(2,), name="c", start=3), id="by name, in another order"),
    pytest.param(lambda cls: cls._make((1, "b", (2,))), id="from an iterable"),
    pytest.param(lambda cls: cls(1, "b", (2,))._replace(name="z"), id="replaced"),
    pytest.param(lambda cls: copy.deepcopy(cls(1, "b", (2,))), id="copied"),
    pytest.param(lambda cls: pickle.loads(pickle.dumps(cls(1, "b", (2,)))), id="pickled"),  # noqa: S301  # our own bytes
]
MISTAKES = [
    pytest.param(lambda cls: cls(), id="nothing"),
    pytest.param(lambda cls: cls(name="b"), id="a field is missing"),
    pytest.param(lambda cls: cls(1, "b", (), 4), id="too many"),
    pytest.param(lambda cls: cls(1, start=1), id="twice"),
    pytest.param(lambda cls: cls(1, "b", (), 4, name="c"), id="too many and twice"),
    pytest.param(lambda cls: cls(1, other=1), id="unknown"),
    pytest.param(lambda cls: cls(other=1, name="b", items=()), id="unknown, and a field is missing"),
    pytest.param(lambda cls: cls(start=1, name="b", items=(), other=1), id="all, and unknown"),
]


@pytest.mark.parametrize("call", CALLS)
def test_construction_is_the_same(call: Callable[[type], tuple[object, ...]]) -> None:
    ours, theirs = call(Ours), call(Theirs)
    assert type(ours) is Ours
    assert tuple(ours) == tuple(theirs)
    assert ours == theirs
    assert hash(ours) == hash(theirs)
    assert repr(ours).removeprefix("Ours") == repr(theirs).removeprefix("Theirs")
    assert [getattr(ours, name) for name in ("start", "name", "items", "length")] == [getattr(theirs, name) for name in ("start", "name", "items", "length")]


@pytest.mark.parametrize("call", MISTAKES)
@pytest.mark.parametrize("cls", [Ours, Theirs])
def test_an_invalid_call_is_a_type_error(call: Callable[[type], tuple[object, ...]], cls: type) -> None:
    with pytest.raises(TypeError):
        call(cls)


def test_an_unknown_field_cannot_be_replaced() -> None:
    with pytest.raises(TypeError, match="other"):
        Ours(1)._replace(other=2)  # type: ignore[call-arg]  # the test


def test_values_are_immutable() -> None:
    with pytest.raises(AttributeError):
        Ours(1).start = 2  # type: ignore[misc]  # the test
    with pytest.raises(AttributeError):
        Ours(1).other = 2  # type: ignore[attr-defined]  # the test


def test_fields_documentation_and_patterns() -> None:
    assert Ours._fields == Theirs._fields
    assert Ours.__doc__ == Theirs.__doc__
    match Ours(4, "x"):
        case Ours(start, name="x"):
            assert start == 4
        case _:
            raise AssertionError("no match")


def test_a_class_may_be_generic() -> None:
    assert OfAny(3).held == 3
    assert OfAny[str]().held is None


def test_a_class_without_fields_is_an_error() -> None:
    with pytest.raises(TypeError, match="no fields"):

        class _Empty(NamedTuple):
            pass


@pytest.mark.parametrize("path", sorted((ROOT / "smlint").rglob("*.py")), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_module_uses_it_with_postponed_annotations(path: Path) -> None:
    text = path.read_text("utf-8")
    if "(NamedTuple" not in text or path.name == "named_tuple.py":
        return
    assert "from smlint.runtime.named_tuple import NamedTuple\n" in text
    assert "from __future__ import annotations\n" in text


def test_a_default_cannot_come_first() -> None:
    with pytest.raises(TypeError, match="follows"):

        class _Wrong(NamedTuple):
            a: int = 1
            b: int  # type: ignore[misc]  # the test
