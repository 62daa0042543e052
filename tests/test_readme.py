"""The README matches the code."""

from __future__ import annotations

import re

from tests.conftest import ROOT
from tools.generate_docs import generated

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_generated_parts_are_up_to_date() -> None:
    assert generated(README) == README, "run tools/generate_docs.py"


def test_quick_start_has_two_one_line_commands() -> None:
    section = README.partition("## Quick start")[2].partition("\n## ")[0]
    blocks = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    assert [block.count("\n") for block in blocks] == [1, 1]
    assert README.count("```sh\n") == 2, "only these two commands are marked as sh"


def test_configuration_example_is_valid() -> None:
    import tomllib

    from smlint.config.file import parse

    block = re.search(r"```toml\n(.*?)```", README, re.DOTALL)
    assert block is not None
    parse("README.md", tomllib.loads(block[1]))
