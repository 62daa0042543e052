"""The image that differs from another in one respect only: what a repair proposes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from smlint.images.candidates import (
    Hardware,
    given_forms,
    hardware_of,
    nearest_versions,
    of_version,
    order,
    runs_on_processor,
    same_python,
    shape,
)
from smlint.images.catalog import Catalog, Release, current
from smlint.images.families import architecture_of, meaning, processor_of
from smlint.images.regions import domain_of, partition
from smlint.images.tags import parse_tag
from smlint.model.images import Expected, Image, Reason, Unresolved

_DUAL_STACK = {"aws-cn": "on.amazonwebservices.com.cn"}
_HOSTS = {"ecr": "dkr.ecr", "ecr-fips": "dkr.ecr-fips", "dual-stack": "dkr-ecr", "dual-stack-fips": "dkr-ecr-fips"}


def host_of(account: str, region: str, endpoint: str = "ecr") -> str | None:
    """The host of a registry, for the kind of endpoint; None for a text that is no Region."""
    suffix = domain_of(region)
    if suffix is None:
        return None
    if endpoint.startswith("dual-stack"):
        suffix = _DUAL_STACK.get(partition(region) or "", "on.aws")
    return f"{account}.{_HOSTS.get(endpoint, 'dkr.ecr')}.{region}.{suffix}"


def uri_of(catalog: Catalog, release: Release, region: str, tag: str | None = None) -> str | None:
    """The URI of a release in a Region, with another form of its tag if one is given; None where there is no account."""
    account = catalog.family_of(release.repository, release.version).get(region)
    host = host_of(account, region) if account is not None else None
    if host is None:
        return None
    text = release.tag if tag is None else tag
    return f"{host}/{release.repository}:{text}" if text else f"{host}/{release.repository}"


def move(image: Image, region: str) -> str | None:
    """The same repository and tag in another Region: right account, Region and suffix, the kind of endpoint kept.

    None when the repository is unknown or not published there. Nothing after the registry is touched, and the tag need not
    be known.
    """
    host = _moved_host(image, region)
    if host is None or "repository" not in image.parts:
        return None
    return host + image.uri[image.parts["repository"][0] - 1 :].rstrip()


def _moved_host(image: Image, region: str, repository: str | None = None) -> str | None:
    name = repository or image.repository
    catalog = current()
    if name is None or not image.is_ecr:
        return None
    family = catalog.family_of(name, image.version)
    if family is catalog.family_of(name) and region not in catalog.regions_of(name):
        return None
    account = family.get(region)
    return host_of(account, region, image.endpoint) if account is not None else None


def substitute(
    image: Image,
    *,
    architecture: str | None = None,
    processor: str | None = None,
    instance_type: str | None = None,
    scope: str | None = None,
    platform: str | None = None,
    framework: str | None = None,
    version: str | None = None,
    python: str | None = None,
    region: str | None = None,
) -> Expected | Unresolved:
    """The image of the same framework, version, Python and libraries, but changed in the named respects.

    `instance_type` stands for the architecture and processor that it needs. `processor` is `cpu`, `gpu`, or one of an
    instance type (`inf2`, `trn1`, `hpu`). The registry stays as it is written, unless `region` is given or the other
    repository has another account; unknown parts in it stay, character for character. The tag keeps its form (short, long,
    with a revision) where that form exists; else one that spells the version alike (`2.6`, `2.6.0`); else it takes the form
    that `retrieve` gives. Of several toolkits the same, else the one that `retrieve` gives. An answer is always a tag of the
    catalogue, and without a change of version one of the same full version (`Catalog.make_of`). A digest is never edited:
    reason UNKNOWN, as for an image whose framework, version or tag is not known. `alternatives` are the nearest versions that
    have such an image.
    """
    if image.repository is None or image.tag is None or image.framework is None or not image.known_repository:
        return Unresolved(Reason.UNKNOWN, "it cannot be told what this image is")
    if "digest" in image.parts:
        return Unresolved(Reason.UNKNOWN, "the image is pinned by its digest")
    hardware: Hardware | None = None
    if instance_type is not None:
        hardware = hardware_of(instance_type)
        if hardware is None:
            return Unresolved(Reason.INSTANCE_TYPE, f"{instance_type!r} is no instance type")
        architecture, processor = hardware.architecture, hardware.processor
    return _Change(image, architecture, processor, scope, platform, framework, version, python, region).run()


class _Change:
    """One change on its way through the catalogue."""

    def __init__(
        self,
        image: Image,
        architecture: str | None,
        processor: str | None,
        scope: str | None,
        platform: str | None,
        framework: str | None,
        version: str | None,
        python: str | None,
        region: str | None,
    ) -> None:
        self.catalog = current()
        self.image = image
        self.repository = image.repository or ""
        self.tag = parse_tag(image.tag or "")
        self.framework = framework or meaning(self.repository, self.tag).framework or ""
        self.architecture = architecture or image.architecture or architecture_of(self.repository, self.tag)
        self.processor = processor or image.processor or processor_of(self.repository, self.tag)
        self.same_processor = processor is None or processor == image.processor
        self.scope = "inference" if scope == "transform" else scope
        self.platform = platform or "sagemaker"
        self.version = version or image.version
        self.same_make = version is None and framework is None
        self.same_framework = framework is None
        self.make = self.catalog.make_of(self.repository, image.version, image.libraries)
        self.full = self.make.version if self.same_make else version
        self.python = python if python is not None else (image.python if self.same_make else None)
        self.region = region

    def run(self) -> Expected | Unresolved:
        scopes = (self.scope,) if self.scope is not None else self.image.scopes
        use = self.scope or self.image.scope
        close = self._usable(self.catalog.releases_near(self.framework, scopes, self.version), scopes) if self.version is not None else []
        made = self._of_version(close)
        if not made:
            every = self._usable(self.catalog.releases(self.framework, scopes), scopes)
            if not every:
                return Unresolved(Reason.SCOPE, f"{self.framework} has no image for {use or 'this use'}")
            near = nearest_versions(self.full or "", (r.version for r in every if self._on_hardware(r, use)))
            return Unresolved(Reason.VERSION, f"{self.framework} {self.version} has no image for {use or 'this use'}", near)
        fitting = self._of_version([r for r in close if self._on_hardware(r, use)])
        if not fitting:
            return self._no_hardware(self._usable(self.catalog.releases(self.framework, scopes), scopes), made, use)
        fitting = [r for r in fitting if not r.scopes or set(scopes).issubset(r.scopes)]
        if self.tag.sdk is not None:
            # The Neuron SDK is a library of the image: with another one it is another image.
            fitting = [r for r in fitting if r.parsed.sdk == self.tag.sdk or not (r.processor or "").startswith("neuron")]
            if not fitting:
                return Unresolved(Reason.UNKNOWN, f"there is no such image with Neuron SDK {self.tag.sdk}")
        if not fitting:
            return Unresolved(Reason.UNKNOWN, f"{self.repository} serves {' and '.join(scopes)}, and no such image does")
        if self.python is not None:
            known = sorted({r.python for r in fitting if r.python})
            fitting = self._of_python(fitting, self.python)
            if not fitting:
                text = f"{self.framework} {self.version} has no such image with {self.python}, but with {', '.join(known)}"
                return Unresolved(Reason.PYTHON, text, tuple(known[:3]))
        chosen = self._form(fitting)
        return self._written(chosen)

    def _usable(self, releases: Iterable[Release], scopes: tuple[str, ...]) -> list[Release]:
        """Those that are for one of the scopes and for the platform."""
        return [
            r for r in releases
            if r.processor != "eia" and (not r.scopes or not scopes or not set(scopes).isdisjoint(r.scopes))
            and (r.platform in (None, self.platform))
        ]  # fmt: skip

    def _of_version(self, releases: Sequence[Release]) -> Sequence[Release]:
        """Those of the wanted version; where none is asked for, those that hold just what the image holds."""
        wanted = self.version
        if wanted is None:
            return []
        if self.same_make:
            return [r for r in releases if self._same_release(r)]
        return of_version(releases, wanted)

    def _same_release(self, release: Release) -> bool:
        """Whether a release holds what the image holds: `2.6` and `2.6.0` are one, as long as `2.6` is that patch release in its repository.

        A short version of which nobody knows what it stands for is the same as itself only.
        """
        theirs = self.catalog.make_of(release.repository, release.version, release.libraries)
        if theirs == self.make:
            return True
        if (release.version, release.libraries) != (self.image.version, self.image.libraries):
            return False
        return theirs == (release.version, release.libraries) or self.make == (self.image.version, self.image.libraries)

    def _of_python(self, releases: Sequence[Release], python: str) -> Sequence[Release]:
        """Those with this Python, and those whose tags say none where no tag of the release says another.

        `py3` means any of 3 when it is declared, but only itself when a tag says so.
        """
        known = {r.python for r in releases if r.python is not None}
        meant = {python} & known
        if not meant and python != self.image.python:
            meant = {other for other in known if same_python(python, other)}
        return [r for r in releases if r.python in meant or (r.python is None and known == meant)]

    def _on_hardware(self, release: Release, use: str | None) -> bool:
        if release.architecture != self.architecture:
            return False
        if self.processor is None:
            return release.processor is None
        if self.processor in ("neuron", "neuronx"):
            return release.processor == self.processor
        return runs_on_processor(release, self.processor, use)

    def _no_hardware(self, every: Sequence[Release], made: Sequence[Release], use: str | None) -> Unresolved:
        what = f"{self.framework} {self.full}"
        suitable = [r for r in every if self._on_hardware(r, use)]
        near = nearest_versions(self.full or "", (r.version for r in suitable))
        if self.architecture == "arm64" and not any(r.architecture == "arm64" for r in every):
            return Unresolved(Reason.GRAVITON_FRAMEWORK, f"{self.framework} has no arm64 image for {use or 'this use'}")
        if self.architecture == "arm64" and not any(r.architecture == "arm64" for r in made):
            return Unresolved(Reason.GRAVITON_VERSION, f"{what} has no arm64 image for {use or 'this use'}", near)
        if self.processor is None:
            return Unresolved(Reason.PROCESSOR, f"{what} has several images, and this one does not say for which processor", near)
        return Unresolved(Reason.PROCESSOR, f"{what} has no {self.architecture} image for {self.processor}", near)

    def _form(self, releases: Sequence[Release]) -> Release:
        """The one whose tag has the form of the image's, down to how its version is spelt; else one with its version spelt so; else
        the one that `retrieve` gives."""
        own = Release(
            self.image.repository or "", self.tag.text, self.tag, None, self.image.version, (), None, None, "", None, (),
            frozenset(), False, False,
        )  # fmt: skip
        # A date and `soci` name one build of a tag; the form is that of the tag.
        form = shape(own) - {"date", "soci"}
        if self.image.platform == "ec2" or (self.image.platform is None and self.tag.platform is None):
            form = frozenset(form - {"platform"})
        repositories = dict.fromkeys(r.repository for r in releases)
        given = {form for name in repositories for form in given_forms(self.catalog, name)}
        ranked = order(releases, given)
        alike = [r for r in ranked if self._same_form(r, form)]
        spelling = _spelling(self.image.version, self.image.libraries)
        spelt = [r for r in ranked if _spelling(r.version, r.libraries) == spelling]
        if not self.same_framework:
            # XGBoost's `1.7-1-cpu-py3` has the form of other tags, and means what it does not say.
            alike = [r for r in alike if r.parsed.processor == r.processor]
        pool = [r for r in alike if r in spelt] or alike or spelt or ranked
        same_toolkit = [r for r in pool if r.parsed.accelerator == self.tag.accelerator]
        return (same_toolkit or pool)[0]

    def _same_form(self, release: Release, form: frozenset[str]) -> bool:
        theirs = shape(release) - {"date", "soci"}
        if self.image.platform == "ec2":
            theirs = theirs - {"platform"}  # what is asked for is just the other platform
        return theirs == form

    def _written(self, release: Release) -> Expected | Unresolved:
        """The URI with this repository and tag, in the registry as it is written where that is right."""
        image = self.image
        start = image.parts["repository"][0]
        registry = image.uri[:start]
        region = self.region or (image.region if image.owner == "aws" else None)
        if self.region is not None:
            host = _moved_host(image, self.region, release.repository)
            if host is None:
                return Unresolved(Reason.REGION, f"{release.repository} is not published in {self.region}")
            registry = f"{host}/"
        elif image.owner == "aws" and image.account is not None and release.repository != image.repository:
            families = self.catalog.family_of(release.repository, release.version)
            if image.account not in families.values():
                host = _moved_host(image, region, release.repository) if region is not None else None
                if host is None:
                    return Unresolved(Reason.REGION, f"{release.repository} is in another account, which the Region decides")
                registry = f"{host}/"
            elif region is not None and region not in self.catalog.regions_of(release.repository):
                return Unresolved(Reason.REGION, f"{release.repository} is not published in {region}")
        elif image.owner == "mirror" and release.repository != image.repository:
            # Which of AWS's registries are copied is said for the image's own alone.
            copied, other = self.catalog.family_of(image.repository or ""), self.catalog.family_of(release.repository, release.version)
            if any(copied[region] != other[region] for region in copied.keys() & other.keys()):
                return Unresolved(Reason.UNKNOWN, f"{release.repository} is in another registry of AWS's, which need not be mirrored")
        version = f" {release.version}" if release.version else ""
        why = f"{release.framework}{version} for {release.architecture}"
        return Expected(f"{registry}{release.repository}:{release.tag}", f"{why}, {release.processor or 'any processor'}")


def _spelling(version: str | None, libraries: tuple[tuple[str, str], ...]) -> list[int]:
    """How a tag spells its versions: of how many numbers each is."""
    return [(version or "").count("."), *(number.count(".") for _, number in libraries)]
