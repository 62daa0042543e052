"""The questions that a rule may ask about images, Regions and instance types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from smlint.images.catalog import Catalog, ListName, load_catalog
from smlint.images.instances import InstanceTypeTable
from smlint.images.regions import RegionTable, in_same_area
from smlint.linter.violation import Replacement
from smlint.model.deployment import Deployment, Kind
from smlint.model.facts import State
from smlint.model.findings import Applicability
from smlint.model.images import GALLERY, Expected, Image, Reason, Unresolved
from smlint.runtime.clock import older_than_a_year
from smlint.runtime.errors import SmlintError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from smlint.images.drivers import DriverTable
    from smlint.images.hardware import HardwareTable
    from smlint.images.image_facts import ImageFacts
    from smlint.images.instances import PriceGap
    from smlint.images.resolve import ImageRequest

InstanceStatus = Literal["known", "priced-only", "new", "wrong-purpose", "unknown-size", "malformed"]
_NEEDS_ARM64 = (Reason.GRAVITON_FRAMEWORK, Reason.GRAVITON_VERSION)
_ANY_REGION = "us-east-1"
"""The Region to resolve in if the deployment states none. In every Region, a framework has the same image in another registry."""


class RuleContext:
    """The answers of one catalog on one day, grouped by topic. Rules get it as their second argument and cannot change it."""

    __slots__ = ("_catalog", "_eol_warn_days", "_images", "_instances", "_regions", "_today")

    def __init__(self, today: str, eol_warn_days: int = 60, catalog: Catalog | None = None) -> None:
        """Create the context of a run.

        `today` is an ISO date; `eol_warn_days` is the number of days before an end-of-patch date from which rules mention it;
        `catalog` is the bundled one by default.
        """
        self._catalog = catalog or load_catalog()
        self._today = today
        self._eol_warn_days = eol_warn_days
        self._regions = Regions(self._catalog)
        self._instances = Instances(self._catalog)
        self._images = Images(self._catalog, today, self._instances)

    @property
    def catalog(self) -> Catalog:
        """The catalog that the answers come from. Rules do not use it."""
        return self._catalog

    @property
    def images(self) -> Images:
        """Questions about container images and their registries."""
        return self._images

    @property
    def regions(self) -> Regions:
        """Questions about AWS Regions."""
        return self._regions

    @property
    def instances(self) -> Instances:
        """Questions about instance types."""
        return self._instances

    @property
    def hardware(self) -> HardwareTable:
        """The hardware of instance types. Only for checks that few deployments reach: it reads a file."""
        return self._catalog.hardware

    @property
    def drivers(self) -> DriverTable:
        """The drivers of families and machine images. Only for checks that few deployments reach: it reads a file."""
        return self._catalog.drivers

    @property
    def today(self) -> str:
        """The day of the run, as an ISO date."""
        return self._today

    def is_outdated(self, name: ListName) -> bool:
        """Return whether a list of the catalog is older than a year, so that what it lacks may exist by now."""
        return older_than_a_year(self._catalog.date_of(name), self._today)

    @property
    def patch_horizon(self) -> str:
        """The last day whose end-of-patch dates rules mention in advance: `today` plus `eol-warn-days`, as an ISO date."""
        from datetime import date, timedelta

        try:
            return (date.fromisoformat(self._today) + timedelta(days=self._eol_warn_days)).isoformat()
        except (ValueError, OverflowError) as error:
            raise SmlintError(f"cannot add {self._eol_warn_days} days to {self._today}", "use a date such as 2026-11-22") from error


class Regions:
    """Questions about AWS Regions."""

    __slots__ = ("_catalog",)

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    @property
    def _table(self) -> RegionTable:
        return self._catalog.regions

    def exists(self, name: str) -> bool:
        """Return whether this is an AWS Region, in any partition."""
        return name in self._table

    @property
    def date(self) -> str:
        """The date of the catalog's list of Regions, as an ISO date."""
        return self._catalog.date_of("accounts")

    def may_be_new(self, name: str) -> bool:
        """Return whether a name has the form of a Region that no list has, and is not a misspelling of a known one."""
        return name not in self._table and self._table.partition_of(name) is not None and self._table.correction_of(name) is None

    def nearest(self, name: str) -> str | None:
        """Return the Region that a misspelled name refers to; None if the name could belong to a new Region.

        New Regions combine known words with a new number, such as `us-east-3` or `mx-west-1`. `us-est-1` is a misspelling, because
        `est` is not a direction.
        """
        return self._table.correction_of(name)

    def nearby(self, region: str, candidates: Sequence[str]) -> tuple[str, ...]:
        """Return up to three of the candidates in the same area as the Region, such as Europe; empty if there are none."""
        return tuple(in_same_area(region, candidates)[:3])

    def domain(self, region: str) -> str | None:
        """Return the DNS suffix of the Region's partition, such as `amazonaws.com`; None if the name is not a Region's."""
        return self._table.domain_of(region)


