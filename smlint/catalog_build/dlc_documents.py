"""Read the documents and build configurations of aws/deep-learning-containers, from an archive or from a clone.

A document in `docs/src/data/REPOSITORY/` describes one image with all its tags, and `docs/src/legacy/legacy_support.yml` has the support dates of
older versions. A file in `.github/config/image/` is the build configuration of one image, with one tag. Release branches until August 2026 also have
plans, `release_images_*.yml`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from smlint.catalog_build.build import DocumentedImage
from smlint.runtime.errors import SmlintError
from smlint.runtime.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class DlcDocuments(NamedTuple):
    """The documents: every image, and the support dates (availability, end of patch) of older versions by framework."""

    images: list[DocumentedImage]
    legacy: dict[str, dict[str, tuple[str, str]]]


class ConfiguredImage(NamedTuple):
    """The build configuration of an image. `scope` is `inference` or `training`; None for other jobs. `toolkit` is its CUDA (`cu129`)."""

    repository: str
    tag: str
    scope: str | None
    is_production: bool
    toolkit: str | None = None


def documents(files: Iterable[tuple[str, bytes]]) -> DlcDocuments:
    """Read the documents among some files, given by their paths with `/`. Raises `SmlintError` for a document of an unknown shape."""
    images: list[DocumentedImage] = []
    legacy: dict[str, dict[str, tuple[str, str]]] = {}
    for path, content in files:
        *folders, name = path.split("/")
        if not name.endswith(".yml") or "template" in folders:
            continue
        try:
            if name == "legacy_support.yml":
                for stem, rows in _load(content).items():
                    legacy[stem] = {str(row["version"]): (str(row["ga"]), str(row["eop"])) for row in rows}
            elif folders[-2:-1] == ["data"]:
                images.append(_document(folders[-1], _load(content)))
        except _UNKNOWN_SHAPE as error:
            raise _unknown_shape(path) from error
    return DlcDocuments(images, legacy)


def configurations(files: Iterable[tuple[str, bytes]]) -> list[ConfiguredImage]:
    """Read build configurations. Raises `SmlintError` for one of an unknown shape."""
    images: list[ConfiguredImage] = []
    for path, content in files:
        try:
            data = _load(content)
            repository, _, tag = str(data["metadata"]["prod_image"]).partition(":")
            job = str(data["metadata"].get("job_type"))
            production = data["release"].get("environment") == "production"
            cuda = str(data.get("build", {}).get("cuda_version", "")).split(".")
        except _UNKNOWN_SHAPE as error:
            raise _unknown_shape(path) from error
        toolkit = f"cu{cuda[0]}{cuda[1]}" if len(cuda) > 1 else None
        images.append(
            ConfiguredImage(
                repository=repository,
                tag=tag,
                scope=job if job in ("inference", "training") else None,
                is_production=production,
                toolkit=toolkit,
            )
        )
    return images


def planned_tags(files: Iterable[tuple[str, bytes]]) -> dict[str, set[str]]:
    """Return the long image tags of each repository that release plans name. A plan alone is no evidence: it needs a release git tag.

    Plans of other frameworks than PyTorch, TensorFlow, MXNet, AutoGluon and Hugging Face's training and inference images are left out, because
    their tags have other forms. Raises `SmlintError` for a plan of an unknown shape.
    """
    planned: dict[str, set[str]] = {}
    for path, content in files:
        try:
            for entry in _load(content)["release_images"].values():
                for scope in ("training", "inference"):
                    name = str(entry["framework"]).replace("_", "-")
                    if name in _PLANNED and scope in entry:
                        repository = f"{name}-{scope}{_PLANNED_ARCHITECTURES.get(str(entry.get('arch_type')), '')}"
                        planned.setdefault(repository, set()).update(_planned(entry, entry[scope]))
        except _UNKNOWN_SHAPE as error:
            raise _unknown_shape(path) from error
    return planned


_PLANNED = frozenset(("pytorch", "tensorflow", "mxnet", "autogluon", "huggingface-pytorch", "huggingface-tensorflow"))
_PLANNED_ARCHITECTURES = {"graviton": "-graviton", "arm64": "-arm64"}


def _planned(entry: Any, images: Any) -> Iterator[str]:
    """Yield the tags of one entry: for each processor and Python, with the CUDA of GPU images."""
    library = [f"transformers{entry['hf_transformers']}"] if "hf_transformers" in entry else []
    platform = [str(entry["customer_type"])] if "customer_type" in entry else []
    for processor in images["device_types"]:
        if processor not in ("cpu", "gpu"):
            continue
        toolkit = [str(images["cuda_version"])] if processor == "gpu" else []
        for python in images["python_versions"]:
            yield "-".join([str(entry["version"]), *library, processor, str(python), *toolkit, str(images["os_version"]), *platform])


_UNKNOWN_SHAPE = (KeyError, TypeError, AttributeError, ValueError)


def _unknown_shape(path: str) -> SmlintError:
    return SmlintError(f"{path} in the clone of aws/deep-learning-containers has an unknown shape", "update smlint")


def _document(folder: str, data: Any) -> DocumentedImage:
    return DocumentedImage(
        repository=str(data.get("ecr_repository", folder)),
        version=str(data["version"]),
        platform=str(data["platform"]),
        available=str(data["ga"]) if data.get("ga") else None,
        end_of_patch=str(data["eop"]) if data.get("eop") else None,
        tags=tuple(str(tag) for tag in data["tags"]),
        toolkit=str(data["cuda"]) if data.get("cuda") else None,
    )


def _load(content: bytes) -> Any:
    """Parse a YAML document. Raises `ValueError` if it is none."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        return YAML(typ="safe", pure=True).load(content)
    except YAMLError as error:
        raise ValueError(str(error)) from error
