"""The manifest declares another version than the image holds.

A version was raised in one place and forgotten in the other, and the model meets a framework it was not made with. What is declared wins, so
the fix gives the image of the declared version. Versions of libraries count as well: beside a Hugging Face image `pytorch_version` is
compared with its PyTorch, `transformers_version` with its Transformers. A declared `2.1` means `2.1.0`.
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
    if image.is_mirror or image.problems:
        return
    held = dict(image.libraries)
    if image.framework is not None and image.version is not None:
        held[image.framework] = image.version
    name = main_name(deployment, image, context)
    if name is not None and deployment.framework_version.known and differs(deployment.framework_version, held.get(name), context):
        yield Violation(
            at=deployment.image.part("version" if name == image.framework else "tag"),
            message=f"image holds {name} {held[name]}, but the declared version is {deployment.framework_version.value}",
            replacement=repair(deployment, image, context) if name == image.framework else None,
            related=[RelatedLocation(deployment.framework_version.place, "declared version")],
        )
    for library, fact in declared_libraries(deployment, context):
        if library != name and fact.known and differs(fact, held.get(library), context):
            yield Violation(
                at=deployment.image.part("tag"),
                message=f"image holds {library} {held[library]}, but the declared version is {version_of(fact)}",
                related=[RelatedLocation(fact.place, f"declared version of {library}")],
            )


def main_name(deployment: Deployment, image: Image, context: RuleContext) -> str | None:
    """Of which framework or library `framework_version` speaks; None when that cannot be told."""
    # Only in smlint's own manifest is it certain whose version this is; elsewhere it may be that of any library in the image.
    if deployment.format != "native" and any(means(deployment.framework_version, version, context) for _, version in image.libraries):
        return None
    if deployment.framework.known:
        name = context.images.framework_name(deployment.framework.value)
        return name if name == image.framework or name in dict(image.libraries) else None
    # Without a framework it may mean any that the image holds: it speaks of the framework if it is none of the libraries' versions.
    if not deployment.framework.absent or not deployment.framework_version.known:
        return None
    declared = deployment.framework_version
    return None if any(means(declared, version, context) for _, version in image.libraries) else image.framework


def declared_libraries(deployment: Deployment, context: RuleContext) -> Iterator[tuple[str, Fact[str]]]:
    """Each library whose version is declared, by the catalogue's name where it has one."""
    for name, fact in deployment.libraries:
        yield context.images.framework_name(name) or name, fact
    if deployment.base_framework_version.known:
        yield deployment.base_framework_version.value.rstrip("0123456789.-"), deployment.base_framework_version


def version_of(fact: Fact[str]) -> str:
    """`2.1.0` of `2.1.0`, and of `pytorch2.1.0`."""
    return fact.value.lstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-= ")


def differs(fact: Fact[str], actual: str | None, context: RuleContext) -> bool:
    """Whether a declared version cannot mean the actual one. `latest`, `1.x` and ranges claim nothing."""
    declared = version_of(fact)
    # `1.2-1` is the first container of version 1.2, whichever patch release: only two such releases can be compared.
    if actual is not None and ("-" in actual) != ("-" in declared):
        actual, declared = actual.partition("-")[0], declared.partition("-")[0]
    if actual is None or not actual[:1].isdigit() or not declared.replace(".", "").replace("-", "").isdigit():
        return False
    return not context.images.same_version(declared, actual) and not context.images.same_version(actual, declared)


def means(fact: Fact[str], actual: str, context: RuleContext) -> bool:
    """Whether a declared version may mean the actual one."""
    return fact.known and not differs(fact, actual, context)


def repair(deployment: Deployment, image: Image, context: RuleContext) -> Replacement | None:
    """The image of the declared version: unsafe when its Python changes and none was declared."""
    version = deployment.framework_version.value
    title = f"use the image of {image.framework} {version}"
    changed = context.images.substitute(image, version=version, python=deployment.py_version.get() or image.python)
    if isinstance(changed, Expected):
        return Replacement(changed.uri, title)
    if changed.reason is Reason.PYTHON and not deployment.py_version.known:
        other = context.images.substitute(image, version=version)
        if isinstance(other, Expected):
            return Replacement(other.uri, f"{title}, which holds another Python", Applicability.UNSAFE)
    return None


RULE = Rule(
    check,
    category="consistency",
    severity=Severity.ERROR,
    needs=["image", "image.version"],
    sources=[
        "sagemaker-core 2.27.0, image_uri_config: the accounts, Regions and tags of AWS's SDK (2026-11-22)",
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
        # A shorter version means each of its patch releases, on either side.
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
        # The version of the library that was named.
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
        # The container's release says nothing about the patch release.
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
        # What `latest` holds, nobody can tell from here.
        Valid(
            """
            framework: pytorch
            framework_version: "2.1.0"
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:latest
            """
        ),
        # The framework differs: one fault, and `image-framework-mismatch` says it.
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
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310-ubuntu20.04-sagemaker  # <- image holds pytorch 2.1.0, but the declared version is 2.0.1
            """,
            fixed="763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.0.1-cpu-py310-ubuntu20.04-sagemaker",
        ),
        # The declared version is built with another Python, and none was declared.
        Invalid(
            """
            framework: pytorch
            framework_version: "2.6.0"
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.5.1-cpu-py311-ubuntu22.04-sagemaker  # <- image holds pytorch 2.5.1, but the declared version is 2.6.0
            """,
            fixed="763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker",
            applicability=Applicability.UNSAFE,
        ),
        Invalid(
            """
            framework: pytorch
            framework_version: "2.6.0"
            py_version: py312
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.5.1-cpu-py311-ubuntu22.04-sagemaker  # <- image holds pytorch 2.5.1, but the declared version is 2.6.0
            """,
            fixed="763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker",
        ),
        Invalid(
            """
            framework: xgboost
            framework_version: "1.3"
            image_uri: 683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.2-1  # <- image holds xgboost 1.2-1, but the declared version is 1.3
            """,
            fixed="683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.3-1",
        ),
        Invalid(
            """
            framework: xgboost
            framework_version: "1.2-2"
            image_uri: 683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.2-1  # <- image holds xgboost 1.2-1, but the declared version is 1.2-2
            """,
            fixed="683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.2-2",
        ),
        Invalid(
            """
            framework: pytorch
            framework_version: "9.9.9"
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310  # <- image holds pytorch 2.1.0, but the declared version is 9.9.9
            """
        ),
        Invalid(
            """
            framework: huggingface
            framework_version: "4.49.0"
            base_framework_version: pytorch2.1.0
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/huggingface-pytorch-inference:2.6.0-transformers4.49.0-gpu-py312-cu124-ubuntu22.04  # <- image holds pytorch 2.6.0, but the declared version is 2.1.0
            instance_type: ml.g5.xlarge
            """
        ),
    ],
)
