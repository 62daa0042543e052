"""The hardware of instance types, and the drivers of SageMaker's machine images. Read on first use: few runs need it.

The facts come from `hardware.json`, which names their sources. A fact that no source has is None.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from smlint.model.images import InstanceType
from smlint.runtime.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

Verdict = Literal["runs", "disputed", "fails", "unknown"]
"""Whether an image runs on a driver: it does, the sources contradict each other, it does not, or the driver is unknown."""


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


class InstanceHardware(NamedTuple):
    """What an instance of a type has: vCPUs, GiB of memory, and a number of accelerators of one kind. `source` says where the facts come from."""

    vcpus: int
    memory: float | None
    accelerator: Accelerator | None
    accelerators: int
    source: str


class MachineImage(NamedTuple):
    """A host image of SageMaker: a value of `InferenceAmiVersion` or `TransformAmiVersion`.

    `accelerator` is `gpu` or `neuron`, `driver` the version of the NVIDIA or Neuron driver, `cuda` the newest CUDA of the NVIDIA driver.
    """

    name: str
    accelerator: str | None
    driver: str | None
    cuda: str | None


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

    def default_driver(self, family: str, *, batch: bool = False) -> int | None:
        """Return the NVIDIA driver of a family if no machine image is set, for endpoints or for batch transform; None if it is not published."""
        drivers: Mapping[str, int] = self._section["default_drivers"]["transform" if batch else "endpoint"]
        return drivers.get(family)

    @property
    def inference_amis(self) -> tuple[MachineImage, ...]:
        """The values of `InferenceAmiVersion`, oldest first. The API accepts no others."""
        return self._machine_images("inference_amis")

    @property
    def transform_amis(self) -> tuple[MachineImage, ...]:
        """The documented values of `TransformAmiVersion`. The API accepts others."""
        return self._machine_images("transform_amis")

    def runs(self, cuda: str, family: str, driver: int | None) -> Verdict:
        """Return whether an AWS image with this CUDA (`12.8`) runs on the GPUs of a family with this driver."""
        need = self._need(cuda)
        if need is None:
            return "runs"
        if driver is None:
            return "unknown"
        if driver < self._least_driver(family):
            return "fails"
        certain, disputed = need
        return "runs" if driver >= certain else "disputed" if driver >= disputed else "fails"

    def oldest_ami(self, cuda: str, family: str) -> MachineImage | None:
        """Return the oldest machine image for endpoints on which an AWS image with this CUDA runs on a family; None if none does."""
        for image in self.inference_amis:
            if image.accelerator != "gpu" or image.driver is None or image.cuda is None:
                continue
            # A driver supports no CUDA of a later major version.
            if _numbers(image.cuda)[0] >= _numbers(cuda)[0] and self.runs(cuda, family, int(image.driver)) == "runs":
                return image
        return None

    def _need(self, cuda: str) -> tuple[int, int] | None:
        """Return the first driver that certainly runs a CUDA, and the first that may; None if every driver in use does."""
        needs: Mapping[str, list[int]] = self._section["cuda_drivers"]
        below = [first for first in needs if _numbers(first) <= _numbers(cuda)]
        if not below:
            return None
        certain, disputed = needs[max(below, key=_numbers)]
        return certain, disputed

    def _least_driver(self, family: str) -> int:
        accelerator = self.accelerator_of(family)
        least: int = self._section["least_drivers"].get(accelerator.generation, 0) if accelerator is not None else 0
        return least

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

    def _machine_images(self, table: str) -> tuple[MachineImage, ...]:
        rows = self._section[table].items()
        return tuple(MachineImage(name, row.get("accelerator"), row.get("driver"), row.get("cuda")) for name, row in rows)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split("."))
