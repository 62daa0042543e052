"""The results of a reader: deployments, links to other files, and problems of the document."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Any

from smlint.model.facts import ABSENT, Fact
from smlint.model.images import Image, InstanceType
from smlint.model.source import Source, Span
from smlint.model.text import Text, TextRange
from smlint.runtime.named_tuple import NamedTuple


class Kind(str, Enum):
    """What runs on the instance, which determines the available instance types."""

    ENDPOINT = "endpoint"
    TRAINING = "training"
    PROCESSING = "processing"
    TRANSFORM = "transform"
    NOTEBOOK = "notebook"
    CLUSTER = "cluster"

    def __str__(self) -> str:
        return self.value

    @property
    def noun(self) -> str:
        """The kind as a noun: `endpoint`, `training job`."""
        return f"{self.value} job" if self.is_job else self.value

    @property
    def with_article(self) -> str:
        """The noun with its article: `an endpoint`, `a training job`."""
        return f"{'an' if self is Kind.ENDPOINT else 'a'} {self.noun}"

    @property
    def purpose(self) -> str:
        """The name of the kind in SageMaker's lists of instance types."""
        return "hosting" if self is Kind.ENDPOINT else self.value

    @property
    def is_job(self) -> bool:
        """Whether it is a training, processing or transform job, which ends when its work is done."""
        return self.value in ("training", "processing", "transform")


FACT_NAMES = (
    "image", "instance_type", "region", "framework", "framework_version", "py_version", "image_scope", "base_framework_version",
    "accelerator_type", "inference_ami_version", "serverless",
)  # fmt: skip
"""The fields of a deployment that are facts."""


class Deployment(NamedTuple):
    """One image on one instance type in one AWS Region, with everything the manifest declares about it.

    `resource` is the name of the object with the image, `pointer` the JSON pointer of the image in its document (of the resource if there
    is no image). `platform` is `sagemaker`, or `kubernetes` if Kubernetes itself runs the container. `libraries` are the declared versions
    of libraries, by name. `anchor` is the text to point at if a fact has none. `alternatives` is the key of a group of deployments, such as
    one per allowed value of a parameter; only one of them will exist, so a finding is reported only if all of them have it. `regional` is the
    key of a group of deployments that differ only in the row of a map by AWS Region, where the other value depends on a default or an open
    condition and need not suit all rows: that they do not fit is reported only if it is so in all. `fixable` is
    False for generated files, such as plans and API responses, which are never edited. `key` identifies the deployment within its document
    if a `Link` refers to it. `other_regions` is True if only an option names the Region, and the document may be deployed in others too: it
    mentions them and its image URI contains `${AWS::Region}`, or files that name it mention them. `shares_device` is True if another container on
    the same instance may use its GPU or Neuron device, as in a serial inference pipeline. `own_command` is True if a job runs its own command in
    the container, not the server or program that the image starts.
    """

    format: str
    kind: Kind
    resource: str
    pointer: str
    image: Fact[Image] = ABSENT
    instance_type: Fact[InstanceType] = ABSENT
    region: Fact[str] = ABSENT
    framework: Fact[str] = ABSENT
    framework_version: Fact[str] = ABSENT
    py_version: Fact[str] = ABSENT
    image_scope: Fact[str] = ABSENT
    base_framework_version: Fact[str] = ABSENT
    accelerator_type: Fact[str] = ABSENT
    inference_ami_version: Fact[str] = ABSENT
    serverless: Fact[bool] = ABSENT
    libraries: tuple[tuple[str, Fact[str]], ...] = ()
    platform: str = "sagemaker"
    anchor: Text | None = None
    alternatives: str = ""
    regional: str = ""
    fixable: bool = True
    key: str = ""
    other_regions: bool = False
    shares_device: bool = False
    own_command: bool = False

    @property
    def scope(self) -> str:
        """The image scope that the deployment needs: as declared, else by its kind."""
        declared = self.image_scope.get()
        if declared is not None:
            return declared
        return {Kind.TRAINING: "training", Kind.PROCESSING: "processing"}.get(self.kind, "inference")

    @property
    def declaration_decides(self) -> bool:
        """Whether a declared framework, version or Python decides which image is right, as in smlint's own manifest.

        In other files it only describes: SageMaker runs the image, and `framework_version` may be that of the training job.
        """
        return self.format == "native"

    @property
    def has_own_keys(self) -> bool:
        """Whether the author of the file chose the keys around the image, as in an ad-hoc configuration, so that they may name hardware."""
        return self.format == "generic"

    @property
    def crosses_regions(self) -> bool:
        """Whether the image and the deployment are in different AWS Regions, and that is an error.

        SageMaker cannot pull across Regions. The nodes of a Kubernetes cluster can, and the Region in a manifest need not be that of the
        cluster, so on Kubernetes only the Region given for the run counts.
        """
        image, region = self.image.get(), self.region.get()
        if image is None or image.region is None or region is None or self.region.origin == "image":
            return False
        return image.region != region and (self.platform != "kubernetes" or self.region.origin == "settings")

    def states_region(self, region: str | None) -> bool:
        """Return whether the deployment itself is known to be in this Region, other than from its image."""
        return region is not None and self.region.get() == region and self.region.origin != "image"

    def follows_region(self) -> bool:
        """Return whether the image URI contains the Region of the deployment (`${AWS::Region}`), which only an option names."""
        image, text = self.image.get(), self.image.text
        if image is None or text is None or self.region.origin != "settings":
            return False
        return any(piece.text == image.region and piece.style is None for piece in text.pieces)

    def serves_other_regions(self, part: str) -> bool:
        """Return whether a part of the image URI is used in other Regions too, unlike a value of a map with a row for each Region."""
        image, text = self.image.get(), self.image.text
        if not self.other_regions or image is None or text is None or part not in image.parts:
            return False
        piece = text.piece_at(image.parts[part][0])
        return piece.span is None or piece.name != "" or text.anchor.start <= piece.span.start < text.anchor.end

    def facts(self) -> Iterator[tuple[str, Fact[Any]]]:
        """Yield the facts of the deployment, each with the name of its field; not those of libraries."""
        for name in FACT_NAMES:
            yield name, getattr(self, name)

    def located_in(self, source: Source) -> Deployment:
        """Return the deployment as another file sees it: each text of this file is marked as text of `source`."""
        changed: dict[str, Any] = {name: _located(fact, source) for name, fact in self.facts()}
        return self._replace(
            **changed,
            libraries=tuple((name, _located(fact, source)) for name, fact in self.libraries),
            anchor=self.anchor._replace(elsewhere=source) if self.anchor is not None else None,
        )

    def texts(self) -> tuple[Text, ...]:
        """Return every text of the file that the deployment uses, except the one that makes it serverless."""
        facts = [fact for name, fact in self.facts() if name != "serverless"]
        return tuple(fact.text for fact in (*facts, *(fact for _, fact in self.libraries)) if fact.text is not None)


