"""Instance types: the grammar of families, the lists of types, the price lists."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smlint.images.catalog import load_catalog
from smlint.images.instances import PURPOSES, InstanceTypeStatus, InstanceTypeTable, parse_instance_type
from tests.oracle import FIXTURES

BUNDLED = load_catalog()
ARM64 = ["c6g", "c6gd", "c6gn", "c7g", "c7gn", "c8g", "c9g", "m6g", "m6gd", "m7g", "m8g", "r6g", "r6gd", "r7g", "r7gd", "r8g", "t4g", "x2gd", "g5g", "im4gn", "is4gen", "hpc7g", "i8ge", "a1", "p6e-gb200"]
X86 = ["c5", "m5", "m5d", "c8i-flex", "g4dn", "g5", "g6", "g6e", "g7e", "gr6", "p4d", "p5en", "p6-b200", "inf1", "inf2", "trn1n", "dl1", "t3", "r7i", "x2iedn", "u7i-12tb", "mac2-m2pro", "z1d"]


@pytest.mark.parametrize("family", ARM64)
def test_graviton_and_grace_are_arm64(family: str):
    assert parse_instance_type(f"ml.{family}.xlarge").architecture == "arm64"


@pytest.mark.parametrize("family", X86)
def test_other_families_are_x86_64(family: str):
    assert parse_instance_type(f"ml.{family}.xlarge").architecture == "x86_64"


@pytest.mark.parametrize(
    ("name", "processor"),
    [
        pytest.param("ml.m5.xlarge", "cpu", id="general purpose"),
        pytest.param("ml.g5.xlarge", "gpu", id="g"),
        pytest.param("ml.gr6.4xlarge", "gpu", id="gr"),
        pytest.param("ml.p6e-gb200.36xlarge", "gpu", id="Grace Blackwell"),
        pytest.param("ml.inf2.48xlarge", "inf2", id="Inferentia by generation"),
        pytest.param("ml.trn1n.32xlarge", "trn1", id="Trainium by generation"),
        pytest.param("ml.dl1.24xlarge", "hpu", id="Gaudi"),
    ],
)
def test_processors(name: str, processor: str):
    assert parse_instance_type(name).processor == processor


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("m5.xlarge", id="no ml. prefix"),
        pytest.param("ml.foo.bar", id="no generation and no size"),
        pytest.param("ml.m5", id="no size"),
        pytest.param("ml.m5.xlarg", id="an invalid size"),
        pytest.param("ML.M5.XLARGE", id="upper case"),
        pytest.param(" ml.m5.xlarge", id="a space"),
        pytest.param("ml_m5", id="an underscore, as in the SDK"),
        pytest.param("ml.5m.xlarge", id="a number first"),
        pytest.param("ml.m5.0xlarge", id="a size with a leading zero"),
        pytest.param("ml.m\u0665.xlarge", id="a digit of another script"),
        pytest.param("", id="an empty name"),
        pytest.param("local", id="the SDK's local mode"),
    ],
)
def test_malformed_names(name: str):
    instance = parse_instance_type(name)
    assert not instance.well_formed
    assert (instance.family, instance.size, instance.architecture, instance.processor) == ("", "", "", "")
    assert BUNDLED.instance_types.status(name, "hosting") == "malformed"


@pytest.mark.parametrize(
    ("name", "purpose", "status"),
    [
        pytest.param("ml.c6g.xlarge", "hosting", "known", id="Graviton hosts endpoints"),
        pytest.param("ml.p6e-gb200.36xlarge", "training", "known", id="the one arm64 type for training"),
        pytest.param("ml.r7g.large", "hosting", "priced-only", id="priced for hosting, but not listed"),
        pytest.param("ml.m7g.large", "hosting", "priced-only", id="priced for hosting, listed for clusters"),
        pytest.param("ml.t4g.large", "hosting", "wrong-purpose", id="an EC2 family that SageMaker skipped"),
        pytest.param("ml.c6g.xlarge", "training", "wrong-purpose", id="Graviton for training"),
        pytest.param("ml.c6g.xlarge", "transform", "wrong-purpose", id="Graviton for transform"),
        pytest.param("ml.c9g.xlarge", "hosting", "new-family", id="newer than anything on SageMaker"),
        pytest.param("ml.trn9.48xlarge", "training", "new-family", id="not listed at all"),
        pytest.param("ml.c6g.42xlarge", "hosting", "unknown-size", id="a size that the family does not have"),
        pytest.param("ml.c6g.42xlarge", "training", "wrong-purpose", id="the family itself is wrong"),
    ],
)
def test_status(name: str, purpose: str, status: InstanceTypeStatus):
    assert BUNDLED.instance_types.status(name, purpose) == status


def test_the_lists_have_the_published_lengths():
    types = BUNDLED.section("instances")["types"]
    assert {purpose: len(types[purpose].split()) for purpose in PURPOSES} == {
        "hosting": 277, "training": 225, "processing": 207, "transform": 116, "notebook": 189, "cluster": 209,
    }  # fmt: skip


def test_every_listed_type_is_well_formed():
    types = BUNDLED.section("instances")["types"]
    assert [n for p in PURPOSES for n in types[p].split() if not parse_instance_type(n).well_formed] == []


def test_arm64_types_for_hosting():
    types = BUNDLED.section("instances")["types"]
    families = {p: {parse_instance_type(n).family for n in types[p].split() if parse_instance_type(n).architecture == "arm64"} for p in PURPOSES}
    assert families["hosting"] == {"c6g", "c6gd", "c6gn", "c7g", "c8g", "m6g", "m6gd", "m8g", "r6g", "r6gd", "r7gd", "r8g", "p6e-gb200"}
    assert families["training"] == {"p6e-gb200"}
    assert families["transform"] == families["processing"] == set()


def test_the_grammar_is_right_for_every_ec2_family():
    """Except Apple Macs, which have another kind of arm64, and two names that do not parse."""
    families = json.loads((FIXTURES / "ec2_architectures.json").read_text())
    servers = {family: architecture for family, architecture in families.items() if not family.startswith("mac")}
    parsed = {family: parse_instance_type(f"ml.{family}.large") for family in servers}
    assert {family for family, instance in parsed.items() if not instance.well_formed} == {"u-3tb1", "u-6tb1"}
    assert [f for f, instance in parsed.items() if instance.well_formed and instance.architecture != servers[f]] == []
    assert sum(architecture == "arm64" for architecture in servers.values()) > 40


@pytest.mark.parametrize(
    ("name", "purpose", "first"),
    [
        pytest.param("ml.m5.xlarg", "hosting", "ml.m5.xlarge", id="a missing letter"),
        pytest.param("m5.xlarge", "hosting", "ml.m5.xlarge", id="a missing ml. prefix"),
        pytest.param("ml.t4g.large", "hosting", "ml.m6g.large", id="another family with the same hardware"),
        pytest.param("ml.c6g.42xlarge", "hosting", "ml.c6g.4xlarge", id="another size of the same family"),
    ],
)
def test_nearest_types(name: str, purpose: str, first: str):
    found = BUNDLED.instance_types.nearest(name, purpose)
    assert found[0] == first
    assert len(found) <= 3


def test_nearest_types_for_another_purpose_have_the_same_hardware():
    assert all(parse_instance_type(n).architecture == "arm64" for n in BUNDLED.instance_types.nearest("ml.t4g.large", "hosting"))
    assert BUNDLED.instance_types.nearest("ml.c6g.large", "training") == ()


def test_price_lists():
    assert len(BUNDLED.instance_types.priced_regions("ml.c6g.xlarge", "hosting")) == 32
    assert len(BUNDLED.instance_types.priced_regions("ml.c8g.xlarge", "hosting")) == 8
    assert BUNDLED.instance_types.priced_regions("ml.p3.2xlarge", "hosting") == ()
    assert BUNDLED.instance_types.priced_regions("ml.m7g.large", "hosting") == ("ap-east-2",)
    assert BUNDLED.instance_types.priced_regions("ml.m5.xlarge", "training") == ()
    assert "ap-east-2" not in BUNDLED.instance_types.priced_regions("ml.c5.xlarge", "hosting")
    assert BUNDLED.instance_types.has_prices("hosting", "ap-east-2")
    assert not BUNDLED.instance_types.has_prices("hosting", "us-iso-east-1")
    assert not BUNDLED.instance_types.has_prices("training", "us-east-1")


@given(st.text(max_size=40) | st.from_regex(r"ml\.[a-z0-9\-.]{0,20}", fullmatch=True))
def test_any_text_has_a_status(name: str):
    parse_instance_type(name)
    for purpose in PURPOSES:
        BUNDLED.instance_types.status(name, purpose)


def test_an_unknown_purpose_is_an_error():
    with pytest.raises(KeyError):
        BUNDLED.instance_types.status("ml.m5.xlarge", "gardening")


@pytest.mark.parametrize(
    ("name", "purpose", "region", "gap"),
    [
        pytest.param("ml.c6i.4xlarge", "processing", "us-east-1", "hole", id="between two sizes"),
        pytest.param("ml.r5.2xlarge", "hosting", "ap-south-2", "hole", id="in another Region"),
        pytest.param("ml.r5.2xlarge", "hosting", "us-east-1", None, id="it has a price"),
        pytest.param("ml.c5.xlarge", "hosting", "mx-central-1", None, id="no size has a price"),
        pytest.param("ml.m5.8xlarge", "hosting", "us-east-1", None, id="SageMaker does not list it"),
    ],
)
def test_a_gap_in_the_price_list(name: str, purpose: str, region: str, gap: str | None) -> None:
    table = load_catalog().instance_types
    assert table.price_gap(name, purpose, region) == gap


@pytest.mark.parametrize(
    ("priced", "missing", "gap"),
    [
        (["large", "xlarge"], "2xlarge", "edge"),
        (["xlarge", "2xlarge"], "large", "edge"),
        (["large", "2xlarge"], "xlarge", "hole"),
        (["large"], "2xlarge", None),
        (["large", "xlarge", "2xlarge"], "xlarge", None),
    ],
)
def test_one_missing_size_of_a_family(priced: list[str], missing: str, gap: str | None) -> None:
    prices = {"hosting": {"regions": "us-west-2", "types": {f"ml.x1.{size}": "1" for size in priced}}}
    table = InstanceTypeTable({"types": {"hosting": "ml.x1.large ml.x1.xlarge ml.x1.2xlarge"}, "prices": prices, "ec2_families": ""})
    assert table.price_gap(f"ml.x1.{missing}", "hosting", "us-west-2") == gap
    assert table.prices_as_of is None
