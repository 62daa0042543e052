"""What the parts that cannot be spared take, as programs of their own, to measure smlint against.

    python yardsticks.py compose FILE     ruamel.yaml's C composer over a YAML file, nothing else
    python yardsticks.py rewrite FOLDER   each file of a folder written anew under another name, synced and renamed, as a safe fix must
"""

from __future__ import annotations

import os
import sys


def compose(path: str) -> None:
    """Have ruamel.yaml's C extension make the nodes of all documents."""
    from ruamel.yaml.cyaml import CSafeLoader

    with open(path, encoding="utf-8") as file:
        loader = CSafeLoader(file.read())
    while loader.check_node():
        loader.get_node()


def rewrite(folder: str) -> None:
    """Replace each file by a copy of itself that is on the disk before it takes the name."""
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
