"""The `manifest.json` that the AWS CDK writes next to the templates it synthesizes: it names the Region of each stack.

Format: https://docs.aws.amazon.com/cdk/api/v2/docs/cloud-assembly-schema-readme.html (read 2026-11-22).
"""

from __future__ import annotations

import json

MANIFEST = "manifest.json"


def stack_regions(text: str | None) -> dict[str, tuple[str | None, ...]]:
    """Return the Regions in which the stacks of each template file in an assembly are, from the text of its manifest; None for an unknown one.

    Leaves out templates whose stacks have no known Region.
    """
    try:
        manifest = json.loads(text or "")
    except (ValueError, RecursionError):
        return {}
    artifacts = manifest.get("artifacts") if isinstance(manifest, dict) else None
    regions_by_file: dict[str, dict[str | None, None]] = {}
    for artifact in artifacts.values() if isinstance(artifacts, dict) else ():
        if not isinstance(artifact, dict) or artifact.get("type") != "aws:cloudformation:stack":
            continue
        properties, environment = artifact.get("properties"), artifact.get("environment")
        file = properties.get("templateFile") if isinstance(properties, dict) else None
        region = environment.rpartition("/")[2] if isinstance(environment, str) and environment.startswith("aws://") else ""
        if isinstance(file, str):
            regions_by_file.setdefault(file, {})[region if region and region != "unknown-region" else None] = None
    return {file: tuple(regions) for file, regions in regions_by_file.items() if any(regions)}
