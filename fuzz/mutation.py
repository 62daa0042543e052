"""Mutations that mostly keep a manifest valid, which libFuzzer's byte mutations rarely do."""

from __future__ import annotations

import re
from random import Random

from fuzz.vocabulary import INDICATORS, vocabulary
from smlint.runner.registry import load

_WORD = r"[A-Za-z0-9_.:/@$-]{2,}"
_IMAGE = re.compile(r"[0-9]{12}\.dkr[A-Za-z0-9_.:/@-]+")
_INSTANCE_TYPE = re.compile(r"ml\.[a-z0-9-]+\.[0-9a-z]+")
_REGION = re.compile(r"\b[a-z]{2}(?:-[a-z]+){1,2}-[0-9]\b")
_TAG = re.compile(r"(?<=:)[0-9][A-Za-z0-9_.-]*-(?:cpu|gpu)[A-Za-z0-9_.-]*")
_LONGEST = 20_000


def mutated(text: str, seed: int) -> str:
    """Return the text with one, two or four mutations, determined by the text and the seed."""
    random = Random(seed)
    for _ in range(random.choice((1, 1, 2, 4))):
        text = random.choice(_MUTATIONS)(text, random)
    return text[:_LONGEST]


def _other_image(text: str, random: Random) -> str:
    return _replaced(text, _IMAGE, random, vocabulary().images)


def _other_instance_type(text: str, random: Random) -> str:
    return _replaced(text, _INSTANCE_TYPE, random, vocabulary().instance_types)


def _other_region(text: str, random: Random) -> str:
    return _replaced(text, _REGION, random, vocabulary().regions)


def _other_tag(text: str, random: Random) -> str:
    tags = [image.rpartition(":")[2] for image in vocabulary().images]
    return _replaced(text, _TAG, random, tags)


def _other_word(text: str, random: Random) -> str:
    return _replaced(text, re.compile(_WORD), random, vocabulary().names)


def _replaced(text: str, pattern: re.Pattern[str], random: Random, words: tuple[str, ...] | list[str]) -> str:
    """Replace one match of the pattern, or all occurrences of the matched text, with a random word."""
    matches = list(pattern.finditer(text))
    if not matches:
        return text
    match, word = random.choice(matches), random.choice(words)
    if random.random() < 0.3:
        return text.replace(match.group(), word)
    return text[: match.start()] + word + text[match.end() :]


def _copied_word(text: str, random: Random) -> str:
    """Replace one word of the text with another word of the text."""
    words = [match.group() for match in re.finditer(_WORD, text)]
    return _replaced(text, re.compile(_WORD), random, words) if words else text


def _indicator(text: str, random: Random) -> str:
    at = random.randint(0, len(text))
    return text[:at] + random.choice(INDICATORS) + text[at:]


def _without(text: str, random: Random) -> str:
    start = random.randint(0, len(text))
    return text[:start] + text[start + random.choice((1, 2, 8, 40)) :]


def _lines(text: str, random: Random) -> str:
    """Delete, repeat, indent or dedent a few lines, or insert a copy of another line."""
    lines = text.splitlines(keepends=True)
    if not lines:
        return text
    start = random.randrange(len(lines))
    end = min(len(lines), start + random.choice((1, 1, 3, 9)))
    part, other = lines[start:end], random.randrange(len(lines))
    replacements: tuple[list[str], ...] = (
        [],
        part + part,
        [("  " + line) for line in part],
        [line.removeprefix("  ") for line in part],
        [*part, lines[other]],
    )
    return "".join([*lines[:start], *random.choice(replacements), *lines[end:]])


def _quotes(text: str, random: Random) -> str:
    """Quote a word, or change or remove the quotes of a quoted word."""
    matches = list(re.finditer(r"([\"']?)(" + _WORD + r")\1", text))
    if not matches:
        return text
    match = random.choice(matches)
    quote = random.choice(("", "'", '"', "'", '"'))
    return text[: match.start()] + quote + match.group(2) + quote + text[match.end() :]


def _escaped(text: str, random: Random) -> str:
    """Escape one character, as in JSON and double-quoted YAML."""
    if not text:
        return text
    at = random.randrange(len(text))
    return f"{text[:at]}\\u{ord(text[at]) & 0xFFFF:04x}{text[at + 1 :]}"


def _folded(text: str, random: Random) -> str:
    """Replace a blank with a line break, as in a folded value."""
    blanks = [match.start() for match in re.finditer(r"(?<=[^\s:,-]) (?=\S)", text)]
    if not blanks:
        return text
    at = random.choice(blanks)
    return text[:at] + random.choice(("\n", "\n      ", "\n\n        ", "\r\n   ")) + text[at + 1 :]


def _line_ends(text: str, random: Random) -> str:
    return text.replace("\n", random.choice(("\r\n", "\r", "\n\n", "\n")))


def _suppressed(text: str, random: Random) -> str:
    """Add a suppression comment for one or two rules, at the end of a line or on a separate line."""
    lines = text.split("\n")
    at = random.randrange(len(lines))
    rules = ", ".join(random.sample([loaded.name for loaded in load()], random.choice((1, 1, 2))))
    comment = f"# smlint: {random.choice(('ignore', 'ignore', 'file-ignore'))}[{rules}]{random.choice(('', ' until May'))}"
    indent = " " * (len(lines[at]) - len(lines[at].lstrip()))
    lines[at : at + 1] = [f"{indent}{comment}", lines[at]] if random.random() < 0.5 else [f"{lines[at]}  {comment}"]
    return "\n".join(lines)


def _byte_order_mark(text: str, _: Random) -> str:
    return "\ufeff" + text


def _anchored(text: str, random: Random) -> str:
    """Add an anchor before one value, and replace a later value with an alias."""
    matches = list(re.finditer(r"(?<=: )" + _WORD, text))
    if len(matches) < 2:
        return text
    index = random.randrange(len(matches) - 1)
    first, second = matches[index], matches[random.randrange(index + 1, len(matches))]
    return f"{text[: first.start()]}&n {text[first.start() : second.start()]}*n{text[second.end() :]}"


_MUTATIONS = (
    _other_image, _other_image, _other_instance_type, _other_instance_type, _other_region, _other_tag, _other_word, _copied_word, _copied_word,
    _indicator, _indicator, _without, _lines, _lines, _quotes, _escaped, _folded, _line_ends, _byte_order_mark, _anchored, _suppressed,
)  # fmt: skip
