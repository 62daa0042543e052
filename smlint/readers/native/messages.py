"""Word the violations of the native manifest's schema: the value found, then the value expected."""

from __future__ import annotations

from smlint.readers.native.places import Path
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Data

# Other names for the keys, which spelling does not reveal: arguments of sagemaker.image_uris.retrieve and of `smlint resolve`.
_SYNONYMS = {
    "version": "framework_version", "python": "py_version", "python_version": "py_version", "scope": "image_scope",
    "image": "image_uri", "type": "instance_type", "model_data_url": "model_data", "ami_version": "inference_ami_version",
}  # fmt: skip
_TYPES = {"object": "a mapping", "array": "a list", "string": "a string", "integer": "a whole number"}
_OTHERS = {"minLength": "a non-empty string", "minItems": "at least one item", "uniqueItems": "each item once"}


class SchemaViolation(NamedTuple):
    """An error of the validator: the value at `path` violates a keyword of `schema`, whose argument is `argument`."""

    path: Path
    keyword: str
    argument: Data
    value: Data
    schema: dict[str, Data]

    @property
    def unknown_keys(self) -> list[str]:
        """The keys that `additionalProperties` refuses."""
        if self.keyword != "additionalProperties" or not isinstance(self.value, dict):
            return []
        return [key for key in self.value if key not in self._known]

    @property
    def about_keys(self) -> bool:
        """Whether the violation is about the keys of a mapping, rather than about a value."""
        return self.keyword in ("required", "anyOf", "not")

    @property
    def missing_keys(self) -> list[str]:
        """The missing keys: all of them are required, or, for `anyOf`, any of them."""
        if self.keyword == "required":
            return [key for key in _names(self.argument) if key not in _keys(self.value)]
        parts = self.argument if self.keyword == "anyOf" and isinstance(self.argument, list) else []
        return [key for part in parts for key in _names(_required(part))]

    @property
    def _known(self) -> dict[str, Data]:
        known = self.schema.get("properties")
        return known if isinstance(known, dict) else {}

    def intended_key(self, key: str) -> str | None:
        """Return the missing key that an unknown key is probably a misspelling of; None if there is no likely one."""
        names = [name for name in self._known if name not in _keys(self.value)]
        written = key[:100].lower().replace("-", "_")
        synonym = _SYNONYMS.get(written)
        if synonym in names:
            return synonym
        from difflib import get_close_matches

        return next(iter(get_close_matches(written, names, 1, 0.7)), None)

    def message(self) -> str:
        """Return the message of any violation but an unknown key."""
        name = str(self.path[-1]) if self.path else "the manifest"
        match self.keyword:
            case "required":
                return "the manifest has no " + " and no ".join(map(repr, self.missing_keys))
            case "not" if not self.argument:
                return f"key {name!r} belongs to each model, not to the defaults"
            case "not":
                return " and ".join(map(repr, _names(_required(self.argument)))) + " are both given, expected one of them"
            case "anyOf" if "instance_type" in self.missing_keys:
                return "the model has no 'instance_type'"
            case "anyOf":
                return "the model has no 'framework' and no 'image_uri'"
        if self.path and isinstance(self.path[-1], int):
            name = f"item {self.path[-1] + 1} of {self.path[-2]}"
        elif self.path[:-1] == ("models",):
            name = f"model {name!r}"
        return f"{name} is {_shown(self.value)}, expected {self._expected()}"

    def _expected(self) -> str:
        accepted = self.argument if isinstance(self.argument, list) else [self.argument]
        match self.keyword:
            case "type":
                return " or ".join(_TYPES.get(str(name), str(name)) for name in accepted)
            case "enum":
                return ", ".join(map(str, accepted[:-1])) + f" or {accepted[-1]}"
            case "pattern":
                examples = self.schema.get("examples")  # each pattern of the schema has an example
                return f"a value such as {examples[0]}" if isinstance(examples, list) else "another value"
        return _OTHERS.get(self.keyword, str(self.argument))


def _required(schema: Data) -> Data:
    return schema.get("required") if isinstance(schema, dict) else None


def _names(value: Data) -> list[str]:
    return [name for name in value if isinstance(name, str)] if isinstance(value, list) else []


def _keys(value: Data) -> list[str]:
    return list(value) if isinstance(value, dict) else []


def _shown(value: Data) -> str:
    match value:
        case None | "":
            return "empty"
        case bool():
            return "true" if value else "false"
        case str():
            return repr(value if len(value) <= 40 else value[:40] + "...")
        case int() | float():
            return f"the number {value!r}"[:60]
        case list():
            return "a list" if value else "an empty list"
        case dict():
            return "a mapping"
    return "unknown"
