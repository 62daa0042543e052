"""`smlint.runtime.enumeration`: what it shares with `enum.Enum`."""

from __future__ import annotations

import copy
import pickle

import pytest

from smlint.runtime.enumeration import Enum


class Color(Enum):
    RED = "red"
    GREEN = "green"

    @property
    def initial(self) -> str:
        return self.value[0]


class Size(str, Enum):
    SMALL = "small"
    LARGE = "large"

    def __str__(self) -> str:
        return self.value


@pytest.mark.parametrize("kind", [Color, Size])
class TestEnumeration:
    def test_members_have_name_and_value(self, kind: type[Enum]) -> None:
        assert next((member.name, member.value) for member in kind) in (("RED", "red"), ("SMALL", "small"))
        assert list(reversed(kind)) == list(kind)[::-1]
        assert len(kind) == 2

    def test_a_value_finds_its_member(self, kind: type[Enum]) -> None:
        for member in kind:
            assert kind(member.value) is member
            assert kind(member) is member

    def test_an_unknown_value_is_an_error(self, kind: type[Enum]) -> None:
        with pytest.raises(ValueError, match=f"'blue' is not a valid {kind.__name__}"):
            kind("blue")

    def test_copies_are_the_same_member(self, kind: type[Enum]) -> None:
        for member in kind:
            assert pickle.loads(pickle.dumps(member)) is member  # noqa: S301  # data of this test
            assert copy.deepcopy(member) is member
            assert copy.copy(member) is member

    def test_members_cannot_be_replaced(self, kind: type[Enum]) -> None:
        with pytest.raises(AttributeError, match="cannot assign"):
            kind.RED = "blue"


def test_a_member_with_a_property() -> None:
    assert Color.RED.initial == "r"
    assert repr(Color.RED) == "<Color.RED: 'red'>"
    assert str(Color.RED) == "Color.RED"


def test_a_text_member_equals_its_value() -> None:
    assert Size.SMALL == "small"
    assert f"{Size.LARGE} {Size.LARGE!s}" == "large large"
    assert {Size.SMALL: 1}["small"] == 1
