"""Deployments with values that only other files set: they take part in the decision about a fix, and make no findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from smlint.model.deployment import Deployment


def plausible(deployments: Iterable[Deployment]) -> Iterator[Deployment]:
    """Yield the deployments without those that another file gives something that is no instance type of SageMaker, such as `t3.micro`."""
    for deployment in deployments:
        text, instance = deployment.instance_type.text, deployment.instance_type.get()
        if text is None or instance is None or instance.well_formed or not text.outside:
            yield deployment


def from_outside(deployments: Iterable[Deployment]) -> Iterator[Deployment]:
    """Yield the deployments as ones whose instance type another file sets."""
    for deployment in deployments:
        instance = deployment.instance_type
        if instance.text is not None:
            instance = instance._replace(text=instance.text.from_outside())
        yield deployment._replace(instance_type=instance)
