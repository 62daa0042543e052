"""Worker processes: the results do not depend on their number, and a failing worker does no further harm."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from smlint.model.results import FixMode, RunResult
from smlint.model.settings import Settings
from smlint.runner.run import check
from smlint.runtime import process_pool
from smlint.runtime.process_pool import map_items
from tests.conftest import ROOT
from tests.test_cli import run

X86 = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker"
PARENT = os.getpid()


def doubled(item: int) -> tuple[int, int]:
    return 2 * item, os.getpid()


def always(_: object) -> bool:
    return True


class TestMapItems:
    def test_results_keep_the_order_of_the_items(self) -> None:
        results = map_items(doubled, range(1000), always, 3)
        assert [number for number, _ in results] == [2 * item for item in range(1000)]
        assert len({process for _, process in results}) == 3

    @pytest.mark.parametrize("count", [0, 1, process_pool.SAMPLE, process_pool.SAMPLE + process_pool.BREAK_EVEN - 1])
    def test_few_items_stay_in_this_process(self, count: int) -> None:
        assert {process for _, process in map_items(doubled, range(count), always, 2)} <= {PARENT}

    def test_many_items_with_little_work_stay_in_this_process(self) -> None:
        results = map_items(doubled, range(2000), lambda result: result[0] % 100 == 0, 2)
        assert {process for _, process in results} == {PARENT}

    @pytest.mark.parametrize("item", [400, 401])
    def test_an_error_is_raised_in_this_process(self, item: int) -> None:
        def fail(one: int) -> int:
            if one == item:
                raise process_pool.SmlintError("what", "hint")
            return one

        with pytest.raises(process_pool.SmlintError, match=r"^what$") as raised:
            map_items(fail, range(1000), always, 2)
        assert raised.value.hint == "hint"

    def test_an_error_that_cannot_be_pickled_is_reported(self) -> None:
        class Mine(Exception):
            def __init__(self, one: object, two: object) -> None:
                super().__init__(f"{two}")
                self.lock = threading.Lock()

        def fail(one: int) -> int:
            if os.getpid() != PARENT:
                raise Mine(one, "oops")
            return one

        with pytest.raises(process_pool.SmlintError, match="worker process failed: Mine: oops"):
            map_items(fail, range(1000), always, 2)

    @pytest.mark.parametrize("startable", [0, 1, 2])
    def test_this_process_takes_over_the_work_of_workers_that_cannot_start(self, monkeypatch: pytest.MonkeyPatch, startable: int) -> None:
        start, calls = process_pool._start, []

        def limited_start(*arguments: object) -> object:
            calls.append(arguments)
            if len(calls) > startable:
                raise BlockingIOError(11, "Resource temporarily unavailable")
            return start(*arguments)  # type: ignore[arg-type]  # the arguments of the call

        monkeypatch.setattr(process_pool, "_start", limited_start)
        results = map_items(doubled, range(1000), always, 4)
        assert [number for number, _ in results] == [2 * item for item in range(1000)]
        assert len({process for _, process in results}) == startable + 1

    def test_few_items_start_fewer_workers_than_requested(self) -> None:
        assert len({process for _, process in map_items(doubled, range(300), always, 100_000)}) == 1 + (300 - process_pool.SAMPLE) // process_pool.SAMPLE - 1

    def test_a_killed_worker_is_reported(self) -> None:
        def die(item: int) -> int:
            if os.getpid() != PARENT:
                os.kill(os.getpid(), signal.SIGKILL)
            return item

        with pytest.raises(process_pool.SmlintError, match="a worker process was killed") as raised:
            map_items(die, range(1000), always, 2)
        assert "--workers 1" in raised.value.hint

    def test_a_worker_killed_while_sending_is_reported(self) -> None:
        receiving, sending = multiprocessing.Pipe(duplex=False)
        os.write(sending.fileno(), (1000).to_bytes(4, "big") + b"a part of it")
        sending.close()
        with pytest.raises(process_pool.SmlintError, match="a worker process was killed"):
            process_pool._receive(receiving)

    def test_results_that_cannot_be_pickled_are_reported(self, capfd: pytest.CaptureFixture[str]) -> None:
        def locked(_: int) -> object:
            return threading.Lock() if os.getpid() != PARENT else None

        with pytest.raises(process_pool.SmlintError, match="a worker process failed: TypeError: cannot pickle"):
            map_items(locked, range(1000), always, 2)
        assert capfd.readouterr().err == ""

    def test_an_interrupt_leaves_no_worker_behind(self) -> None:
        def fail(_: int) -> int:
            if os.getpid() == PARENT:
                raise KeyboardInterrupt
            signal.alarm(20)  # end even if this test fails
            signal.pause()
            return 0

        with pytest.raises(KeyboardInterrupt):
            process_pool._map_in_processes(fail, range(3 * process_pool.SAMPLE), 3)
        with pytest.raises(ChildProcessError):
            os.waitpid(-1, os.WNOHANG)


ORPHANS = """
import os, signal, time
from smlint.runtime import process_pool

