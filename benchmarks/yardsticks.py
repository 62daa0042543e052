"""Programs that do only the work that smlint cannot avoid, as a reference for its times.

    python yardsticks.py compose FILE     run only ruamel.yaml's C composer over a YAML file
    python yardsticks.py rewrite FOLDER   write each file in a folder under another name, sync it and rename it, as a safe fix must
"""

from __future__ import annotations

import os
import sys


def compose(path: str) -> None:
    """Compose the nodes of all documents with ruamel.yaml's C extension."""
    from ruamel.yaml.cyaml import CSafeLoader

    with open(path, encoding="utf-8") as file:
        loader = CSafeLoader(file.read())
    while loader.check_node():
        loader.get_node()


def rewrite(folder: str) -> None:
    """Replace each file with a copy of itself that is synced to disk first."""
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        with open(path, "rb") as file:
            data = file.read()
        descriptor = os.open(path + ".new", os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        os.write(descriptor, data)
        os.fsync(descriptor)
        os.close(descriptor)
        os.replace(path + ".new", path)


if __name__ == "__main__":
    {"compose": compose, "rewrite": rewrite}[sys.argv[1]](sys.argv[2])
