"""The image is built for a different processor than the instance type has.

A Neuron image does not start without Inferentia or Trainium, and servers such as vLLM, SGLang, TGI and DJL LMI do not start without a
GPU: that is an error, but not in a job that runs its own command (`ContainerEntrypoint`), such as a compiler, which need not use the
device. The GPU images of PyTorch, TensorFlow and other frameworks fall back to the CPU, and a CPU image leaves the GPU or Neuron device
that you pay for idle: both work, so that is a warning. The fix changes the image to the one for the instance type's processor, with the same
framework, version, Python and libraries. A fix to or from Neuron is unsafe, because the model has to be compiled for the device, and so is
that of a job with its own command. There is no fix for a CPU image on a GPU instance type: either of them may be the mistake. If the
architecture differs too, only `image-architecture-mismatch` reports the image.

It is also a warning if the Neuron SDK of an image is older than the first one that supports the device: 2.21.0 for Trainium 2.
"""

from __future__ import annotations

from smlint.linter.rule import (
    Applicability,
    Deployment,
    Expected,
    Image,
    InstanceType,
    Invalid,
    RelatedLocation,
    Replacement,
    Rule,
    RuleContext,
    Severity,
    Valid,
    Violation,
    Violations,
)

DEVICES = {
    "cpu": "CPU",
    "eia": "Elastic Inference",
    "gpu": "GPU",
    "neuron": "first-generation Neuron",
    "neuronx": "Neuron",
    "hpu": "Gaudi",
}


def check(deployment: Deployment, context: RuleContext) -> Violations:
    image, instance = deployment.image.value, deployment.instance_type.value
    # An empty processor means that the device of a Kubernetes node is unknown.
    if image.may_be_mirror or not instance.well_formed or not instance.processor:
        return
    if runs_on(image, instance):
        if (image.processor or "").startswith("neuron"):
            yield from check_neuron_sdk(deployment, context)
        return
    if image.architecture is not None and image.architecture != instance.architecture:
        return
    if leaves_idle(image) and deployment.shares_device:
        return
    if deployment.own_command and fails(image, context):
        return  # the server of the image does not start, and the command may do without the device: it compiles or converts a model
    device = device_of(instance)
    message = f"{DEVICES.get(image.processor or '', image.processor)} image on {device} instance type {instance.name}"
    if leaves_idle(image):
        message += f" leaves its {device} idle"
    replacement = None
    # In a Kubernetes cluster, the EC2 build of an image is the right one.
    platform = image.platform if deployment.platform == "kubernetes" else None
    substitute = context.images.substitute(image, architecture=instance.architecture, processor=instance.processor, platform=platform)
    if isinstance(substitute, Expected):
        # Models are compiled for Neuron devices, against the library in the image.
        neuron = (image.processor or "").startswith("neuron") or instance.processor.startswith(("inf", "trn"))
        applicability = Applicability.UNSAFE if neuron or deployment.own_command else Applicability.SAFE
        if not (leaves_idle(image) and instance.processor == "gpu"):
            replacement = Replacement.with_image(substitute, f"use the {device} image of the same version", applicability)
    elif substitute.alternatives:
        message += f"; {device} images exist for {', '.join(substitute.alternatives)}"
    yield Violation(
        at=deployment.image.part("processor" if "processor" in image.parts else "repository"),
        message=message,
        replacement=replacement,
        related=[RelatedLocation(deployment.instance_type.place, f"{device} instance type")],
        severity=None if fails(image, context) else Severity.WARNING,
    )


def check_neuron_sdk(deployment: Deployment, context: RuleContext) -> Violations:
    """Yield a violation if the Neuron SDK of the image does not support the device."""
    instance = deployment.instance_type.value
    device = context.hardware.accelerator_of(instance.family)
    version = context.images.facts(deployment.image.value).neuron_sdk
    if device is None or version is None or device.supports_neuron_sdk(version):
        return
    yield Violation(
        at=deployment.image.part("tag"),
        message=f"image with Neuron SDK {version} on {device_of(instance)} instance type {instance.name}; expected {device.first_neuron_sdk} or later",
        related=[RelatedLocation(deployment.instance_type.place, f"{device_of(instance)} instance type")],
        severity=Severity.WARNING,
    )


def leaves_idle(image: Image) -> bool:
    """Return whether the image runs on the CPU of any instance type."""
    return image.processor in ("cpu", "eia")


def fails(image: Image, context: RuleContext) -> bool:
    """Return whether the image does not start without its device."""
    return context.images.needs_gpu(image) if image.processor == "gpu" else not leaves_idle(image)


def runs_on(image: Image, instance: InstanceType) -> bool:
    """Return whether the instance has the device that the image is built for."""
    if image.processor == "gpu":
        return instance.processor == "gpu"
    if image.processor == "neuron":
        # Training images of the first Trainium releases had this name too.
        return instance.processor == "inf1" or (image.scope == "training" and instance.processor.startswith("trn"))
    if image.processor == "neuronx":
        return instance.processor.startswith(("inf", "trn")) and instance.processor != "inf1"
    if image.processor == "hpu":
        return instance.processor == "hpu"
    return instance.processor == "cpu"