class Instances:
    """Questions about instance types. A `kind` is what runs on the instance; SageMaker offers different types for each."""

    __slots__ = ("_catalog",)

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    @property
    def _table(self) -> InstanceTypeTable:
        return self._catalog.instance_types

    def status(self, name: str, kind: Kind) -> InstanceStatus:
        """Return what is known about an instance type for this kind.

        `known` (listed); `priced-only` (not listed, but priced in some Region); `new` (a well-formed family that is neither); `wrong-purpose`
        (offered for other kinds only); `unknown-size` (the family has no such size); `malformed` (not an instance type name).
        """
        status = self._table.status(name, kind.purpose)
        return "new" if status == "new-family" else status

    def has_family(self, family: str, kind: Kind) -> bool:
        """Return whether SageMaker offers some size of a family (`c7g`) for this kind."""
        return self._table.has_family(family, kind.purpose)

    def nearest(self, name: str, kind: Kind) -> tuple[str, ...]:
        """Return up to three instance types for this kind with a similar name."""
        return self._table.nearest(name, kind.purpose)

    def is_offered(self, deployment: Deployment) -> bool:
        """Return whether SageMaker offers the deployment's hardware for its kind, so that the image has to match it.

        For example, SageMaker runs no jobs on Graviton. A training job on `ml.c7g.xlarge` has the wrong instance type, not the
        wrong image.
        """
        instance = deployment.instance_type.get()
        if instance is None or not deployment.kind.is_job:
            return True
        return self.status(instance.name, deployment.kind) != "wrong-purpose"

    def priced_regions(self, name: str, kind: Kind) -> tuple[str, ...]:
        """Return the Regions where the AWS price list has the type for this kind; empty if there are none, or no price list."""
        return self._table.priced_regions(name, kind.purpose)

    def has_price_list(self, kind: Kind, region: str) -> bool:
        """Return whether the catalog has a price list for this kind in the Region."""
        return self._table.has_prices(kind.purpose, region)

    def is_sold_nowhere(self, family: str, kind: Kind) -> bool:
        """Return whether AWS has a price list for this kind, and no size of the family is on it in any Region."""
        return self._table.is_sold_nowhere(family, kind.purpose)

    def price_gap(self, name: str, kind: Kind, region: str) -> PriceGap | None:
        """Return whether the price list of a Region has every other size of the type's family: a `hole` between two sizes, or an `edge`."""
        return self._table.price_gap(name, kind.purpose, region)

    @property
    def date(self) -> str:
        """The date of the catalog's lists of instance types, as an ISO date."""
        return self._catalog.date_of("instances")

    @property
    def price_list_date(self) -> str:
        """The date of the catalog's price list, as an ISO date."""
        return self._table.prices_as_of or self._catalog.date_of("prices")


