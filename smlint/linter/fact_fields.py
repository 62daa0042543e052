"""The definitions of the deployment facts: their names, types and descriptions."""

from __future__ import annotations

from collections.abc import Mapping

from smlint.images.evidence import NAMES
from smlint.model.deployment import Kind
from smlint.model.facts import State
from smlint.model.images import GALLERY
from smlint.model.text import TextRange
from smlint.readers.table import FORMATS
from smlint.runtime.named_tuple import NamedTuple

Value = str | bool | int | float | dict[str, str]


class FactField(NamedTuple):
    """The definition of one fact: its name, JSON type, column title and description. `values` are all possible values, if there are few."""

    name: str
    type: str
    title: str
    description: str
    values: tuple[str, ...] = ()


FIELDS = (
    FactField("format", "string", "Format", "The format of the file.", values=FORMATS),
    FactField(
        "kind",
        "string",
        "Kind",
        "What runs on the instance.",
        values=tuple(kind.value for kind in Kind),
    ),
    FactField("platform", "string", "Platform", "The service that runs the container.", values=("sagemaker", "kubernetes")),
    FactField("resource", "string", "Resource", "The name of the resource that contains the image."),
    FactField(
        "region",
        "string",
        "Region",
        "The AWS Region of the deployment: from the manifest, else from the options of the run, else from the image.",
    ),
    FactField("instance_type", "string", "Instance type", "The instance type, such as ml.c7g.xlarge."),
    FactField("instance_family", "string", "Instance family", "The family of the instance type, such as c7g."),
    FactField(
        "instance_architecture", "string", "Instance architecture", "The architecture of the instance type.", values=("x86_64", "arm64")
    ),
    FactField("instance_processor", "string", "Instance processor", "The processor of the instance type: cpu, gpu, inf2, trn1, hpu, ..."),
    FactField("instance_vcpus", "integer", "vCPUs", "The number of vCPUs of the instance type."),
    FactField("instance_memory_gib", "number", "Memory", "The memory of the instance type, in GiB."),
    FactField("instance_accelerator", "string", "Instance accelerator", "The accelerator of the instance type, such as A10G or Trainium2."),
    FactField("instance_accelerators", "integer", "Instance accelerators", "The number of accelerators of the instance type."),
    FactField("accelerator_memory_gib", "number", "Accelerator memory", "The memory of one accelerator of the instance type, in GiB."),
    FactField("compute_capability", "number", "Compute capability", "The CUDA compute capability of the instance type's GPUs, such as 8.6."),
    FactField("neuron_cores", "integer", "Neuron cores", "The number of Neuron cores of the instance type."),
    FactField(
        "default_driver",
        "integer",
        "Default driver",
        "The NVIDIA driver of the instance type if no AMI is set, such as 470; for endpoints and transform jobs.",
    ),
    FactField("serverless", "boolean", "Serverless", "Whether this is serverless inference, which has no instance type."),
    FactField("image", "string", "Image", "The image URI."),
    FactField(
        "image_origin",
        "string",
        "Image from",
        "Whether the manifest names the image, or smlint resolved it from framework and version.",
        values=("manifest", "resolved"),
    ),
    FactField("registry", "string", "Registry", "The host of the image's registry."),
    FactField("account", "string", "Account", "The AWS account of the registry, 12 digits; absent outside Amazon ECR."),
    FactField("image_region", "string", "Image Region", "The AWS Region of the registry; absent outside Amazon ECR."),
    FactField(
        "owner",
        "string",
        "Owner",
        "Who owns the registry: SageMaker, a placeholder in AWS documentation, a mirror listed in the configuration, AWS in the public gallery, "
        "a seller on AWS Marketplace, or NVIDIA; absent for any other.",
        values=("aws", "documentation", "mirror", GALLERY, "marketplace", "nvidia"),
    ),
    FactField("repository", "string", "Repository", "The repository of the image."),
    FactField("tag", "string", "Tag", "The tag of the image."),
    FactField("digest", "string", "Digest", "The digest of the image: sha256: and 64 hexadecimal digits."),
    FactField("known_tag", "boolean", "Known tag", "Whether the tag is in the catalog; known for SageMaker's own images only."),
    FactField(
        "framework",
        "string",
        "Framework",
        "The framework or algorithm of the image, spelled as in sagemaker.image_uris.retrieve; else as declared in the manifest.",
    ),
    FactField(
        "version",
        "string",
        "Version",
        "The framework version of the image (of transformers for Hugging Face images); else as declared in the manifest.",
    ),
    FactField("python", "string", "Python", "The Python version of the image, such as py312."),
    FactField("libraries", "object", "Libraries", "The versions of other libraries that the image or the manifest names, by library."),
    FactField("scope", "string", "Scope", "The use of the image: inference, training, processing, ...; only for images with a single use."),
    FactField("architecture", "string", "Architecture", "The architecture of the image.", values=("x86_64", "arm64")),
    FactField("processor", "string", "Processor", "The processor that the image needs.", values=("cpu", "gpu", "neuron", "neuronx", "hpu", "eia")),
    FactField("accelerator", "string", "Accelerator", "The accelerator toolkit in the image's tag, such as cu124 or sdk2.20.0."),
    FactField("os", "string", "System", "The operating system of the image, such as ubuntu22.04."),
    FactField("cuda", "string", "CUDA", "The version of CUDA in the image, such as 12.4, even if its tag does not name it."),
    FactField("neuron_sdk", "string", "Neuron SDK", "The version of the Neuron SDK in the image, such as 2.20.0."),
    FactField("least_compute_capability", "number", "Needed capability", "The least compute capability that the image supports, such as 7.5."),
    FactField("needs_gpu", "boolean", "Needs GPU", "Whether the image starts only on an instance with a GPU."),
    FactField("multi_model", "boolean", "Multi-model", "Whether the image is labeled for multi-model endpoints."),
    FactField("bind_to_port", "boolean", "Bind to port", "Whether the image is labeled for inference pipelines, where SageMaker chooses its port."),
    FactField("released", "string", "Released", "The day of the first release of the image, as an ISO date."),
    FactField(
        "evidence", "string", "Evidence", "What shows that the tag was released; absent if nothing does.", values=tuple(NAMES.values())
    ),
    FactField("accelerator_type", "string", "Elastic Inference", "The attached Elastic Inference accelerator, such as ml.eia2.medium."),
    FactField("inference_ami_version", "string", "Inference AMI", "The InferenceAmiVersion of the production variant."),
    FactField("end_of_patch", "string", "End of patch", "The last day of security patches for the image, as an ISO date."),
    FactField("patch_days_left", "integer", "Patch days left", "The days from today to the end of patch; negative once it has passed."),
    FactField("past_patch", "boolean", "Past patch", "Whether security patches have ended, even if the catalog does not know the date."),
)
"""Every fact, in the column order of the inventory."""

BY_NAME: Mapping[str, FactField] = {field.name: field for field in FIELDS}


class FactEntry(NamedTuple):
    """One fact of a deployment: its state, its value if known, and its location in the file (None if it has none)."""

    state: State
    value: Value | None = None
    place: TextRange | None = None


DeploymentFacts = dict[str, FactEntry]
ABSENT, UNKNOWN = FactEntry(State.ABSENT), FactEntry(State.UNKNOWN)
