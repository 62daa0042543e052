"""The NVIDIA drivers of instance families and of SageMaker's machine images, and which CUDA runs on them. Read on first use: few runs need it.

The facts come from `drivers.json`, which names their sources. A fact that no source has is None.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from smlint.runtime.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

Verdict = Literal["runs", "disputed", "fails", "unknown"]
"""Whether an image runs on a driver: it does, the sources contradict each other, it does not, or the driver is unknown."""


class MachineImage(NamedTuple):
    """A host image of SageMaker: a value of `InferenceAmiVersion` or `TransformAmiVersion`.

    `accelerator` is `gpu` or `neuron`, `driver` the version of the NVIDIA or Neuron driver, `cuda` the newest CUDA of the NVIDIA driver.
    """

    name: str
    accelerator: str | None
    driver: str | None
    cuda: str | None


class DriverTable:
    """The drivers of a catalog. `section` is its section `drivers`."""

    def __init__(self, section: Mapping[str, Any]) -> None:
        self._section = section

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
        if driver is not None and driver < self._section["least_drivers"].get(family, 0):
            return "fails"
        need = self._need(cuda)
        if need is None:
            return "runs"
        if driver is None:
            return "unknown"
        certain, disputed = need
        return "runs" if driver >= certain else "disputed" if driver >= disputed else "fails"

    def oldest_ami(self, cuda: str, family: str) -> MachineImage | None:
        """Return the oldest machine image for endpoints on which an AWS image with this CUDA runs on a family; None if none does."""
        for image in self.inference_amis:
            if image.accelerator != "gpu" or image.driver is None or image.cuda is None:
                continue
            # A driver supports no CUDA of a later major version.
            if _numbers(image.cuda)[0] >= _numbers(cuda)[0] and self.runs(cuda, family, _numbers(image.driver)[0]) == "runs":
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

    def _machine_images(self, table: str) -> tuple[MachineImage, ...]:
        rows = self._section[table].items()
        return tuple(MachineImage(name, row.get("accelerator"), row.get("driver"), row.get("cuda")) for name, row in rows)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split("."))
