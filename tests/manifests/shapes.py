"""What the manifests of several formats have in common: where the tree of one comes from, and what else may stand in it."""

from __future__ import annotations

import json
from typing import NamedTuple

from hypothesis import strategies as st

from tests.manifests import IMAGE
from tests.manifests.images import Chosen
from tests.manifests.spelling import Tree

ARN = "arn:aws:iam::111122223333:role/deploy"

TEXTS = st.text(st.sampled_from("ab: #'\"{}[],&*!|>%@`-?\\\u00e9\U0001f600~"), max_size=12)
"""Descriptions that are awkward to quote, with characters of one to four bytes."""


class Shape(NamedTuple):
    """A tree, before it is spelled. `regions` are told to smlint beside the text; `json` is True for a format that is JSON only.

    `fixable` is False where a repair must leave it alone; `deployments` counts the places where the image runs. `hardware` is False
    where instance types are only said to be supported: which of them it will run on is not decided then.
    """

    tree: Tree
    regions: tuple[str, ...] = ()
    fixable: bool = True
    json: bool = False
    deployments: int = 1
    hardware: bool = True


def container(draw: st.DrawFn, image: Tree = IMAGE) -> dict[str, Tree]:
    """A container of an API request, and of all formats that take it over."""
    found: dict[str, Tree] = {"Image": image}
    if draw(st.booleans()):
        found["ModelDataUrl"] = "s3://bucket/model.tar.gz"
    if draw(st.booleans()):
        found["Environment"] = {"SAGEMAKER_PROGRAM": "inference.py", "NOTE": draw(TEXTS)}
    return found


def variant(image: Chosen, model: Tree, instance_type: Tree = None) -> dict[str, Tree]:
    """A production variant."""
    return {
        "VariantName": "all",
        "ModelName": model,
        "InstanceType": instance_type or image.instance_type,
        "InitialInstanceCount": 1,
        "InitialVariantWeight": 1.0,
    }


def training(image: Chosen, uri: Tree = IMAGE, instance_type: Tree = None) -> dict[str, Tree]:
    """The body of `CreateTrainingJob`."""
    return {
        "TrainingJobName": "nightly",
        "RoleArn": ARN,
        "AlgorithmSpecification": {"TrainingImage": uri, "TrainingInputMode": "File"},
        "ResourceConfig": {"InstanceType": instance_type or image.instance_type, "InstanceCount": 1, "VolumeSizeInGB": 30},
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
    }


def as_text(tree: Tree, indent: int | None) -> str:
    """A tree as JSON inside of another file."""
    return json.dumps(tree, indent=indent)
