"""Values for the parameters of a SageMaker pipeline in files that start it: scripts, workflows and EventBridge targets.

Such a file does not name the pipeline's definition, so the name of a parameter has to do: what it is set to is a value that the parameter
may have. Formats, read 2026-11-29: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StartPipelineExecution.html,
https://sagemaker.readthedocs.io/en/stable/workflows/pipelines/sagemaker.workflow.pipelines.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from smlint.project.files import ProjectFiles
from smlint.project.setting_files import SettingFiles, Value, is_hardware_or_image, literal
from smlint.readers.reader import ANY

_STARTS = (b"start_pipeline_execution", b"start-pipeline-execution", b"tartPipelineExecution", b"PipelineParameter", b"pipeline.start(")
_TEXT = r"(\"[^\"\n]*\"|'[^'\n]*'|[^\s\"',)}\]]+)"
# Objects with `Name` and `Value`, in Python, JSON, YAML and the shorthand of the AWS CLI.
_PAIR = re.compile(
    r"\bName[\"']?[ \t]{0,4}[:=][ \t]{0,4}[\"']?(\w+)[\"']?[ \t]{0,4}(?:,\s{0,40}|\n[ \t-]{0,40})"
    rf"[\"']?Value[\"']?[ \t]{{0,4}}[:=][ \t]{{0,4}}{_TEXT}"
)
# Arguments `parameters={"Name": value}` and `parameters=dict(Name=value)` of the SDK.
_ARGUMENT = re.compile(rf"(?<![\w$.-])[\"']?(\w+)[\"']?[ \t]{{0,4}}[:=](?!=)[ \t]{{0,4}}{_TEXT}")


class PipelineExecutions:
    """The files in the trees around pipeline definitions that start executions. Each is searched once."""

    def __init__(self, files: ProjectFiles, settings: SettingFiles) -> None:
        self._files = files
        self._settings = settings
        self._values: dict[str, tuple[Value, ...]] = {}

    def values(self, folder: str) -> tuple[Value, ...]:
        """Return the values that files in the tree around a folder, an absolute path, set parameters of pipelines to."""
        tree = self._settings.around(folder)
        root = tree.folders[0]
        if root not in self._values:
            texts = (
                data.decode("utf-8", "replace").replace('\\"', '"')
                for path, data in tree.files
                if _starts(data) and self._files.accepts(path)
            )
            found = [] if tree.is_complete and not any(_starts(data) for _, data in tree.large_files) else [(ANY, None)]
            self._values[root] = tuple(dict.fromkeys([*found, *(pair for text in texts for pair in _set_in(text))]))
        return self._values[root]


def _starts(data: bytes) -> bool:
    return any(word in data for word in _STARTS)


def _set_in(text: str) -> Iterator[Value]:
    for match in _PAIR.finditer(text):
        yield match[1], _value(match[2])
    if "pipeline.start(" in text:
        for match in _ARGUMENT.finditer(text):
            yield match[1], _value(match[2])


def _value(word: str) -> str | None:
    """Return the value that a word of a script stands for; None for a variable."""
    bare = word.strip("\"'")
    is_variable = bare == word and not is_hardware_or_image(bare)
    return None if is_variable else literal(bare)
