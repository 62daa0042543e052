"""The hardware of instance types, and the drivers of machine images."""

from __future__ import annotations

import pytest

from smlint.images.catalog import load_catalog
from smlint.images.drivers import Verdict
from smlint.images.instances import PURPOSES, parse_instance_type

CATALOG = load_catalog()
TABLE, DRIVERS = CATALOG.hardware, CATALOG.drivers
OLD, NEW = "al2-ami-sagemaker-inference-gpu-3-1", "al2023-ami-sagemaker-inference-gpu-4-1"


@pytest.mark.parametrize(
    ("name", "vcpus", "memory", "accelerator", "count", "device_memory", "capability"),
    [
        pytest.param("ml.m5.xlarge", 4, 16, None, 0, None, None, id="no accelerator"),
        pytest.param("ml.g4dn.12xlarge", 48, 192, "T4", 4, 16, "7.5", id="several GPUs"),
        pytest.param("ml.g5.xlarge", 4, 16, "A10G", 1, 22.4, "8.6", id="a GPU"),
        pytest.param("ml.p4de.24xlarge", 96, 1152, "A100", 8, 80, "8.0", id="the larger A100"),
        pytest.param("ml.p6-b300.48xlarge", 192, 4096, "B300", 8, 268.6, "10.3", id="Blackwell"),
        pytest.param("ml.p3.2xlarge", 8, 61, "V100", 1, 16, "7.0", id="a retired family"),
        pytest.param("ml.p6e-gb200.36xlarge", 144, None, "GB200", 4, None, "10.0", id="memory that no source has"),
        pytest.param("ml.inf1.24xlarge", 96, 192, "Inferentia", 16, 8, None, id="Neuron"),
        pytest.param("ml.trn2.48xlarge", 192, 2048, "Trainium2", 16, 96, None, id="a corrected memory"),
        pytest.param("g5.xlarge", 4, 16, "A10G", 1, 22.4, "8.6", id="a node of a cluster"),
    ],
)
def test_the_hardware_of_a_type(
    name: str, vcpus: int, memory: float | None, *, accelerator: str | None, count: int, device_memory: float | None, capability: str | None
):
    full = name if name.startswith("ml.") else f"ml.{name}"
    found = TABLE.of(parse_instance_type(full)._replace(name=name))
    assert found is not None
    assert (found.vcpus, found.memory, found.accelerators) == (vcpus, memory, count)
    assert found.source
    if found.accelerator is None:
        assert accelerator is None
    else:
        assert (found.accelerator.name, found.accelerator.memory, found.accelerator.capability) == (accelerator, device_memory, capability)


@pytest.mark.parametrize("name", ["ml.c9g.xlarge", "ml.g5.metal", "ml.foo", ""])
def test_other_types_have_no_hardware(name: str):
    assert TABLE.of(parse_instance_type(name)) is None


def test_every_listed_type_has_hardware_that_fits_its_name():
    for name in {name for purpose in PURPOSES for name in CATALOG.instance_types.names(purpose) if name.startswith("ml.")}:
        instance = parse_instance_type(name)
        found = TABLE.of(instance)
        assert found is not None, name
        assert (found.accelerator is not None) == (instance.processor != "cpu"), name
        if found.accelerator is not None:
            assert (found.accelerator.capability is not None) == (instance.processor == "gpu"), name
            assert (found.accelerator.cores is not None) == instance.processor.startswith(("inf", "trn")), name


@pytest.mark.parametrize(
    ("cuda", "family", "driver", "verdict", "ami"),
    [
        pytest.param("12.4", "g5", 470, "runs", "al2-ami-sagemaker-inference-gpu-2", id="before 12.8"),
        pytest.param("9.2", "g5", None, "runs", "al2-ami-sagemaker-inference-gpu-2", id="before 12.8, no driver"),
        pytest.param("12.8", "g5", 470, "fails", OLD, id="12.8 on 470"),
        pytest.param("12.9", "g6", 535, "disputed", OLD, id="12.9 on 535"),
        pytest.param("12.9", "p5en", 550, "runs", OLD, id="12.9 on 550"),
        pytest.param("13.2", "g6", 535, "fails", NEW, id="13 on 535"),
        pytest.param("13.0", "p5e", 550, "disputed", NEW, id="13 on 550"),
        pytest.param("13.0", "g5", 580, "runs", NEW, id="13 on 580"),
        pytest.param("12.8", "g6e", None, "unknown", OLD, id="an unknown driver"),
        pytest.param("12.8", "g7e", 550, "fails", NEW, id="a driver before Blackwell"),
        pytest.param("12.4", "p6-b200", 550, "fails", NEW, id="an old CUDA on a driver before Blackwell"),
        pytest.param("14.0", "g5", 580, "runs", None, id="newer than every driver"),
    ],
)
def test_an_image_runs_on_a_driver(*, cuda: str, family: str, driver: int | None, verdict: Verdict, ami: str | None):
    assert DRIVERS.runs(cuda, family, driver) == verdict
    oldest = DRIVERS.oldest_ami(cuda, family)
    assert (oldest.name if oldest is not None else None) == ami


def test_default_drivers_depend_on_the_use():
    assert (DRIVERS.default_driver("p5"), DRIVERS.default_driver("p5", batch=True), DRIVERS.default_driver("g6e")) == (535, None, None)
    assert [ami.name for ami in DRIVERS.transform_amis] == ["al2-ami-sagemaker-batch-gpu-470", "al2-ami-sagemaker-batch-gpu-535"]


def test_a_device_may_need_a_newer_toolkit():
    trainium2, blackwell, turing = (TABLE.accelerator_of(family) for family in ("trn2", "p6-b200", "g4dn"))
    assert trainium2 is not None
    assert blackwell is not None
    assert turing is not None
    assert (trainium2.first_neuron_sdk, blackwell.first_cuda, turing.first_cuda) == ("2.21.0", "12.8", None)
    assert TABLE.accelerator_of("m5") is None
    assert [trainium2.supports_neuron_sdk(version) for version in ("2.9.1", "2.20.2", "2.21.0", "2.28.0")] == [False, False, True, True]
    assert turing.supports_neuron_sdk("1.0.0")
