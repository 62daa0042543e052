"""Amazon's SDK as it is installed: found through the metadata of its distribution, read as files, never imported.

Importing it would run it, and takes seconds. The image configurations are JSON files of the package `sagemaker-core`
(`sagemaker/core/image_uri_config/`), and in version 2 of `sagemaker` (`sagemaker/image_uri_config/`).
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence

from smlint.catalog_build.sdk_config import Json, is_config
from smlint.runtime.errors import SmlintError
from smlint.runtime.named_tuple import NamedTuple

FOLDERS = {"sagemaker-core": "sagemaker/core/image_uri_config", "sagemaker": "sagemaker/image_uri_config"}
"""The distributions that hold image configurations, the one to prefer first, and where they hold them."""


class Installed(NamedTuple):
    """An SDK: its distribution's name and version, the folder of its configurations, and the ISO date of the newest file there.

    That is the day of its installation, or for installers that keep the dates of files, a day before: the SDK is no newer.
    """

    name: str
    version: str
    folder: str
    day: str


class Configs(NamedTuple):
    """The image configurations by framework, and one sha256 over all of their files."""

    by_framework: dict[str, Json]
    sha256: str


def find(paths: Sequence[str]) -> list[Installed]:
    """The SDKs in these folders of packages (as in `sys.path`), `sagemaker-core` first; of one that is there twice, the first.

    One without image configurations is left out: `sagemaker` 3 has none of its own, an editable install has them elsewhere.
    """
    from importlib.metadata import distributions

    found: dict[str, Installed] = {}
    for distribution in distributions(path=list(paths)):
        name = _normal(str(distribution.metadata["Name"] or ""))
        if name not in FOLDERS or name in found:
            continue
        folder = str(distribution.locate_file(FOLDERS[name]))
        if os.path.isdir(folder):
            found[name] = Installed(name, distribution.version, folder, _day(folder))
    return [found[name] for name in FOLDERS if name in found]


def _normal(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def _day(folder: str) -> str:
    from time import gmtime, strftime

    with os.scandir(folder) as entries:
        return strftime("%Y-%m-%d", gmtime(max((entry.stat().st_mtime for entry in entries if entry.is_file()), default=0)))


def read_configs(installed: Installed) -> Configs:
    """The configurations of an installed SDK. Raises `SmlintError` for a file that cannot be read, and when there is none."""
    from hashlib import sha256

    digest = sha256()
    configs: dict[str, Json] = {}
    for entry in sorted(os.listdir(installed.folder)):
        if not entry.endswith(".json"):
            continue
        path = os.path.join(installed.folder, entry)
        try:
            with open(path, "rb") as file:
                content = file.read()
            config: Json = json.loads(content)
        except (OSError, ValueError, RecursionError) as error:
            raise SmlintError(f"cannot read {path}: {error}", f"install {installed.name} again") from None
        digest.update(f"{entry}\0{len(content)}\0".encode() + content)
        if is_config(config):
            configs[entry.removesuffix(".json")] = config
    if not configs:
        raise SmlintError(f"{installed.folder} holds no image configuration", f"install {installed.name} again")
    return Configs(configs, digest.hexdigest())
