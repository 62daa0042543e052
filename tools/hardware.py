"""Build `hardware.json` (the processors, memory and accelerators of instance types) and `drivers.json` (the drivers of families and machine images).

Most of the first comes from EC2's answers in the wheel of moto. `hardware.toml` has what that lacks or gets wrong, each with its source.
"""

from __future__ import annotations

import gzip
import json
import sys
import tomllib
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from smlint.catalog_build.sdk_config import Json, Object, as_object

_EC2_FILE = "moto/ec2/resources/instance_types.json.gz"
_MIB = 1024  # MiB in a GiB


def hardware(moto: Path, reviewed: Path, names: Iterable[str]) -> Object:
    """Return the content of `hardware.json` for the instance types `names` (`ml.g5.xlarge`).

    A type that no source knows has no entry. Ends the process if a GPU has no compute capability.
    """
    table = tomllib.loads(reviewed.read_text(encoding="utf-8"))
    types, date = _ec2(moto)
    families: dict[str, Any] = {}
    for name in sorted(set(names), key=_by_size):
        _, family, size = name.split(".")
        ec2 = types.get(f"{family}.{size}")
        if ec2 is not None and family not in table["families"]:
            _add(families, family, size, ec2, table["device_memory"])
    for family, row in table["families"].items():
        families[family] = {**row, "source": "families"}
    _check_gpus(families, table["gpus"])
    ec2_source = f"{moto.name.split('-py')[0]}, {_EC2_FILE.partition('/')[2]} ({date})"
    return {
        "sources": {"ec2": ec2_source, **{name: table["sources"][name] for name in ("families", "gpus", "least_cuda", "first_neuron_sdk")}},
        "families": dict[str, Json](sorted(families.items())),
        **{name: table[name] for name in ("gpus", "least_cuda", "first_neuron_sdk")},
    }


def drivers(hardware: Object, reviewed: Path, ami_versions: Iterable[str]) -> Object:
    """Return the content of `drivers.json` for the families in `hardware.json` and the API's values of `InferenceAmiVersion`."""
    table = tomllib.loads(reviewed.read_text(encoding="utf-8"))
    generations = {gpu: row[0] for gpu, row in table["gpus"].items()}
    least: Object = {}
    for family, row in as_object(hardware["families"]).items():
        generation = generations.get(as_object(row).get("accelerator"))
        if generation in table["least_drivers"]:
            least[family] = table["least_drivers"][generation]
    names = ("default_drivers", "least_drivers", "cuda_drivers", "inference_amis", "transform_amis")
    return {
        "sources": {name: table["sources"][name] for name in names},
        "default_drivers": {use: _by_family(families) for use, families in table["default_drivers"].items()},
        "least_drivers": least,
        "cuda_drivers": table["cuda_drivers"],
        "inference_amis": {**table["inference_amis"], **{name: {} for name in sorted(set(ami_versions) - table["inference_amis"].keys())}},
        "transform_amis": table["transform_amis"],
    }


def inference_ami_versions(botocore: Path) -> list[str]:
    """Return the values of `InferenceAmiVersion` that the API accepts; none if the service model lists none."""
    with zipfile.ZipFile(botocore) as archive:
        name = next(n for n in archive.namelist() if n.startswith("botocore/data/sagemaker/") and n.endswith("/service-2.json.gz"))
        shape = json.loads(gzip.decompress(archive.read(name)))["shapes"].get("ProductionVariantInferenceAmiVersion", {})
    return list(shape.get("enum", ()))


def _ec2(moto: Path) -> tuple[dict[str, Any], str]:
    """Return EC2's description of each instance type, and the ISO date of the file that has them."""
    with zipfile.ZipFile(moto) as archive:
        types: dict[str, Any] = json.loads(gzip.decompress(archive.read(_EC2_FILE)))
        year, month, day = archive.getinfo(_EC2_FILE).date_time[:3]
    return types, f"{year:04}-{month:02}-{day:02}"


def _add(families: dict[str, Any], family: str, size: str, ec2: Mapping[str, Any], corrections: Mapping[str, float]) -> None:
    """Add a size to its family. A size with a part of a GPU, or with another accelerator than the family, is left out."""
    if "VCpuInfo" not in ec2:
        return
    row: list[float] = [ec2["VCpuInfo"]["DefaultVCpus"], _gib(ec2["MemoryInfo"])]
    description: dict[str, Any] = {}
    devices = ec2.get("NeuronInfo", {}).get("NeuronDevices") or ec2.get("GpuInfo", {}).get("Gpus") or ()
    if devices:
        [device] = devices
        if not device["Count"]:
            return
        memory = corrections.get(device["Name"], _gib(device["MemoryInfo"]))
        description = {"accelerator": device["Name"], "maker": device.get("Manufacturer", "AWS"), "memory": memory}
        if "CoreInfo" in device:
            description |= {"cores": device["CoreInfo"]["Count"], "core_version": device["CoreInfo"]["Version"]}
        row.append(device["Count"])
    entry = families.setdefault(family, {**description, "sizes": {}})
    if {key: value for key, value in entry.items() if key != "sizes"} == description:
        entry["sizes"][size] = row


def _gib(memory: Mapping[str, int]) -> float:
    """Return a size in GiB: a whole number, or rounded to hundredths below 10 and else to tenths."""
    gib = memory["SizeInMiB"] / _MIB
    return int(gib) if gib.is_integer() else round(gib, 2 if gib < 10 else 1)


def _check_gpus(families: Mapping[str, Any], known: Mapping[str, Any]) -> None:
    used = {row["accelerator"] for row in families.values() if row.get("maker") == "NVIDIA"}
    if used - known.keys():
        sys.exit(f"tools/hardware.toml lacks the compute capability of {', '.join(sorted(used - known.keys()))}")


def _by_family(drivers: Mapping[str, Iterable[str]]) -> Object:
    return dict(sorted((family, int(driver)) for driver, families in drivers.items() for family in families))


def _by_size(name: str) -> tuple[str, int, str]:
    _, family, size = name.split(".")
    digits = size.removesuffix("xlarge")
    return family, int(digits) if digits.isdecimal() else size == "xlarge", size
