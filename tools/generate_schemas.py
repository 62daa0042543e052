"""Write the JSON Schemas that follow from the code: of a file of users' own rules, and of the JSON report.

    python tools/generate_schemas.py [--check]
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from smlint.custom_rules.condition_schema import COMBINING, FOR_TYPES, TYPES  # noqa: E402  # the checkout's own code, not an installed one
from smlint.custom_rules.loader import KEYS, LONGEST_NAME, MOST_RULES, NAME, REQUIRED  # noqa: E402
from smlint.custom_rules.regex import MOST_CHARACTERS  # noqa: E402
from smlint.linter.deployment_facts import BY_NAME, FIELDS, FactField  # noqa: E402
from smlint.model.findings import Applicability, Severity  # noqa: E402

FOLDER = ROOT / "smlint" / "schemas"
DRAFT = "http://json-schema.org/draft-07/schema#"
Schema = dict[str, object]

SEVERITIES = [severity.value for severity in reversed(Severity)]


def text(description: str, **more: object) -> Schema:
    """The schema of a string."""
    return {"description": description, "type": "string", **more}


def whole(description: str, least: int = 0) -> Schema:
    """The schema of a whole number that is not below `least`."""
    return {"description": description, "type": "integer", "minimum": least}


def item(description: str, properties: dict[str, Schema], **more: object) -> Schema:
    """The schema of an object that has these properties, all of them, and no other."""
    return {
        "description": description,
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
        **more,
    }


def require(same: bool, what: str) -> None:
    """Stop when the code knows something that is not described here, or the reverse."""
    if not same:
        raise SystemExit(f"the {what} are not those of the code: describe them in tools/generate_schemas.py")


def many(description: str, items: Schema) -> Schema:
    """The schema of a list."""
    return {"description": description, "type": "array", "items": items}


def maybe(schema: Schema) -> Schema:
    """The same schema, or null."""
    return {"description": schema.get("description", ""), "anyOf": [{"type": "null"}, schema]}


def ref(name: str) -> Schema:
    """A reference to a definition of the same schema."""
    return {"$ref": f"#/definitions/{name}"}


# ---------------------------------------------------------------- the report


def output() -> Schema:
    """The schema of `smlint check --output-format json`."""
    place: dict[str, Schema] = {"path": text("The file, as it was named."), "start": ref("position"), "end": ref("position")}
    summary = {
        "files": "Files looked at.",
        "manifests": "Files that a format claimed.",
        "deployments": "Deployments in them.",
        "errors": "Findings of severity error that are not suppressed.",
        "warnings": "Findings of severity warning that are not suppressed.",
        "notes": "Findings of severity note that are not suppressed.",
        "fixable": "Findings with a safe fix that are not suppressed.",
        "fixed": "Findings that this run has fixed.",
        "suppressed": "Findings that are suppressed.",
        "skipped_checks": "Checks that were not made, because a fact they need cannot be told from the file.",
    }
    finding: dict[str, Schema] = {
        "rule": text("The rule's name.", minLength=1),
        "category": text("The rule's category.", minLength=1),
        "severity": text("How bad it is.", enum=SEVERITIES),
        "message": text("What is seen, and what was expected, in one line.", minLength=1),
        **place,
        "pointer": text("The JSON pointer (RFC 6901) of the image in its document; of the resource when it has no image."),
        "resource": text("The name of the object that holds the image."),
        "format": text("The format of the file; empty for one that could not be read."),
        "regions": many("The Regions in which the deployment has the fault.", text("A Region.")),
        "related": many("Other places that explain the finding.", ref("related")),
        "fix": maybe(ref("fix") | {}),
        "url": maybe(text("The page of the rule.")),
        "fingerprint": text("What stays the same when lines move.", pattern="^[0-9a-f]{32}$"),
        "suppressed": maybe(ref("suppression") | {}),
    }
    finding["fix"]["description"] = "How to repair it; null when there is no one repair that is certain."
    finding["suppressed"]["description"] = "What silences it; null when nothing does."
    return {
        "$schema": DRAFT,
        "$id": "urn:smlint:schema:output",
        "title": "smlint JSON report, version 1",
        "description": "What `smlint check --output-format json` prints. Lines and columns begin at 1 and count characters; ends are exclusive.",
        **{key: value for key, value in item("", {
            "version": {"description": "The version of this format.", "const": 1},
            "tool": item("What made the report.", {
                "name": {"description": "The tool.", "const": "smlint"},
                "version": text("Its version."),
                "catalog": item("The catalogue of images that was asked.", {"as_of": text("The day of its facts, as an ISO date.")}),
            }),
            "summary": item("The counts of the run.", {name: whole(description) for name, description in summary.items()}),
            "skipped": many("The files that were not checked.", item("A file that was not checked.", {
                "path": text("The file."),
                "reason": text("Why it was not checked."),
            })),
            "findings": many("The findings by path, line, column and rule; suppressed ones too.", ref("finding")),
        }).items() if key != "description"},
        "definitions": {
            "position": item("A place in a file.", {"line": whole("The line.", 1), "column": whole("The column, in Unicode characters.", 1)}),
            "related": item("A place that explains a finding.", {**place, "message": text("What stands there.")}),
            "fix": item("A repair.", {
                "title": text("What it does, as an order."),
                "safety": text("safe keeps all versions, unsafe changes one, display is only shown.", enum=[one.value for one in Applicability]),
                "edits": many("The edits, all or none of which are made.", item("A text to put in place of what stands there.", {
                    **place,
                    "text": text("The new text."),
                })),
            }),
            "suppression": item("What silences a finding.", {
                "by": text("Where it is silenced.", enum=["comment", "metadata", "config", "baseline"]),
                "reason": text("The reason that was given."),
            }),
            "finding": item("One fault at one place.", finding),
        },
    }  # fmt: skip


# ---------------------------------------------------------------- users' own rules


def rules() -> Schema:
    """The schema of a file of rules, with the record that the rules judge."""
    one_line = {"minLength": 1, "pattern": "^[^\\r\\n]*[^\\r\\n\\s][^\\r\\n]*\\s*$"}
    example = text("A manifest, or the body of one native model, on ml.m5.xlarge unless it says otherwise.", minLength=1)
    keys: dict[str, Schema] = {
        "name": text("The rule's name, in small words with dashes between.", pattern=f"^{NAME}$", maxLength=LONGEST_NAME, examples=["eu-only"]),
        "severity": text("How bad a finding is.", enum=SEVERITIES),
        "summary": text("What the rule is for, in one sentence.", **one_line),
        "description": text("Why, and what to do about it; shown with the summary.", minLength=1),
        "message": text("What a finding says, in one line. A fact in braces becomes its value: '{instance_type} is not on our list'.", **one_line),
        "when": {"description": "Which deployments the rule judges: all, unless this says otherwise.", **ref_all("condition")},
        "require": {"description": "What must hold of them.", **ref_all("condition")},
        "good": {"description": "Examples that the rule must pass over.", "type": "array", "minItems": 1, "uniqueItems": True, "items": example},
        "bad": {
            "description": "Examples that the rule must find: in the lines marked '# <- words of the message', if there are marks.",
            "type": "array",
            "minItems": 1,
            "uniqueItems": True,
            "items": example,
        },
    }
    require(tuple(keys) == KEYS, "keys of a rule")
    return {
        "$schema": DRAFT,
        "$id": "urn:smlint:schema:rules",
        "title": "smlint rules of your own",
        "description": "Rules over the facts of a deployment, for the configuration key rules-files. What needs an unknown fact is skipped.",
        "anyOf": [ref("rules"), {"type": "object", "properties": {"rules": ref("rules")}, "required": ["rules"], "additionalProperties": False}],
        "definitions": {
            "rules": {"description": "The rules of a file.", "type": "array", "minItems": 1, "maxItems": MOST_RULES, "items": ref("rule")},
            "rule": {
                "description": "One rule: where `when` holds, `require` must.",
                "type": "object",
                "properties": keys,
                "required": list(REQUIRED),
                "additionalProperties": False,
            },
            "record": {
                "description": "The facts of one deployment. One that is missing is not there.",
                "type": "object",
                "properties": {field.name: fact(field) for field in FIELDS},
                "additionalProperties": False,
            },
            "condition": condition("A condition on the record of a deployment, in a part of JSON Schema.", "object", "record"),
            **{f"{kind}_condition": condition(f"A condition on {word}.", kind) for kind, word in KINDS.items()},
        },
    }


KINDS = {
    "string": "a text",
    "boolean": "true or false",
    "integer": "a number",
    "object": "the versions of libraries, by name",
}


def ref_all(name: str) -> Schema:
    """A reference with other keywords beside it, which draft-07 would ignore beside `$ref`."""
    return {"allOf": [ref(name)]}


def fact(field: FactField) -> Schema:
    """The schema of a fact."""
    found: Schema = {"title": field.title, "description": field.description, "type": field.type}
    if field.values:
        found["enum"] = list(field.values)
    if field.type == "object":
        found["additionalProperties"] = {"type": "string"}
    return found


def condition(description: str, kind: str, record: str = "") -> Schema:
    """The schema of the schemas that may judge values of one type."""
    own = ref("condition" if record else f"{kind}_condition")
    names: Schema = {"enum": list(BY_NAME)} if record else {"type": "string"}
    arguments: dict[str, Schema] = {
        "pattern": text("A pattern that must match somewhere: no looking ahead or behind, no nested repetition.", maxLength=MOST_CHARACTERS),
        "minLength": whole("The fewest characters."),
        "maxLength": whole("The most characters."),
        "minimum": {"description": "The least value.", "type": "number"},
        "maximum": {"description": "The greatest value.", "type": "number"},
        "exclusiveMinimum": {"description": "A value that it must be above.", "type": "number"},
        "exclusiveMaximum": {"description": "A value that it must be below.", "type": "number"},
        "properties": {"description": "Conditions by name, each for a value that is there.", "type": "object", "minProperties": 1},
        "required": {"description": "What must be there.", "type": "array", "minItems": 1, "items": names},
        "additionalProperties": {"description": "A condition on all other values.", **ref_all("string_condition")},
        "minProperties": whole("The fewest values."),
        "maxProperties": whole("The most values."),
    }
    require(set(arguments) == set(FOR_TYPES), "keywords")
    if record:
        properties = {field.name: {"description": field.description, **ref_all(f"{field.type}_condition")} for field in FIELDS}
        arguments["properties"] |= {"properties": properties, "additionalProperties": False}
        del arguments["additionalProperties"]
    else:
        arguments["properties"]["additionalProperties"] = ref("string_condition")
    value: Schema = {"type": kind}
    types: Schema = {"enum": list(TYPES)}
    several: Schema = {"type": "array", "minItems": 1, "items": own}
    combining = {
        "allOf": ("All of these hold.", several),
        "anyOf": ("At least one of these holds.", several),
        "oneOf": ("Exactly one of these holds.", several),
        "not": ("This does not hold.", own),
        "if": ("Where this holds, 'then' must hold, else 'else'.", own),
        "then": ("What must hold where 'if' does.", own),
        "else": ("What must hold where 'if' does not.", own),
    }
    require(tuple(combining) == COMBINING, "keywords that combine")
    allowed: dict[str, Schema] = {
        "type": {"description": "The type of the value.", "anyOf": [types, {"type": "array", "minItems": 1, "items": types}]},
        "const": {"description": "The one value that it must be.", **value},
        "enum": {"description": "The values that it may be.", "type": "array", "minItems": 1, "items": value},
        **{name: schema for name, schema in arguments.items() if kind in FOR_TYPES[name]},
        **{name: {"description": words, "allOf": [schema]} for name, (words, schema) in combining.items()},
        "title": text("A title, for readers."),
        "description": text("What it is for, for readers."),
        "$comment": text("A comment, for readers."),
    }
    return {
        "description": description,
        "anyOf": [
            {"description": "true holds of every value, false of none.", "type": "boolean"},
            {
                "type": "object",
                "properties": allowed,
                "additionalProperties": False,
                "dependencies": {"then": ["if"], "else": ["if"]},
            },
        ],
    }


def rendered(schema: Schema) -> str:
    """The schema as it is shipped."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


SCHEMAS = {"output": output, "rules": rules}


if __name__ == "__main__":
    stale = []
    for name, make in SCHEMAS.items():
        path = FOLDER / f"{name}.json"
        new = rendered(make())
        if not path.exists() or path.read_text(encoding="utf-8") != new:
            stale.append(name)
            if "--check" not in sys.argv[1:]:
                path.write_text(new, encoding="utf-8")
    if "--check" in sys.argv[1:] and stale:
        raise SystemExit(f"schemas are not as the code tells: {', '.join(stale)}: run tools/generate_schemas.py")