def large(item):
    if os.getpid() == parent:
        time.sleep(0.5)  # until the other workers wait for a reader
        os.kill(parent, signal.SIGKILL)
    return str(item) * 1000

parent = os.getpid()
process_pool._map_in_processes(large, range(1000), 4)
"""


@pytest.mark.skipif(not process_pool.FORKS, reason="workers are not forks on this platform")
def test_workers_end_without_their_parent() -> None:
    # Workers keep its standard output open, and their results are too large to send before someone reads them.
    ran = subprocess.run([sys.executable, "-c", ORPHANS], cwd=ROOT, stdout=subprocess.PIPE, timeout=30)
    assert ran.returncode == -signal.SIGKILL


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """600 files: models and endpoint configurations in separate files, native manifests with findings, unrelated files and broken files."""
    monkeypatch.chdir(tmp_path)
    for index in range(120):
        instance = "ml.c7g.large" if index % 3 == 0 else "ml.c7i.large"
        (tmp_path / f"{index}-model.yaml").write_text(
            f"apiVersion: sagemaker.services.k8s.aws/v1alpha1\nkind: Model\nmetadata: {{name: m{index}}}\nspec:\n  modelName: m{index}\n"
            f"  primaryContainer:\n    image: {X86}\n"
        )
        (tmp_path / f"{index}-config.yaml").write_text(
            f"apiVersion: sagemaker.services.k8s.aws/v1alpha1\nkind: EndpointConfig\nmetadata: {{name: c{index}}}\nspec:\n"
            f"  endpointConfigName: c{index}\n  productionVariants:\n  - {{modelName: m{index}, variantName: a, instanceType: {instance}}}\n"
        )
        (tmp_path / f"{index}-native.yaml").write_text(
            f"smlint: v1\nregion: us-west-2\nmodels:\n  - name: a\n    instance_type: {instance}\n    image_uri: {X86}\n"
        )
        (tmp_path / f"{index}-foreign.yaml").write_text(f"name: {index}\n")
        (tmp_path / f"{index}-broken.yaml").write_text("sagemaker: [\n" if index % 10 == 0 else "sagemaker: []\n")
    return tmp_path


def run_check(count: int, mode: FixMode = FixMode.NO) -> RunResult:
    return check(["."], Settings(today="2026-11-01"), mode, workers=count)


class TestRun:
    def test_results_do_not_depend_on_the_number_of_processes(self, folder: Path) -> None:
        one = run_check(1)
        counts = one.report.summary
        assert (counts.files, counts.fixable) == (600, 80)  # every third native manifest and every third model
        for count in (2, 3, 7):
            assert str(run_check(count)) == str(one)

    def test_output_does_not_depend_on_the_number_of_processes(self, folder: Path) -> None:
        for form in ("full", "json", "sarif", "junit"):
            printed = {run("check", "--isolated", "--as-of", "2026-11-01", "--output-format", form, "--workers", str(count)).out for count in (1, 2)}
            assert len(printed) == 1

    def test_fixes_do_not_depend_on_the_number_of_processes(self, folder: Path) -> None:
        patch = run_check(1, FixMode.DIFF).diff
        assert patch.count("+++ b/") == 80
        assert run_check(3, FixMode.DIFF).diff == patch
        run_check(3, FixMode.APPLY)
        assert run_check(1).report.summary.fixable == 0

    def test_the_number_must_be_at_least_1(self) -> None:
        for word in ("0", "-1", "two", "1.5", "²"):
            ran = run("check", "--isolated", f"--workers={word}")
            assert ran.code == 2
            assert ran.err.startswith(f"smlint: error: invalid value '{word}' for option '--workers'")
