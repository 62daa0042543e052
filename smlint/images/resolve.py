"""Resolve a framework, version, instance type and Region to an image.

The resolver searches the whole catalog and is right where Amazon's SDK is wrong (`docs/sdk-deviations.md` lists each case): it never silently
changes what was requested, and the hardware decides.
"""

from __future__ import annotations

from collections.abc import Sequence

from smlint.images.caching import cached_per_catalog
from smlint.images.candidates import (
    Candidates,
    Hardware,
    candidates_for,
    fits,
    hardware_of,
    nearest_versions,
    newest_version,
    of_version,
    order,
    python_key,
    same_python,
    sdk_tag_forms,
)
from smlint.images.catalog import Catalog
from smlint.images.failures import newest_first, not_in_region, printable, unknown_framework, unsupported
from smlint.images.names import ALIASES
from smlint.images.registries import uri_of
from smlint.images.release import Release
from smlint.images.tags import same_version, version_key
from smlint.model.images import Expected, Reason, Unresolved
from smlint.runtime.named_tuple import NamedTuple

__all__ = ["ImageRequest", "resolve"]


class ImageRequest(NamedTuple):
    """A request for an image. Only framework and Region are required.

    `scope` is `inference` (the default if the framework has such images), `training`, `processing`, `transform` (which uses inference images),
    or another scope of the SDK. Without a `version`, the newest that has an image for the hardware and Region is used, and without a `python`,
    the newest of that version. `base_framework_version` is for Hugging Face (`pytorch2.6.0`). `serverless` requests a CPU image without an
    instance type. The rest is as in the SDK: `neuron_sdk` (`sdk2.20.0`), `tool` (`neuron`, `neuronx`), `compiler` (SageMaker Training
    Compiler), `smdistributed`, `container_version`. With `strict_scope`, training images do not match a `processing` request, although
    SageMaker's FrameworkProcessor uses them.
    """

    framework: str
    region: str
    instance_type: str | None = None
    version: str | None = None
    python: str | None = None
    scope: str | None = None
    base_framework_version: str | None = None
    serverless: bool = False
    neuron_sdk: str | None = None
    tool: str | None = None
    compiler: bool = False
    smdistributed: bool = False
    container_version: str | None = None
    strict_scope: bool = False


def resolve(request: ImageRequest, catalog: Catalog) -> Expected | Unresolved:
    """Return the image for a request, or the exact reason why there is none.

    The first reason that applies is reported: FRAMEWORK, INSTANCE_TYPE (malformed, or retired by SageMaker), SCOPE, BASE_FRAMEWORK (the Hugging
    Face version exists, but for other base frameworks), VERSION (no image of that version and scope on any hardware), GRAVITON_FRAMEWORK and
    GRAVITON_VERSION, PROCESSOR, PYTHON, REGION; ARGUMENT if only an instance type would distinguish two images.
    """
    return _Resolution(request, catalog).run()