class Images:
    """Questions about container images and their registries."""

    __slots__ = ("_catalog", "_expected", "_instances", "_today")

    def __init__(self, catalog: Catalog, today: str, instances: Instances) -> None:
        self._catalog = catalog
        self._today = today
        self._instances = instances
        # Several rules ask for the expected image of the same deployment.
        self._expected: dict[ImageRequest, Expected | Unresolved] = {}

    @property
    def date(self) -> str:
        """The date of the catalog's lists of images, as an ISO date."""
        return self._catalog.date_of("images")

    def account(self, repository: str, region: str, version: str | None = None) -> str | None:
        """Return the account that publishes the repository in the Region; None if it is not published there.

        Some repositories moved to another account at some version. Without a version, the account of those is None.
        """
        if version is None and self._catalog.account_of(repository, region, "0") != self._catalog.account_of(repository, region):
            return None
        return self._catalog.account_of(repository, region, version)

    def publishes(self, account: str, repository: str) -> bool:
        """Return whether the account publishes the repository in any Region."""
        return self._catalog.owns(account, repository)

    def is_known(self, uri: str) -> bool:
        """Return whether a URI is well formed, and its tag is known in a repository of SageMaker images."""
        from smlint.images.uri import parse_image

        image = parse_image(uri, self._catalog)
        return not image.problems and image.known_tag

    def is_aws_account(self, account: str) -> bool:
        """Return whether the catalog lists this account as a registry of SageMaker images."""
        return account in self._catalog.aws_accounts

    def published_regions(self, repository: str) -> tuple[str, ...]:
        """Return the Regions in which the repository is published, sorted; empty for one whose Regions are not known."""
        if self._catalog.is_unlisted(repository):
            return ()
        return tuple(sorted(self._catalog.regions_of(repository)))

    def is_surely_unavailable(self, name: str, region: str) -> bool:
        """Return whether two sources agree that the registry of a repository, or of a framework's repositories, has no account in the Region.

        The sources are the SDK and the AWS documents. If the registry has an account, AWS publishes other images there, and this one may be
        missing only from the lists of the catalog.
        """
        repositories = self._catalog.repositories.items()
        names = [repository for repository, entry in repositories if name == repository or name in entry["frameworks"]]
        documented = [self._catalog.documented_regions_of(repository) for repository in names]
        if any(region in self._catalog.registry_of(repository) for repository in names):
            return False
        return bool(documented) and all(regions and region not in regions for regions in documented)

    def lists_all_accounts(self, repository: str) -> bool:
        """Return whether the catalog lists every account that publishes the repository, as far as AWS documents them."""
        return not self._catalog.is_unlisted(repository)

    def regions_of_account(self, account: str, repository: str, version: str | None) -> tuple[str, ...]:
        """Return the Regions in which the account publishes the repository, sorted."""
        regions = self._catalog.registry_of(repository, version)
        return tuple(sorted(region for region in regions if self._catalog.account_of(repository, region, version) == account))

    def repository_of_same_framework(self, account: str, repository: str, region: str) -> str | None:
        """Return another repository of the same framework that the account publishes in the Region; None if there is none."""
        entry = self._catalog.repositories.get(repository)
        if entry is None:
            return None
        frameworks = frozenset(entry["frameworks"])
        return next(
            (
                name
                for name, other in self._catalog.repositories.items()
                if name != repository and not frameworks.isdisjoint(other["frameworks"]) and self.account(name, region) == account
            ),
            None,
        )

    def with_domain(self, image: Image, domain: str, title: str) -> Replacement | None:
        """Return the same URI with another DNS suffix; None if the suffix is not written in it."""
        if "domain" not in image.parts:
            return None
        start, end = image.parts["domain"]
        return Replacement(image.uri[:start] + domain + image.uri[end:], title)

    def in_region(self, image: Image, region: str, title: str | None = None) -> Replacement | None:
        """Return the same repository and tag in the Region's registry; None if it is not published there.

        The replacement is unsafe if the image has a digest, because the tag may refer to different bytes in the other registry, and if AWS may
        have other accounts for the repository.
        """
        # The catalog does not know where else the owner of a mirror keeps its images.
        if image.may_be_mirror or image.owner in ("mirror", GALLERY):
            return None
        from smlint.images.registries import in_region

        uri = in_region(image, region, self._catalog)
        if uri is None:
            return None
        is_certain = image.digest is None and not self._catalog.is_unlisted(image.repository or "")
        applicability = Applicability.SAFE if is_certain else Applicability.UNSAFE
        return Replacement(uri, title or f"use the registry of {region}", applicability)

    def substitute(
        self,
        image: Image,
        *,
        architecture: str | None = None,
        processor: str | None = None,
        scope: str | None = None,
        platform: str | None = None,
        framework: str | None = None,
        version: str | None = None,
        python: str | None = None,
    ) -> Expected | Unresolved:
        """Return the published image that differs only in the given respects; else why there is none, with alternatives."""
        if image.may_be_mirror:
            return Unresolved(Reason.UNKNOWN, f"{f'account {image.account}' if image.account else 'the registry'} is not known to be AWS's")
        # The digest decides which image is pulled, and the catalog has no digests.
        if image.digest is not None or "digest" in image.parts:
            return Unresolved(Reason.UNKNOWN, "the image is pinned by its digest")
        # Another version or framework would replace an image that AWS may have published since.
        if (version or framework) and self.is_newer(image.framework or "", image.version, image.libraries):
            return Unresolved(Reason.UNKNOWN, "the image is newer than the catalog")
        from smlint.images.substitute import substitute

        result = substitute(
            image,
            self._catalog,
            architecture=architecture,
            processor=processor,
            scope=scope,
            platform=platform,
            framework=framework,
            version=version,
            python=python,
        )
        if isinstance(result, Expected) and result.uri == image.uri:
            return Unresolved(Reason.UNKNOWN, "the image stays the same")
        return result

    def expected(self, deployment: Deployment) -> Expected | Unresolved | None:
        """Return the image that the declared framework and version need on the deployment's hardware.

        None if the manifest names an image or a needed fact is unknown, or if only an arm64 image is missing, for hardware that SageMaker
        does not offer for this kind anyway (`Instances.is_offered`).
        """
        request = _request(deployment)
        if request is None:
            return None
        result = self._expected.get(request)
        if result is None:
            from smlint.images.resolve import resolve

            result = self._expected[request] = resolve(request, self._catalog)
        if isinstance(result, Unresolved):
            if result.reason is Reason.REGION and not deployment.region.known:
                return None
            if result.reason in _NEEDS_ARM64 and not self._instances.is_offered(deployment):
                return None
        return result

    def framework_name(self, name: str) -> str | None:
        """Return the catalog's name of a framework as users may write it (`PyTorch`, `scikit-learn`); None if it is unknown."""
        return self._catalog.canonical_framework(name)

    def same_version(self, declared: str, actual: str) -> bool:
        """Return whether a declared version includes the actual one: `2.1` includes `2.1.0`."""
        from smlint.images.tags import same_version

        return same_version(declared, actual)

    def is_newer(self, framework: str, version: str | None, libraries: Sequence[tuple[str, str]] = ()) -> bool:
        """Return whether a version is above every version of the framework, in any repository; or that of a library is, in the framework's images.

        Then AWS may have published it after the catalog was built.
        """
        from smlint.linter.nearest import is_newer

        return is_newer(self._catalog, framework, version, libraries)

    def skips_a_major(self, framework: str, version: str | None) -> bool:
        """Return whether a version is more than one major number above every version of the framework, such as 9.9.9 after 2.14."""
        from smlint.linter.nearest import skips_a_major

        return skips_a_major(self._catalog, framework, version)

    def nearest_version(self, version: str, candidates: Sequence[str]) -> str | None:
        """Return the candidate nearest to a version; None if there are no candidates."""
        from smlint.linter.nearest import nearest_version

        return nearest_version(version, candidates)

    def nearest_tags(self, image: Image) -> tuple[str, ...]:
        """Return up to three known tags of the image's repository that are nearest to its tag, without that tag."""
        if image.repository is None:
            return ()
        from smlint.linter.nearest import nearest_tags

        return nearest_tags(self._catalog, image)

    def only_other_form(self, image: Image) -> str | None:
        """Return the only released tag that differs from the image's in nothing but toolkit and operating system; None if there are several."""
        from smlint.linter.nearest import only_other_form

        return only_other_form(self._catalog, image)

    def contradicts_releases(self, image: Image) -> bool:
        """Return whether all releases of the image's version are known, and its tag names a part that none of them has."""
        if image.repository is None or image.tag is None:
            return False
        from smlint.images.contradiction import contradicts_releases
        from smlint.images.tags import parse_tag

        return contradicts_releases(self._catalog, image.repository, parse_tag(image.tag))

    def needs_gpu(self, image: Image) -> bool:
        """Return whether a GPU image is known not to start without a GPU. Other GPU images may fall back to the CPU."""
        return self._catalog.needs_gpu(image)

    def cuda(self, image: Image) -> str | None:
        """Return the version of CUDA in an image, such as `12.4`, also if its tag does not name it; None if it has none or it is unknown."""
        from smlint.images.image_facts import cuda_of

        return cuda_of(self._catalog, image)

    def facts(self, image: Image) -> ImageFacts:
        """Return what the catalog knows about an image apart from its tag. Only for checks that few deployments reach: it reads a file."""
        from smlint.images.image_facts import image_facts

        return image_facts(self._catalog, image)

    def is_past_patch(self, image: Image) -> bool | None:
        """Return whether security patches for the image ended before today; None if the catalog has no date."""
        return self._catalog.is_past_patch(image, self._today)


def _request(deployment: Deployment) -> ImageRequest | None:
    """Return the deployment's request to the resolver; None if it names an image, or if a needed fact is unknown."""
    if not deployment.image.absent or not deployment.framework.known:
        return None
    needed = (deployment.instance_type, deployment.framework_version, deployment.image_scope, deployment.base_framework_version)
    if any(fact.state is State.UNKNOWN for fact in needed):
        return None
    instance = deployment.instance_type.get()
    if instance is None and not deployment.serverless.get():
        return None
    from smlint.images.resolve import ImageRequest

    return ImageRequest(
        framework=deployment.framework.value,
        region=deployment.region.get() or _ANY_REGION,
        instance_type=instance.name if instance is not None else None,
        serverless=instance is None,
        version=deployment.framework_version.get(),
        python=deployment.py_version.get(),
        scope=deployment.scope,
        base_framework_version=deployment.base_framework_version.get(),
    )
