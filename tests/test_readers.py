"""The table of formats: each is complete, named once, and covered by the generated manifests."""

from __future__ import annotations

import re

import pytest

from smlint.model.deployment import DocumentReading
from smlint.readers import documents
from smlint.readers.documents import entry_for, read_documents
from smlint.readers.reader import ReadContext
from smlint.readers.table import FORMATS, QUICK_SCAN, READERS, SUFFIXES, ReaderEntry
from smlint.syntax import parse
from tests.conftest import ROOT
from tests.manifests import formats

ENTRIES = pytest.mark.parametrize("entry", READERS, ids=[entry.name for entry in READERS])
MANIFEST = "smlint: 1\nmodels: [{framework: pytorch, framework_version: 2.1, instance_type: ml.c5.large, region: us-east-1}]\n"


@ENTRIES
def test_each_entry_is_complete(entry: ReaderEntry) -> None:
    assert entry.suffixes
    assert set(entry.suffixes) <= set(SUFFIXES)
    assert entry.scan_words
    assert all(QUICK_SCAN.may_match(word.word) for word in entry.scan_words if word.pattern is None)
    assert callable(entry.load().read)


def test_the_pre_commit_hooks_run_on_every_suffix() -> None:
    patterns = re.findall(r"files: '(.*)'", (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert patterns
    assert all(re.search(pattern, "deploy" + suffix) for pattern in patterns for suffix in SUFFIXES)


def test_names_are_unique() -> None:
    assert len({entry.name for entry in READERS}) == len(READERS)


def test_the_generated_manifests_cover_every_format() -> None:
    assert set(formats.FORMATS) == set(FORMATS)


def test_a_format_reports_its_own_name() -> None:
    (document,) = parse(MANIFEST)
    entry = entry_for(document)
    assert entry is not None
    assert [reading.format for reading in read_documents([document], [ReadContext()])] == [entry.name]


def test_an_empty_text_has_no_reading() -> None:
    assert read_documents(parse(""), [ReadContext()]) == []


def test_readings_have_the_index_of_their_document() -> None:
    readings = read_documents(parse("a: b\n---\n" + MANIFEST), [ReadContext("us-east-1"), ReadContext("eu-west-1")])
    assert [reading.document for reading in readings] == [1, 1]


@pytest.mark.parametrize("editable", [True, False])
def test_a_format_that_is_not_editable_has_no_fixes(editable: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "READERS", [entry._replace(editable=editable) for entry in READERS])
    (reading,) = read_documents(parse(MANIFEST), [ReadContext()])
    assert is_fixable(reading) == {editable}


def is_fixable(reading: DocumentReading) -> set[bool]:
    assert reading.deployments
    assert reading.problems
    deployments = {deployment.fixable for deployment in reading.deployments}
    return deployments | {problem.replacement is not None for problem in reading.problems}