class _Resolution:
    """The resolution of one request."""

    def __init__(self, request: ImageRequest, catalog: Catalog) -> None:
        self.request = request
        self.catalog = catalog
        self.framework = ""
        self.scope: str | None = None
        self.hardware: Hardware | None = None
        self.constraint: Hardware | None = None

    def run(self) -> Expected | Unresolved:
        for step in (self._set_framework, self._set_hardware):
            failure = step()
            if failure is not None:
                return failure
        candidates = self._candidates()
        if isinstance(candidates, Unresolved):
            return candidates
        matching = self._of_version(candidates)
        if isinstance(matching, Unresolved):
            return matching
        return self._choose(matching)

    def _set_framework(self) -> Unresolved | None:
        name = self.catalog.canonical_framework(self.request.framework)
        if name is None:
            return unknown_framework(self.request.framework, self.catalog)
        framework, architecture, processor, self.scope = ALIASES.get(name, (name, None, None, None))
        if architecture is not None or processor is not None:
            self.constraint = Hardware(architecture or "x86_64", processor or "cpu")
        self.framework = framework
        if self.request.compiler and framework in ("pytorch", "huggingface"):
            self.framework = f"{framework}-training-compiler"
        return None

    def _set_hardware(self) -> Unresolved | None:
        text, tool = self.request.instance_type, self.request.tool
        if text:
            self.hardware = hardware_of(text)
            if self.hardware is None:
                return Unresolved(
                    Reason.INSTANCE_TYPE,
                    f"Invalid SageMaker instance type: {printable(text)}. For options, see: "
                    "https://aws.amazon.com/sagemaker/pricing/instance-types",
                )
            if self.hardware.family == "p2":
                return Unresolved(
                    Reason.INSTANCE_TYPE, f"P2 instances have been deprecated for sagemaker jobs: SageMaker no longer offers {text}."
                )
        elif self.request.serverless:
            self.hardware = Hardware("x86_64", "cpu")
        elif tool:
            self.hardware = Hardware("x86_64", "inf1" if tool == "neuron" else "inf2")
        elif self.constraint is not None:
            self.hardware = self.constraint
        return None

    def _candidates(self) -> Candidates | Unresolved:
        """Return the SageMaker releases for this framework and scope, on any hardware."""
        scope = self.request.scope or self.scope
        every = candidates_for(self.catalog, self.framework, None, None)
        scopes = _scopes(self.catalog, self.framework)
        if scope == "inference_graviton":
            if self.hardware is not None and self.hardware.architecture != "arm64":
                return Unresolved(
                    Reason.SCOPE,
                    f"Unsupported image scope: inference_graviton. {self.request.instance_type} is {self.hardware.architecture}.",
                    ("inference",),
                )
            self.hardware = self.hardware or Hardware("arm64", "cpu")
            scope = "inference"
        elif scope == "transform":
            scope = "inference"
        elif scope is None:
            scope = "inference" if "inference" in scopes or len(scopes) != 1 else scopes[0]
        elif scope == "processing" and scope not in scopes and "training" in scopes and not self.request.strict_scope:
            scope = "training"
        self.scope = scope
        candidates = candidates_for(self.catalog, self.framework, scope, self.constraint)
        if self.framework == "sagemaker-base-python":
            python = (self.request.python or "310").removeprefix("py")
            candidates = Candidates([r for r in every.releases if r.repository.endswith(f"-{python}")])
            if not candidates.releases:
                return unsupported(Reason.PYTHON, "Python version", self.request.python, ("310", "38"))
        if not candidates.releases:
            return unsupported(Reason.SCOPE, "image scope", self.request.scope or scope, scopes)
        return candidates

    def _of_version(self, candidates: Candidates) -> Sequence[Release] | Unresolved:
        """Return the releases of the requested version (and base framework) that fit the hardware."""
        version = self.request.version or None
        if version == "latest":
            version = self._latest(candidates)
        based = self._of_base(candidates, version)
        if isinstance(based, Unresolved):
            return based
        fitting = self._on_hardware(based)
        if version is not None and not based.of_version(version):
            supported = fitting.versions or based.versions
            return unsupported(
                Reason.VERSION, f"{self.framework} version", version, nearest_versions(version, supported), listed=newest_first(supported)
            )
        matching = fitting.of_version(version) if version is not None else fitting.releases
        if not matching:
            return self._hardware_failure(based, fitting, version)
        return matching

    def _on_hardware(self, based: Candidates) -> Candidates:
        hardware, tool = self.hardware, self.request.tool
        if hardware is None:
            plain = [r for r in based.releases if r.architecture == "x86_64" and r.processor in ("cpu", "gpu", None)]
            return Candidates(plain) if plain else based
        if based is candidates_for(self.catalog, self.framework, self.scope, None) and not tool:
            return candidates_for(self.catalog, self.framework, self.scope, hardware)
        return Candidates([r for r in based.releases if fits(r, hardware, self.scope) and (not tool or r.processor == tool)])

    def _of_base(self, candidates: Candidates, version: str | None) -> Candidates | Unresolved:
        requested = self.request.base_framework_version
        if self.framework not in ("huggingface", "huggingface-training-compiler") or not requested:
            return candidates
        stem = next((s for s in ("pytorch", "tensorflow") if requested.startswith(s)), "")
        number = requested[len(stem) :]
        of_version = [r for r in candidates.releases if version is None or (r.version and same_version(version, r.version))]
        if not of_version:
            return candidates
        own = [(r, v) for r in of_version for name, v in r.libraries if name == stem]
        exact = [r for r, v in own if v == number] or [r for r, v in own if same_version(number, v)]
        if exact:
            return Candidates(exact)
        fitting = [r for r in of_version if self.hardware is None or fits(r, self.hardware, self.scope)]
        bases = {base for r in fitting or of_version for base in self.catalog.contents_of(r.repository, r.version, r.libraries).libraries[:1]}
        names = [f"{name}{number}" for name, number in sorted(bases, key=lambda base: (base[0], version_key(base[1])), reverse=True)]
        return unsupported(Reason.BASE_FRAMEWORK, "base framework", requested, names)

    def _latest(self, candidates: Candidates) -> str | None:
        """Return the version that `latest` means: the newest, or the floating tag of it (`2` for `2.6`) if the SDK uses that."""
        own = set(candidates.versions)
        if own == {"latest"}:
            return "latest"
        config = self.catalog.section("sdk")["configs"].get(self.framework, {})
        aliases = config.get("version_aliases") or config.get(self.scope, {}).get("version_aliases") or {}
        newest = newest_version(self._on_hardware(candidates).versions)
        target = aliases.get("latest")
        if target in own and newest is not None and same_version(target, newest):
            return str(target)
        return newest

    def _hardware_failure(self, based: Candidates, suitable: Candidates, version: str | None) -> Unresolved:
        """Return why no release fits the hardware, although the version exists. `suitable` are releases of other versions that do."""
        hardware = self.hardware or Hardware("x86_64", "cpu")
        where = self.request.instance_type or ("serverless inference" if self.request.serverless else str(hardware))
        arm64 = [r for r in based.releases if r.architecture == "arm64"]
        if hardware.architecture == "arm64" and not arm64:
            return Unresolved(
                Reason.GRAVITON_FRAMEWORK,
                f"Unsupported framework: {self.framework}. It has no arm64 image for {self.scope}, which {where} needs.",
            )
        near = nearest_versions(version or "", suitable.versions)
        if hardware.architecture == "arm64" and version is not None and suitable.releases and not of_version(arm64, version):
            return unsupported(
                Reason.GRAVITON_VERSION, f"{self.framework} version", version, near, listed=newest_first(suitable.versions),
                note=f" It has no arm64 image for {self.scope}, which {where} needs.",
            )  # fmt: skip
        what = f"{self.framework} {version}" if version is not None else self.framework
        requested = based.of_version(version) if version is not None else based.releases
        if version is not None and suitable.releases and not self._sdk_lists_version(requested, hardware):
            return unsupported(
                Reason.PROCESSOR, f"{self.framework} version", version, near, listed=newest_first(suitable.versions),
                note=f" It has no {hardware.architecture} image for {self.scope} that runs on {where}.",
            )  # fmt: skip
        processors = sorted({f"{r.processor} ({r.architecture})" for r in requested if r.processor})
        return Unresolved(
            Reason.PROCESSOR,
            f"Unsupported processor: {hardware.processor}. {what} has no {hardware.architecture} image for {self.scope} on {where}. "
            f"Supported processor(s): {', '.join(processors) or 'none'}.",
            near,
        )

    def _sdk_lists_version(self, requested: Sequence[Release], hardware: Hardware) -> bool:
        """Return whether the SDK's list of versions for this hardware has the version, so that only the processor is wrong.

        The SDK has a list for each architecture, and one for Hugging Face on Neuron.
        """
        is_cpu_or_gpu = hardware.processor in ("cpu", "gpu")
        if not is_cpu_or_gpu and self.framework != "huggingface":
            return True
        return any(r.architecture == hardware.architecture and (r.processor in ("cpu", "gpu", None)) == is_cpu_or_gpu for r in requested)

    def _choose(self, matching: Sequence[Release]) -> Expected | Unresolved:
        """Choose by Python, Neuron SDK and Region, then by the form of the tag."""
        request = self.request
        python = request.python if self.framework != "sagemaker-base-python" else None
        if python:
            known = {r.python for r in matching if r.python}
            kept = [r for r in matching if r.python is None or same_python(python, r.python)]
            if known and not any(same_python(python, p) for p in known):
                options = tuple(sorted(known, key=python_key))
                return unsupported(Reason.PYTHON, "Python version", python, options[::-1])
            matching = kept
        if request.neuron_sdk and any(r.parsed.sdk for r in matching):
            sdks = {f"sdk{r.parsed.sdk}" for r in matching if r.parsed.sdk}
            matching = [r for r in matching if f"sdk{r.parsed.sdk}" == request.neuron_sdk]
            if not matching:
                return unsupported(Reason.VERSION, "Neuron SDK version", request.neuron_sdk, tuple(sorted(sdks)))
        in_region = [r for r in matching if request.region in r.regions]
        if not in_region:
            return not_in_region(self.catalog, request.region, matching)
        if not request.version:
            newest = newest_version(r.version for r in in_region if not r.withdrawn) or newest_version(r.version for r in in_region)
            in_region = [r for r in in_region if r.version == newest]
        in_region = [r for r in in_region if not r.withdrawn] or in_region
        if not request.base_framework_version:
            in_region = _newest_base(in_region)
        forms = {form for name in {r.repository for r in in_region} for form in sdk_tag_forms(self.catalog, name)}
        best = order(in_region if python else _newest_python(in_region), forms)
        if self.hardware is None and len({r.processor for r in best}) > 1:
            return Unresolved(
                Reason.ARGUMENT,
                "Empty SageMaker instance type. For options, see: https://aws.amazon.com/sagemaker/pricing/instance-types",
            )
        chosen = best[0]
        tag = self._suffixed(chosen)
        if tag is None:
            return Unresolved(
                Reason.ARGUMENT,
                f"container_version {printable(str(request.container_version))!r} is not supported for framework "
                f"{self.framework!r} version {chosen.version!r}. The resulting image tag would not correspond to a published image.",
            )
        uri = uri_of(self.catalog, chosen, request.region, tag)
        if uri is None:
            return not_in_region(self.catalog, request.region, matching)
        return Expected(uri, self._why(chosen), chosen.withdrawn)

    def _suffixed(self, chosen: Release) -> str | None:
        """Return the tag with the requested container version, or with CUDA 11.0 if p4d or smdistributed needs it.

        None if no container version can be appended. If the tag already has one, the argument has no effect, as in the SDK.
        """
        container_version, parsed = self.request.container_version, chosen.parsed
        if container_version and not (chosen.in_sdk and (parsed.os is not None or parsed.version is None) and chosen.tag != "latest"):
            return f"{chosen.tag}-{container_version}" if self.framework in ("huggingface", "pytorch-smp", "spark") else None
        if self.request.smdistributed or (self.hardware is not None and self.hardware.family == "p4d"):
            from smlint.images.sdk_compat import P4D_TAGS

            suffix = P4D_TAGS.get(f"{self.framework}-{chosen.tag}")
            if suffix is not None:
                return f"{chosen.tag}-{suffix}"
        return chosen.tag

    def _why(self, chosen: Release) -> str:
        request = self.request
        what = f"{self.framework} {chosen.version}" if chosen.version else self.framework
        defaults = [name for name, value in (("version", request.version), ("Python", request.python or not chosen.python)) if not value]
        newest = f" (newest {' and '.join(defaults)})" if defaults else ""
        where = f" on {request.instance_type or 'serverless'} ({self.hardware})" if self.hardware is not None else ""
        return f"{what}{newest} for {self.scope}{where} in {request.region}"


def _newest_python(releases: list[Release]) -> list[Release]:
    """Return the releases with the newest Python: the newest among the tags of the SDK, if they name a Python."""
    for group in ([r for r in releases if r.in_sdk], releases):
        named = [r.python for r in group if r.python]
        if named:
            newest = max(named, key=python_key)
            return [r for r in group if r.python == newest]
        if group:
            return releases
    return releases


def _newest_base(releases: list[Release]) -> list[Release]:
    """Return the Hugging Face releases with the newest base framework: PyTorch before TensorFlow, full versions before short ones."""
    bases = {r.libraries[0] for r in releases if r.framework == "huggingface" and r.libraries}
    if len(bases) < 2:
        return releases
    best = max(bases, key=lambda base: (base[0] == "pytorch", version_key(base[1]), len(base[1])))
    return [r for r in releases if r.libraries and r.libraries[0] == best]


@cached_per_catalog(256)
def _scopes(catalog: Catalog, framework: str) -> tuple[str, ...]:
    return tuple(sorted({scope for r in candidates_for(catalog, framework, None, None).releases for scope in r.scopes}))
