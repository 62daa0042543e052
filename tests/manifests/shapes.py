"""What manifests of several formats have in common: the tree of a manifest, containers, variants, and training jobs."""

from __future__ import annotations

import json
from typing import NamedTuple

from hypothesis import strategies as st

from tests.manifests import IMAGE
from tests.manifests.images import ChosenImage
from tests.manifests.spelling import Tree

ARN = "arn:aws:iam::111122223333:role/deploy"

TEXTS = st.text(st.sampled_from("ab: #'\"{}[],&*!|>%@`-?\\\u00e9\U0001f600~"), max_size=12)
"""Descriptions that are awkward to quote, with characters of one to four bytes."""


class Shape(NamedTuple):
    """The tree of a manifest. `regions` are options of the run; `json` is True for a format that is JSON only.

    If not `fixable`, no fix may change the manifest. `deployments` is the number of deployments of the image. `hardware` is False if the
    manifest lists supported instance types only, which does not determine where the image runs.
    """

    tree: Tree
    regions: tuple[str, ...] = ()
    fixable: bool = True
    json: bool = False
    deployments: int = 1
    hardware: bool = True


def container(draw: st.DrawFn, image: Tree = IMAGE) -> dict[str, Tree]:
    """A container of an API request, and of all formats that share its shape."""
    found: dict[str, Tree] = {"Image": image}
    if draw(st.booleans()):
        found["ModelDataUrl"] = "s3://bucket/model.tar.gz"
    if draw(st.booleans()):
        found["Environment"] = {"SAGEMAKER_PROGRAM": "inference.py", "NOTE": draw(TEXTS)}
    return found


def variant(image: ChosenImage, model: Tree, instance_type: Tree = None) -> dict[str, Tree]:
    """A production variant."""
    return {
        "VariantName": "all",
        "ModelName": model,
        "InstanceType": instance_type or image.instance_type,
        "InitialInstanceCount": 1,
        "InitialVariantWeight": 1.0,
    }


def training(image: ChosenImage, uri: Tree = IMAGE, instance_type: Tree = None) -> dict[str, Tree]:
    """The body of `CreateTrainingJob`."""
    return {
        "TrainingJobName": "nightly",
        "RoleArn": ARN,
        "AlgorithmSpecification": {"TrainingImage": uri, "TrainingInputMode": "File"},
        "ResourceConfig": {"InstanceType": instance_type or image.instance_type, "InstanceCount": 1, "VolumeSizeInGB": 30},
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
    }


def as_text(tree: Tree, indent: int | None) -> str:
    """Return a tree as JSON, for a string in another file."""
    return json.dumps(tree, indent=indent)