def _located(fact: Fact[Any], source: Source) -> Fact[Any]:
    if fact.text is None or fact.text.elsewhere is not None:
        return fact
    return fact._replace(text=fact.text._replace(elsewhere=source))


class ProblemKind(Enum):
    """The kinds of problems that a reader finds in a document itself."""

    SCHEMA = "schema"
    UNQUOTED_VERSION = "unquoted-version"
    DANGLING_REFERENCE = "dangling-reference"
    NOT_JSON = "not-json"


class Problem(NamedTuple):
    """A problem of a document, found by its reader. `replacement` is the value that fixes it."""

    kind: ProblemKind
    place: TextRange
    message: str
    pointer: str = ""
    resource: str = ""
    replacement: str | None = None


class Link(NamedTuple):
    """One end of a link between two files: a model with its image, or the production variant that references the model.

    Both ends have the same `key`: the format, the namespace or module, and the model's name. With `same_folder`, the key means
    something only within one folder, as names in a Terraform module do. `assumptions` are the (variable, value) pairs under which
    this end exists. Ends in different namespaces never belong together. If an end is not `certain`, it may or may not belong to the
    other. An `optional` end leaves nothing open if not all files were searched for the other one. With `other_formats`, ends of one format
    do not belong together: it has links of its own for that. An end `by_nesting` belongs to the template that nests this one. `by_default`
    says whether a stack with the default of every parameter has this end, None if the format does not say. The deployment of a model that
    has variants in its own file is not among those of the reading.
    """

    key: str
    deployment: Deployment
    same_folder: bool = False
    assumptions: tuple[tuple[str, str], ...] = ()
    namespace: str | None = None
    certain: bool = True
    optional: bool = False
    other_formats: bool = False
    by_nesting: bool = False
    by_default: bool | None = None

    @classmethod
    def by_name(cls, name: str, deployment: Deployment, *, other_formats: bool = False) -> Link:
        """Return an end of a link by the literal name of a model in SageMaker, which is the same in all formats.

        It is probably the same model, but may be one of another account or Region.
        """
        return cls(f"model {name}", deployment, certain=False, optional=True, other_formats=other_formats)


class NestedTemplate(NamedTuple):
    """A template that another one deploys as a nested stack: its path, relative to that one, and the arguments for its parameters.

    Or the definition of a state machine, with its substitutions. `region` is the Region for which the arguments hold, None if it is
    unknown. `unknown` are the parameters that get a value which the template does not determine, `defaults` those whose argument depends on
    the default of a parameter, `conditional` those whose argument depends on an open condition. A stack whose condition is false does not
    `exist`. With `is_uploaded`, the path is the end of an address in Amazon S3: the template is probably a file with this path.
    """

    path: str
    arguments: tuple[tuple[str, Text], ...]
    unknown: tuple[str, ...] = ()
    defaults: tuple[str, ...] = ()
    conditional: tuple[str, ...] = ()
    region: str | None = None
    exists: bool = True
    is_uploaded: bool = False

    @property
    def parameters(self) -> tuple[tuple[str, str], ...]:
        """The arguments as (name, value) pairs."""
        return tuple((name, text.value) for name, text in self.arguments)


class RemoteDeployment(NamedTuple):
    """A deployment of another file that depends on a value in this file.

    `home` is the file that reports it, if that is a target. If `linked`, the image is there and the hardware here; otherwise `home` is a
    template that this file nests, and the values here are its arguments. `document` is the index of its document there.
    """

    deployment: Deployment
    home: Source
    linked: bool
    document: int = 0


class DocumentReading(NamedTuple):
    """What a reader found in one document.

    `exports` are models that other files may reference, `imports` variants whose model is not in this file; the deployments of both are
    in `deployments` too. `nested` are the templates that the document deploys. `document` is the index of the document in its file.
    `parameters` is the range in which the document declares parameters that another template may set. `remote` are deployments of other
    files that this document takes part in. `possible` are deployments that other values of a parameter make, or users of a text about
    which little is known: they decide whether a text may be edited, and report only what is wrong with their instance type alone.
    """

    format: str
    deployments: tuple[Deployment, ...] = ()
    problems: tuple[Problem, ...] = ()
    exports: tuple[Link, ...] = ()
    imports: tuple[Link, ...] = ()
    nested: tuple[NestedTemplate, ...] = ()
    document: int = 0
    parameters: Span | None = None
    remote: tuple[RemoteDeployment, ...] = ()
    possible: tuple[Deployment, ...] = ()
