"""Comments that silence findings: `# smlint: ignore[rule] reason` on the line or the line above, `file-ignore` anywhere.

The grammar is strict: rule names in brackets, commas between them, then the reason. What does not follow it silences nothing and is reported.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from smlint.model import Edit, Finding, Fix, Safety, Severity, Span, Suppression
from smlint.source import Source

RULE = "unused-suppression"
_FORM = re.compile(r"#\s*smlint:\s*(?P<file>file-)?ignore\[(?P<names>[^\[\]]*)\](?P<reason>[^#]*)")


class Directive(NamedTuple):
    """One suppression as written: the rule names with their spans, and what it covers (`line` 0 is the whole file)."""

    span: Span
    names: tuple[tuple[str, Span], ...]
    line: int
    reason: str


def directives(source: Source, comments: Iterable[tuple[int, str]]) -> Iterator[Directive]:
    """The suppressions among a text's comments, each given as the offset of its `#` and its text."""
    for offset, comment in comments:
        match = _FORM.match(comment)
        if match is None:
            continue
        names = []
        for name in re.finditer(r"[^,\s]+", match["names"]):
            start = offset + match.start("names") + name.start()
            names.append((name.group(), Span(start, start + len(name.group()))))
        line = 0 if match["file"] else source.position(offset).line
        yield Directive(Span(offset, offset + len(comment.rstrip())), tuple(names), line, match["reason"].strip())


def apply(
    source: Source, findings: Sequence[Finding], found: Sequence[Directive], known: frozenset[str], run: frozenset[str], *, need_reason: bool
) -> list[Finding]:
    """The findings, silenced where a directive says so, and a finding for each directive that is unknown, unused or without a needed reason.

    `known` are all rule names, `run` those that were run: a directive for a rule that was not run cannot be called unused.
    """
    used: set[tuple[int, str]] = set()
    done = []
    for finding in findings:
        lines = _covered(source, finding)
        for directive in found:
            names = [name for name, _ in directive.names]
            if finding.rule in names and (directive.line == 0 or directive.line in lines) and (directive.reason or not need_reason):
                used.add((directive.span.start, finding.rule))
                done.append(_silenced(finding, directive))
                break
        else:
            done.append(finding)
    if RULE in run:
        for directive in found:
            done.extend(_complaints(source, directive, used, known, run, need_reason=need_reason))
    return done


def _covered(source: Source, finding: Finding) -> set[int]:
    """The lines on which, or just above which, a comment silences the finding: its comment line stands alone there."""
    line = finding.start.line
    lines = {line, finding.end.line}
    above = line - 1
    if above >= 1 and source.line_text(above).lstrip().startswith("#"):
        lines.add(above)
    return lines


def _silenced(finding: Finding, directive: Directive) -> Finding:
    return finding._replace(suppressed=Suppression("comment", directive.reason))


def _complaints(
    source: Source, directive: Directive, used: set[tuple[int, str]], known: frozenset[str], run: frozenset[str], *, need_reason: bool
) -> Iterator[Finding]:
    unused = []
    for name, span in directive.names:
        if name not in known:
            yield _finding(source, span, f"unknown rule {name} in a suppression{_did_you_mean(name, known)}", Severity.ERROR)
        elif (directive.span.start, name) not in used and name in run:
            if need_reason and not directive.reason:
                yield _finding(source, span, f"suppression of {name} gives no reason, and the configuration requires one", Severity.WARNING)
            else:
                unused.append((name, span))
    for name, span in unused:
        whole = len(unused) == len(directive.names)
        edit = _removal(source, directive, [one for one in directive.names if one[0] != name], whole=whole)
        fix = Fix("remove the suppression", Safety.SAFE, (edit,)) if edit is not None else None
        yield _finding(source, span, f"suppression of {name} silences nothing", Severity.WARNING, fix)


def _removal(source: Source, directive: Directive, rest: list[tuple[str, Span]], *, whole: bool) -> Edit | None:
    """The edit that takes a name out of a directive, or the whole directive with the blanks (and the line) it stood on."""
    text = source.text
    if not whole:
        first, last = directive.names[0][1], directive.names[-1][1]
        return Edit(Span(first.start, last.end), text[first.start : last.end], ", ".join(name for name, _ in rest))
    start, end = directive.span
    while start > 0 and text[start - 1] in " \t":
        start -= 1
    if start == 0 or text[start - 1] == "\n":
        newline = text.find("\n", end)
        if newline < 0:
            return None
        end = newline + 1
    return Edit(Span(start, end), text[start:end], "")


def _finding(source: Source, span: Span, message: str, severity: Severity, fix: Fix | None = None) -> Finding:
    value = source.text[span.start : span.end]
    return Finding(RULE, "meta", severity, message, source, span, fix=fix, value=value)


def _did_you_mean(name: str, known: frozenset[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, sorted(known), 1)
    return f"; did you mean {close[0]}?" if close else ""
