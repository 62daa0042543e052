"""Work divided among processes: the same answers for any number of them, and no more harm when one fails."""

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
from smlint.runtime import process_pool as workers
from smlint.runtime.process_pool import map_items
from tests.conftest import ROOT
from tests.test_cli import run

X86 = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker"
PARENT = os.getpid()


def doubled(item: int) -> tuple[int, int]:
    return 2 * item, os.getpid()


def always(_: object) -> bool:
    return True


class TestMapped:
    def test_the_results_stand_in_the_order_of_the_items(self) -> None:
        results = map_items(doubled, range(1000), always, 3)
        assert [number for number, _ in results] == [2 * item for item in range(1000)]
        assert len({process for _, process in results}) == 3

    @pytest.mark.parametrize("count", [0, 1, workers.SAMPLE, workers.SAMPLE + workers.PAYS - 1])
    def test_a_few_are_done_by_this_process(self, count: int) -> None:
        assert {process for _, process in map_items(doubled, range(count), always, 2)} <= {PARENT}

    def test_so_are_many_of_which_hardly_any_take_work(self) -> None:
        results = map_items(doubled, range(2000), lambda result: result[0] % 100 == 0, 2)
        assert {process for _, process in results} == {PARENT}

    @pytest.mark.parametrize("item", [400, 401])
    def test_an_error_is_raised_here(self, item: int) -> None:
        def fail(one: int) -> int:
            if one == item:
                raise workers.SmlintError("what", "hint")
            return one

        with pytest.raises(workers.SmlintError, match=r"^what$") as raised:
            map_items(fail, range(1000), always, 2)
        assert raised.value.hint == "hint"

    def test_one_that_cannot_be_sent_is_told_of(self) -> None:
        class Mine(Exception):
            def __init__(self, one: object, two: object) -> None:
                super().__init__(f"{two}")
                self.lock = threading.Lock()

        def fail(one: int) -> int:
            if os.getpid() != PARENT:
                raise Mine(one, "oops")
            return one

        with pytest.raises(workers.SmlintError, match="worker process failed: Mine: oops"):
            map_items(fail, range(1000), always, 2)

    @pytest.mark.parametrize("had", [0, 1, 2])
    def test_where_no_more_processes_are_to_be_had_this_one_does_their_work(self, monkeypatch: pytest.MonkeyPatch, had: int) -> None:
        start, asked = workers._start, []

        def scarce(*words: object) -> object:
            asked.append(words)
            if len(asked) > had:
                raise BlockingIOError(11, "Resource temporarily unavailable")
            return start(*words)  # type: ignore[arg-type]  # as it was called

        monkeypatch.setattr(workers, "_start", scarce)
        results = map_items(doubled, range(1000), always, 4)
        assert [number for number, _ in results] == [2 * item for item in range(1000)]
        assert len({process for _, process in results}) == had + 1

    def test_as_many_as_are_asked_for_are_not_started_for_a_few_items(self) -> None:
        assert len({process for _, process in map_items(doubled, range(300), always, 100_000)}) == 1 + (300 - workers.SAMPLE) // workers.SAMPLE - 1

    def test_a_process_that_is_killed_is_told_of(self) -> None:
        def die(item: int) -> int:
            if os.getpid() != PARENT:
                os.kill(os.getpid(), signal.SIGKILL)
            return item

        with pytest.raises(workers.SmlintError, match="a worker process was ended") as raised:
            map_items(die, range(1000), always, 2)
        assert "--workers 1" in raised.value.hint

    def test_one_that_is_killed_while_it_sends_is_told_of(self) -> None:
        receiving, sending = multiprocessing.Pipe(duplex=False)
        os.write(sending.fileno(), (1000).to_bytes(4, "big") + b"a part of it")
        sending.close()
        with pytest.raises(workers.SmlintError, match="a worker process was ended"):
            workers._received(receiving)

    def test_results_that_cannot_be_sent_are_told_of(self, capfd: pytest.CaptureFixture[str]) -> None:
        def locked(_: int) -> object:
            return threading.Lock() if os.getpid() != PARENT else None

        with pytest.raises(workers.SmlintError, match="a worker process failed: TypeError: cannot pickle"):
            map_items(locked, range(1000), always, 2)
        assert capfd.readouterr().err == ""

    def test_none_is_left_behind(self) -> None:
        def fail(_: int) -> int:
            if os.getpid() == PARENT:
                raise KeyboardInterrupt
            signal.alarm(20)  # however this test ends, it does not stay
            signal.pause()
            return 0

        with pytest.raises(KeyboardInterrupt):
            workers._divided(fail, range(3 * workers.SAMPLE), 3)
        with pytest.raises(ChildProcessError):
            os.waitpid(-1, os.WNOHANG)


ORPHANS = """
import os, signal, time
from smlint.runtime import process_pool as workers

def large(item):
    if os.getpid() == parent:
        time.sleep(0.5)  # until the others wait for a reader
        os.kill(parent, signal.SIGKILL)
    return str(item) * 1000

parent = os.getpid()
workers._divided(large, range(1000), 4)
"""


@pytest.mark.skipif(not workers.FORKED, reason="processes are not copies here")
def test_without_their_parent_they_end() -> None:
    # They hold its standard output as long as they live, and their results are too large to be sent before anybody reads.
    ran = subprocess.run([sys.executable, "-c", ORPHANS], cwd=ROOT, stdout=subprocess.PIPE, timeout=30)
    assert ran.returncode == -signal.SIGKILL


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Some hundred files: models apart from their variants, templates with their faults, foreign ones, and broken ones."""
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


def outcome(count: int, mode: FixMode = FixMode.NO) -> RunResult:
    return check(["."], Settings(today="2026-11-01"), mode, workers=count)


class TestARun:
    def test_is_the_same_with_any_number_of_processes(self, folder: Path) -> None:
        one = outcome(1)
        counts = one.report.summary
        assert (counts.files, counts.fixable) == (600, 80)  # a native manifest in three, and a model in three
        for count in (2, 3, 7):
            assert str(outcome(count)) == str(one)

    def test_is_the_same_in_each_format(self, folder: Path) -> None:
        for form in ("full", "json", "sarif", "junit"):
            printed = {run("check", "--isolated", "--as-of", "2026-11-01", "--output-format", form, "--workers", str(count)).out for count in (1, 2)}
            assert len(printed) == 1

    def test_repairs_the_same(self, folder: Path) -> None:
        patch = outcome(1, FixMode.DIFF).diff
        assert patch.count("+++ b/") == 80
        assert outcome(3, FixMode.DIFF).diff == patch
        outcome(3, FixMode.APPLY)
        assert outcome(1).report.summary.fixable == 0

    def test_takes_a_number_from_1_on(self) -> None:
        for word in ("0", "-1", "two", "1.5", "²"):
            ran = run("check", "--isolated", f"--workers={word}")
            assert ran.code == 2
            assert ran.err.startswith(f"smlint: error: option '--workers' does not take '{word}'")
