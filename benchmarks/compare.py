"""Run smlint, cfn-lint, checkov and the SageMaker SDK over manifests with seeded defects, and write the table in docs/comparison.md.

    python benchmarks/compare.py [--environments FOLDER]

Installs the other tools from PyPI in the versions of requirements.txt, each into its own environment in FOLDER (default:
build/benchmarks/environments). A tool finds a defect if it reports something for the manifest that it does not report for the corrected manifest.
The SDK reads no manifests. The script requests the image that the facts in the manifest need; the SDK finds the defect if it refuses or returns
another URI than the manifest has. For the corrected manifest it must return exactly the URI in it, otherwise the script fails.
"""

from __future__ import annotations

import argparse
import datetime
import json
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.environments import pinned, programs_of  # noqa: E402

FOLDER = Path(__file__).resolve().parent / "comparison"
PAGE = ROOT / "docs/comparison.md"
BEGIN, END = "<!-- begin table -->\n", "<!-- end table -->"

OTHERS = ("cfn-lint", "checkov", "sagemaker-core")
AS_OF = "2025-11-20"
"""The date for `--as-of`: PyTorch 2.6 received patches then (for training until 2026-01-29), so each manifest has one defect."""


class Defect(NamedTuple):
    """One manifest, its defect, and the arguments for the SDK; `sdk` is None if the SDK cannot be used."""

    file: str
    title: str
    wrong: str
    right: str
    region: str
    serverless: bool
    sdk: dict[str, str] | None
    sdk_right: dict[str, str] | None

    @property
    def text(self) -> str:
        """The text of the manifest."""
        return (FOLDER / self.file).read_text(encoding="utf-8")

    @property
    def corrected(self) -> str:
        """The manifest without its defect. Raises `ValueError` unless it contains the wrong text exactly once."""
        if self.text.count(self.wrong) != 1:
            raise ValueError(f"{self.file} contains {self.wrong!r} {self.text.count(self.wrong)} times")
        return self.text.replace(self.wrong, self.right)


def defects() -> list[Defect]:
    """Return the seeded defects in defects.toml."""
    rows = tomllib.loads((FOLDER / "defects.toml").read_text(encoding="utf-8"))["defect"]
    return [
        Defect(
            file=row["file"],
            title=row["title"],
            wrong=row["wrong"],
            right=row["right"],
            region=row.get("region", "us-west-2"),
            serverless=row.get("serverless", False),
            sdk=row.get("sdk"),
            sdk_right=row.get("sdk_right", row.get("sdk")),
        )
        for row in rows
    ]


