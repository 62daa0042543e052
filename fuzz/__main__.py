"""Run a harness under atheris: `python -m fuzz nodes -max_total_time=600`. What comes after its name goes to libFuzzer."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import atheris

from fuzz import HARNESSES

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: list[str]) -> int:
    """Fuzz until libFuzzer stops, which ends the process. What fails is written to `build/fuzz`, or to the folder that is given."""
    if not arguments or arguments[0] not in HARNESSES:
        sys.stderr.write(f"usage: python -m fuzz {{{','.join(HARNESSES)}}} [OPTION OF LIBFUZZER ...] [FOLDER | FILE ...]\n")
        return 2
    name, *options = arguments
    # smlint imports much of itself on first use, so the hook stays to the end, and the first inputs run before libFuzzer counts.
    with atheris.instrument_imports(include=["smlint"]):
        harness = import_module(f"fuzz.{name}")
        for data in harness.seeds()[:40]:
            harness.check(data)
        _instrument_rules()
        atheris.Setup([sys.argv[0], *_arguments(name, options, harness.seeds())], harness.check, custom_mutator=_mutate)
        atheris.Fuzz()
    return 0


def _arguments(name: str, options: list[str], seeds: list[bytes]) -> list[str]:
    """The arguments of libFuzzer: our options, those that are given, and the folders to begin with unless files are named, which it runs once.

    A folder that is given gets what reaches something new, in place of our own.
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
    """The folders of the seeds: manifests are read where they are, what else there is to begin with is written down."""
    from fuzz.vocabulary import SEEDS

    if name != "images":
        return [path for path in SEEDS if path.is_dir()]
    written = folder / "seeds"
    written.mkdir(exist_ok=True)
    for number, data in enumerate(seeds):
        (written / f"{number:04}").write_bytes(data)
    return [written]


def _instrument_rules() -> None:
    """Rule files are run, not imported, so that the hook does not see them."""
    from types import FunctionType

    from smlint.runner.registry import load

    for loaded in load():
        check = loaded.rule.check
        if isinstance(check, FunctionType):
            own = [value for value in check.__globals__.values() if isinstance(value, FunctionType) and value.__globals__ is check.__globals__]
            for function in own:
                atheris.instrument_func(function)


def _mutate(data: bytes, max_size: int, seed: int) -> bytes:
    """By bytes and words of the dictionary, as libFuzzer does it, or by what a manifest is made of."""
    from fuzz.mutation import mutated
    from fuzz.text import decoded

    if seed % 3 == 0:
        changed: bytes = atheris.Mutate(data, max_size)
        return changed
    return mutated(decoded(data), seed).encode("utf-8", "surrogateescape")[:max_size]


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
