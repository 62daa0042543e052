"""A training image is to serve, or an inference image to train.

AWS builds most frameworks twice: `pytorch-training` has the toolkit that runs a training script, `pytorch-inference` the server that
answers `/ping`. The other one starts, and then does nothing of what SageMaker expects: the endpoint fails its ping health check, the
training job ends with an error at once. Repositories that serve both (XGBoost, scikit-learn, the built-in algorithms) are fine. Processing jobs,
notebooks and clusters may run either, and are passed over unless the manifest declares a scope.
"""

from __future__ import annotations

from smlint.linter.rule import (
    Deployment,
    Expected,
    Invalid,
    Kind,
    RelatedLocation,
    Replacement,
    Rule,
    RuleContext,
    Severity,
    Valid,
    Violation,
    Violations,
)

SERVING = ("inference", "training")
CERTAIN = (Kind.ENDPOINT, Kind.TRANSFORM, Kind.TRAINING)
"""What runs in these is told by what they are; the others may run either image."""


def check(deployment: Deployment, context: RuleContext) -> Violations:
    image = deployment.image.value
    wanted = "inference" if deployment.scope == "transform" else deployment.scope
    if image.is_mirror or image.problems or wanted not in SERVING or not image.scopes:
        return
    if deployment.kind not in CERTAIN and not deployment.image_scope.known:
        return
    # Only images that are made for just the other of the two; one for processing, say, is another matter.
    if wanted in image.scopes or not set(image.scopes) & set(SERVING):
        return
    use = f"declared scope {wanted}" if deployment.image_scope.known else deployment.kind.one
    found = "training" if wanted == "inference" else "inference"
    needed = "an inference" if wanted == "inference" else "a training"
    changed = context.images.substitute(image, scope=wanted)
    yield Violation(
        at=deployment.image.part("repository"),
        message=f"{found} image for {use}, which needs {needed} image",
        replacement=Replacement(changed.uri, f"use the {wanted} image of the same version") if isinstance(changed, Expected) else None,
        related=[RelatedLocation(deployment.image_scope.place, "declared scope")],
    )


RULE = Rule(
    check,
    category="consistency",
    severity=Severity.ERROR,
    needs=["image"],
    sources=[
        "sagemaker-core 2.27.0, image_uri_config: the accounts, Regions and tags of AWS's SDK (2026-11-22)",
        "aws/deep-learning-containers at e0ecede, docs/src/data: the published images (2026-08-21)",
        "SageMaker developer guide, how hosting runs a container: https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html",
    ],
    valid=[
        Valid("image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310"),
        Valid(
            """
            image_scope: training
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-training:2.6.0-cpu-py312-ubuntu22.04-sagemaker
            """
        ),
        Valid(
            """
            image_scope: training
            image_uri: 683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1
            """
        ),
        Valid("image_uri: 683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"),
        # That the SDK asks for this tag when it trains, and for another when it serves, makes it no training image.
        Valid("image_uri: 683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.4-2-cpu-py3"),
        Valid("image_uri: 520713654638.dkr.ecr.us-east-1.amazonaws.com/sagemaker-mxnet:1.4.1-cpu-py2"),
        # A processing job may run any image.
        Valid(
            """
            image_scope: processing
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-training:2.6.0-cpu-py312-ubuntu22.04-sagemaker
            """
        ),
        Valid(
            """
            image_scope: transform
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310
            """
        ),
        Valid("image_uri: 444455556666.dkr.ecr.us-west-2.amazonaws.com/pytorch-training:2.1.0-cpu-py310"),
    ],
    invalid=[
        Invalid(
            """
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-training:2.6.0-cpu-py312-ubuntu22.04-sagemaker  # <- training image for an endpoint, which needs an inference image
            """,
            fixed="763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker",
        ),
        Invalid(
            """
            image_scope: training
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker  # <- inference image for declared scope training, which needs a training image
            """,
            fixed="763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-training:2.6.0-cpu-py312-ubuntu22.04-sagemaker",
        ),
        Invalid(
            """
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-trcomp-training:1.13.1-gpu-py39-cu117-ubuntu20.04-sagemaker  # <- training image for an endpoint
            instance_type: ml.g5.xlarge
            """
        ),
    ],
)
