"""What the AWS CDK writes beside the templates that it synthesises: `manifest.json` tells the Region of each stack.

Format: https://docs.aws.amazon.com/cdk/api/v2/docs/cloud-assembly-schema-readme.html (read 2026-11-22).
"""

from __future__ import annotations

import json
import os
from functools import lru_cache


def region_of_stack(template: str) -> str | None:
    """The Region that the assembly's manifest gives the stack of a template; None without one, or for a stack of any Region."""
    folder, name = os.path.split(template)
    return _regions(os.path.abspath(folder)).get(name)


@lru_cache(maxsize=16)
def _regions(folder: str) -> dict[str, str]:
    """The Region of each template file of an assembly's folder."""
    from smlint.files.read import SourceError, read_source

    try:
        manifest = json.loads(read_source(os.path.join(folder, "manifest.json")).text)
    except (SourceError, ValueError, RecursionError):
        return {}
    artifacts = manifest.get("artifacts") if isinstance(manifest, dict) else None
    found: dict[str, set[str]] = {}
    for artifact in artifacts.values() if isinstance(artifacts, dict) else ():
        if not isinstance(artifact, dict) or artifact.get("type") != "aws:cloudformation:stack":
            continue
        properties, environment = artifact.get("properties"), artifact.get("environment")
        file = properties.get("templateFile") if isinstance(properties, dict) else None
        region = environment.rpartition("/")[2] if isinstance(environment, str) and environment.startswith("aws://") else ""
        if isinstance(file, str) and region:
            found.setdefault(file, set()).add(region)
    # Two stacks of one template file in two Regions: no Region is the template's.
    return {file: next(iter(regions)) for file, regions in found.items() if len(regions) == 1 and regions != {"unknown-region"}}
