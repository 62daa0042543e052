"""Other AWS Regions in files that name a template: scripts, workflows and stack sets that may deploy it there.

A Region that only an option names is one of several for a template that such files deploy elsewhere too.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

from smlint.images.regions import RegionTable
from smlint.model.deployment import Deployment
from smlint.project.files import ProjectFiles
from smlint.project.reading import FileReading
from smlint.project.setting_files import SettingFiles

_SETTINGS = ("samconfig.toml", "samconfig.yaml", "samconfig.yml")
"""The files that deploy the template in their folder, even if they do not name it."""

_REGISTRY = re.compile(r"dkr[.-]ecr(?:-fips)?\.[a-z0-9-]+")


class RegionUsers:
    """The files in the trees around templates that mention a Region other than those of the run."""

    def __init__(self, files: ProjectFiles, settings: SettingFiles, regions: RegionTable, given: Iterable[str]) -> None:
        self._files = files
        self._settings = settings
        self._regions = regions
        self._given = frozenset(given)
        self._found: dict[str, tuple[dict[str, str], bool]] = {}

    def mark(self, file: FileReading) -> FileReading:
        """Return a template whose deployments know whether other files may deploy it in other Regions."""
        readings = file.readings
        if not any(_is_given(deployment) for reading in readings for deployment in reading.deployments):
            return file
        if not self._is_used_elsewhere(os.path.abspath(file.source.path)):
            return file
        return file._replace(
            readings=tuple(
                reading._replace(
                    deployments=tuple(each._replace(other_regions=True) if _is_given(each) else each for each in reading.deployments)
                )
                for reading in readings
            )
        )

    def _is_used_elsewhere(self, path: str) -> bool:
        """Return whether a file around a template, an absolute path, names it and another Region, or whether not all files were searched."""
        folder, name = os.path.split(path)
        texts, is_complete = self._texts_around(folder)
        if not is_complete:
            return True
        named = re.compile(rf"(?<![\w.-]){re.escape(name)}(?![\w-])")
        return any(
            other != path and (named.search(text) is not None or (os.path.dirname(other) == folder and os.path.basename(other) in _SETTINGS))
            for other, text in texts.items()
        )

    def _texts_around(self, folder: str) -> tuple[dict[str, str], bool]:
        """Return the texts in the tree around a folder that mention another Region, by path, and whether all files were searched."""
        tree = self._settings.around(folder)
        root = tree.folders[0]
        if root not in self._found:
            texts = {path: data.decode("utf-8", "replace") for path, data in tree.region_files}
            self._found[root] = {
                path: text for path, text in texts.items() if self._names_another_region(text) and self._files.accepts(path)
            }, tree.is_complete
        return self._found[root]

    def _names_another_region(self, text: str) -> bool:
        return any(region not in self._given for region in self._regions.mentioned_in(_REGISTRY.sub("", text)))


def _is_given(deployment: Deployment) -> bool:
    """Return whether only an option names the Region of a deployment."""
    return deployment.region.known and deployment.region.origin == "settings"
