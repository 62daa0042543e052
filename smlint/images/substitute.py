"""Find the image that differs from another in the requested properties only. Fixes use it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from smlint.images.candidates import (
    Hardware,
    hardware_of,
    nearest_versions,
    of_version,
    order,
    runs_on_processor,
    same_python,
    sdk_tag_forms,
    tag_form,
)
from smlint.images.catalog import Catalog
from smlint.images.families import architecture_of, interpret_tag, processor_of
from smlint.images.release import Release
from smlint.images.tags import parse_tag
from smlint.model.images import GALLERY, Expected, Image, Reason, Unresolved


def substitute(
    image: Image,
    catalog: Catalog,
    *,
    architecture: str | None = None,
    processor: str | None = None,
    instance_type: str | None = None,
    scope: str | None = None,
    platform: str | None = None,
    framework: str | None = None,
    version: str | None = None,
    python: str | None = None,
) -> Expected | Unresolved:
    """Return the image with the same framework, version, Python and libraries, but with the given properties.

    `instance_type` sets the architecture and processor that it needs. `processor` is `cpu`, `gpu`, or the one of an instance type (`inf2`,
    `trn1`, `hpu`). The registry stays as written, including its placeholders, unless the new repository has another account. The tag keeps its
    form (short, long, with a revision) if the new image has it; else it takes a form that spells the version alike (`2.6`, `2.6.0`), else the
    form that `retrieve` gives. The toolkit stays the same if possible, else it is the one that `retrieve` gives. The result is always a tag in
    the catalog and, without a change of version, has the same contents (`Catalog.contents_of`).

    Returns `Unresolved` if there is no such image; its `alternatives` are the nearest versions that have one. The reason is UNKNOWN for an
    image pinned by its digest, and for one whose framework, version or tag is unknown.
    """
    if image.repository is None or image.tag is None or image.framework is None or not image.known_repository:
        return Unresolved(Reason.UNKNOWN, "the catalog does not know this image")
    if "digest" in image.parts:
        return Unresolved(Reason.UNKNOWN, "the image is pinned by its digest")
    hardware: Hardware | None = None
    if instance_type is not None:
        hardware = hardware_of(instance_type)
        if hardware is None:
            return Unresolved(Reason.INSTANCE_TYPE, f"{instance_type!r} is not an instance type")
        architecture, processor = hardware.architecture, hardware.processor
    return _Substitution(
        image,
        catalog,
        architecture=architecture,
        processor=processor,
        scope=scope,
        platform=platform,
        framework=framework,
        version=version,
        python=python,
    ).run()


class _Substitution:
    """The search for one substitute."""

    def __init__(
        self,
        image: Image,
        catalog: Catalog,
        *,
        architecture: str | None,
        processor: str | None,
        scope: str | None,
        platform: str | None,
        framework: str | None,
        version: str | None,
        python: str | None,
    ) -> None:
        self.catalog = catalog
        self.image = image
        self.repository = image.repository or ""
        self.tag = parse_tag(image.tag or "")
        self.framework = framework or interpret_tag(self.repository, self.tag).framework or ""
        self.architecture = architecture or image.architecture or architecture_of(self.repository, self.tag)
        self.processor = processor or image.processor or processor_of(self.repository, self.tag)
        self.same_processor = processor is None or processor == image.processor
        self.scope = "inference" if scope == "transform" else scope
        self.platform = platform or "sagemaker"
        self.version = version or image.version
        self.same_contents = version is None and framework is None
        self.same_framework = framework is None
        self.contents = self.catalog.contents_of(self.repository, image.version, image.libraries)
        self.full_version = self.contents.version if self.same_contents else version
        self.python = python if python is not None else (image.python if self.same_contents else None)

    def run(self) -> Expected | Unresolved:
        scopes = (self.scope,) if self.scope is not None else self.image.scopes
        use = self.scope or self.image.scope
        close = self._usable(self.catalog.releases_near(self.framework, scopes, self.version), scopes) if self.version is not None else []
        matching = self._of_version(close)
        if not matching:
            every = self._usable(self.catalog.releases(self.framework, scopes), scopes)
            if not every:
                return Unresolved(Reason.SCOPE, f"{self.framework} has no image for {use or 'this use'}")
            near = nearest_versions(self.full_version or "", (r.version for r in every if self._on_hardware(r, use)))
            return Unresolved(Reason.VERSION, f"{self.framework} {self.version} has no image for {use or 'this use'}", near)
        fitting = self._of_version([r for r in close if self._on_hardware(r, use)])
        if not fitting:
            return self._hardware_failure(self._usable(self.catalog.releases(self.framework, scopes), scopes), matching, use)
        fitting = [r for r in fitting if not r.scopes or set(scopes).issubset(r.scopes)]
        if self.tag.sdk is not None:
            # The Neuron SDK is a library of the image: another version makes another image.
            fitting = [r for r in fitting if r.parsed.sdk == self.tag.sdk or not (r.processor or "").startswith("neuron")]
            if not fitting:
                return Unresolved(Reason.UNKNOWN, f"no such image has Neuron SDK {self.tag.sdk}")
        if not fitting:
            return Unresolved(Reason.UNKNOWN, f"{self.repository} serves {' and '.join(scopes)}, but no such image does")
        if self.python is not None:
            known = sorted({r.python for r in fitting if r.python})
            fitting = self._of_python(fitting, self.python)
            if not fitting:
                text = f"{self.framework} {self.version} has no such image with {self.python}, only with {', '.join(known)}"
                return Unresolved(Reason.PYTHON, text, tuple(known[:3]))
        return self._expected(self._best_form(fitting))

    def _usable(self, releases: Iterable[Release], scopes: tuple[str, ...]) -> list[Release]:
        """Return the releases for one of the scopes and for the platform."""
        return [
            r for r in releases
            if r.processor != "eia" and (not r.scopes or not scopes or not set(scopes).isdisjoint(r.scopes))
            and (r.platform in (None, self.platform))
        ]  # fmt: skip

    def _of_version(self, releases: Sequence[Release]) -> Sequence[Release]:
        """Return the releases of the requested version; without one, those with the same contents as the image."""
        if self.version is None:
            return []
        if self.same_contents:
            return [r for r in releases if self._has_same_contents(r)]
        return of_version(releases, self.version)

    def _has_same_contents(self, release: Release) -> bool:
        """Return whether a release has the same contents as the image. `2.6` and `2.6.0` are the same if `2.6` means that patch release.

        A short version of unknown meaning equals only itself.
        """
        theirs = self.catalog.contents_of(release.repository, release.version, release.libraries)
        if theirs == self.contents:
            return True
        if (release.version, release.libraries) != (self.image.version, self.image.libraries):
            return False
        return theirs == (release.version, release.libraries) or self.contents == (self.image.version, self.image.libraries)

    def _of_python(self, releases: Sequence[Release], python: str) -> Sequence[Release]:
        """Return the releases with this Python, and those whose tags name none if no tag of the release names another.

        A declared `py3` matches any Python 3, but `py3` in a tag matches only itself.
        """
        known = {r.python for r in releases if r.python is not None}
        matching = {python} & known
        if not matching and python != self.image.python:
            matching = {other for other in known if same_python(python, other)}
        return [r for r in releases if r.python in matching or (r.python is None and known == matching)]

    def _on_hardware(self, release: Release, use: str | None) -> bool:
        if release.architecture != self.architecture:
            return False
        if self.processor is None:
            return release.processor is None
        if self.processor in ("neuron", "neuronx"):
            return release.processor == self.processor
        return runs_on_processor(release, self.processor, use)

    def _hardware_failure(self, every: Sequence[Release], matching: Sequence[Release], use: str | None) -> Unresolved:
        what = f"{self.framework} {self.full_version}"
        suitable = [r for r in every if self._on_hardware(r, use)]
        near = nearest_versions(self.full_version or "", (r.version for r in suitable))
        if self.architecture == "arm64" and not any(r.architecture == "arm64" for r in every):
            return Unresolved(Reason.GRAVITON_FRAMEWORK, f"{self.framework} has no arm64 image for {use or 'this use'}")
        if self.architecture == "arm64" and not any(r.architecture == "arm64" for r in matching):
            return Unresolved(Reason.GRAVITON_VERSION, f"{what} has no arm64 image for {use or 'this use'}", near)
        if self.processor is None:
            return Unresolved(Reason.PROCESSOR, f"{what} has several images, and this one does not name its processor", near)
        return Unresolved(Reason.PROCESSOR, f"{what} has no {self.architecture} image for {self.processor}", near)

    def _best_form(self, releases: Sequence[Release]) -> Release:
        """Return the release whose tag is most like the image's tag.

        A tag of the same form and spelling of the version comes first, then one of the same form, then one of the same spelling, then the tag
        that `retrieve` gives.
        """
        # A date and `soci` name one build of a tag; they are not part of its form.
        form = tag_form(self.tag) - {"date", "soci"}
        if self.image.platform == "ec2" or (self.image.platform is None and self.tag.platform is None):
            form = frozenset(form - {"platform"})
        repositories = dict.fromkeys(r.repository for r in releases)
        ranked = order(releases, {form for name in repositories for form in sdk_tag_forms(self.catalog, name)})
        alike = [r for r in ranked if self._same_form(r, form)]
        spelling = _spelling(self.image.version, self.image.libraries)
        same_spelling = [r for r in ranked if _spelling(r.version, r.libraries) == spelling]
        if not self.same_framework:
            # XGBoost's `1.7-1-cpu-py3` has the form of other tags, but its processor is not the one in the tag.
            alike = [r for r in alike if r.parsed.processor == r.processor]
        best = [r for r in alike if r in same_spelling] or alike or same_spelling or ranked
        best = [r for r in best if not r.withdrawn] or best
        same_toolkit = [r for r in best if r.parsed.accelerator == self.tag.accelerator]
        return (same_toolkit or best)[0]

    def _same_form(self, release: Release, form: frozenset[str]) -> bool:
        theirs = tag_form(release.parsed) - {"date", "soci"}
        if self.image.platform == "ec2":
            theirs = theirs - {"platform"}  # the other platform is what the caller requested
        return theirs == form

    def _expected(self, release: Release) -> Expected | Unresolved:
        """Return the URI with the repository and tag of a release. The registry stays as written if it is the right one."""
        image = self.image
        start = image.parts["repository"][0]
        registry = image.uri[:start]
        region = image.region
        if image.owner == "aws" and image.account is not None and release.repository != image.repository:
            accounts = self.catalog.registry_of(release.repository, release.version)
            if image.account not in accounts.values():
                host = self._host(region, release.repository) if region is not None else None
                if host is None:
                    return Unresolved(Reason.REGION, f"{release.repository} is in another account, which depends on the Region")
                registry = f"{host}/"
            elif region is not None and region not in self.catalog.regions_of(release.repository):
                return Unresolved(Reason.REGION, f"{release.repository} is not published in {region}")
        elif image.owner == "mirror" and release.repository != image.repository:
            # The mirror is known to copy the registry of the image, but perhaps no other.
            copied, other = self.catalog.registry_of(image.repository or ""), self.catalog.registry_of(release.repository, release.version)
            if any(copied[region] != other[region] for region in copied.keys() & other.keys()):
                return Unresolved(Reason.UNKNOWN, f"{release.repository} is in another AWS registry, which the mirror may not copy")
        elif image.owner == GALLERY and not self.catalog.in_gallery(registry.rstrip("/"), release.repository):
            return Unresolved(Reason.UNKNOWN, f"{release.repository} is not in the public gallery")
        version = f" {release.version}" if release.version else ""
        why = f"{release.framework}{version} for {release.architecture}"
        withdrawn = release.withdrawn or image.owner == GALLERY
        return Expected(f"{registry}{release.repository}:{release.tag}", f"{why}, {release.processor or 'any processor'}", withdrawn)

    def _host(self, region: str, repository: str) -> str | None:
        from smlint.images.registries import host_in_region

        return host_in_region(self.catalog, self.image, region, repository)


def _spelling(version: str | None, libraries: tuple[tuple[str, str], ...]) -> list[int]:
    """Return how a tag spells its versions: the number of dots in each."""
    return [(version or "").count("."), *(number.count(".") for _, number in libraries)]
