"""Run a harness under atheris: `python -m fuzz nodes -max_total_time=600`. Arguments after the name go to libFuzzer."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import atheris

from fuzz import HARNESSES

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: list[str]) -> int:
    """Fuzz until libFuzzer ends the process. Failing inputs are written to `build/fuzz`, or to a folder among the arguments."""
    if not arguments or arguments[0] not in HARNESSES:
        sys.stderr.write(f"usage: python -m fuzz {{{','.join(HARNESSES)}}} [LIBFUZZER OPTION ...] [FOLDER | FILE ...]\n")
        return 2
    name, *options = arguments
    # smlint imports many modules on first use. Keep the hook until the end, and run some inputs before libFuzzer starts counting.
    with atheris.instrument_imports(include=["smlint"]):
        harness = import_module(f"fuzz.{name}")
        for data in harness.seeds()[:40]:
            harness.check(data)
        atheris.Setup([sys.argv[0], *_arguments(name, options, harness.seeds())], harness.check, custom_mutator=_mutate)
        atheris.Fuzz()
    return 0


def _arguments(name: str, options: list[str], seeds: list[bytes]) -> list[str]:
    """Return the arguments for libFuzzer: default options, `options`, and the seed folders unless `options` names files to run once.

    If `options` contains a folder, new inputs are saved there instead of in `build/fuzz`.
    """
    from fuzz.vocabulary import write_dictionary

    folder = next((Path(option) for option in options if Path(option).is_dir()), ROOT / "build/fuzz" / name)
    (folder / "corpus").mkdir(parents=True, exist_ok=True)
    write_dictionary(folder / "words.dict")
    given = [option for option in options if not Path(option).is_dir()]
    arguments = [f"-artifact_prefix={folder}/", f"-dict={folder}/words.dict", "-max_len=20000", "-timeout=30", *given]
    if any(not option.startswith("-") for option in given):
        return arguments
    return [*arguments, str(folder / "corpus"), *map(str, _seed_folders(name, seeds, folder))]


def _seed_folders(name: str, seeds: list[bytes], folder: Path) -> list[Path]:
    """Return the seed folders. Manifests are read in place; other seeds are written to `folder`."""
    from fuzz.vocabulary import SEEDS

    if name != "images":
        return [path for path in SEEDS if path.is_dir()]
    written = folder / "seeds"
    written.mkdir(exist_ok=True)
    for number, data in enumerate(seeds):
        (written / f"{number:04}").write_bytes(data)
    return [written]


def _mutate(data: bytes, max_size: int, seed: int) -> bytes:
    """Mutate an input: one in three with libFuzzer (bytes and dictionary words), the others with `fuzz.mutation`."""
    from fuzz.mutation import mutated
    from fuzz.text import decoded

    if seed % 3 == 0:
        changed: bytes = atheris.Mutate(data, max_size)
        return changed
    return mutated(decoded(data), seed).encode("utf-8", "surrogateescape")[:max_size]


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
