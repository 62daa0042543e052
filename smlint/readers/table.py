"""The formats that smlint reads: one line each in `READERS`.

A new format needs a file with its `READER` and a line here. Folder walks, the quick byte scan, the JSON Schemas and the deployment
facts all follow from this table.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module

from smlint.files.quick_scan import QuickScan, ScanWord
from smlint.readers.reader import Reader
from smlint.runtime.named_tuple import NamedTuple

_YAML_OR_JSON = (".yaml", ".yml", ".json")

_SAGEMAKER = ScanWord(b"sagemaker")
_ECR_HOST = ScanWord(b"dkr", rb"dkr[.-]ecr")
_INSTANCE_TYPE = ScanWord(b"ml.", rb"ml\.[a-z]{1,8}[0-9]")

# `strings` looks for JSON in quotes and for block scalars.
_STRING_STARTS = tuple(quote + start for quote in "\"'" for start in ("{", "[", " {", " [", "  ", "\t", "\n", "\r"))


class ReaderEntry(NamedTuple):
    """One format.

    `name` is the format's name in reports. `load` imports the reader. `scan_words` are bytes, in lower case, of which each file of the
    format contains at least one: a file without any is not even decoded. `document_words` are strings of which each document of the
    format contains at least one: without any, the reader is not imported; an empty tuple means that no such words exist. `suffixes` are
    the file name suffixes that the format adds to folder walks. If not `editable`, smlint offers no fixes for files of the format. A
    reader that is not a `format` reports what it finds under other formats' names.
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


# The order matters: the first reader that claims a document reads it.
READERS: tuple[ReaderEntry, ...] = (
    ReaderEntry("native", _reader_in("smlint.readers.native.reader"), (ScanWord(b"smlint"),), ("smlint",)),
    ReaderEntry(
        "cloudformation", _reader_in("smlint.readers.cloudformation.reader"), (_SAGEMAKER,), ("Resources",), suffixes=(*_YAML_OR_JSON, ".template")
    ),
    ReaderEntry(
        "terraform", _reader_in("smlint.readers.terraform.reader"), (_SAGEMAKER,),
        ("aws_sagemaker_", "aws_sfn_state_machine", "format_version", "terraform_version"), suffixes=(".json",),
    ),
    ReaderEntry("kubernetes", _reader_in("smlint.readers.kubernetes.reader"), (_SAGEMAKER, _ECR_HOST, _INSTANCE_TYPE)),
    ReaderEntry("stepfunctions", _reader_in("smlint.readers.stepfunctions"), (_SAGEMAKER,), ("StartAt",)),
    ReaderEntry("pipeline", _reader_in("smlint.readers.pipeline"), (_SAGEMAKER, _ECR_HOST, _INSTANCE_TYPE), ("2020-12-01",)),
    ReaderEntry(
        "request", _reader_in("smlint.readers.request"), (_SAGEMAKER, _ECR_HOST, _INSTANCE_TYPE),
        ("AlgorithmSpecification", "AppSpecification", "TransformResources", "Container", "Variants", "Specification", "InstanceGroups",
         "MonitoringSchedule", "NotebookInstanceName", "OptimizationConfigs", "HyperParameterTuningJobConfig", "SchemaVersion"),
    ),
    ReaderEntry(
        "strings", _reader_in("smlint.readers.strings"), (_SAGEMAKER, _ECR_HOST, _INSTANCE_TYPE), (*_STRING_STARTS, "\\n", "|", ">"),
        is_format=False,
    ),
    ReaderEntry("generic", _reader_in("smlint.readers.generic.reader"), (_ECR_HOST, _INSTANCE_TYPE)),
)  # fmt: skip

FORMATS = tuple(entry.name for entry in READERS if entry.is_format)
"""The names of all formats."""

SUFFIXES = tuple(dict.fromkeys(suffix for entry in READERS for suffix in entry.suffixes))
"""The suffixes of the files that a folder walk finds; a file that is named explicitly is read whatever its suffix."""

QUICK_SCAN = QuickScan(word for entry in READERS for word in entry.scan_words)
"""Tell files that may belong to a format from the rest, by their bytes."""
