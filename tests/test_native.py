"""smlint's own manifest: which documents are claimed, what is read, and what its JSON Schema rejects."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from referencing import Registry

from smlint.model.deployment import Deployment, DocumentReading, Kind, ProblemKind
from smlint.readers.native import reader as native
from smlint.readers.native.manifest_schema import load_schema
from smlint.readers.native.quick_schema import accepts
from smlint.readers.reader import ReadContext
from smlint.syntax import parse
from tests.conftest import ROOT

IMAGE = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310"
MODEL = {"name": "m", "framework": "pytorch", "framework_version": "2.1.0", "instance_type": "ml.c5.large"}
VALID = Draft7Validator(load_schema(), registry=Registry())


def reading(text: str, region: str | None = None) -> DocumentReading:
    (document,) = parse(text)
    return native.read(document, ReadContext(region))


def only(text: str, region: str | None = None) -> Deployment:
    (deployment,) = reading(text, region).deployments
    return deployment


def body(**fields: object) -> str:
    return json.dumps({"smlint": 1, "models": [{**MODEL, **fields}]})


@pytest.mark.parametrize(
    ("text", "claimed"),
    [
        pytest.param("smlint: 1\nmodels: []\n", True, id="the first key is smlint"),
        pytest.param('{"smlint": 1, "models": {}}', True, id="in JSON too"),
        pytest.param("# a comment\n---\nsmlint: 1\n", True, id="after comments and markers"),
        pytest.param("smlint: 7\n", True, id="an unknown version, which the schema rejects"),
        pytest.param("smlint: '1'\nmodels: []\n", True, id="a quoted version and models"),
        pytest.param("models: []\nsmlint: 1\n", False, id="smlint is not the first key"),
        pytest.param("smlint:\n  script: smlint check .\n", False, id="a CI job of that name"),
        pytest.param("smlint: [a]\n", False, id="a list under that name"),
        pytest.param("smlint: 0.1.0\nruff: 0.12.0\n", False, id="a table of tool versions"),
        pytest.param("smlint: ^1\n", False, id="a dependency"),
        pytest.param("- smlint: 1\n", False, id="a list"),
        pytest.param("smlint 1\n", False, id="a scalar"),
        pytest.param("!x {smlint: 1}\n", False, id="a tagged mapping"),
    ],
)
def test_a_document_is_claimed_by_its_first_key(text: str, claimed: bool) -> None:
    (document,) = parse(text)
    assert native.claims(document) is claimed


def test_an_empty_document_is_not_claimed() -> None:
    assert [native.claims(document) for document in parse("---\n---\n")] == [False, False]


def test_defaults_apply_to_fields_that_a_model_does_not_state() -> None:
    text = "smlint: 1\ndefaults: {region: us-east-1, framework: pytorch, instance_type: ml.c5.large}\nmodels:\n  a: {}\n  b: {region: eu-west-1}\n"
    found = [(d.resource, d.region.value, d.framework.value, d.instance_type.value.name) for d in reading(text).deployments]
    assert found == [("a", "us-east-1", "pytorch", "ml.c5.large"), ("b", "eu-west-1", "pytorch", "ml.c5.large")]


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        pytest.param(
            "{instance_type: ml.a1.x, region: r-a-1}", {("ml.a1.x", "us-east-1")}, id="an invalid Region is unknown, and hides the default"
        ),
        pytest.param(
            "{instance_types: [ml.c5.large, ml.m5.large]}", {("ml.c5.large", "us-east-1"), ("ml.m5.large", "us-east-1")}, id="each instance type"
        ),
        pytest.param(
            "{regions: [eu-west-1, us-west-2]}", {("ml.g5.xlarge", "eu-west-1"), ("ml.g5.xlarge", "us-west-2")}, id="each Region, not the default"
        ),
        pytest.param(
            "{instance_types: [ml.c5.large, ml.m5.large], regions: [eu-west-1, us-west-2]}",
            {(t, r) for t in ("ml.c5.large", "ml.m5.large") for r in ("eu-west-1", "us-west-2")},
            id="each instance type in each Region",
        ),
    ],
)
def test_each_element_of_a_list_is_a_deployment(model: str, expected: set[tuple[str, str]]) -> None:
    text = f"smlint: 1\ndefaults: {{region: us-east-1, instance_type: ml.g5.xlarge, framework: pytorch}}\nmodels: [{model}]\n"
    found = {(d.instance_type.value.name, d.region.get() or "us-east-1") for d in reading(text).deployments}
    assert found == expected


def test_each_element_of_a_list_has_its_own_text() -> None:
    text = "smlint: 1\nmodels: [{framework: pytorch, instance_types: [ml.c5.large, ml.m5.large]}]\n"
    places = [d.instance_type.text.anchor for d in reading(text).deployments if d.instance_type.text is not None]
    assert [text[place.start : place.end] for place in places] == ["ml.c5.large", "ml.m5.large"]


@pytest.mark.parametrize(
    ("scope", "kind", "needed"),
    [
        pytest.param("inference", Kind.ENDPOINT, "inference", id="inference is an endpoint"),
        pytest.param("training", Kind.TRAINING, "training", id="training"),
        pytest.param("processing", Kind.PROCESSING, "processing", id="processing"),
        pytest.param("transform", Kind.TRANSFORM, "inference", id="a transform job runs an inference image"),
    ],
)
def test_the_scope_determines_the_kind(scope: str, kind: Kind, needed: str) -> None:
    deployment = only(body(image_scope=scope))
    assert (deployment.kind, deployment.scope) == (kind, needed)


def test_the_default_kind_is_an_endpoint() -> None:
    assert (only(body()).kind, only(body()).scope) == (Kind.ENDPOINT, "inference")


@pytest.mark.parametrize(
    ("declared", "option", "expected"),
    [
        pytest.param("region: eu-west-1", "us-east-1", ("eu-west-1", "manifest"), id="the declared Region comes first"),
        pytest.param("name: x", "us-east-1", ("us-east-1", "settings"), id="then that of the run"),
        pytest.param("name: x", None, ("us-west-2", "image"), id="then that of the image"),
        pytest.param("region: '{{ region }}'", None, ("us-west-2", "image"), id="a template is skipped"),
        pytest.param("region: '${REGION}'", "us-east-1", ("us-east-1", "settings"), id="a variable is skipped"),
    ],
)
def test_the_first_known_region_counts(declared: str, option: str | None, expected: tuple[str, str]) -> None:
    deployment = only(f"smlint: 1\nmodels: [{{{declared}, image_uri: '{IMAGE}', instance_type: ml.c5.large}}]\n", option)
    assert (deployment.region.value, deployment.region.origin) == expected


@pytest.mark.parametrize(
    ("text", "pointer", "resource"),
    [
        pytest.param(f"smlint: 1\nmodels: [{{name: a/b, image_uri: '{IMAGE}'}}]\n", "/models/0/image_uri", "a/b", id="a list with a name"),
        pytest.param(f"smlint: 1\nmodels: [{{image_uri: '{IMAGE}'}}]\n", "/models/0/image_uri", "models.0", id="a list without names"),
        pytest.param(f"smlint: 1\nmodels: {{a/b: {{image_uri: '{IMAGE}'}}}}\n", "/models/a~1b/image_uri", "a/b", id="a mapping, the key escaped"),
        pytest.param(
            f"smlint: 1\ndefaults: {{image_uri: '{IMAGE}'}}\nmodels: {{a: {{}}}}\n", "/defaults/image_uri", "a", id="an image in the defaults"
        ),
        pytest.param("smlint: 1\nmodels: {a: {framework: x}}\n", "/models/a", "a", id="no image: the model"),
    ],
)
def test_the_pointer_is_that_of_the_image(text: str, pointer: str, resource: str) -> None:
    deployment = only(text)
    assert (deployment.pointer, deployment.resource) == (pointer, resource)


def test_a_text_behind_an_alias_is_known_but_not_editable() -> None:
    text = f"smlint: 1\ndefaults: {{image_uri: &i '{IMAGE}', instance_type: ml.c5.large}}\nmodels: {{a: {{image_uri: *i}}, b: {{}}}}\n"
    for deployment in reading(text).deployments:
        assert deployment.image.value.tag == "2.1.0-cpu-py310"
        assert deployment.image.text is not None
        assert not any(piece.editable for piece in deployment.image.text.pieces)


@pytest.mark.parametrize(
    "model",
    [
        pytest.param("{image_uri: 5, instance_type: ml.c5.large}", id="a number"),
        pytest.param("{image_uri: [a], instance_type: ml.c5.large}", id="a list"),
        pytest.param("{image_uri: !Ref Image, instance_type: ml.c5.large}", id="a tagged value"),
    ],
)
def test_an_image_that_is_not_a_string_is_unknown(model: str) -> None:
    deployment = only(f"smlint: 1\nmodels: [{model}]\n")
    assert not deployment.image.known
    assert not deployment.image.absent


# ---------------------------------------------------------------- problems


def problems_of(text: str) -> list[tuple[ProblemKind, str, str, str]]:
    """The kind, text, pointer and message of every problem."""
    found = reading(text).problems
    return sorted(((p.kind, text[p.place.text.anchor.start : p.place.text.anchor.end], p.pointer, p.message) for p in found), key=str)


@pytest.mark.parametrize(
    ("version", "read"),
    [
        pytest.param("1.10", "is the number 1.1", id="a float that loses a digit"),
        pytest.param("2.1", "is a number", id="a float that reads the same"),
        pytest.param("2", "is a number", id="an integer"),
        pytest.param("010", "is the number 8", id="an octal integer"),
    ],
)
@pytest.mark.parametrize("where", ["defaults", "models"])
def test_an_unquoted_version_is_the_only_problem_and_keeps_its_text(version: str, read: str, where: str) -> None:
    default, own = (f"framework_version: {version}, ", "") if where == "defaults" else ("", f"framework_version: {version}, ")
    text = f"smlint: 1\ndefaults: {{{default}framework: pytorch}}\nmodels: [{{{own}name: m, instance_type: ml.c5.large}}]\n"
    found = reading(text)
    assert found.deployments[0].framework_version.value == version
    (problem,) = found.problems
    assert (problem.kind, problem.replacement, problem.resource) == (ProblemKind.UNQUOTED_VERSION, version, "m" if where == "models" else "defaults")
    assert problem.message == f"framework_version {version} {read}, expected a quoted string"
    assert problems_of(text)[0][1] == version


@pytest.mark.parametrize("version", ['"1.10"', "'2.1'", "2.1.0", "1.5-1", "!!str 1.10", "0.90-2", "v2"])
def test_a_quoted_version_is_valid(version: str) -> None:
    text = f"smlint: 1\nmodels: [{{framework: pytorch, framework_version: {version}, instance_type: ml.c5.large}}]\n"
    assert reading(text).problems == ()
    assert only(text).framework_version.value == version.strip("'\"").removeprefix("!!str ")


def test_a_number_in_json_is_an_unquoted_version() -> None:
    (problem,) = reading('{"smlint": 1, "models": [{"framework": "x", "framework_version": 1.10, "instance_type": "ml.c5.large"}]}').problems
    assert (problem.kind, problem.replacement) == (ProblemKind.UNQUOTED_VERSION, "1.10")


HEAD = "smlint: 1\nmodels:\n  - "


@pytest.mark.parametrize(
    ("text", "at", "message"),
    [
        pytest.param("smlint: 2\nmodels: []\n", ("2", "/smlint"), "smlint is the number 2, expected 1", id="an unknown version"),
        pytest.param("smlint: 1\n", ("smlint", ""), "the manifest has no 'models'", id="no models"),
        pytest.param("smlint: 1\nmodle: []\n", ("modle", "/modle"), "unknown key 'modle'; did you mean 'models'?", id="misspelled models"),
        pytest.param("smlint: 1\nmodels: []\nowner: me\n", ("owner", "/owner"), "unknown key 'owner'", id="an unknown key"),
        pytest.param("smlint: 1\nmodels: x\n", ("x", "/models"), "models is 'x', expected a list or a mapping", id="models is a string"),
        pytest.param("smlint: 1\nmodels:\n", ("models", "/models"), "models is empty, expected a list or a mapping", id="models is empty"),
        pytest.param("smlint: 1\nmodels: {a: }\n", ("a", "/models/a"), "model 'a' is empty, expected a mapping", id="an empty model"),
        pytest.param("smlint: 1\nmodels: [a]\n", ("a", "/models/0"), "item 1 of models is 'a', expected a mapping", id="a model that is only a name"),
        pytest.param(
            "smlint: 1\ndefaults: {name: a}\nmodels: []\n",
            ("name", "/defaults/name"),
            "key 'name' belongs to each model, not to the defaults",
            id="a name in the defaults",
        ),
        pytest.param(HEAD + "{name: a, framework: b}", ("a", "/models/0"), "the model has no 'instance_type'", id="no instance type"),
        pytest.param(
            HEAD + "{instance_type: b}", ("instance_type", "/models/0"), "the model has no 'framework' and no 'image_uri'", id="no framework and no image"
        ),
        pytest.param(
            HEAD + "{framework: b, instance_typ: c}",
            ("instance_typ", "/models/0/instance_typ"),
            "unknown key 'instance_typ'; did you mean 'instance_type'?",
            id="a misspelled key is not reported as missing",
        ),
        pytest.param(
            HEAD + "{image: b, instance_type: c}",
            ("image", "/models/0/image"),
            "unknown key 'image'; did you mean 'image_uri'?",
            id="another name of a key",
        ),
        pytest.param(
            HEAD + "{framework: b, instance_type: c, version: '2'}",
            ("version", "/models/0/version"),
            "unknown key 'version'; did you mean 'framework_version'?",
            id="the SDK's name of a key",
        ),
        pytest.param(
            HEAD + "{framework: 5, instance_type: c}",
            ("5", "/models/0/framework"),
            "framework is the number 5, expected a string",
            id="a number instead of a string",
        ),
        pytest.param(
            HEAD + "{framework: '', instance_type: c}",
            ("framework", "/models/0/framework"),
            "framework is empty, expected a non-empty string",
            id="an empty string",
        ),
        pytest.param(
            HEAD + "{framework: b, instance_type: c, framework_version: true}",
            ("true", "/models/0/framework_version"),
            "framework_version is true, expected a string",
            id="true instead of a version",
        ),
        pytest.param(
            HEAD + "{framework: b, instance_type: c, py_version: 3.10}",
            ("3.10", "/models/0/py_version"),
            "py_version is the number 3.1, expected a string",
            id="a number instead of a Python version",
        ),
        pytest.param(
            HEAD + "{framework: b, instance_type: c, py_version: '3.10'}",
            ("3.10", "/models/0/py_version"),
            "py_version is '3.10', expected a value such as py310",
            id="a Python version in another form",
        ),
        pytest.param(
            HEAD + "{framework: b, instance_type: c, image_scope: serving}",
            ("serving", "/models/0/image_scope"),
            "image_scope is 'serving', expected inference, training, processing or transform",
            id="an unknown scope",
        ),
        pytest.param(
            HEAD + "{framework: b, instance_type: c, region: Ireland}",
            ("Ireland", "/models/0/region"),
            "region is 'Ireland', expected a value such as eu-west-1",
            id="an invalid Region",
        ),
        pytest.param(
            HEAD + "{framework: b, instance_type: c, regions: [eu-west-1, 5]}",
            ("5", "/models/0/regions/1"),
            "item 2 of regions is the number 5, expected a string",
            id="an item of a list",
        ),
        pytest.param(
            HEAD + "{framework: b, instance_types: []}",
            ("instance_types", "/models/0/instance_types"),
            "instance_types is an empty list, expected at least one item",
            id="an empty list",
        ),
        pytest.param(
            HEAD + "{name: a, framework: b, instance_type: c, instance_types: [d]}",
            ("a", "/models/0"),
            "'instance_type' and 'instance_types' are both given, expected one of them",
            id="both the singular and the plural key",
        ),
        pytest.param(
            HEAD + "{framework: b, framework: c, instance_type: d}",
            ("framework", "/models/0/framework"),
            "key 'framework' is given twice, expected once",
            id="a duplicate key",
        ),
    ],
)
def test_each_problem_is_reported_once_at_its_key_or_value(text: str, at: tuple[str, str], message: str) -> None:
    assert problems_of(text) == [(ProblemKind.SCHEMA, *at, message)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(HEAD + "{framework: b, instance_type: c, region: '{region}'}", id="a Region that a template fills in"),
        pytest.param(HEAD + "{framework: b, instance_type: c, image_scope: '{{ scope }}'}", id="a scope that a template fills in"),
        pytest.param(HEAD + "{framework: b, instance_type: !Ref Type}", id="a tagged value"),
        pytest.param("smlint: 1\ndefaults: {instance_types: [a], image_uri: b}\nmodels: [{}, {name: 5}]\n", id="everything from the defaults"),
        pytest.param("smlint: 1\ndefaults: &d {instance_type: a}\nmodels: [{<<: *d, framework: b}]\n", id="a merge key"),
        pytest.param("smlint: 1\nmodels: {}\n", id="no models yet"),
        pytest.param(body(region="eusc-de-east-1", inference_ami_version="al2-ami-sagemaker-inference-gpu-3-1"), id="rare fields"),
    ],
)
def test_valid_and_undecidable_manifests_have_no_problem(text: str) -> None:
    assert reading(text).problems == ()


def test_a_problem_of_a_model_names_it() -> None:
    assert [p.resource for p in reading(body(region="Ireland")).problems] == ["m"]
    assert [p.resource for p in reading("smlint: 1\nmodels: {churn: {framework: a}}\n").problems] == ["churn"]


# ---------------------------------------------------------------- the schema and its quick check


def test_the_schema_is_a_valid_draft_07_schema() -> None:
    Draft7Validator.check_schema(load_schema())


def ok_fixtures() -> Iterator[object]:
    for path in sorted((ROOT / "fixtures/ok/native").iterdir()):
        yield pytest.param(path.read_text(encoding="utf-8"), id=path.name)


@pytest.mark.parametrize("text", list(ok_fixtures()))
def test_good_manifests_without_templates_do_not_need_jsonschema(text: str) -> None:
    needed = "'{{ region }}'" in text or '"{{ region }}"' in text
    code = (
        "import sys\nfrom smlint.syntax import parse\nfrom smlint.readers.native import reader as native\nfrom smlint.readers.reader import ReadContext\n"
        "found = native.read(parse(sys.stdin.read())[0], ReadContext())\nassert found.problems == ()\nprint('jsonschema' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], input=text, text=True, capture_output=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == str(needed)


WORDS = st.sampled_from(["", "x", "eu-west-1", "py310", "training", "pytorch2.1.0", "3.10", "ml.c5.large"])
VALUES = st.one_of(
    WORDS, st.none(), st.booleans(), st.integers(-1, 2), st.floats(0, 2), st.lists(WORDS, max_size=3), st.dictionaries(WORDS, WORDS, max_size=1)
)
FIELDS = st.sampled_from([*load_schema()["definitions"]["model"]["properties"], "other"])  # type: ignore[index,call-overload]
MODELS = st.one_of(VALUES, st.dictionaries(FIELDS, VALUES, max_size=5), st.just(MODEL), st.just({"image_uri": "x", "instance_types": ["a", "b"]}))
DOCUMENTS = st.fixed_dictionaries(
    {
        "smlint": st.sampled_from([1, 1, 1, 1.0, True, 2, "1"]),
        "models": st.one_of(st.lists(MODELS, max_size=3), st.dictionaries(WORDS, MODELS, max_size=2), VALUES),
    },
    optional={"defaults": MODELS, "other": VALUES},
)


@settings(max_examples=400, deadline=None)
@given(DOCUMENTS)
def test_the_quick_check_never_accepts_what_jsonschema_rejects(data: dict[str, object]) -> None:
    schema = load_schema()
    if accepts(schema, data, schema):  # type: ignore[arg-type]
        assert VALID.is_valid(data)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {"framework": st.sampled_from(["pytorch", "xgboost"]), "instance_type": st.sampled_from(["ml.c5.large", "?"])},
            optional={"region": st.just("eu-west-1"), "py_version": st.just("py310"), "image_scope": st.just("training"), "name": st.integers()},
        )
    )
)
def test_the_quick_check_accepts_ordinary_manifests(models: list[dict[str, object]]) -> None:
    schema = load_schema()
    data = {"smlint": 1, "models": models}
    assert accepts(schema, data, schema)  # type: ignore[arg-type]
    assert VALID.is_valid(data)


@pytest.mark.parametrize("keyword", ["oneOf", "patternProperties", "format", "dependencies", "maxLength", "contains"])
def test_the_quick_check_does_not_accept_unknown_keywords(keyword: str) -> None:
    assert not accepts({keyword: {}}, {}, {})


@pytest.mark.parametrize("reference", ["https://example.org/schema.json", "#/definitions/none", "other.json#/a", 5])
def test_the_quick_check_follows_only_local_references(reference: str | int) -> None:
    assert not accepts({"$ref": reference}, {}, {"definitions": {}})


# ---------------------------------------------------------------- hostile trees

JUNK = st.sampled_from(
    ["null", "5", "[]", "{}", "'{{ x }}'", "!Ref X", "&a [*a]", "''", "[[[]]]", "{a: {b: {c: d}}}", "~", "1.10", "2024-01-01", '"\\0"', "|\n  x"]
)
TREE = {
    "smlint": 1,
    "defaults": {"region": "us-east-1", "framework": "pytorch"},
    "models": [{**MODEL, "regions": ["eu-west-1"], "image_uri": IMAGE}, {"name": "n", "instance_types": ["ml.c5.large"]}],
}


def paths(tree: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if path:
        yield path
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in items:
        yield from paths(value, (*path, key))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(list(paths(TREE))), JUNK), min_size=1, max_size=3))
def test_a_mutated_manifest_never_raises(mutations: list[tuple[tuple[str | int, ...], str]]) -> None:
    tree = copy.deepcopy(TREE)
    text_of = {}
    for number, (path, junk) in enumerate(mutations):
        target: object = tree
        for step in path[:-1]:
            target = target[step] if isinstance(target, (dict, list)) and (isinstance(target, dict) or isinstance(step, int)) else None  # type: ignore[index]
        if isinstance(target, (dict, list)):
            target[path[-1]] = f"@{number}@"  # type: ignore[index,call-overload]
            text_of[f'"@{number}@"'] = junk if "\n" not in junk else "x"
    text = json.dumps(tree)
    for mark, junk in text_of.items():
        text = text.replace(mark, junk)
    for document in parse(text):
        native.claims(document)
        for region in (None, "eu-west-1"):
            found = native.read(document, ReadContext(region))
            for problem in found.problems:
                assert 0 <= problem.place.text.anchor.start <= problem.place.text.anchor.end <= len(text)
                assert problem.message
                assert "\n" not in problem.message