def smlint(path: Path, defect: Defect) -> set[str]:
    """Return the rules that smlint reports."""
    options = ["--isolated", "--output-format", "json", "--as-of", AS_OF, "--region", defect.region]
    command = [sys.executable, "-m", "smlint", "check", *options, str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode > 1:
        raise ValueError(done.stderr)
    return {finding["rule"] for finding in json.loads(done.stdout)["findings"]}


def cfn_lint(programs: Path) -> Callable[[Path, Defect], set[str]]:
    """Return a function that returns the rules that cfn-lint reports, including informational ones."""

    def run(path: Path, defect: Defect) -> set[str]:
        command = [str(programs / "cfn-lint"), "--include-checks", "I", "--format", "json", "--regions", defect.region, "--", str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return {found["Rule"]["Id"] for found in json.loads(done.stdout or "[]")}

    return run


def checkov(programs: Path) -> Callable[[Path, Defect], set[str]]:
    """Return a function that returns the failed checks of checkov."""

    def run(path: Path, defect: Defect) -> set[str]:
        command = [str(programs / "checkov"), "--file", str(path), "--framework", "cloudformation", "--output", "json", "--skip-download"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        report = json.loads(done.stdout)
        if report["summary"]["parsing_errors"]:
            raise ValueError(f"checkov cannot read {path}")
        return {found["check_id"] for found in report["results"]["failed_checks"]}

    return run


ASK = """
import json, logging, sys
logging.disable(logging.CRITICAL)
from sagemaker.core import image_uris
from sagemaker.core.serverless_inference_config import ServerlessInferenceConfig
answers = []
for arguments in json.load(sys.stdin):
    if arguments.pop("serverless", False):
        arguments["serverless_inference_config"] = ServerlessInferenceConfig()
    try:
        answers.append(image_uris.retrieve(**arguments))
    except Exception as error:
        answers.append(f"{type(error).__name__}: {error}")
print(json.dumps(answers))
"""


def sdk(programs: Path, found: list[Defect]) -> dict[str, str]:
    """Return the SDK's reaction to each defect, by file: "" if it does not notice it. Raises `ValueError` if it does not return the correct URI."""
    cases = [(defect, defect.sdk, defect.sdk_right) for defect in found if defect.sdk is not None and defect.sdk_right is not None]
    wrong = _answers(programs, [retrieve_arguments(defect, arguments) for defect, arguments, _ in cases])
    right = _answers(programs, [retrieve_arguments(defect, arguments) for defect, _, arguments in cases])
    cells = {}
    for (defect, _, _), answer, control in zip(cases, wrong, right, strict=True):
        if f" {control}\n" not in defect.corrected:
            raise ValueError(f"{defect.file}: corrected, it does not contain the answer of the SDK, {control}")
        same = f" {answer}\n" in defect.text
        cells[defect.file] = "" if same else "returns another URI" if ".dkr." in answer else "refuses"
    return cells


def _answers(programs: Path, calls: list[dict[str, str | bool]]) -> list[str]:
    """Return a URI or an error for each call of `retrieve`."""
    done = subprocess.run([str(programs / "python"), "-I", "-c", ASK], input=json.dumps(calls), capture_output=True, text=True, check=True)
    answers: list[str] = json.loads(done.stdout.splitlines()[-1])
    return answers


def retrieve_arguments(defect: Defect, arguments: dict[str, str]) -> dict[str, str | bool]:
    """Return the arguments of `retrieve` for a manifest: the usual ones and those of the defect."""
    usual = {"framework": "pytorch", "version": "2.6.0", "py_version": "py312", "image_scope": "inference", "region": "us-west-2"}
    hardware: dict[str, str | bool] = {"serverless": True} if defect.serverless else {"instance_type": "ml.c5.xlarge"}
    return {**usual, **hardware, **arguments}


def reported(run: Callable[[Path, Defect], set[str]], defect: Defect, folder: Path) -> str:
    """Return what a tool reports only because of the defect."""
    (folder / "wrong").mkdir(exist_ok=True)
    (folder / "right").mkdir(exist_ok=True)
    wrong, right = folder / "wrong" / defect.file, folder / "right" / defect.file
    wrong.write_text(defect.text, encoding="utf-8")
    right.write_text(defect.corrected, encoding="utf-8")
    return ", ".join(f"`{rule}`" for rule in sorted(run(wrong, defect) - run(right, defect)))


def table(environments: Path) -> str:
    """Return the table, with the versions above it and the totals in its last row."""
    found = defects()
    runs = {
        "smlint": smlint,
        "cfn-lint": cfn_lint(programs_of(environments, "cfn-lint")),
        "checkov": checkov(programs_of(environments, "checkov")),
    }
    cells = sdk(programs_of(environments, "sagemaker-core"), found)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for defect in found:
            reports = [reported(run, defect, Path(folder)) for run in runs.values()]
            rows.append([defect.title, *reports, cells.get(defect.file, "")])
    sums = [str(sum(bool(row[column]) for row in rows)) for column in range(1, 5)]
    version = subprocess.run([sys.executable, "-m", "smlint", "--version"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    measured = f"Measured on {today} with {version}, " + ", ".join(f"{name} {pinned()[name]}" for name in OTHERS) + "."
    head = ["seeded defect", "smlint", "cfn-lint", "checkov", "SDK"]
    lines = [head, ["---"] * 5, *([cell or "–" for cell in row] for row in rows), [f"**found, of {len(rows)}**", *(f"**{one}**" for one in sums)]]  # noqa: RUF001
    return f"{measured}\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def main() -> None:
    """Run the comparison and write the table in the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--environments", type=Path, default=ROOT / "build/benchmarks/environments")
    written = table(parser.parse_args().environments)
    print(written)
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    PAGE.write_text(before + BEGIN + written + END + rest.partition(END)[2], encoding="utf-8")


if __name__ == "__main__":
    main()
