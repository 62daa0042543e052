"""What SageMaker resources of the AWS provider hold: where the image stands, where the instance type, and what names what.

Arguments: https://registry.terraform.io/providers/hashicorp/aws/latest/docs (resources `sagemaker_*`, read 2026-11-22).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from smlint.model.deployment import Kind
from smlint.model.facts import Fact
from smlint.model.text import Text
from smlint.readers.assumptions import AssumedValue, Assumptions
from smlint.readers.terraform.blocks import Steps
from smlint.readers.terraform.possible_values import Scope
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Mapping, Node

PREFIX = "aws_sagemaker_"
MODEL = PREFIX + "model"
ENDPOINT_CONFIGURATION = PREFIX + "endpoint_configuration"
ENDPOINT = PREFIX + "endpoint"
INFERENCE_COMPONENT = PREFIX + "inference_component"

STRINGS = {PREFIX + "pipeline": "pipeline_definition", "aws_sfn_state_machine": "definition"}
"""Resources that hold a document in a string, by the argument that does."""

CONTAINERS = ("primary_container", "container")
VARIANTS = ("production_variants", "shadow_production_variants")
SPECIFICATIONS = ("specification", "specifications")


class TerraformResource(NamedTuple):
    """One instance of a resource. `path` are the steps to its `body`, `anchor` its name in the file; `module` is the address of its module.

    `resting` is what its Region rests on, such as the default of a variable.
    """

    type: str
    address: str
    body: Mapping
    path: Steps
    scope: Scope
    region: Fact[str]
    anchor: Text | None = None
    module: str = ""
    resting: Assumptions = ()


def is_relevant_type(kind: str) -> bool:
    """Whether resources of this type may hold an image or an instance type of SageMaker."""
    return kind.startswith(PREFIX) or kind in STRINGS


class Targets(NamedTuple):
    """The resources that a name refers to, each with what that rests on, and whether it may be one that is not here."""

    found: tuple[tuple[TerraformResource, Assumptions], ...] = ()
    unclear: bool = True


class ResourceSource(Protocol):
    """A configuration, a plan or a state, as far as pairing images with instance types asks it."""

    @property
    def fixable(self) -> bool: ...
    @property
    def resources(self) -> list[TerraformResource]: ...
    def texts(self, node: Node | None, scope: Scope = ()) -> tuple[AssumedValue, ...]: ...
    def named(self, expression: str) -> Text | None: ...
    def blocks(self, body: Mapping, key: str, scope: Scope) -> Iterator[tuple[Steps, Mapping, Scope]]: ...
    def offered(self, resource: TerraformResource) -> tuple[str, ...]: ...
    def wanted(self, node: Node | None, scope: Scope, kind: str) -> tuple[str, ...]: ...
    def targets(self, resource: TerraformResource, steps: Steps, node: Node | None, scope: Scope, kind: str) -> Targets: ...


class ResourceShape(NamedTuple):
    """A resource, or each block at `base` of it, that holds image and instance type itself; paths are of block and argument names.

    `instances` are the places where the instance type may stand; `declared`: framework and version may stand beside the image.
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
    """The arguments of a resource that deployments are read from, as paths of block and argument names."""
    found: list[tuple[str, ...]] = []
    if kind == MODEL:
        found += [(key, "image") for key in CONTAINERS]
    elif kind == ENDPOINT_CONFIGURATION:
        found += [(key, name) for key in VARIANTS for name in ("instance_type", "accelerator_type", "inference_ami_version")]
    elif kind == INFERENCE_COMPONENT:
        found += [(key, *path) for key in SPECIFICATIONS for path in (("container", "image"), ("instance_type",))]
    for shape in SHAPES.get(kind, ()):
        found += [(*shape.base, *path) for path in (shape.image, *shape.instances) if path]
        if shape.declared:
            found += [(*shape.base, *shape.image[:-1], name) for name in ("framework", "framework_version")]
    return frozenset(found)
