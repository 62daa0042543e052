"""A training image is used for inference, or an inference image for training.

AWS builds most frameworks twice: `pytorch-training` has the toolkit that runs a training script, `pytorch-inference` has the server that
answers `/ping`. The wrong one starts, but does nothing that SageMaker expects: the endpoint fails its ping health check, or the training
job fails immediately. Repositories that serve both purposes (XGBoost, scikit-learn, the built-in algorithms) are fine. Processing jobs,
notebooks and clusters may run either image, so the rule checks them only if the manifest declares a scope.
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

SCOPES = ("inference", "training")
SINGLE_PURPOSE = (Kind.ENDPOINT, Kind.TRANSFORM, Kind.TRAINING)
"""The kinds of deployment that need one particular scope."""


def check(deployment: Deployment, context: RuleContext) -> Violations:
    image = deployment.image.value
    needed = "inference" if deployment.scope == "transform" else deployment.scope
    if image.may_be_mirror or image.problems or needed not in SCOPES or not image.scopes:
        return
    if deployment.kind not in SINGLE_PURPOSE and not deployment.image_scope.known:
        return
    # Report only images made for the opposite scope, not those for a third one such as processing.
    if needed in image.scopes or not set(image.scopes) & set(SCOPES):
        return
    actual, article = ("training", "an") if needed == "inference" else ("inference", "a")
    message = f"{actual} image for {deployment.kind.with_article}, which needs {article} {needed} image"
    if deployment.image_scope.known:
        message = f"{actual} image, but the declared scope is {needed}"
    substitute = context.images.substitute(image, scope=needed)
    yield Violation(
        at=deployment.image.part("repository"),
        message=message,
        replacement=Replacement.with_image(substitute, f"use the {needed} image of the same version") if isinstance(substitute, Expected) else None,
        related=[RelatedLocation(deployment.image_scope.place, "declared scope")],
    )


RULE = Rule(
    check,
    category="consistency",
    severity=Severity.ERROR,
    needs=["image", "image.scopes"],
    sources=[
        "sagemaker-core 2.27.0, image_uri_config: the accounts, Regions and tags of the AWS SDK (2026-10-21)",
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
        # The SDK uses this tag for training and another for inference, but the image serves both.
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
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker  # <- inference image, but the declared scope is training
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
