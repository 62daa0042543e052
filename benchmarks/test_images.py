"""The speed of the resolver. Run by hand: `python -m pytest benchmarks --benchmark-only -m ""` (needs pytest-benchmark).

Each test also has a limit: 3 ms to load the catalog, 10 microseconds for a call.
"""

from __future__ import annotations

import itertools
import json
from pathlib import Path

from pytest_benchmark.fixture import BenchmarkFixture  # noqa: TC002  # pytest reads the annotations

from smlint import parse_image, retrieve
from smlint.images import catalog, uri
from smlint.images.catalog_file import DATA, read_catalog_file
from smlint.images.resolve import ImageRequest, resolve

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"


def median_of(benchmark: BenchmarkFixture) -> float:
    """Return the median time of the calls, in seconds."""
    assert benchmark.stats is not None
    return float(benchmark.stats.stats.median)


HOST = "763104351884.dkr.ecr.us-west-2.amazonaws.com"


def test_load(benchmark: BenchmarkFixture) -> None:
    """Read and decode `catalog.json`, which every run with an image does once."""
    path = str(Path(DATA) / "catalog.json")
    benchmark(lambda: catalog.Catalog(read_catalog_file(path), path))
    assert median_of(benchmark) <= 0.003


def test_retrieve(benchmark: BenchmarkFixture) -> None:
    retrieve("pytorch", "us-west-2", version="2.6.0", instance_type="ml.c8g.xlarge")
    benchmark(retrieve, "pytorch", "us-west-2", version="2.6.0", instance_type="ml.c8g.xlarge")
    assert median_of(benchmark) <= 10e-6


def test_retrieve_sdk_compatible(benchmark: BenchmarkFixture) -> None:
    benchmark(retrieve, "pytorch", "us-west-2", version="2.6.0", instance_type="ml.c5.xlarge", image_scope="inference", sdk_compatible=True)
    assert median_of(benchmark) <= 10e-6


def test_resolve_without_cache(benchmark: BenchmarkFixture) -> None:
    """No limit: a linter makes only a few dozen of these calls."""
    benchmark(resolve, ImageRequest(framework="pytorch", region="us-west-2", instance_type="ml.c8g.xlarge", version="2.6.0"), catalog.load_catalog())


def test_parse_image(benchmark: BenchmarkFixture) -> None:
    text = f"{HOST}/pytorch-inference:2.6.0-gpu-py312-cu124-ubuntu22.04-sagemaker"
    benchmark(parse_image, text)
    assert median_of(benchmark) <= 10e-6


def test_parse_image_without_cache(benchmark: BenchmarkFixture) -> None:
    """Parse all published tags, without the cache of `parse_image`."""
    repositories = json.loads((FIXTURES / "published_tags.json").read_text())["repositories"]
    texts = itertools.cycle([f"{HOST}/{repository}:{tag}" for repository, tags in repositories.items() for tag in tags])
    bundled = catalog.load_catalog()
    for _ in range(2000):
        uri._parse(bundled, next(texts))
    benchmark(lambda: uri._parse(bundled, next(texts)))
    assert median_of(benchmark) <= 15e-6
