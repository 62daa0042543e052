"""Every format: its name in reports, and correct manifests of it."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.manifests import Manifest, cloudformation, kubernetes, terraform, workflows
from tests.manifests.images import ChosenImage
from tests.manifests.shapes import Shape
from tests.manifests.spelling import spelled, spellings

FORMATS: dict[str, tuple[st.SearchStrategy[tuple[Shape, ChosenImage]], ...]] = {
    "cloudformation": (cloudformation.templates(), cloudformation.templates(), cloudformation.components(), cloudformation.packages(), cloudformation.machines()),
    "kubernetes": (
        kubernetes.ack(), kubernetes.ack_jobs(), kubernetes.crossplane(), kubernetes.operator(), kubernetes.hyperpod(), kubernetes.pods(),
    ),
    "terraform": (terraform.configurations(), terraform.plans()),
    "stepfunctions": (workflows.state_machines(),),
    "pipeline": (workflows.pipelines(),),
    "request": (workflows.requests(), workflows.packages(), workflows.responses()),
    "native": (workflows.native(), workflows.twins()),
    "generic": (workflows.generic(),),
}  # fmt: skip


@st.composite
def manifests(draw: st.DrawFn, format: str) -> Manifest:
    """A manifest of a format, in any spelling."""
    shape, image = draw(st.one_of(*FORMATS[format]))
    spelling = draw(spellings(st.just(True) if shape.json else st.booleans()))
    slashes = spelling.json and shape.fixable and draw(st.booleans())
    ending = "tf.json" if format == "terraform" else "json" if spelling.json else "yaml"
    return Manifest(format, spelled(shape.tree, spelling), f"deploy.{ending}", image, shape.regions, shape.fixable, shape.deployments, shape.hardware, slashes)
