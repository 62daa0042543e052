"""What rules may ask (`rule.Context`), answered from the catalogue."""

from __future__ import annotations

from collections.abc import Sequence

from smlint.images.catalog import account_of, current, is_aws_account, is_owner, is_past_patch, load, published_regions, use, versions
from smlint.images.instances import has_price_table, judge_instance_type, nearest_instance_types, priced_regions
from smlint.images.regions import domain_of, is_region, meant_region
from smlint.model.deployment import Deployment, Kind
from smlint.model.facts import State
from smlint.model.images import Expected, Image, InstanceType, Reason, Unresolved
from smlint.runtime.errors import SmlintError

_PURPOSES = {Kind.ENDPOINT: "hosting"}
_VERDICTS = {"priced-only": "new", "new-family": "new"}
_ARM64 = (Reason.GRAVITON_FRAMEWORK, Reason.GRAVITON_VERSION)
_ANYWHERE = "us-east-1"
"""The Region that stands in where none is told: which image there is never depends on it."""


class CatalogContext:
    """The answers of one catalogue on one day.

    `today` is an ISO date, `eol_warn_days` how many days before an end of patch are near, `catalog` the path of a user's catalogue
    (None: the bundled one). Raises `SmlintError` for a catalogue that cannot be read.
    """

    def __init__(self, today: str, eol_warn_days: int = 60, catalog: str | None = None) -> None:
        # Another catalogue makes the rooms below forget all they looked up; the same one must not.
        if load(catalog) is not current():
            use(catalog)
        self._today = today
        self._eol_warn_days = eol_warn_days
        self._resolved: tuple[Deployment, Expected | Unresolved | None] | None = None

    @property
    def today(self) -> str:
        return self._today

    @property
    def patch_horizon(self) -> str:
        from datetime import date, timedelta

        try:
            return (date.fromisoformat(self._today) + timedelta(days=self._eol_warn_days)).isoformat()
        except (ValueError, OverflowError) as error:
            raise SmlintError(f"cannot add {self._eol_warn_days} days to {self._today}", "name a day such as 2026-11-22") from error

    def account(self, repository: str, region: str, version: str | None = None) -> str | None:
        # Before every version, and after: a repository that has moved answers differently.
        if version is None and account_of(repository, region, "0") != account_of(repository, region):
            return None
        return account_of(repository, region, version)

    def published_regions(self, repository: str) -> tuple[str, ...]:
        return published_regions(repository)

    def owns(self, account: str, repository: str) -> bool:
        return is_owner(account, repository)

    def is_aws_account(self, account: str) -> bool:
        return is_aws_account(account)

    def domain(self, region: str) -> str | None:
        return domain_of(region)

    def is_region(self, name: str) -> bool:
        return is_region(name)

    def meant_region(self, name: str) -> str | None:
        return meant_region(name)

    def moved(self, image: Image, region: str) -> str | None:
        # A mirror's image stays in the mirror: where else its owner keeps it is not known.
        if image.is_mirror or image.owner == "mirror":
            return None
        from smlint.images.substitute import move

        return move(image, region)

    def changed(
        self,
        image: Image,
        *,
        instance_type: str | None = None,
        architecture: str | None = None,
        processor: str | None = None,
        scope: str | None = None,
        platform: str | None = None,
        framework: str | None = None,
        version: str | None = None,
        python: str | None = None,
    ) -> Expected | Unresolved:
        if image.is_mirror:
            return Unresolved(Reason.UNKNOWN, f"account {image.account} is not one of AWS's")
        # The digest decides what is pulled, and no catalogue knows the digest of another image.
        if image.digest is not None or "digest" in image.parts:
            return Unresolved(Reason.UNKNOWN, "the image is pinned by its digest")
        from smlint.images.substitute import substitute

        wanted = substitute(
            image, instance_type=instance_type, architecture=architecture, processor=processor, scope=scope, platform=platform,
            framework=framework, version=version, python=python,
        )  # fmt: skip
        if isinstance(wanted, Expected) and wanted.uri == image.uri:
            return Unresolved(Reason.UNKNOWN, "the image stays the same")
        return wanted

    def resolved(self, deployment: Deployment) -> Expected | Unresolved | None:
        # Six rules ask the same question of the same deployment, one after the other.
        if self._resolved is None or self._resolved[0] is not deployment:
            wanted = _resolved(deployment)
            if isinstance(wanted, Unresolved) and wanted.reason in _ARM64 and not self.is_offered(deployment):
                wanted = None
            self._resolved = (deployment, wanted)
        return self._resolved[1]

    def versions(self, framework: str, scope: str | None = None, architecture: str | None = None) -> tuple[str, ...]:
        return versions(framework, scope, architecture)

    def framework(self, name: str) -> str | None:
        from smlint.images.resolve import spell_framework

        return spell_framework(name)

    def same_version(self, declared: str, actual: str) -> bool:
        from smlint.images.tags import same_version

        return same_version(declared, actual)

    def nearest_version(self, wanted: str, versions: Sequence[str]) -> str | None:
        return min(versions, key=lambda version: _distance(wanted, version), default=None)

    def past_patch(self, image: Image) -> bool | None:
        return is_past_patch(image, self._today)

    def nearest_tags(self, image: Image) -> tuple[str, ...]:
        return _nearest_tags(image) if image.repository is not None else ()

    def judge_instance_type(self, name: str, kind: Kind) -> str:
        verdict = judge_instance_type(name, _purpose(kind)).value
        return _VERDICTS.get(verdict, verdict)

    def is_offered(self, deployment: Deployment) -> bool:
        instance = deployment.instance_type.get()
        if instance is None or not deployment.kind.is_job:
            return True
        return self.judge_instance_type(instance.name, deployment.kind) != "wrong-purpose"

    def nearest_instance_types(self, name: str, kind: Kind) -> tuple[str, ...]:
        return nearest_instance_types(name, _purpose(kind))

    def priced_regions(self, name: str, kind: Kind) -> tuple[str, ...]:
        return priced_regions(name, _purpose(kind))

    def has_price_list(self, kind: Kind, region: str) -> bool:
        return has_price_table(_purpose(kind), region)


