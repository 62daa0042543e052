"""The registry account does not publish this image in the Region.

AWS publishes each family of images from its own accounts, often a different one in each Region: hundreds of accounts in all. If you
edit the Region by hand or copy the account from another family, the pull fails minutes into the deployment. The fix uses the one
account that publishes the repository in the Region. An account that does not belong to AWS is a private mirror, which this rule ignores.

smlint offers no fix if the mistake may be elsewhere: in the repository, if the account publishes another one of the same framework in that
Region; or in the Region, if the account publishes this repository in exactly one other Region, or if the DNS suffix does not match the
Region. The Region is not in doubt if the deployment states it too. A template whose image URI uses `${AWS::Region}`, and that mentions
several Regions, needs a mapping of accounts by Region, which smlint does not write.
"""

from __future__ import annotations

from smlint.linter.rule import Deployment, Image, Invalid, Rule, RuleContext, Severity, Valid, Violation, Violations


def check(deployment: Deployment, context: RuleContext) -> Violations:
    image = deployment.image.value
    account, repository = image.account, image.repository
    if account is None or repository is None or not image.known_repository or image.problems or deployment.crosses_regions:
        return
    if not context.images.is_aws_account(account):
        return
    if not context.images.lists_all_accounts(repository) and not context.images.publishes(account, repository):
        return
    if image.region is None:
        # Even with an unknown Region, an account that publishes the repository nowhere is wrong.
        if not context.images.publishes(account, repository):
            yield Violation(at=deployment.image.part("account"), message=f"account {account} does not publish {repository} in any Region")
        return
    region = image.region
    expected = context.images.account(repository, region, image.version)
    if expected is None or expected == account:
        return
    message = f"account {account} does not publish {repository} in {region}; account {expected} does"
    published = context.images.regions_of_account(account, repository, image.version)
    other = context.images.repository_of_same_framework(account, repository, region)
    is_confirmed = deployment.states_region(region)
    if other is not None:
        message = f"account {account} publishes {other} in {region}, but not {repository}; account {expected} does"
    elif len(published) == 1 and not is_confirmed:
        message = f"account {account} publishes {repository} in {published[0]}, but not in {region}; account {expected} does"
    is_certain = other is None and (is_confirmed or (len(published) != 1 and not _has_domain_of_other_partition(image, context)))
    # The account of one Region would be wrong in the others.
    is_certain &= not deployment.serves_other_regions("account")
    yield Violation(
        at=deployment.image.part("account"),
        message=message,
        replacement=context.images.in_region(image, region, f"use the account of {repository} in {region}") if is_certain else None,
    )


def _has_domain_of_other_partition(image: Image, context: RuleContext) -> bool:
    if image.region is None or image.domain is None or image.is_dual_stack:
        return False
    return context.regions.domain(image.region) not in (None, image.domain)


RULE = Rule(
    check,
    category="registry",
    severity=Severity.ERROR,
    needs=["image", "image.account", "image.repository"],
    sources=[
        "sagemaker-core 2.27.0, image_uri_config: the accounts, Regions and tags of the AWS SDK (2026-10-21)",
        "SageMaker, registry paths by Region: https://docs.aws.amazon.com/sagemaker/latest/dg-ecr-paths/sagemaker-algo-docker-registry-paths.html",
    ],
    valid=[
        Valid("image_uri: 692866216735.dkr.ecr.eu-south-1.amazonaws.com/pytorch-inference:2.1.0-cpu-py310"),
        # A private mirror.
        Valid("image_uri: 444455556666.dkr.ecr.eu-south-1.amazonaws.com/pytorch-inference:2.1.0-cpu-py310"),
        # A placeholder account from AWS's documentation.
        Valid("image_uri: 123456789012.dkr.ecr.us-east-1.amazonaws.com/pytorch-inference:2.1.0-cpu-py310"),
        # The account may have repositories that the catalog does not know.
        Valid("image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/some-new-framework:1.0"),
        # A URI of another Region: `image-region-mismatch` reports it.
        Valid(
            """
            region: eu-south-1
            image_uri: 763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-inference:2.1.0-cpu-py310
            """
        ),
        # Triton was published from the accounts of SageMaker Neo before 23.12.
        Valid("image_uri: 785573368785.dkr.ecr.us-east-1.amazonaws.com/sagemaker-tritonserver:22.07-py3"),
        Valid('image_uri: "785573368785.dkr.ecr.us-east-1.amazonaws.com/sagemaker-tritonserver:{version}"'),
    ],
    invalid=[
        Invalid(
            """
            image_uri: 763104351884.dkr.ecr.eu-south-1.amazonaws.com/pytorch-inference:2.1.0-cpu-py310  # <- account 763104351884 does not publish pytorch-inference in eu-south-1; account 692866216735 does
            """,
            fixed="692866216735.dkr.ecr.eu-south-1.amazonaws.com/pytorch-inference:2.1.0-cpu-py310",
        ),
        # The account of another image family in the same Region.
        Invalid(
            """
            region: us-east-1
            image_uri: 763104351884.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1  # <- account 763104351884 does not publish sagemaker-xgboost in us-east-1; account 683313688378 does
            """,
            fixed="683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1",
        ),
        # The account publishes this repository in one other Region: the Region may be the mistake.
        Invalid(
            """
            image_uri: 811284229777.dkr.ecr.eu-west-1.amazonaws.com/xgboost:1  # <- account 811284229777 publishes xgboost in us-east-1, but not in eu-west-1; account 685385470294 does
            """
        ),
        # The deployment states the same Region.
        Invalid(
            """
            region: eu-west-1
            image_uri: 811284229777.dkr.ecr.eu-west-1.amazonaws.com/xgboost:1  # <- account 811284229777 does not publish xgboost in eu-west-1; account 685385470294 does
            """,
            fixed="685385470294.dkr.ecr.eu-west-1.amazonaws.com/xgboost:1",
        ),
        # The account publishes another repository of XGBoost: the repository may be the mistake.
        Invalid(
            """
            region: eu-central-1
            image_uri: 492215442770.dkr.ecr.eu-central-1.amazonaws.com/xgboost:1  # <- account 492215442770 publishes sagemaker-xgboost in eu-central-1, but not xgboost; account 813361260812 does
            """
        ),
        Invalid(
            """
            image_uri: "683313688378.dkr.ecr.{region}.amazonaws.com/pytorch-inference:2.1.0-cpu-py310"  # <- account 683313688378 does not publish pytorch-inference in any Region
            """
        ),
    ],
)
