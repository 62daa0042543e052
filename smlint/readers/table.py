"""The formats that smlint reads: one line each in `READERS`.

A new format needs a file with its `READER` and a line here. Folder walks, the quick byte scan, the JSON Schemas and the deployment
facts all follow from this table.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module

from smlint.files.quick_scan import QuickScan, ScanWord
from smlint.runtime.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from smlint.readers.reader import Reader

_YAML_OR_JSON = (".yaml", ".yml", ".json")

_SAGEMAKER = ScanWord(b"sagemaker")
# A template may only pass arguments on to the one with the deployment.
_STACKS = (ScanWord(b"cloudformation::stack"), ScanWord(b"serverless::application"))
_ECR_HOST = ScanWord(b"dkr", rb"dkr[.-]ecr")
_GALLERY = ScanWord(b"public.ecr.aws/deep-learning-containers/")
_INSTANCE_TYPE = ScanWord(b"ml.", rb"ml\.[a-z]{1,8}[0-9]")

_REQUEST_WORDS = (
    "AlgorithmSpecification", "AppSpecification", "TransformResources", "Container", "Variants", "Specification", "InstanceGroups",
    "MonitoringSchedule", "NotebookInstanceName", "OptimizationConfigs", "HyperParameterTuningJobConfig", "SchemaVersion",
)  # fmt: skip

# JSON in quotes, an escaped line break, and the indicators of block scalars.
_STRING_WORDS = (
    *(quote + start for quote in "\"'" for start in ("{", "[", " {", " [", "  ", "\t", "\n", "\r")), "\\n", "|", ">",
)  # fmt: skip


class ReaderEntry(NamedTuple):
    """A format and its reader.

    - `name`: the name of the format in reports.
    - `load`: imports the reader and returns it.
    - `scan_words`: a file of the format contains at least one of these; a file without any is not even decoded.
    - `document_words`: a document of the format contains at least one of these strings; without any, the reader is not imported. Empty if
      no such words exist.
    - `suffixes`: the file name suffixes that the format adds to folder walks.
    - `editable`: whether smlint may fix files of the format.
    - `is_format`: False for a reader that reports its deployments under the names of other formats.
    """

    name: str
    load: Callable[[], Reader]
    scan_words: tuple[ScanWord, ...]
    document_words: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = _YAML_OR_JSON
    editable: bool = True
    is_format: bool = True


def _reader_in(module: str) -> Callable[[], Reader]:
    """Return a function that imports a module and returns its `READER`."""

    @cache
    def load() -> Reader:
        reader: Reader = import_module(module).READER
        return reader

    return load


GENERIC = "generic"
"""The format of configurations that no other format claims."""

_ANY_MENTION = (_SAGEMAKER, _ECR_HOST, _INSTANCE_TYPE)

# The order matters: the first reader that claims a document reads it.
READERS: tuple[ReaderEntry, ...] = (
    ReaderEntry("native", _reader_in("smlint.readers.native.reader"), scan_words=(ScanWord(b"smlint"),), document_words=("smlint",)),
    ReaderEntry(
        "cloudformation",
        _reader_in("smlint.readers.cloudformation.reader"),
        scan_words=(_SAGEMAKER, *_STACKS),
        document_words=("Resources",),
        suffixes=(*_YAML_OR_JSON, ".template"),
    ),
    ReaderEntry(
        "terraform",
        _reader_in("smlint.readers.terraform.reader"),
        scan_words=(_SAGEMAKER,),
        document_words=("aws_sagemaker_", "aws_sfn_state_machine", "format_version", "terraform_version"),
        suffixes=(".json",),
    ),
    ReaderEntry("kubernetes", _reader_in("smlint.readers.kubernetes.reader"), scan_words=(*_ANY_MENTION, _GALLERY)),
    ReaderEntry("stepfunctions", _reader_in("smlint.readers.stepfunctions"), scan_words=(_SAGEMAKER,), document_words=("StartAt",)),
    ReaderEntry("pipeline", _reader_in("smlint.readers.pipeline"), scan_words=_ANY_MENTION, document_words=("2020-12-01",)),
    ReaderEntry("request", _reader_in("smlint.readers.request"), scan_words=_ANY_MENTION, document_words=_REQUEST_WORDS),
    ReaderEntry("strings", _reader_in("smlint.readers.strings"), scan_words=_ANY_MENTION, document_words=_STRING_WORDS, is_format=False),
    ReaderEntry(GENERIC, _reader_in("smlint.readers.generic.reader"), scan_words=(_ECR_HOST, _INSTANCE_TYPE)),
)

FORMATS = tuple(entry.name for entry in READERS if entry.is_format)
"""The names of all formats."""

SUFFIXES = tuple(dict.fromkeys(suffix for entry in READERS for suffix in entry.suffixes))
"""The suffixes of the files that a folder walk finds; a file that is named explicitly is read whatever its suffix."""

QUICK_SCAN = QuickScan(word for entry in READERS for word in entry.scan_words)
"""Skips files that cannot belong to any format, by their bytes."""
