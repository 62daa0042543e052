"""A user's catalog of another shape is refused in one line, and never ends in an internal error."""

from __future__ import annotations

import copy
import io
import json
import random
from pathlib import Path
from typing import Any

import pytest

from smlint.api import lint
from smlint.cli.main import main
from smlint.images import catalog_file
from smlint.images.catalog import load_catalog
from smlint.images.catalog_shape import check_shape
from smlint.model.settings import Settings
from smlint.runtime.errors import SmlintError

CATALOG: dict[str, Any] = json.loads(Path(catalog_file.CATALOG).read_text(encoding="utf-8"))
SECTIONS = {name: json.loads((Path(catalog_file.DATA) / f"{name}.json").read_text(encoding="utf-8")) for name in ("instances", "sdk", "images", "releases", "hardware", "drivers")}
MANIFEST = """\
smlint: 1
models:
  - {name: a, region: us-west-2, instance_type: ml.c7g.xlarge, image_uri: "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-cpu-py312"}
  - {name: b, region: eu-west-1, instance_type: ml.g5.xlarge, framework: pytorch, framework_version: "2.6.0"}
  - {name: c, region: us-west-2, instance_type: ml.g5.xlarge, image_uri: "301217895009.dkr.ecr.us-west-2.amazonaws.com/sagemaker-tritonserver:23.10-py3"}
"""

TEMPLATE = json.dumps({
    "Resources": {
        "M": {"Type": "AWS::SageMaker::Model", "Properties": {"PrimaryContainer": {"Image": "763104351884.dkr.ecr.us-west-2.amazonaws.com/vllm:server-sagemaker-cuda-v2"}}},
        "C": {
            "Type": "AWS::SageMaker::EndpointConfig",
            "Properties": {"ProductionVariants": [{"VariantName": "a", "ModelName": {"Fn::GetAtt": ["M", "ModelName"]}, "InstanceType": "ml.g5.xlarge"}]},
        },
    }
})


def problem(data: object) -> str:
    """Return what `check_shape` says of a catalog."""
    with pytest.raises(SmlintError) as caught:
        check_shape(data, "mine.json")
    assert caught.value.what.startswith("mine.json is not an smlint catalog: ")
    assert "\n" not in caught.value.what
    assert caught.value.hint is not None
    return caught.value.what.partition("catalog: ")[2]


def changed(*keys: str | int, value: object) -> dict[str, Any]:
    """Return the bundled catalog with one value replaced."""
    data = copy.deepcopy(CATALOG)
    inner: Any = data
    for key in keys[:-1]:
        inner = inner[key]
    inner[keys[-1]] = value
    return data


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param(changed("accounts", value=True), "accounts: expected a list, not a boolean", id="accounts"),
        pytest.param(changed("accounts", value=[]), "repositories.autogluon-inference.accounts: there is no registry 0", id="no registry"),
        pytest.param(changed("accounts", 0, "us-west-2", value="12"), "accounts[0].us-west-2: expected an AWS account, not '12'", id="an account"),
        pytest.param(changed("as_of", value="today"), "as_of: expected an ISO date, not 'today'", id="a date"),
        pytest.param(changed("provenance", 0, value="docs"), "provenance[0]: expected an object, not 'docs'", id="a source"),
        pytest.param(changed("partitions", 0, value=["aws"]), "partitions: a row has three texts", id="a partition"),
        pytest.param(changed("region_sets", value=["zz"]), "region_sets[0]: expected a hexadecimal number, not 'zz'", id="a mask"),
        pytest.param(changed("repositories", "autogluon-inference", value=3), "repositories.autogluon-inference: expected an object, not a number", id="a repository"),
        pytest.param(changed("repositories", "autogluon-inference", value={"scopes": []}), "repositories.autogluon-inference.frameworks is missing", id="a key"),
        pytest.param(changed("support", "pytorch-inference", "2.6", value=["2026-01-01"]), "support.pytorch-inference.2.6: expected two dates", id="one date"),
        pytest.param(changed("owners", "nvcr.io", value=["nvidia"]), "owners.nvcr.io: expected text, not a list", id="the owner of a registry"),
        pytest.param(changed("unsupported", value={"vllm": {"1-py3": "soon"}}), "unsupported.vllm.1-py3: expected an ISO date, not 'soon'", id="an end of support"),
        pytest.param(CATALOG | {"instances": {"types": {}}}, "instances.prices is missing", id="a section"),
        pytest.param(CATALOG | {"sdk": SECTIONS["sdk"] | {"configs": []}}, "sdk.configs: expected an object, not a list", id="the SDK"),
        pytest.param(CATALOG | {"drivers": SECTIONS["drivers"] | {"least_drivers": {"g7": "570"}}}, "drivers.least_drivers.g7: expected a number, not '570'", id="drivers"),
        pytest.param(CATALOG | {"hardware": SECTIONS["hardware"] | {"gpus": {"T4": ["7.5"]}}}, "hardware.gpus.T4: expected two values", id="a GPU"),
        pytest.param(CATALOG | {"hardware": SECTIONS["hardware"] | {"families": {"g5": {"sizes": {"xlarge": [4]}}}}}, "hardware.families.g5.sizes: expected vCPUs, memory and accelerators", id="a size"),
        pytest.param(CATALOG | {"images": SECTIONS["images"] | {"cuda": {"vllm": {"new": "1"}}}}, "images.cuda.vllm: expected a version, not 'new'", id="CUDA"),
        pytest.param({name: value for name, value in CATALOG.items() if name != "frameworks"}, "frameworks is missing", id="a missing key"),
    ],
)
def test_a_wrong_shape_is_described(data: object, words: str) -> None:
    assert problem(data) == words


