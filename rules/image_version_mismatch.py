"""The declared version is not the one in the image.

The version was changed in one place but not in the other, and the model runs on a framework version that it was not built for. The
declaration wins, so the fix uses the image of the declared version. The rule checks library versions too: next to a Hugging Face
image, it compares `pytorch_version` with the image's PyTorch and `transformers_version` with its Transformers. A declared `2.1`
includes `2.1.0`. Outside the native manifest, this is a warning with an unsafe fix: SageMaker runs the image, whatever else the file says
about it.
"""

from __future__ import annotations

from collections.abc import Iterator

from smlint.linter.rule import (
    Applicability,
    Deployment,
    Expected,
    Fact,
    Image,
    Invalid,
    Reason,
    RelatedLocation,
    Replacement,
    Rule,
    RuleContext,
    Severity,
    Valid,
    Violation,
    Violations,
)


def check(deployment: Deployment, context: RuleContext) -> Violations:
    image = deployment.image.value
    if image.may_be_mirror or image.problems:
        return
    contents = dict(image.libraries)
    if image.framework is not None and image.version is not None:
        contents[image.framework] = image.version
    name = subject(deployment, image, context)
    if name is not None and deployment.framework_version.known and differs(deployment.framework_version, contents.get(name), context):
        violation = Violation(
            at=deployment.image.part("version" if name == image.framework else "tag"),
            message=f"image contains {name} {contents[name]}, but the manifest declares {deployment.framework_version.value}",
            replacement=other_version(deployment, image, context) if name == image.framework else None,
            related=[RelatedLocation(deployment.framework_version.place, "declared version")],
        )
        yield violation.against_declaration(deployment)
    for library, declared in declared_libraries(deployment, context):
        if library != name and declared.known and differs(declared, contents.get(library), context):
            violation = Violation(
                at=deployment.image.part("tag"),
                message=f"image contains {library} {contents[library]}, but the manifest declares {version_of(declared)}",
                related=[RelatedLocation(declared.place, f"declared version of {library}")],
            )
            yield violation.against_declaration(deployment)


def subject(deployment: Deployment, image: Image, context: RuleContext) -> str | None:
    """Return the framework or library whose version `framework_version` declares; None if that is not certain."""
    # Outside the native manifest, it may be the version of any library in the image.
    if deployment.format != "native" and any(matches(deployment.framework_version, version, context) for _, version in image.libraries):
        return None
    if deployment.framework.known:
        name = context.images.framework_name(deployment.framework.value)
        return name if name == image.framework or name in dict(image.libraries) else None
    # Without a declared framework, it belongs to the image's framework unless it matches a library.
    if not deployment.framework.absent or not deployment.framework_version.known:
        return None
    declared = deployment.framework_version
    return None if any(matches(declared, version, context) for _, version in image.libraries) else image.framework


def declared_libraries(deployment: Deployment, context: RuleContext) -> Iterator[tuple[str, Fact[str]]]:
    """Yield each library with its declared version, under the catalog's name if it has one."""
    for name, declared in deployment.libraries:
        yield context.images.framework_name(name) or name, declared
    if deployment.base_framework_version.known:
        yield deployment.base_framework_version.value.rstrip("0123456789.-"), deployment.base_framework_version


def version_of(declared: Fact[str]) -> str:
    """Return `2.1.0` for `2.1.0` and for `pytorch2.1.0`."""
    return declared.value.lstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-= ")


def differs(declared: Fact[str], actual: str | None, context: RuleContext) -> bool:
    """Return whether a declared version excludes the actual one. `latest`, `1.x` and ranges exclude nothing."""
    version = version_of(declared)
    # `1.2-1` is the first container of version 1.2, of any patch release. Container numbers are compared only with each other.
    if actual is not None and ("-" in actual) != ("-" in version):
        actual, version = actual.partition("-")[0], version.partition("-")[0]
    if actual is None or not actual[:1].isdigit() or not version.replace(".", "").replace("-", "").isdigit():
        return False
    return not context.images.same_version(version, actual) and not context.images.same_version(actual, version)


def matches(declared: Fact[str], actual: str, context: RuleContext) -> bool:
    """Return whether a declared version may be the actual one."""
    return declared.known and not differs(declared, actual, context)


def other_version(deployment: Deployment, image: Image, context: RuleContext) -> Replacement | None:
    """Return the image of the declared version. The fix is unsafe if it changes the Python and the manifest declares none."""
    version = deployment.framework_version.value
    title = f"use the {image.framework} {version} image"
    substitute = context.images.substitute(image, version=version, python=deployment.py_version.get() or image.python)
    if isinstance(substitute, Expected):
        return Replacement.with_image(substitute, title)
    if substitute.reason is Reason.PYTHON and not deployment.py_version.known:
        substitute = context.images.substitute(image, version=version)
        if isinstance(substitute, Expected):
            return Replacement.with_image(substitute, f"{title}, which has a different Python", Applicability.UNSAFE)
    return None


