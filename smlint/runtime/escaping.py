"""Escape untrusted text for the medium it is written to.

Anyone may have written the names, paths and messages that a report quotes. Each function here makes them plain text in one medium, so that
no terminal, browser, spreadsheet, Markdown viewer or CI runner interprets them. `tests/test_escaping.py` checks every registered report and
inventory format against its declared `Medium`.
"""

from __future__ import annotations

from enum import Enum


class Medium(Enum):
    """What reads the output of a format."""

    TERMINAL = "terminal"
    XML = "XML"
    HTML = "HTML"
    CSV = "CSV"
    MARKDOWN = "Markdown"
    JSON = "JSON"
    WORKFLOW_COMMANDS = "workflow commands"
    """Workflow commands of GitHub Actions, such as `::error file=a.yaml::message`."""


TAB = "    "
"""How a tab is shown on a terminal."""

FORMULA_PREFIXES = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""Characters that start a formula in a spreadsheet (OWASP, "CSV Injection", read in 2026); the last four are full-width forms."""

_MARKDOWN = {ord(character): "\\" + character for character in "\\`*_[]<>|~&@:"}
"""Characters with a meaning in a Markdown table cell: emphasis, code, links and bare addresses, HTML, mentions."""


def for_terminal(text: str) -> str:
    r"""Replace control characters, line ends and bidirectional controls with escapes such as `\x1b`, and tabs with spaces."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(terminal_cell(character)[0] for character in text)


def terminal_cell(character: str) -> tuple[str, int]:
    """Return a character as a terminal may show it, and its width in columns."""
    if " " <= character <= "~":
        return character, 1
    if character == "\t":
        return TAB, len(TAB)
    if character.isprintable() or character == "\u3000":
        from unicodedata import combining, east_asian_width

        if combining(character) or "\ufe00" <= character <= "\ufe0f":
            return character, 0
        return character, 2 if east_asian_width(character) in "WF" else 1
    escaped = character.encode("unicode_escape").decode("ascii")
    return escaped, len(escaped)


def for_xml(text: str) -> str:
    """Escape text for XML content and attribute values, in ASCII. Characters that XML forbids become escapes such as `\\x1b`."""
    safe = for_terminal(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return safe.encode("ascii", "xmlcharrefreplace").decode("ascii")


def for_html(text: str) -> str:
    """Escape text for HTML content and attribute values. Unprintable characters become spaces, lone surrogates escapes."""
    from html import escape

    return escape("".join(c if c.isprintable() else " " for c in text.encode("utf-8", "backslashreplace").decode("utf-8")))


def for_csv(text: str) -> str:
    """Escape text for a cell of a CSV file: a leading apostrophe keeps a spreadsheet from evaluating it as a formula.

    Quoting (RFC 4180) is left to the `csv` module.
    """
    text = for_terminal(text)
    return f"'{text}" if text.lstrip()[:1] in FORMULA_PREFIXES else text


def for_markdown(text: str) -> str:
    """Escape text for a cell of a Markdown table, so that it contains no Markdown and no HTML."""
    return for_terminal(text).translate(_MARKDOWN)


def for_command(text: str) -> str:
    """Escape the message of a workflow command, as `toCommandValue` of `@actions/core` does. Its line ends are kept as `%0A`."""
    lines = (for_terminal(line).replace("%", "%25") for line in text.split("\n"))
    return "%0A".join(lines)


def for_command_property(text: str) -> str:
    """Escape the value of a property of a workflow command."""
    return for_terminal(text).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")


def for_json(text: str) -> str:
    """Replace lone surrogates, which file names that are not UTF-8 contain and many JSON parsers reject, with escapes."""
    if text.isascii():
        return text
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def to_json(data: object) -> str:
    """Serialize data as indented JSON in ASCII, which every terminal, log and encoding can carry."""
    from json import dumps

    return dumps(data, indent=2, ensure_ascii=True).replace("\x7f", "\\u007f") + "\n"
