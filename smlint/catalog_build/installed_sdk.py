"""Find Amazon's SDK through the metadata of its distribution, and read it as files, without importing it.

An import would run the SDK and takes seconds. The image configurations are JSON files in the package `sagemaker-core`
(`sagemaker/core/image_uri_config/`), and in version 2 of `sagemaker` (`sagemaker/image_uri_config/`).
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence

from smlint.catalog_build.sdk_config import Json, is_config
from smlint.runtime.clock import day_of
from smlint.runtime.errors import SmlintError
from smlint.runtime.named_tuple import NamedTuple

FOLDERS = {"sagemaker-core": "sagemaker/core/image_uri_config", "sagemaker": "sagemaker/image_uri_config"}
"""The distributions with image configurations, in order of preference, and the folders that contain them."""


class InstalledSdk(NamedTuple):
    """An SDK: the name and version of its distribution, the folder of its configurations, and the ISO date of the newest file there.

    That is the day of the installation, or an earlier one if the installer keeps the dates of files. The SDK is not newer.
    """

    name: str
    version: str
    folder: str
    day: str


class SdkConfigs(NamedTuple):
    """The image configurations by framework, and one SHA-256 digest of all their files."""

    by_framework: dict[str, Json]
    sha256: str


def find(paths: Sequence[str]) -> list[InstalledSdk]:
    """Return the SDKs in folders of packages (as in `sys.path`), `sagemaker-core` first; of each, the first one found.

    Leaves out distributions without image configurations: `sagemaker` 3 has none, and an editable install has them elsewhere.
    """
    from importlib.metadata import distributions

    sdks: dict[str, InstalledSdk] = {}
    for distribution in distributions(path=list(paths)):
        name = _normalized(str(distribution.metadata["Name"] or ""))
        if name not in FOLDERS or name in sdks:
            continue
        folder = str(distribution.locate_file(FOLDERS[name]))
        if os.path.isdir(folder):
            sdks[name] = InstalledSdk(name, distribution.version, folder, _newest_day(folder))
    return [sdks[name] for name in FOLDERS if name in sdks]


def _normalized(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def _newest_day(folder: str) -> str:
    with os.scandir(folder) as entries:
        return day_of(max((entry.stat().st_mtime for entry in entries if entry.is_file()), default=0))


def read_configs(installed: InstalledSdk) -> SdkConfigs:
    """Read the configurations of an installed SDK. Raises `SmlintError` if a file cannot be read, or if there is none."""
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
            raise SmlintError(f"cannot read {path}: {error}", f"reinstall {installed.name}") from None
        digest.update(f"{entry}\0{len(content)}\0".encode() + content)
        if is_config(config):
            configs[entry.removesuffix(".json")] = config
    if not configs:
        raise SmlintError(f"no image configurations in {installed.folder}", f"reinstall {installed.name}")
    return SdkConfigs(configs, digest.hexdigest())
