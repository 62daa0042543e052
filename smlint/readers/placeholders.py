"""The placeholders of template engines in manifests, whose values are unknown until a template engine fills them in.

Found in a survey of 630 public manifests (2026-11-22): `{region}` and `{{ .Values.image }}`, `${AWS::Region}` and `${var.region}`,
`$IMAGE` (envsubst), `<AccountId>`, `((KMEANS_REGISTRY))`, `%(image)s`, `%s` (printf), and bare words such as
`ACCOUNT_ID` instead of an account. Scripts and build tools replace `##IMAGE##`, `@@IMAGE@@`, `@IMAGE@` (Maven, CMake), `__IMAGE__`,
`%IMAGE%` (cmd.exe) and `#{IMAGE}` (Octopus Deploy).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# Each alternative is bounded and has no nested quantifier, so the search takes linear time.
_PLACEHOLDER = re.compile(
    r"\{\{(?P<jinja>[^{}]{0,200})\}\}"
    r"|\{%(?P<block>[^{}%]{0,200})%\}"
    r"|\$\{(?P<dollar>[^{}]{0,200})\}"
    r"|\$\[(?P<bracket>[^\[\]]{0,200})\]"
    r"|\$\((?P<shell>[^()]{0,200})\)"
    r"|#\{(?P<octopus>[^{}]{1,100})\}"
    r"|\$(?P<bare>[A-Za-z_][A-Za-z0-9_]{0,100})"
    r"|\{(?P<brace>[A-Za-z_][A-Za-z0-9_.\- ]{0,100})\}"
    r"|<(?P<angle>[^<>/\n]{1,100})>"
    r"|\(\((?P<concourse>[^()]{1,100})\)\)"
    r"|%\((?P<percent>[A-Za-z_][A-Za-z0-9_]{0,100})\)[sdvqriu]?"
    r"|%(?:[0-9]{1,2}\$|[+#])?(?P<conversion>[sdvqriu])(?![A-Za-z0-9_])"
    r"|##(?P<hashes>[A-Za-z_][A-Za-z0-9_.\- ]{0,100})##"
    r"|@@(?P<two_at>[A-Za-z_][A-Za-z0-9_.\- ]{0,100})@@"
    r"|@(?P<at>[A-Za-z_][A-Za-z0-9_.\-]{0,100})@"
    r"|(?<![A-Za-z0-9_])__(?P<underscores>[A-Za-z](?:_?[A-Za-z0-9]){0,100})__(?![A-Za-z0-9_])"
    r"|%(?P<cmd>[A-Za-z_][A-Za-z0-9_]{0,100})%"
    r"|\[(?P<square>[A-Z][A-Z0-9_\- ]{1,100})\]"
    r"|(?<![A-Za-z0-9_.\-/])(?P<word>(?:YOUR|MY|AWS|TARGET|SOURCE)?_?(?:ACCOUNT|REGION)(?:_?ID|_?NAME|_?NUMBER)?)(?![A-Za-z0-9_\-])"
)


def placeholders(value: str) -> Iterator[tuple[int, int, str]]:
    """Yield the (start, end, name) of each placeholder in a value, in order."""
    for match in _PLACEHOLDER.finditer(value):
        name = match.group(match.lastgroup or 0) or ""
        if match.lastgroup == "conversion":
            name = "..."  # two `%s` are two values
        yield match.start(), match.end(), name.strip()
