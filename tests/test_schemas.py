"""The shipped JSON Schemas are valid, have descriptions, and match the code and its data."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from jsonschema import Draft7Validator
from ruamel.yaml import YAML

from smlint.cli.commands.schema import NAMES, text
from smlint.custom_rules.loader import load_file
from smlint.linter.fact_fields import FIELDS
from smlint.runner.registry import reserved_names
from smlint.runtime.errors import SmlintError
from tests.conftest import ROOT
from tests.test_cli import run
from tests.test_custom_rules import rule

Json = dict[str, object]


def schema(name: str) -> Json:
    loaded: Json = json.loads(text(name))
    return loaded


def properties(part: object, path: str = "") -> Iterator[tuple[str, Json, Json]]:
    """Yield every property in a schema: its path, its schema, and the schema of its object."""
    if isinstance(part, dict):
        named = part.get("properties")
        for name, inner in named.items() if isinstance(named, dict) and "description" not in path.split("/")[-1:] else ():
            if isinstance(inner, dict):
                yield f"{path}/{name}", inner, part
        for key, inner in part.items():
            yield from properties(inner, f"{path}/{key}")
    elif isinstance(part, list):
        for index, inner in enumerate(part):
            yield from properties(inner, f"{path}/{index}")


@pytest.mark.parametrize("name", NAMES)
class TestSchema:
    """Properties of each schema."""

    def test_is_valid_and_named(self, name: str) -> None:
        found = schema(name)
        Draft7Validator.check_schema(found)
        assert (found["$schema"], found["$id"]) == ("http://json-schema.org/draft-07/schema#", f"urn:smlint:schema:{name}")
        assert found["title"]
        assert str(found["description"]).endswith(".")

    def test_references_are_internal_and_resolve(self, name: str) -> None:
        found = schema(name)
        definitions = found.get("definitions")
        assert isinstance(definitions, dict)

        def references(part: object) -> Iterator[object]:
            if isinstance(part, dict):
                if isinstance(part.get("$ref"), str):
                    yield part["$ref"]
                for inner in part.values():
                    yield from references(inner)
            elif isinstance(part, list):
                for inner in part:
                    yield from references(inner)

        used = set(references(found))
        assert used <= {f"#/definitions/{key}" for key in definitions}

    def test_describes_every_property(self, name: str) -> None:
        found = schema(name)
        definitions = found["definitions"]
        assert isinstance(definitions, dict)
        for path, described, parent in properties(found):
            if "if" in path.split("/") or "else" in path.split("/") or "allOf" in parent:  # conditions on properties with a description elsewhere
                continue
            target = described
            if "$ref" in described and "description" not in described:
                target = definitions[str(described["$ref"]).rpartition("/")[2]]
            assert target.get("description") or target.get("title"), path

    def test_printed_schema_is_the_shipped_one(self, name: str) -> None:
        assert run("schema", name).out == (ROOT / f"smlint/schemas/{name}.json").read_text("utf-8")


def test_generated_schemas_are_up_to_date() -> None:
    subprocess.run([sys.executable, "tools/generate_schemas.py", "--check"], cwd=ROOT, check=True)


OUTPUT = Draft7Validator(schema("output"))


def bad_manifests() -> list[Path]:
    return sorted(path for path in (ROOT / "fixtures/bad").rglob("*") if path.suffix in (".yaml", ".yml", ".json", ".template"))


def test_reports_match_their_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports of every bad fixture, and of clean, suppressed, invalid and empty inputs."""
    monkeypatch.chdir(ROOT)
    severities = set()
    for paths in ([str(path)] for path in bad_manifests()):
        report = json.loads(run("check", *paths, "--output-format", "json", "--isolated", "--as-of", "2026-01-01", "--select", "ALL").out)
        assert [error.message for error in OUTPUT.iter_errors(report)] == [], paths
        severities |= {finding["severity"] for finding in report["findings"]}
    assert severities == {"error", "warning", "note"}
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken.yaml").write_text("smlint: [\n")
    (tmp_path / "quiet.yaml").write_text(
        "smlint: 1\nmodels:\n  - name: a\n    framework: pytorch  # smlint: ignore[image-region-mismatch] old\n    instance_type: ml.p2.xlarge  # smlint: ignore[retired-hardware] old\n"
    )
    for path in ("fixtures/ok/native", str(tmp_path / "empty"), str(tmp_path / "broken.yaml"), str(tmp_path / "quiet.yaml")):
        report = json.loads(run("check", path, "--output-format", "json", "--isolated").out)
        assert [error.message for error in OUTPUT.iter_errors(report)] == [], path


def test_schema_rejects_other_keys_and_types() -> None:
    report = json.loads(run("check", str(ROOT / "examples/churn-endpoint.yaml"), "--output-format", "json", "--isolated").out)
    assert OUTPUT.is_valid(report)
    finding = report["findings"][0]
    for changed in (
        {**report, "version": 2},
        {**report, "more": 1},
        {key: value for key, value in report.items() if key != "skipped"},
        {**report, "findings": [{**finding, "severity": "fatal"}]},
        {**report, "findings": [{**finding, "start": {"line": 0, "column": 1}}]},
        {**report, "findings": [{**finding, "fix": []}]},
        {**report, "findings": [{**finding, "fingerprint": "x"}]},
    ):
        assert not OUTPUT.is_valid(changed)


RULES = Draft7Validator(schema("rules"))
VARIANTS = [
    {},
    {"description": "Why."},
    {"severity": "fatal"},
    {"name": "EU"},
    {"name": None},
    {"good": []},
    {"bad": None},
    {"more": 1},
    {"message": "a\nb"},
    {"message": " "},
    {"summary": ""},
    {"when": True},
    {"require": {"required": ["digest"]}},
    {"require": {"required": ["nothing"]}},
    {"require": {"properties": {"regoin": {"const": "x"}}}},
    {"require": {"properties": {"region": {"const": 1}}}},
    {"require": {"properties": {"region": {"minimum": 1}}}},
    {"require": {"properties": {"patch_days_left": {"minimum": 90}}}},
    {"require": {"properties": {"patch_days_left": {"pattern": "9"}}}},
    {"require": {"properties": {"known_tag": {"const": True}}}},
    {"require": {"properties": {"known_tag": {"const": "true"}}}},
    {"require": {"properties": {"libraries": {"required": ["transformers"], "properties": {"transformers": {"pattern": "^4"}}}}}},
    {"require": {"properties": {"libraries": {"properties": {"transformers": {"const": 4}}}}}},
    {"require": {"anyOf": [{"properties": {"region": False}}, {"not": {"required": ["tag"]}}]}},
    {"require": {"anyOf": []}},
    {"require": {"then": True}},
    {"require": {"if": {"required": ["tag"]}, "then": {"required": ["digest"]}}},
    {"require": {"$ref": "#/definitions/rule"}},
    {"require": {"properties": {"region": {"format": "uri"}}}},
    {"require": {"properties": {"region": {"type": ["string", "null"]}}}},
    {"require": {"properties": {"region": {"type": "text"}}}},
    {"require": []},
]


@pytest.mark.parametrize("changes", VARIANTS, ids=[json.dumps(variant) for variant in VARIANTS])
def test_rules_schema_accepts_exactly_the_loadable_files(changes: dict[str, object], tmp_path: Path) -> None:
    path = tmp_path / "rules.json"
    path.write_text(rule(**changes))
    try:
        load_file(str(path), reserved_names())
        loaded = True
    except SmlintError:
        loaded = False
    assert RULES.is_valid(json.loads(path.read_text())) is loaded


def test_rules_schema_describes_every_fact() -> None:
    definitions = schema("rules")["definitions"]
    assert isinstance(definitions, dict)
    fact_schemas = definitions["facts"]["properties"]
    assert {name: (one["title"], one["description"]) for name, one in fact_schemas.items()} == {field.name: (field.title, field.description) for field in FIELDS}
    validator = Draft7Validator({"$ref": "#/definitions/facts", "definitions": definitions})
    for found in json.loads(run("facts", str(ROOT / "fixtures/ok"), "--isolated").out):
        facts = {name: value for name, value in found.items() if value is not None and name not in ("file", "line", "pointer", "unknown")}
        assert [error.message for error in validator.iter_errors(facts)] == []


@pytest.mark.parametrize(("path", "name"), [("examples/house-rules.yaml", "rules"), ("examples/models.yaml", "manifest")])
def test_examples_name_and_match_their_schema(path: str, name: str) -> None:
    written = (ROOT / path).read_text("utf-8")
    first = written.partition("\n")[0]
    assert first.startswith("# yaml-language-server: $schema=")
    assert (ROOT / path).parent.joinpath(first.partition("=")[2]).resolve() == ROOT / f"smlint/schemas/{name}.json"
    assert [error.message for error in Draft7Validator(schema(name)).iter_errors(YAML(typ="safe").load(written))] == []
    assert run("check", str(ROOT / path), "--isolated").code == 0
