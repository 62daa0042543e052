"""The fuzzing harnesses: a short run of each without atheris, earlier failures, and proof that the invariants can fail."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import pytest

from fuzz import HARNESSES
from fuzz.images import arguments
from fuzz.invariants import images, nodes, whole
from fuzz.mutation import mutated
from fuzz.text import decoded
from fuzz.vocabulary import manifests, vocabulary, write_dictionary
from smlint import parse_image
from smlint.model.findings import Edit, Finding
from smlint.model.results import FileResult
from smlint.model.source import Source
from smlint.syntax import Document, Mapping, Scalar, parse
from tests.conftest import ROOT

FOUND = ROOT / "fixtures/found"
COUNTS = {"nodes": 1_000, "images": 3_000, "whole": 400}

IMAGE = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker"
WRONG = f"smlint: 1\nmodels:\n  - {{name: a, region: us-west-2, instance_type: ml.c7g.large, image_uri: {IMAGE}}}\n"


def harness(name: str) -> ModuleType:
    return import_module(f"fuzz.{name}")


def run(name: str, first: int, count: int) -> None:
    """Run `count` mutated seeds, the same ones every time."""
    check, seeds = harness(name).check, harness(name).seeds()
    for number in range(first, first + count):
        data = mutated(decoded(seeds[number * 7919 % len(seeds)]), number).encode("utf-8", "surrogateescape")
        try:
            check(data)
        except Exception as error:
            error.add_note(f"input {number} of the harness {name}: {data!r}")
            raise


@pytest.mark.parametrize("name", HARNESSES)
def test_mutated_seeds(name: str) -> None:
    run(name, 0, COUNTS[name])


@pytest.mark.long
@pytest.mark.parametrize("name", HARNESSES)
def test_many_mutated_seeds(name: str) -> None:
    run(name, COUNTS[name], 100 * COUNTS[name])


def earlier_failures() -> list[object]:
    return [pytest.param(path, id=path.relative_to(FOUND).as_posix()) for path in sorted(FOUND.rglob("*")) if path.is_file()]


@pytest.mark.parametrize("path", earlier_failures())
def test_earlier_failures(path: Path) -> None:
    harness(path.parent.name).check(path.read_bytes())


@pytest.mark.parametrize("name", HARNESSES)
def test_harness_runs_under_atheris(name: str, tmp_path: Path) -> None:
    if find_spec("atheris") is None:
        pytest.skip("atheris is not installed (extra `fuzz`)")
    done = subprocess.run(
        [sys.executable, "-m", "fuzz", name, "-runs=500", "-seed=1", str(tmp_path)], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr[-2000:]
    counted = re.search(r"DONE +cov: (\d+)", done.stderr)
    assert counted is not None
    assert int(counted[1]) > 300, "smlint is not instrumented"
    assert any((tmp_path / "corpus").iterdir())


# ---------------------------------------------------------------- inputs


def test_mutations_depend_on_the_seed() -> None:
    text = decoded(manifests()[0])
    assert mutated(text, 7) == mutated(text, 7)
    assert len({mutated(text, seed) for seed in range(50)}) > 40


def test_vocabulary_comes_from_manifests() -> None:
    words = vocabulary()
    assert {"ProductionVariants", "Fn::Sub", "productionVariants", "production_variants"} <= set(words.names)
    assert {"ml.c7g.large", "ml.g5.xlarge"} <= set(words.instance_types)
    assert {parse_image(uri).problems for uri in words.images} == {()}


def test_dictionary_has_libfuzzer_syntax(tmp_path: Path) -> None:
    write_dictionary(tmp_path / "words.dict")
    lines = (tmp_path / "words.dict").read_text(encoding="ascii").splitlines()
    assert len(lines) > 800
    assert all(line[0] == line[-1] == '"' and len(line) > 2 for line in lines)
    assert '"\\xef\\xbb\\xbf"' in lines
    assert '"\\x5cu0041"' in lines


def test_lines_become_arguments() -> None:
    assert arguments("xgboost\neu-west-1\n\n\nml.m5.large\n?") == {"framework": "xgboost", "region": "eu-west-1", "instance_type": "ml.m5.large"} | {
        "accelerator_type": arguments("\n\n\n\n\n?")["accelerator_type"]
    }


# ---------------------------------------------------------------- the invariants can fail


def test_misplaced_scalar_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def parse_wrongly(text: str, filename: str = "") -> list[Document]:
        documents = parse(text, filename)
        root = documents[0].root
        assert isinstance(root, Mapping)
        scalar = root.items[0][1]
        assert isinstance(scalar, Scalar)
        scalar.start, scalar.end = 1, 2
        return documents

    assert nodes.holds("a: b\n") is not None
    monkeypatch.setattr(nodes, "parse", parse_wrongly)
    with pytest.raises(AssertionError, match="has another text there"):
        nodes.holds("a: b\n")


def test_different_tree_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nodes, "parse", lambda text, filename="": _with_text(parse(text.replace("[b]", " b "), filename), text))
    for text in ("a: [b]\n", '{"a": [b]}'):
        with pytest.raises(AssertionError, match="instead of a sequence"):
            nodes.holds(text)


def _with_text(documents: list[Document], text: str) -> list[Document]:
    for document in documents:
        document.text = text
    return documents


def test_misplaced_part_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert images.image_holds(IMAGE).problems == ()
    monkeypatch.setattr(images, "parse_image", lambda uri: parse_image(uri)._replace(parts={"tag": (0, 3)}))
    with pytest.raises(AssertionError, match="the tag is"):
        images.image_holds(IMAGE)


def test_undocumented_error_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> str:
        raise KeyError("pytorch")

    monkeypatch.setattr(images, "retrieve", fail)
    with pytest.raises(KeyError):
        images.retrieve_holds({"framework": "pytorch", "region": "us-west-2"})


def test_image_in_another_region_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "retrieve", lambda **_: IMAGE)
    with pytest.raises(AssertionError, match="is not in Region"):
        images.retrieve_holds({"framework": "pytorch", "region": "eu-west-1"})


def test_fix_outside_its_edits_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(whole.holds(WRONG).fixed) == 1
    monkeypatch.setattr("smlint.linter.fixer.splice", lambda text, edits: _spliced(text, edits).replace("smlint: 1", "smlint:  1"))
    with pytest.raises(AssertionError, match="outside its edits"):
        whole.holds(WRONG)


def _spliced(text: str, edits: list[Edit]) -> str:
    for span, _, new in reversed(edits):
        text = text[: span.start] + new + text[span.end :]
    return text


def test_fixing_that_stops_early_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    two_faults = WRONG.replace("region: us-west-2", "region: eu-south-1")
    assert len(whole.holds(two_faults).fixed) == 2
    monkeypatch.setattr("smlint.linter.fixer.MAX_ROUNDS", 1)
    with pytest.raises(AssertionError, match="something is left to fix"):
        whole.holds(two_faults)


def test_fix_refused_without_reason_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smlint.linter.fixer.only_scalars_changed", lambda *_: False)
    with pytest.raises(AssertionError, match="left out"):
        whole.holds(WRONG)


def test_finding_outside_the_text_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    from smlint.linter.engine import LintContext, lint_source

    def lint_wrongly(source: Source, context: LintContext) -> FileResult:
        result = lint_source(source, context)
        return result._replace(findings=tuple(_moved(finding) for finding in result.findings))

    monkeypatch.setattr(whole, "lint_source", lint_wrongly)
    with pytest.raises(AssertionError, match="points outside"):
        whole.holds(WRONG)


def _moved(finding: Finding) -> Finding:
    return finding._replace(span=finding.span._replace(end=10_000))


def test_crashing_rule_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    from smlint.linter.engine import lint_source

    monkeypatch.setattr(whole, "lint_source", lambda source, context: lint_source(source, context)._replace(crashes=("a-rule failed",)))
    with pytest.raises(AssertionError, match="a-rule failed"):
        whole.holds(WRONG)
