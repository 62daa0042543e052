"""Find the instance types and images that a file sets parameters to, in any language, and the templates that it names.

A file that builds the name of a template (`$STACK.yaml`), or names none, may be for any template with a parameter of that name. Formats,
read 2026-11-29: https://docs.aws.amazon.com/cli/latest/reference/cloudformation/create-stack.html,
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-console-create-stacks-quick-create-links.html,
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-servicecatalog-cloudformationprovisionedproduct.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from smlint.project.setting_files import Value, literal
from smlint.runtime.named_tuple import NamedTuple

_WINDOW = 200
_NAME_CHARACTERS = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"
_BUILT = b"$}])%*>`"
"""What precedes the constant part of a name that a script builds."""

_SUFFIX = re.compile(rb"\.(?:ya?ml|json|template)(?![\w-])")
_HARDWARE = r"(?:ml\.[a-z0-9-]{2,20}\.[a-z0-9-]{2,20}|\d{12}\.dkr[.-]ecr[^\s\"'`,;&|)}\]\\]{1,300})"
_HARDWARE_WORDS = (b"ml.", b".dkr")

_OVERRIDE = re.compile(rf"(?<![\w$.,-])(\w{{1,100}})=(?:({_HARDWARE})(?!,\w)|\\?[\"']({_HARDWARE})\\?[\"'](?![,)]))")
"""An argument of a command, `Name=value`: not a part of the AWS CLI's shorthand, and not an argument in Python."""

_OPEN_OVERRIDE = re.compile(r"(?<![\w$.,-])(\w{1,100})=\\?[\"']?(?:\$|\{\{|%)")

_WRAPPED = r"[\"']{0,2}[ \t]{0,8}[:=(]{1,2}[ \t]{0,8}(?:[\w.]{1,30}\()?\\?[\"']?"
_PAIR = re.compile(
    rf"(?i:parameter_?key|(?<!\w)key)\\?{_WRAPPED}(\w{{1,100}})(?!\w)[^\w\n]{{0,20}}(?:\n[^\w\n]{{0,60}})?(?:with)?"
    rf"(?i:parameter_?value|value)\\?{_WRAPPED}([^\s\"'`,;)}}\]\\]{{0,300}})"
)
"""A key and its value: `ParameterKey` and `ParameterValue` in any spelling, or `Key` and `Value` of Service Catalog."""

_OBJECT = re.compile(r"arameter\w{0,12}[\"']?[ \t]{0,8}(?:[:=]|=>|\()[ \t]{0,8}(?:[\w.]{1,40}\()?\\?[\"']?[{(\[]")
_MOST_OF_OBJECT = 600
_MEMBER = re.compile(rf"(?<![\w$.-])(\w{{1,100}})\\?[\"']?[ \t]{{0,8}}(?:=>|[:=])[ \t]{{0,8}}\\?[\"']?({_HARDWARE})")


class Setter(NamedTuple):
    """What a file sets, and the templates that it names, by the names of their files.

    With `is_open`, it builds the name of a template. `addresses` are the names at the end of an address, which need not be in the tree. In JSON,
    such an address is more often that of a schema.
    """

    path: str
    names: frozenset[str]
    addresses: frozenset[str]
    is_open: bool
    values: tuple[Value, ...]


def setter(path: str, data: bytes) -> Setter:
    """Return what a file sets and names. The values are those that it sets whatever the template is."""
    names, addresses, is_open = set(), set(), False
    for before, suffix in {(data[max(match.start() - _WINDOW, 0) : match.start()].rpartition(b" ")[2], match[0]) for match in _SUFFIX.finditer(data)}:
        rest = before.rstrip(_NAME_CHARACTERS)
        stem = before[len(rest) :]
        if not stem or (rest and rest[-1] in _BUILT):
            is_open = True
            continue
        name = (stem + suffix).decode("ascii")
        names.add(name)
        if suffix != b".json" and b"://" in before and b"://" in re.split(rb"[\s\"']", rest)[-1]:
            addresses.add(name)
    has_hardware = any(word in data for word in _HARDWARE_WORDS)
    values = tuple(dict.fromkeys(_values(data.decode("utf-8", "replace"), is_open=is_open))) if has_hardware or is_open else ()
    return Setter(path=path, names=frozenset(names), addresses=frozenset(addresses), is_open=is_open, values=values)


def overrides(text: str) -> Iterator[Value]:
    """Yield the instance types and images that arguments of commands set parameters to."""
    for match in _OVERRIDE.finditer(text):
        yield match[1].removeprefix("param_"), literal(match[2] or match[3])


def open_overrides(text: str) -> Iterator[Value]:
    """Yield the parameters that arguments of commands set to variables."""
    for match in _OPEN_OVERRIDE.finditer(text):
        yield match[1], None


def pairs(text: str) -> Iterator[Value]:
    """Yield the keys and values of a text; None for a value that is not an instance type or an image, such as a variable."""
    for match in _PAIR.finditer(text):
        value = literal(match[2])
        yield match[1], value if value is not None and re.fullmatch(_HARDWARE, value) else None


def _values(text: str, *, is_open: bool) -> Iterator[Value]:
    yield from overrides(text)
    for name, value in pairs(text):
        if value is not None or is_open:
            yield name, value
    for match in _OBJECT.finditer(text):
        for member in _MEMBER.finditer(text[match.end() : match.end() + _MOST_OF_OBJECT].partition("}")[0]):
            yield member[1], literal(member[2])
    if is_open and "arameter" in text:
        yield from open_overrides(text)