RULE = Rule(
    check,
    category="consistency",
    severity=Severity.ERROR,
    needs=["image", "image.version"],
    fixing="`--fix` changes the image to match the declaration. `--unsafe-fixes` also applies fixes that change more than that.",
    sources=[
        "sagemaker-core 2.27.0, image_uri_config: the accounts, Regions and tags of the AWS SDK (2026-10-21)",
        "aws/deep-learning-containers at e0ecede, docs/src/data: the published images (2026-08-21)",
    ],
    valid=[
        Valid(
            """
            framework: pytorch
            framework_version: "2.1.0"
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310
            """
        ),
        # A shorter version includes all of its patch releases, on both sides.
        Valid(
            """
            framework: pytorch
            framework_version: "2.1"
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310
            """
        ),
        Valid(
            """
            framework: pytorch
            framework_version: "2.6.0"
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6-cpu-py312
            """
        ),
        # The version is that of the declared library.
        Valid(
            """
            framework: pytorch
            framework_version: "2.6.0"
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/huggingface-pytorch-inference:2.6.0-transformers4.49.0-gpu-py312-cu124-ubuntu22.04
            instance_type: ml.g5.xlarge
            """
        ),
        Valid(
            """
            framework: huggingface
            framework_version: "4.49.0"
            base_framework_version: pytorch2.6.0
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/huggingface-pytorch-inference:2.6.0-transformers4.49.0-gpu-py312-cu124-ubuntu22.04
            instance_type: ml.g5.xlarge
            """
        ),
        Valid(
            """
            framework: xgboost
            framework_version: "1.7-1"
            image_uri: 683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1
            """
        ),
        Valid(
            """
            framework: pytorch
            framework_version: latest
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310
            """
        ),
        # The container number says nothing about the patch release.
        Valid(
            """
            framework: xgboost
            framework_version: "1.2.1"
            image_uri: 683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.2-1
            """
        ),
        Valid(
            """
            framework: sklearn
            framework_version: "0.23.2"
            image_uri: 683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:0.23-1-cpu-py3
            """
        ),
        # The version behind `latest` is unknown.
        Valid(
            """
            framework: pytorch
            framework_version: "2.1.0"
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:latest
            """
        ),
        # The framework differs: one fault, which `image-framework-mismatch` reports.
        Valid(
            """
            framework: tensorflow
            framework_version: "2.14.1"
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310
            """
        ),
    ],
    invalid=[
        Invalid(
            """
            framework: pytorch
            framework_version: "2.0.1"
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310-ubuntu20.04-sagemaker  # <- image contains pytorch 2.1.0, but the manifest declares 2.0.1
            """,
            fixed="763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.0.1-cpu-py310-ubuntu20.04-sagemaker",
        ),
        # The declared version has a different Python, and the manifest declares none.
        Invalid(
            """
            framework: pytorch
            framework_version: "2.6.0"
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.5.1-cpu-py311-ubuntu22.04-sagemaker  # <- image contains pytorch 2.5.1, but the manifest declares 2.6.0
            """,
            fixed="763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker",
            applicability=Applicability.UNSAFE,
        ),
        Invalid(
            """
            framework: pytorch
            framework_version: "2.6.0"
            py_version: py312
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.5.1-cpu-py311-ubuntu22.04-sagemaker  # <- image contains pytorch 2.5.1, but the manifest declares 2.6.0
            """,
            fixed="763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker",
            other_rules=["image-python-mismatch"],
        ),
        Invalid(
            """
            framework: xgboost
            framework_version: "1.3"
            image_uri: 683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.2-1  # <- image contains xgboost 1.2-1, but the manifest declares 1.3
            """,
            fixed="683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.3-1",
        ),
        Invalid(
            """
            framework: xgboost
            framework_version: "1.2-2"
            image_uri: 683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.2-1  # <- image contains xgboost 1.2-1, but the manifest declares 1.2-2
            """,
            fixed="683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.2-2",
        ),
        Invalid(
            """
            framework: pytorch
            framework_version: "9.9.9"
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310  # <- image contains pytorch 2.1.0, but the manifest declares 9.9.9
            """
        ),
        Invalid(
            """
            framework: huggingface
            framework_version: "4.49.0"
            base_framework_version: pytorch2.1.0
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/huggingface-pytorch-inference:2.6.0-transformers4.49.0-gpu-py312-cu124-ubuntu22.04  # <- image contains pytorch 2.6.0, but the manifest declares 2.1.0
            instance_type: ml.g5.xlarge
            """
        ),
    ],
)