def test_the_bundled_catalog_and_unknown_keys_pass() -> None:
    check_shape(CATALOG | SECTIONS, "mine.json")
    check_shape(CATALOG | {"news": True}, "mine.json")
    check_shape({name: value for name, value in CATALOG.items() if name not in ("overrides", "documented_regions")}, "mine.json")


@pytest.mark.parametrize("command", ["check", "inspect", "images", "resolve"])
def test_the_command_line_refuses_it_in_one_line(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.json").write_text(json.dumps(changed("accounts", value=True)))
    Path("empty.yaml").write_text("a: 1\n")
    words = {
        "check": ["empty.yaml"], "inspect": ["x"], "images": [], "resolve": ["--framework", "pytorch", "--instance-type", "ml.m5.xlarge"],
    }[command]  # fmt: skip
    err = io.StringIO()
    assert main([command, *words], io.BytesIO(), io.StringIO(), err, {"SMLINT_CATALOG": "mine.json"}) == 2
    assert "error: mine.json is not an smlint catalog: accounts: expected a list, not a boolean\n" in err.getvalue()
    assert len(err.getvalue().replace("\nhint: ", " hint: ").splitlines()) == 1


def mutated(random_numbers: random.Random) -> dict[str, Any]:
    """Return the catalog with its sections, and one value in it replaced by another kind of value."""
    data = copy.deepcopy(CATALOG | SECTIONS)
    inner: Any = data
    while True:
        key: Any = random_numbers.choice(list(inner) if isinstance(inner, dict) else range(len(inner)))
        child = inner[key]
        if not isinstance(child, dict | list) or not child or random_numbers.random() < 0.3:
            inner[key] = random_numbers.choice([True, None, 7, -1, 0.5, "x", "", [], {}, [[]], {"a": 1}, ["x"]])
            return data
        inner = child


@pytest.mark.parametrize("seed", range(120))
def test_any_other_catalog_is_refused_or_usable(seed: int, tmp_path: Path) -> None:
    data = mutated(random.Random(seed))  # noqa: S311  # the same mutations in each run
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(data))
    try:
        load_catalog(str(path))
    except SmlintError:
        return
    lint(MANIFEST, as_of="2026-10-01", settings=Settings(catalog=str(path)))
    lint(TEMPLATE, "template.json", as_of="2026-10-01", settings=Settings(catalog=str(path)))