def device_of(instance: InstanceType) -> str:
    """Return the device of an instance type in words: `GPU`, `Inferentia 2`."""
    name = instance.processor
    if name.startswith("inf"):
        return f"Inferentia {name[3:]}"
    if name.startswith("trn"):
        return f"Trainium {name[3:]}"
    return DEVICES.get(name, name)


RULE = Rule(
    check,
    category="hardware",
    severity=Severity.ERROR,
    needs=["image", "image.processor", "instance_type"],
    sources=[
        "botocore 1.44.5, SageMaker service model (2017-07-24): the instance types of each use (2026-11-17)",
        "sagemaker-core 2.27.0, image_uri_config: the accounts, Regions and tags of the AWS SDK (2026-10-21)",
        "aws/deep-learning-containers at e0ecede, docs/src/data: the published images (2026-08-21)",
        "AWS Neuron release notes, 2.21.0 (2024-12-20): the first version for Trn2",
    ],
    valid=[
        Valid(
            """
            instance_type: ml.trn2.48xlarge
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference-neuronx:2.7.0-neuronx-py310-sdk2.24.1-ubuntu22.04
            """
        ),
        Valid(
            """
            instance_type: ml.trn1.32xlarge
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference-neuronx:1.13.1-neuronx-py310-sdk2.18.0-ubuntu20.04
            """
        ),
        Valid(
            """
            instance_type: ml.g5.xlarge
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-gpu-py312-cu124-ubuntu22.04-sagemaker
            """
        ),
        Valid(
            """
            instance_type: ml.c5.xlarge
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker
            """
        ),
        # Images of built-in algorithms run on both.
        Valid(
            """
            instance_type: ml.p3.2xlarge
            image_uri: 433757028032.dkr.ecr.us-west-2.amazonaws.com/image-classification:1
            """
        ),
        # Another tag of the `1.5-1` image, which supports GPUs.
        Valid(
            """
            instance_type: ml.g5.xlarge
            image_uri: 246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-xgboost:1.5-1-cpu-py3
            """
        ),
        # The architecture differs too: `image-architecture-mismatch` reports it.
        Valid(
            """
            instance_type: ml.c6g.xlarge
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-gpu-py312-cu124-ubuntu22.04-sagemaker
            """
        ),
        Valid(
            """
            instance_type: ml.trn1.2xlarge
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-training-neuronx:1.13.1-neuronx-py310-sdk2.19.1-ubuntu20.04
            """
        ),
        # In a private repository, a tag is free text.
        Valid(
            """
            instance_type: ml.c5.xlarge
            image_uri: 444455556666.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-gpu-py312
            """
        ),
    ],
    invalid=[
        Invalid(
            """
            instance_type: ml.trn2.48xlarge
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference-neuronx:1.13.1-neuronx-py310-sdk2.18.0-ubuntu20.04  # <- image with Neuron SDK 2.18.0 on Trainium 2 instance type ml.trn2.48xlarge; expected 2.21.0 or later
            """
        ),
        Invalid(
            """
            instance_type: ml.c5.xlarge
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-gpu-py312-cu124-ubuntu22.04-sagemaker  # <- GPU image on CPU instance type ml.c5.xlarge
            """,
            fixed="763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker",
        ),
        Invalid(
            """
            instance_type: ml.m5.large
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-gpu-py312  # <- GPU image on CPU instance type ml.m5.large
            """,
            fixed="763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-cpu-py312",
        ),
        Invalid(
            """
            instance_type: ml.g5.xlarge
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker  # <- CPU image on GPU instance type ml.g5.xlarge leaves its GPU idle
            """
        ),
        Invalid(
            """
            instance_type: ml.m5.4xlarge
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/djl-inference:0.33.0-lmi15.0.0-cu128  # <- GPU image on CPU instance type ml.m5.4xlarge
            """
        ),
        Invalid(
            """
            instance_type: ml.m5.4xlarge
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/vllm:0.24.0-gpu-py312-cu130-ubuntu22.04-sagemaker  # <- GPU image on CPU instance type ml.m5.4xlarge
            """
        ),
        Invalid(
            """
            instance_type: ml.c5.xlarge
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/huggingface-pytorch-inference-neuronx:2.1.2-transformers4.43.2-neuronx-py310-sdk2.20.0-ubuntu20.04  # <- Neuron image on CPU instance type ml.c5.xlarge
            """
        ),
        # torch-neuron, the first generation, supports only Inferentia 1.
        Invalid(
            """
            instance_type: ml.inf2.xlarge
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference-neuron:1.13.1-neuron-py310-sdk2.20.2-ubuntu20.04  # <- first-generation Neuron image on Inferentia 2 instance type
            """,
            fixed="763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference-neuronx:1.13.1-neuronx-py310-sdk2.20.2-ubuntu20.04",
            applicability=Applicability.UNSAFE,
        ),
        Invalid(
            """
            instance_type: ml.inf1.xlarge
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference-neuronx:2.1.2-neuronx-py310-sdk2.20.2-ubuntu20.04  # <- Neuron image on Inferentia 1 instance type
            """
        ),
    ],
)
