"""Documents inside strings: every span is that of the outer file, and only verbatim text is editable."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, FoldedScalarString, LiteralScalarString, SingleQuotedScalarString

from smlint import fix, lint
from smlint.model.deployment import DocumentReading
from smlint.readers import embedded, strings
from smlint.readers.documents import read_documents, read_embedded
from smlint.readers.embedded import Holder, JoinPart, embedded_document, joined_document
from smlint.readers.reader import ReadContext
from smlint.syntax import Mapping, ParseError, Scalar, parse, walk
from smlint.syntax.embedded import inner_document, source_map

GPU = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-training:2.1.0-gpu-py310"
CPU = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-training:2.1.0-cpu-py310"
ARGUMENTS = {"AlgorithmSpecification": {"TrainingImage": GPU}, "ResourceConfig": {"InstanceType": "ml.m5.xlarge"}}
PIPELINE = {"Version": "2020-12-01", "Steps": [{"Name": "Train", "Type": "Training", "Arguments": ARGUMENTS}]}


def value_of(text: str, key: str = "a") -> Scalar:
    (document,) = parse(text)
    assert isinstance(document.root, Mapping)
    found = document.root.get(key)
    assert isinstance(found, Scalar)
    return found


@pytest.mark.parametrize("before", ["", " ", "  ", "\n    ", "\r\n    ", "\t"], ids=repr)
@pytest.mark.parametrize("quote", "'\"")
def test_white_space_before_a_document_is_ignored(quote: str, before: str) -> None:
    inner = json.dumps(ARGUMENTS)
    text = f"data:\n  job: {quote}{before}{json.dumps(inner)[1:-1] if quote == chr(34) else inner}{quote}\n"
    assert [finding.rule for finding in lint(text, as_of="2024-01-01").findings] == ["image-processor-mismatch"]


# ---------------------------------------------------------------- spans


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('{"a": "xyz"}', id="JSON without escapes"),
        pytest.param(r'{"a": "x\"y\\z\/\u0041\n\t e"}', id="JSON with escapes"),
        pytest.param(r'{"a": "x\ud83d\ude00y"}', id="JSON with a surrogate pair"),
        pytest.param(r'{"a": "x\ud83dy"}', id="JSON with half a surrogate pair"),
        pytest.param("a: 'x ''y'' z'", id="single quotes"),
        pytest.param("a: 'x\n\n  ''y''\n  z'", id="single quotes over several lines"),
        pytest.param('a: "x \\\n  y\\x41\\u0042\\U00000043\\e\\_\\N\\  z"', id="double quotes over several lines with escapes"),
        pytest.param("a: x y\n  z # c", id="plain over several lines"),
        pytest.param("a: |\n  x\n   y\n\n  z\nb: 1", id="literal"),
        pytest.param("a: |2-  # why\n   x\n  y\nb: 1", id="literal with an indentation indicator and a comment"),
        pytest.param("a: >+\n  x\n  y\n\n   z\n\nb: 1", id="folded"),
        pytest.param("a: |\r\n  x\r\n  y\r\nb: 1\r\n", id="literal with CRLF"),
        pytest.param("a: |\n  \U0001f600 \u00e9\n  y", id="literal with characters beyond ASCII"),
        pytest.param("a: ''", id="empty"),
    ],
)
def test_the_map_leads_to_each_character_but_blanks(text: str) -> None:
    scalar = value_of(text)
    where = source_map(scalar, text)
    assert where is not None
    assert len(where.starts) == len(where.ends) == len(scalar.value)
    assert list(where.starts) == sorted(where.starts)
    for character, start, end in zip(scalar.value, where.starts, where.ends, strict=True):
        written = text[start:end]
        assert scalar.start <= start <= end <= scalar.end
        if not character.isspace():
            assert written == character or written.startswith("\\") or (written == "''" and character == "'")


@pytest.mark.parametrize("style", [SingleQuotedScalarString, DoubleQuotedScalarString, LiteralScalarString, FoldedScalarString])
@settings(max_examples=150, deadline=None)
@given(value=st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]) | st.sampled_from("\n '\"\\{}:#"), max_size=60), width=st.integers(10, 80))
@example(value='{"a": "b c",\n "d": 1}', width=10)
def test_output_of_a_yaml_writer_is_mapped(style: type[str], value: str, width: int) -> None:
    writer = YAML()
    writer.width = width
    out = StringIO()
    writer.dump({"a": style(value)}, out)
    text = out.getvalue()
    if text.startswith("\ufeff"):
        return
    scalar = value_of(text)
    where = source_map(scalar, text)
    if where is None:
        return  # no map is allowed here; the cases above require one
    for character, start, end in zip(scalar.value, where.starts, where.ends, strict=True):
        if character.isalnum() and not text[start:end].startswith("\\"):
            assert text[start:end] == character


@settings(max_examples=150, deadline=None)
@given(inner=st.recursive(st.text(max_size=12) | st.integers(), lambda one: st.lists(one, max_size=3) | st.dictionaries(st.text(max_size=6), one, max_size=3), max_leaves=8), ascii_only=st.booleans())
def test_scalars_of_json_in_json_have_exact_spans(inner: object, ascii_only: bool) -> None:
    value = json.dumps({"root": inner}, ensure_ascii=ascii_only)
    text = json.dumps({"a": value}, ensure_ascii=ascii_only)
    try:
        text.encode()
        scalar = value_of(text)
    except UnicodeEncodeError:
        return
    where = source_map(scalar, text)
    assert where is not None
    found = inner_document(scalar.value, where, text)
    assert found is not None
    for node in walk(found.root):
        written = text[node.start : node.end]
        if isinstance(node, Scalar) and not any(character in " \t\n\r\x85\u2028\u2029" for character in node.value):
            once = json.loads('"' + written + '"')  # as the outer document has it
            assert json.loads('"' + once + '"') == node.value if node.style == "json" else once == node.value
            assert not node.exact or written == node.value


# ---------------------------------------------------------------- reading


def embeddings() -> list[object]:
    lines = json.dumps(PIPELINE, indent=2).splitlines()
    block = "\n".join("    " + line for line in lines)
    return [
        pytest.param(f"p:\n  d: |\n{block}\n", True, id="a literal block"),
        pytest.param(f"p:\r\n  d: |-\r\n{block}\r\n".replace("\n    ", "\r\n    "), True, id="a literal block with CRLF"),
        pytest.param("p:\n  d: '" + json.dumps(PIPELINE) + "'\n", True, id="single quotes"),
        pytest.param(f"p:\n  d: >\n{block}\n", False, id="a folded block"),
        pytest.param("p:\n  d: " + json.dumps(json.dumps(PIPELINE)) + "\n", False, id="double quotes with escapes"),
        pytest.param(json.dumps({"p": {"d": json.dumps(PIPELINE)}}), False, id="JSON in JSON"),
        pytest.param("p:\n  d: '" + json.dumps(PIPELINE).replace(", ", ",\n     ") + "'\n", False, id="single quotes over several lines"),
        pytest.param("p:\n  d: &x '" + json.dumps(PIPELINE) + "'\nq: *x\n", False, id="a scalar that an alias refers to"),
    ]


@pytest.mark.parametrize(("text", "fixable"), embeddings())
def test_findings_in_a_string_point_into_the_outer_file(text: str, fixable: bool) -> None:
    report = lint(text, "deploy.yaml", as_of="2024-01-01")
    (finding,) = report.findings
    assert finding.rule == "image-processor-mismatch"
    assert finding.format == "pipeline"
    assert text[finding.span.start : finding.span.end] == "gpu"
    assert [text[one.span.start : one.span.end] for one in finding.related] == ["ml.m5.xlarge"]
    assert finding.pointer == "/p/d/Steps/0/Arguments/AlgorithmSpecification/TrainingImage"
    assert fix(text, "deploy.yaml", as_of="2024-01-01") == (text.replace(GPU, CPU) if fixable else text)


def reading(text: str) -> DocumentReading | None:
    readings = [reading for reading in read_documents(parse(text), [ReadContext()]) if reading.deployments]
    return readings[0] if readings else None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(json.dumps({"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::sagemaker:createTrainingJob", "Parameters": ARGUMENTS}}}), "stepfunctions", id="a state machine"),
        pytest.param(json.dumps({"TrainingJobName": "t", **ARGUMENTS}), "request", id="a request"),
        pytest.param(json.dumps({"image": GPU, "instance_type": "ml.m5.xlarge"}), "generic", id="a configuration in JSON"),
        pytest.param(" \n" + json.dumps(PIPELINE), "pipeline", id="after white space"),
        pytest.param(f"Version: '2020-12-01'\nSteps:\n- Name: T\n  Type: Training\n  Arguments: {json.dumps(ARGUMENTS)}\n", "pipeline", id="YAML"),
        pytest.param(f"image: {GPU}\ninstance_type: ml.m5.xlarge\n", None, id="a configuration in YAML, which may be an example"),
        pytest.param(json.dumps(PIPELINE)[:-1], None, id="half a document"),
        pytest.param(f"docker pull {GPU}\nrun --instance ml.m5.xlarge\n", None, id="a script"),
        pytest.param(json.dumps([1, GPU, "ml.m5.xlarge"]), None, id="a list"),
        pytest.param(json.dumps({"text": "sagemaker"}), None, id="another document"),
    ],
)
def test_formats_of_documents_in_strings(value: str, expected: str | None) -> None:
    found = reading(json.dumps({"name": "x", "body": value}))
    assert (found.format if found is not None and found.deployments else None) == expected


def test_the_outer_document_is_read_too() -> None:
    text = json.dumps({"definition": json.dumps(PIPELINE), "endpoint": {"image": CPU.replace("training", "inference"), "instance_type": "ml.c5.large"}})
    found = reading(text)
    assert found is not None
    assert [d.format for d in found.deployments] == ["pipeline", "generic"]


def test_placeholders_may_lack_quotes() -> None:
    value = json.dumps({**PIPELINE, "Count": 7}).replace("7}", "${Count}}").replace('"ml.m5.xlarge"', "${Type}")
    text = json.dumps({"d": value})
    inner = embedded_document(value_of(text, "d"), parse(text)[0])
    assert inner is not None
    (found,) = reading(text).deployments  # type: ignore[union-attr]
    assert found.image.known
    assert not found.instance_type.known


def test_joined_parts_keep_their_spans() -> None:
    value = json.dumps(PIPELINE)
    at = value.index("us-west-2")
    text = json.dumps({"a": value[:at], "b": value[at + 9 :]})
    (document,) = parse(text)
    first, second = value_of(text, "a"), value_of(text, "b")
    inner = joined_document([JoinPart(first), JoinPart(None, "AWS::Region", first.span), JoinPart(second)], document)
    assert inner is not None
    assert not inner.verbatim
    found = embedded.read_document(inner, ReadContext(read_embedded=read_embedded), Holder())
    assert found is not None
    (deployment,) = found.deployments
    assert deployment.image.text is not None
    assert [text[piece.span.start : piece.span.end] for piece in deployment.image.text.pieces if piece.span and piece.text] == [
        "763104351884.dkr.ecr.", ".amazonaws.com/pytorch-training:2.1.0-gpu-py310",
    ]  # fmt: skip
    assert deployment.image.text.shown() == GPU.replace("us-west-2", "${AWS::Region}")
    assert not deployment.fixable


def test_a_document_two_strings_deep_is_not_read() -> None:
    assert reading(json.dumps({"a": json.dumps({"b": json.dumps(PIPELINE)})})) is None


@settings(max_examples=100, deadline=None)
@given(cut=st.integers(0, 400), junk=st.text(max_size=5), style=st.sampled_from(["|", ">", "'", '"']))
def test_no_string_raises(cut: int, junk: str, style: str) -> None:
    value = json.dumps(PIPELINE)
    value = value[:cut] + junk + value[cut:]
    text = json.dumps({"d": value}) if style == '"' else f"d: '{value}'\n" if style == "'" else f"d: {style}\n  {value}\n"
    try:
        documents = parse(text)
    except ParseError:
        return
    for document in documents:
        strings.claims(document)
        strings.read(document, ReadContext("us-east-1", read_embedded=read_embedded))


def test_the_fix_removes_a_blank_after_an_image_in_a_block() -> None:
    text = "p:\n  d: |\n" + "".join(f"    {line}\n" for line in json.dumps(PIPELINE, indent=1).replace(GPU, CPU + " ").splitlines())
    assert fix(text, "deploy.yaml", as_of="2024-01-01") == text.replace(CPU + " ", CPU)
