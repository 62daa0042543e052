"""Generate the JSON Schemas of custom rules and of the JSON report from the code.

    python tools/generate_schemas.py [--check]
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from smlint.custom_rules.condition_schema import COMBINING, FOR_TYPES, TYPES  # noqa: E402  # the checkout, not an installed smlint
from smlint.custom_rules.loader import KEYS, LONGEST_NAME, MOST_RULES, NAME, REQUIRED  # noqa: E402
from smlint.custom_rules.regex import MOST_CHARACTERS  # noqa: E402
from smlint.linter.fact_fields import BY_NAME, FIELDS, FactField  # noqa: E402
from smlint.model.findings import Applicability, Severity  # noqa: E402
from tools.arguments import check_only  # noqa: E402

FOLDER = ROOT / "smlint" / "schemas"
DRAFT = "http://json-schema.org/draft-07/schema#"
Schema = dict[str, object]

SEVERITIES = [severity.value for severity in reversed(Severity)]


def text(description: str, **more: object) -> Schema:
    """Return the schema of a string."""
    return {"description": description, "type": "string", **more}


def integer(description: str, least: int = 0) -> Schema:
    """Return the schema of an integer that is at least `least`."""
    return {"description": description, "type": "integer", "minimum": least}


def record(description: str, properties: dict[str, Schema], **more: object) -> Schema:
    """Return the schema of an object with exactly these properties."""
    return {
        "description": description,
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
        **more,
    }


def require(same: bool, what: str) -> None:
    """Exit with an error if the descriptions in this file do not match the code."""
    if not same:
        raise SystemExit(f"the {what} do not match the code: update tools/generate_schemas.py")


def many(description: str, items: Schema) -> Schema:
    """Return the schema of a list."""
    return {"description": description, "type": "array", "items": items}


def maybe(schema: Schema) -> Schema:
    """Return a schema that also allows null."""
    return {"description": schema.get("description", ""), "anyOf": [{"type": "null"}, schema]}


def ref(name: str) -> Schema:
    """Return a reference to a definition in the same schema."""
    return {"$ref": f"#/definitions/{name}"}


# ---------------------------------------------------------------- the report


def output() -> Schema:
    """Return the schema of `smlint check --output-format json`."""
    place: dict[str, Schema] = {"path": text("The path of the file, as passed to smlint."), "start": ref("position"), "end": ref("position")}
    summary = {
        "files": "Checked and skipped files.",
        "manifests": "Files in a supported format.",
        "deployments": "Deployments in these files.",
        "errors": "Errors that are not suppressed.",
        "warnings": "Warnings that are not suppressed.",
        "notes": "Notes that are not suppressed.",
        "fixable": "Findings with a safe fix that are not suppressed.",
        "fixed": "Findings that this run fixed.",
        "suppressed": "Suppressed findings.",
        "skipped_checks": "Checks that did not run because the file does not determine a fact that they need.",
    }
    finding: dict[str, Schema] = {
        "rule": text("The name of the rule.", minLength=1),
        "category": text("The category of the rule.", minLength=1),
        "severity": text("The severity.", enum=SEVERITIES),
        "message": text("The problem, and what was expected, in one line.", minLength=1),
        **place,
        "pointer": text("The JSON pointer (RFC 6901) of the image in its document; of the resource if it has no image."),
        "resource": text("The name of the resource that contains the image."),
        "format": text("The format of the file; empty if the file could not be read."),
        "regions": many("The AWS Regions in which the problem occurs.", text("An AWS Region.")),
        "related": many("Locations that explain the finding.", ref("related")),
        "fix": maybe(ref("fix") | {}),
        "url": maybe(text("The address of the rule's page.")),
        "fingerprint": text("An identifier that stays the same if lines move.", pattern="^[0-9a-f]{32}$"),
        "suppressed": maybe(ref("suppression") | {}),
    }
    finding["fix"]["description"] = "The fix; null if there is none."
    finding["suppressed"]["description"] = "The suppression; null if there is none."
    return {
        "$schema": DRAFT,
        "$id": "urn:smlint:schema:output",
        "title": "smlint JSON report, version 1",
        "description": "The output of `smlint check --output-format json`. Lines and columns start at 1; ends are exclusive.",
        **{key: value for key, value in record("", {
            "version": {"description": "The version of this format.", "const": 1},
            "tool": record("The tool that wrote the report.", {
                "name": {"description": "The name of the tool.", "const": "smlint"},
                "version": text("The version of the tool."),
                "catalog": record("The catalog of images.", {"as_of": text("The date of the catalog, as an ISO date.")}),
            }),
            "summary": record("The counts of the run.", {name: integer(description) for name, description in summary.items()}),
            "skipped": many("The files that were not checked.", record("A file that was not checked.", {
                "path": text("The path of the file."),
                "reason": text("The reason."),
            })),
            "findings": many("The findings, including suppressed ones, ordered by path, line, column and rule.", ref("finding")),
        }).items() if key != "description"},
        "definitions": {
            "position": record("A position in a file.", {"line": integer("The line.", 1), "column": integer("The column, in characters.", 1)}),
            "related": record("A location that explains a finding.", {**place, "message": text("A description of the location.")}),
            "fix": record("A fix.", {
                "title": text("The action, as an imperative phrase."),
                "safety": text("safe keeps all versions, unsafe may change one, display is only shown.", enum=[kind.value for kind in Applicability]),
                "edits": many("The edits, which are applied together.", record("A replacement for the text at a location.", {
                    **place,
                    "text": text("The new text."),
                })),
            }),
            "suppression": record("A suppression.", {
                "by": text("The kind of suppression.", enum=["comment", "metadata", "config", "baseline"]),
                "reason": text("The reason; may be empty."),
            }),
            "finding": record("One problem at one location.", finding),
        },
    }  # fmt: skip


# ---------------------------------------------------------------- custom rules


def rules() -> Schema:
    """Return the schema of a rules file, which includes the deployment facts."""
    one_line = {"minLength": 1, "pattern": "^[^\\r\\n]*[^\\r\\n\\s][^\\r\\n]*\\s*$"}
    example = text("A manifest, or the body of one native model (on ml.m5.xlarge by default).", minLength=1)
    keys: dict[str, Schema] = {
        "name": text("The name of the rule: lowercase words joined by dashes.", pattern=f"^{NAME}$", maxLength=LONGEST_NAME, examples=["eu-only"]),
        "severity": text("The severity of findings.", enum=SEVERITIES),
        "summary": text("What the rule reports, in one sentence.", **one_line),
        "description": text("Why the rule exists and how to fix a finding; shown after the summary.", minLength=1),
        "message": text("The message, in one line. A fact in braces becomes its value: '{instance_type} is not on our list'.", **one_line),
        "when": {"description": "The deployments that the rule applies to (default: all).", **ref_all("condition")},
        "require": {"description": "The condition that these deployments must satisfy.", **ref_all("condition")},
        "good": {"description": "Examples that the rule must accept.", "type": "array", "minItems": 1, "uniqueItems": True, "items": example},
        "bad": {
            "description": "Examples that the rule must report, in the lines marked with '# <- words of the message' if there are any.",
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
        "title": "smlint custom rules",
        "description": "Rules about deployment facts, for the configuration key rules-files. Conditions that need an unknown fact are skipped.",
        "anyOf": [ref("rules"), {"type": "object", "properties": {"rules": ref("rules")}, "required": ["rules"], "additionalProperties": False}],
        "definitions": {
            "rules": {"description": "The rules in a file.", "type": "array", "minItems": 1, "maxItems": MOST_RULES, "items": ref("rule")},
            "rule": {
                "description": "One rule: deployments that satisfy `when` must satisfy `require`.",
                "type": "object",
                "properties": keys,
                "required": list(REQUIRED),
                "additionalProperties": False,
            },
            "facts": {
                "description": "The facts of one deployment. Absent facts are left out.",
                "type": "object",
                "properties": {field.name: fact(field) for field in FIELDS},
                "additionalProperties": False,
            },
            "condition": condition("A condition on the facts of a deployment, in a subset of JSON Schema.", "object", about_facts=True),
            **{f"{kind}_condition": condition(f"A condition on {word}.", kind) for kind, word in KINDS.items()},
        },
    }


KINDS = {
    "string": "a string",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "object": "the versions of libraries, by name",
}


def ref_all(name: str) -> Schema:
    """Return a reference that can have sibling keywords; draft-07 ignores siblings of `$ref`."""
    return {"allOf": [ref(name)]}


def fact(field: FactField) -> Schema:
    """Return the schema of a fact."""
    schema: Schema = {"title": field.title, "description": field.description, "type": field.type}
    if field.values:
        schema["enum"] = list(field.values)
    if field.type == "object":
        schema["additionalProperties"] = {"type": "string"}
    return schema


def condition(description: str, kind: str, *, about_facts: bool = False) -> Schema:
    """Return the schema of conditions on values of one type, or with `about_facts` on all facts of a deployment."""
    own = ref("condition" if about_facts else f"{kind}_condition")
    names: Schema = {"enum": list(BY_NAME)} if about_facts else {"type": "string"}
    arguments: dict[str, Schema] = {
        "pattern": text("A pattern that must match somewhere in the value; without lookaround and nested repetition.", maxLength=MOST_CHARACTERS),
        "minLength": integer("The minimum number of characters."),
        "maxLength": integer("The maximum number of characters."),
        "minimum": {"description": "The minimum value.", "type": "number"},
        "maximum": {"description": "The maximum value.", "type": "number"},
        "exclusiveMinimum": {"description": "The exclusive lower bound.", "type": "number"},
        "exclusiveMaximum": {"description": "The exclusive upper bound.", "type": "number"},
        "properties": {"description": "Conditions by name, each applied if the value is present.", "type": "object", "minProperties": 1},
        "required": {"description": "The names that must be present.", "type": "array", "minItems": 1, "items": names},
        "additionalProperties": {"description": "A condition on all other values.", **ref_all("string_condition")},
        "minProperties": integer("The minimum number of values."),
        "maxProperties": integer("The maximum number of values."),
    }
    require(set(arguments) == set(FOR_TYPES), "keywords")
    if about_facts:
        properties = {field.name: {"description": field.description, **ref_all(f"{field.type}_condition")} for field in FIELDS}
        arguments["properties"] |= {"properties": properties, "additionalProperties": False}
        del arguments["additionalProperties"]
    else:
        arguments["properties"]["additionalProperties"] = ref("string_condition")
    value: Schema = {"type": kind}
    types: Schema = {"enum": list(TYPES)}
    several: Schema = {"type": "array", "minItems": 1, "items": own}
    combining = {
        "allOf": ("All of these must hold.", several),
        "anyOf": ("At least one of these must hold.", several),
        "oneOf": ("Exactly one of these must hold.", several),
        "not": ("This must not hold.", own),
        "if": ("If this holds, 'then' must hold, otherwise 'else'.", own),
        "then": ("The condition if 'if' holds.", own),
        "else": ("The condition if 'if' does not hold.", own),
    }
    require(tuple(combining) == COMBINING, "combining keywords")
    allowed: dict[str, Schema] = {
        "type": {"description": "The type of the value.", "anyOf": [types, {"type": "array", "minItems": 1, "items": types}]},
        "const": {"description": "The only allowed value.", **value},
        "enum": {"description": "The allowed values.", "type": "array", "minItems": 1, "items": value},
        **{name: schema for name, schema in arguments.items() if kind in FOR_TYPES[name]},
        **{name: {"description": words, "allOf": [schema]} for name, (words, schema) in combining.items()},
        "title": text("A title, for readers."),
        "description": text("A description, for readers."),
        "$comment": text("A comment, for readers."),
    }
    return {
        "description": description,
        "anyOf": [
            {"description": "true accepts every value, false none.", "type": "boolean"},
            {
                "type": "object",
                "properties": allowed,
                "additionalProperties": False,
                "dependencies": {"then": ["if"], "else": ["if"]},
            },
        ],
    }


def rendered(schema: Schema) -> str:
    """Return the text of a schema file."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


SCHEMAS = {"output": output, "rules": rules}


if __name__ == "__main__":
    check = check_only(__doc__)
    stale = []
    for name, make in SCHEMAS.items():
        path = FOLDER / f"{name}.json"
        new = rendered(make())
        if not path.exists() or path.read_text(encoding="utf-8") != new:
            stale.append(name)
            if not check:
                path.write_text(new, encoding="utf-8")
    if check and stale:
        raise SystemExit(f"schemas are out of date: {', '.join(stale)}: run tools/generate_schemas.py")
