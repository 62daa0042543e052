"""The SageMaker resources of the AWS provider: which arguments are images, instance types and references.

Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs (resources `sagemaker_*`, as of 2026-11-22).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from smlint.model.deployment import Kind
from smlint.model.facts import Fact
from smlint.model.text import Text
from smlint.readers.assumptions import AssumedValue, Assumptions, Compatibility
from smlint.readers.terraform.possible_values import Scope, assumptions_of
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Mapping, Node, Steps

PREFIX = "aws_sagemaker_"
MODEL = PREFIX + "model"
ENDPOINT_CONFIGURATION = PREFIX + "endpoint_configuration"
ENDPOINT = PREFIX + "endpoint"
INFERENCE_COMPONENT = PREFIX + "inference_component"

STRINGS = {PREFIX + "pipeline": "pipeline_definition", "aws_sfn_state_machine": "definition"}
"""Resource types with a document in a string, and the argument that contains it."""

CONTAINERS = ("primary_container", "container")
VARIANTS = ("production_variants", "shadow_production_variants")
SPECIFICATIONS = ("specification", "specifications")


class TerraformResource(NamedTuple):
    """One instance of a resource.

    - `path`: steps from the root to its `body`.
    - `scope`: the values of `each` and `count` in it.
    - `anchor`: its name in the file.
    - `module`: address of its module.
    - `region_assumptions`: the assumptions under which its Region is known, such as the default of a variable.
    """

    type: str
    address: str
    body: Mapping
    path: Steps
    scope: Scope
    region: Fact[str]
    anchor: Text | None = None
    module: str = ""
    region_assumptions: Assumptions = ()

    @property
    def assumptions(self) -> Assumptions:
        """The assumptions under which the instance exists."""
        return assumptions_of(self.scope)


def is_relevant_type(kind: str) -> bool:
    """Return whether resources of a type may contain a SageMaker image or instance type."""
    return kind.startswith(PREFIX) or kind in STRINGS


class Targets(NamedTuple):
    """The resources that a name may refer to, each with its assumptions; `unclear` is whether it may refer to one outside the file."""

    resources: tuple[tuple[TerraformResource, Assumptions], ...] = ()
    unclear: bool = True


class ResourceSource(Protocol):
    """A configuration, a plan or a state: what pairing images with instance types needs from it."""

    @property
    def fixable(self) -> bool:
        """Whether fixes may edit the file."""

    @property
    def resources(self) -> list[TerraformResource]:
        """The relevant resources, one entry per instance."""

    @property
    def compatibility(self) -> Compatibility:
        """Which assumptions hold together."""

    def is_doubtful(self, assumptions: Assumptions) -> bool:
        """Return whether assumptions include a condition that may never hold."""

    def texts(self, node: Node | None, scope: Scope = ()) -> tuple[AssumedValue, ...]:
        """Return the values that a node may have, with the assumptions of the scope; empty if it is missing or null."""

    def text_of_expression(self, expression: str) -> Text | None:
        """Return the value of `${expression}` inside an embedded document; None without a single value."""

    def blocks(self, body: Mapping, key: str, scope: Scope) -> Iterator[tuple[Steps, Mapping, Scope]]:
        """Yield the nested blocks of a type, with the steps from the body to each."""

    def has_unknown_users(self, resource: TerraformResource) -> bool:
        """Return whether anything that smlint does not read as a variant may use a model."""

    def export_keys(self, resource: TerraformResource) -> tuple[str, ...]:
        """Return the link keys under which other files of the folder may refer to a resource."""

    def import_keys(self, node: Node | None, scope: Scope, kind: str) -> tuple[str, ...]:
        """Return the link keys of a resource that a name certainly refers to, but in another file of the folder."""

    def targets(self, resource: TerraformResource, steps: Steps, node: Node | None, scope: Scope, kind: str) -> Targets:
        """Return the resources of type `kind` that the argument at `steps` of a resource may refer to."""


NAME_KEY = "terraform name "
"""The start of the link keys of resources by their literal name, as opposed to their address."""


class ResourceShape(NamedTuple):
    """A resource type, or its blocks at the path `base`, that contains both image and instance type.

    Paths consist of block and argument names. `instances` are the paths where the instance type may be. If `declared`, framework and
    version may be next to the image.
    """

    kind: Kind
    base: tuple[str, ...]
    image: tuple[str, ...]
    instances: tuple[tuple[str, ...], ...]
    declared: bool = False


_MONITORING = (("job_resources", "cluster_config", "instance_type"),)
_TRAINING = (
    ("resource_config", "instance_type"),
    ("resource_config", "instance_groups", "instance_type"),
)
_TUNING = (
    *_TRAINING,
    ("hyper_parameter_tuning_resource_config", "instance_type"),
    ("hyper_parameter_tuning_resource_config", "instance_configs", "instance_type"),
)
_TRAINING_IMAGE = ("algorithm_specification", "training_image")
_RULE_IMAGE = ("rule_evaluator_image",)
_ALGORITHM = ("inference_specification",)

SHAPES: dict[str, tuple[ResourceShape, ...]] = {
    PREFIX + "data_quality_job_definition": (ResourceShape(Kind.PROCESSING, (), ("data_quality_app_specification", "image_uri"), _MONITORING),),
    PREFIX + "model_quality_job_definition": (ResourceShape(Kind.PROCESSING, (), ("model_quality_app_specification", "image_uri"), _MONITORING),),
    PREFIX + "notebook_instance": (ResourceShape(Kind.NOTEBOOK, (), (), (("instance_type",),)),),
    PREFIX + "cluster": (ResourceShape(Kind.CLUSTER, ("instance_group",), (), (("instance_type",),)),),
    PREFIX + "training_job": (
        ResourceShape(Kind.TRAINING, (), _TRAINING_IMAGE, _TRAINING),
        ResourceShape(Kind.PROCESSING, ("debug_rule_configurations",), _RULE_IMAGE, (("instance_type",),)),
        ResourceShape(Kind.PROCESSING, ("profiler_rule_configurations",), _RULE_IMAGE, (("instance_type",),)),
    ),
    PREFIX + "hyper_parameter_tuning_job": (
        ResourceShape(Kind.TRAINING, ("training_job_definition",), _TRAINING_IMAGE, _TUNING),
        ResourceShape(Kind.TRAINING, ("training_job_definitions",), _TRAINING_IMAGE, _TUNING),
    ),
    PREFIX + "algorithm": (
        ResourceShape(Kind.TRAINING, ("training_specification",), ("training_image",), (("supported_training_instance_types",),)),
        ResourceShape(Kind.ENDPOINT, _ALGORITHM, ("containers", "image"), (("supported_realtime_inference_instance_types",),), declared=True),
        ResourceShape(Kind.TRANSFORM, _ALGORITHM, ("containers", "image"), (("supported_transform_instance_types",),), declared=True),
    ),
}


def checked_paths(kind: str) -> frozenset[tuple[str, ...]]:
    """Return the paths of the arguments from which deployments are read."""
    paths: list[tuple[str, ...]] = []
    if kind == MODEL:
        paths += [(key, "image") for key in CONTAINERS]
    elif kind == ENDPOINT_CONFIGURATION:
        paths += [(key, name) for key in VARIANTS for name in ("instance_type", "accelerator_type", "inference_ami_version")]
    elif kind == INFERENCE_COMPONENT:
        paths += [(key, *path) for key in SPECIFICATIONS for path in (("container", "image"), ("instance_type",))]
    for shape in SHAPES.get(kind, ()):
        paths += [(*shape.base, *path) for path in (shape.image, *shape.instances) if path]
        if shape.declared:
            paths += [(*shape.base, *shape.image[:-1], name) for name in ("framework", "framework_version")]
    return frozenset(paths)
