"""Describe the machine of a benchmark."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path


def describe(folder: Path) -> dict[str, str]:
    """Return descriptions of the processor, memory, operating system, Python and the file system of `folder`, by name."""
    return {
        "processor": f"{_processor()}, {cores()} cores",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 1e9:.1f} GB",
        "operating system": _system(),
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        "file system of the inputs": _file_system(folder),
        "load before the run": f"{os.getloadavg()[0]:.2f}",
    }


def cores() -> int:
    """Return how many processors this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _processor() -> str:
    if sys.platform == "darwin":
        name = subprocess.run(["/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string"], capture_output=True, text=True, check=False).stdout.strip()
        return name or platform.machine()
    for line in _lines("/proc/cpuinfo"):
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return f"{value.strip()} ({platform.machine()})"
    return platform.machine()  # arm64 kernels do not report a name


def _system() -> str:
    kernel = f"{platform.system()} {platform.release()}"
    try:
        return f"{platform.freedesktop_os_release()['PRETTY_NAME']}, {kernel}"
    except OSError:
        return kernel


def _file_system(folder: Path) -> str:
    """Return the type of the file system, such as ext4, which decides how long `fsync` takes."""
    types = {fields[1]: fields[2] for fields in (line.split() for line in _lines("/proc/mounts"))}
    for parent in (folder.resolve(), *folder.resolve().parents):
        if str(parent) in types:
            return types[str(parent)]
    return "unknown"


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