def _purpose(kind: Kind) -> str:
    """The name of a use in the lists of instance types."""
    return _PURPOSES.get(kind, kind.value)


def _resolved(deployment: Deployment) -> Expected | Unresolved | None:
    """The image for what is declared; None when an image is named, or something that decides is not known."""
    if not deployment.image.absent or not deployment.framework.known:
        return None
    deciding = (deployment.instance_type, deployment.framework_version, deployment.image_scope, deployment.base_framework_version)
    if any(fact.state is State.UNKNOWN for fact in deciding):
        return None
    instance = deployment.instance_type.get()
    if instance is None and not deployment.serverless.get():
        return None
    from smlint.images.resolve import Request, resolve

    wanted = resolve(
        Request(
            framework=deployment.framework.value,
            region=deployment.region.get() or _ANYWHERE,
            instance_type=instance.name if instance is not None else None,
            serverless=instance is None,
            version=deployment.framework_version.get(),
            python=deployment.py_version.get(),
            scope=deployment.scope,
            base_framework_version=deployment.base_framework_version.get(),
        )
    )
    if isinstance(wanted, Unresolved):
        if wanted.reason is Reason.REGION and not deployment.region.known:
            return None
        if wanted.reason is Reason.VERSION and instance is not None and instance.well_formed:
            return wanted._replace(alternatives=_fitting(deployment, instance, wanted.alternatives))
    return wanted


def _fitting(deployment: Deployment, instance: InstanceType, alternatives: tuple[str, ...]) -> tuple[str, ...]:
    """The nearest versions that run on the instance type as well; the alternatives as they are when there are none."""
    from smlint.images.candidates import nearest_versions
    from smlint.images.resolve import spell_framework

    name, version = spell_framework(deployment.framework.value), deployment.framework_version.get()
    if name is None or version is None:
        return alternatives
    scope = "inference" if deployment.scope == "transform" else deployment.scope
    return nearest_versions(version, versions(name, scope, instance.architecture, instance.processor)) or alternatives


def _distance(wanted: str, version: str) -> tuple[int, ...]:
    """How far a version is from another, number by number: `2.2.0` is nearer to `2.2.1` than to `2.1.0`. A `v` before it is passed over.

    Behind the first number that differs, the nearest is the highest below what is wanted, and the lowest above it: of `2.12` and `2.14` the
    latter is nearer to `9.9`.
    """
    ours, theirs = _numbers(wanted.lstrip("vV")), _numbers(version)
    length = max(len(ours), len(theirs))
    distance: list[int] = []
    direction = 0
    for a, b in zip(ours + ["0"] * (length - len(ours)), theirs + ["0"] * (length - len(theirs)), strict=True):
        if not (a.isdecimal() and b.isdecimal()):
            distance.append(0 if a == b else 9999)
            continue
        # A number of thousands of digits would not be converted; the first ones tell that it is far away.
        one, other = int(a[:9]), int(b[:9])
        distance.append(direction * other if direction else abs(one - other))
        direction = direction or (other > one) - (other < one)
    return tuple(distance)


def _nearest_tags(image: Image) -> tuple[str, ...]:
    """Known tags of the repository: of the same architecture, version, processor and platform first, then by how alike they are
    written, and the newest first where no version is asked for."""
    from difflib import SequenceMatcher

    from smlint.images.tags import parse_tag, version_key

    written = image.tag or ""
    asked = parse_tag(written)
    wanted = _numbers(image.version or "")
    told = wanted[0].isdecimal()
    releases = [r for r in current().releases_of(image.repository or "") if r.tag not in ("", "latest", written)]
    releases.sort(key=lambda release: version_key(release.version or ""), reverse=True)
    ranked = []
    for order, release in enumerate(releases):
        tag = release.parsed
        shared = 0
        for one, other in zip(_numbers(release.version or ""), wanted, strict=False):
            if one != other:
                break
            shared += 1
        unlike = (
            image.architecture is not None and release.architecture != image.architecture,
            told and (release.version or "") != image.version,
            told and tag.processor != asked.processor,
            release.platform == "ec2" and asked.platform != "ec2",
            -shared,
            told and tag.python != asked.python,
        )
        ranked.append((unlike, order, release.tag))
    ranked.sort()
    # Alikeness is dear to measure, and matters among the best only.
    best = ranked[:24]
    if told:
        best.sort(key=lambda one: (one[0], -SequenceMatcher(None, written, one[2], autojunk=False).ratio(), one[1]))
    return tuple(tag for _, _, tag in best[:3])


def _numbers(version: str) -> list[str]:
    return version.replace("-", ".").split(".")
