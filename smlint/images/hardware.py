"""The hardware of instance types. Read on first use: few runs need it.

The facts come from `hardware.json`, which names their sources. A fact that no source has is None.
"""

from __future__ import annotations

from collections.abc import Mapping

from smlint.images.tags import version_key
from smlint.model.images import InstanceType
from smlint.runtime.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Accelerator(NamedTuple):
    """A GPU, or an AWS or Habana device. `memory` is in GiB; `capability` is the compute capability of an NVIDIA GPU, such as `8.6`.

    `cores` are the Neuron cores of one device. `first_cuda` is the first CUDA toolkit that compiles for this generation of GPUs, and
    `first_neuron_sdk` the first version of the Neuron SDK that supports the device, if some image has an older one.
    """

    name: str
    maker: str
    memory: float | None
    generation: str | None
    capability: str | None
    cores: int | None
    first_cuda: str | None
    first_neuron_sdk: str | None

    def supports_neuron_sdk(self, version: str) -> bool:
        """Return whether a version of the Neuron SDK supports the device, as far as is known."""
        return self.first_neuron_sdk is None or version_key(version) >= version_key(self.first_neuron_sdk)


class InstanceHardware(NamedTuple):
    """What an instance of a type has: vCPUs, GiB of memory, and a number of accelerators of one kind. `source` says where the facts come from."""

    vcpus: int
    memory: float | None
    accelerator: Accelerator | None
    accelerators: int
    source: str


class HardwareTable:
    """The hardware facts of a catalog. `section` is its section `hardware`."""

    def __init__(self, section: Mapping[str, Any]) -> None:
        self._section = section

    def of(self, instance: InstanceType) -> InstanceHardware | None:
        """Return the hardware of an instance type; None if it is unknown."""
        family = self._section["families"].get(instance.family)
        row = family["sizes"].get(instance.size) if family is not None else None
        if row is None:
            return None
        source = self._section["sources"][family.get("source", "ec2")]
        count = row[2] if len(row) > 2 else 0
        accelerator = self._accelerator(family) if count else None
        return InstanceHardware(vcpus=row[0], memory=row[1] or None, accelerator=accelerator, accelerators=count, source=source)

    def accelerator_of(self, family: str) -> Accelerator | None:
        """Return the accelerator of a family (`g5`); None if it has none or is unknown."""
        row = self._section["families"].get(family)
        return self._accelerator(row) if row is not None and "accelerator" in row else None

    def _accelerator(self, family: Mapping[str, Any]) -> Accelerator:
        name = family["accelerator"]
        generation, capability = self._section["gpus"].get(name, (None, None))
        return Accelerator(
            name=name,
            maker=family["maker"],
            memory=family.get("memory"),
            generation=generation,
            capability=capability,
            cores=family.get("cores"),
            first_cuda=self._section["least_cuda"].get(generation),
            first_neuron_sdk=self._section["first_neuron_sdk"].get(name),
        )
