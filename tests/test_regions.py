"""Regions and partitions."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smlint.images.catalog import load_catalog
from smlint.images.regions import looks_like_region
from tests.oracle import FIXTURES

BUNDLED = load_catalog()

@pytest.mark.parametrize(
    ("region", "name", "domain"),
    [
        pytest.param("us-west-2", "aws", "amazonaws.com", id="commercial"),
        pytest.param("il-central-1", "aws", "amazonaws.com", id="a Region that older botocore lacks"),
        pytest.param("us-gov-west-1", "aws-us-gov", "amazonaws.com", id="government"),
        pytest.param("cn-northwest-1", "aws-cn", "amazonaws.com.cn", id="China"),
        pytest.param("us-iso-east-1", "aws-iso", "c2s.ic.gov", id="iso"),
        pytest.param("us-isob-east-1", "aws-iso-b", "sc2s.sgov.gov", id="isob"),
        pytest.param("eu-isoe-west-1", "aws-iso-e", "cloud.adc-e.uk", id="isoe"),
        pytest.param("us-isof-south-1", "aws-iso-f", "csp.hci.ic.gov", id="isof"),
        pytest.param("eusc-de-east-1", "aws-eusc", "amazonaws.eu", id="European sovereign cloud"),
        pytest.param("eu-north-7", "aws", "amazonaws.com", id="a future Region"),
        pytest.param("xx-east-1", None, None, id="an unknown partition"),
        pytest.param("not a region", None, None, id="not a Region"),
    ],
)
def test_partition_and_suffix(region: str, name: str | None, domain: str | None):
    assert (BUNDLED.regions.partition_of(region), BUNDLED.regions.domain_of(region)) == (name, domain)


def test_known_regions_and_the_form_of_names():
    assert "eu-west-1" in BUNDLED.regions
    assert "eu-north-7" not in BUNDLED.regions
    assert looks_like_region("eu-north-7")
    for text in ("eu_west_1", "EU-WEST-1", "euwest1", "", "eu-west-", "eu--1", "us-east-1a", "a-b-c-d-1", "us-east-\u0661"):
        assert not looks_like_region(text), text


def test_every_registry_region_has_the_suffix_of_its_partition():
    table = json.loads((FIXTURES / "registries.json").read_text())
    regions = {region for family in table["families"] for region in family}
    assert len(regions) == 46
    for region in regions:
        suffix = next(s for _, pattern, s in table["partitions"] if re.match(pattern, region))
        assert region in BUNDLED.regions
        assert looks_like_region(region)
        assert BUNDLED.regions.domain_of(region) == suffix


def test_nearest():
    assert "us-east-1" in BUNDLED.regions.nearest("us-est-1", 3)
    assert BUNDLED.regions.nearest("q" * 5000, 3) == ()


@given(st.text(max_size=30))
def test_any_text_is_accepted(text: str):
    assert (text in BUNDLED.regions) in (True, False)
    assert looks_like_region(text) in (True, False)
    assert (BUNDLED.regions.partition_of(text) is None) == (BUNDLED.regions.domain_of(text) is None)


@pytest.mark.parametrize(
    ("name", "correction"),
    [
        pytest.param("us-est-1", "us-east-1", id="a missing letter"),
        pytest.param("us-eats-1", "us-east-1", id="two letters swapped"),
        pytest.param("ap-southest-2", "ap-southeast-2", id="the number is kept"),
        pytest.param("us-gov-est-1", "us-gov-east-1", id="another partition"),
        pytest.param("us-east-1", None, id="a Region"),
        pytest.param("us-east-3", None, id="possibly a new number"),
        pytest.param("mx-west-1", None, id="possibly a new combination"),
        pytest.param("nz-south-1", None, id="possibly a new country"),
        pytest.param("us-northcentral-1", None, id="too different from any"),
        pytest.param("", None, id="an empty name"),
    ],
)
def test_the_correction_of_a_misspelled_name(name: str, correction: str | None):
    assert BUNDLED.regions.correction_of(name) == correction
