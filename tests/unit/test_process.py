"""Work in processes of their own: the result, the error, the end without one, progress."""

import io
import json
import sys
import time
from pathlib import Path

import pytest
from support.refused import refused

from seq2seq import process
from seq2seq.errors import ModelError


def program(folder: Path, body: str) -> str:
    """A module that can be run; returns its name."""
    folder.joinpath("at_work.py").write_text(
        f"import os, sys\nfrom seq2seq.errors import DataError\nfrom seq2seq.process import worker_main\n"
        f"def work(job, advance):\n    {body}\n"
        "sys.exit(worker_main(work))\n",
        encoding="utf-8",
    )
    return "at_work"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose modules can be imported."""
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def run(module: str) -> dict[str, object]:
    return process.run_worker(module, {"n": [1, 2]}, error=ModelError, who="The process", remedy="Try again.")


def test_a_job_goes_in_and_its_result_comes_out(folder: Path) -> None:
    assert run(program(folder, "print('by the way'); return {'sum': sum(job['n'])}")) == {"sum": 3}


def test_an_error_of_ours_is_raised_as_it_was_there(folder: Path) -> None:
    with refused("data.broken") as caught:
        run(program(folder, "raise DataError('x.tsv:3: broken', code='data.broken')"))
    assert str(caught.value) == "x.tsv:3: broken"


def test_an_end_without_a_result_is_reported_with_its_remedy(folder: Path) -> None:
    with refused("process.failed", "The process ", "code 7", "\n  Try again."):
        run(program(folder, "os._exit(7)"))


def test_a_process_that_ends_well_but_without_a_result_has_failed(folder: Path) -> None:
    with pytest.raises(ModelError) as caught:
        run(program(folder, "advance(1); os._exit(0)"))
    assert caught.value.code == "process.failed"


def test_a_process_that_takes_too_long_is_ended(folder: Path) -> None:
    start = time.monotonic()
    with pytest.raises(ModelError) as caught:
        process.run_worker(
            program(folder, "import time; time.sleep(60)"), {}, error=ModelError, who="x", remedy="", timeout=0.5
        )
    assert caught.value.code == "process.timeout"
    assert time.monotonic() - start < 30


def test_standard_error_can_be_discarded(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    module = program(folder, "print('noise', file=sys.stderr); return {}")
    assert process.run_worker(module, {}, error=ModelError, who="x", remedy="", quiet=True) == {}
    assert capfd.readouterr().err == ""
    run(module)
    assert "noise" in capfd.readouterr().err


def test_several_workers_report_progress_and_answer_in_order(folder: Path) -> None:
    module = program(folder, "advance(job['n']); advance(1); return {'n': job['n']}")
    done: list[int] = []
    jobs = [{"n": number} for number in (30, 20, 10)]
    results = process.run_workers(module, jobs, error=ModelError, who="x", remedy="", advance=done.append)
    assert results == jobs
    assert sorted(done) == [1, 1, 1, 10, 20, 30]


def test_the_first_worker_that_fails_ends_the_others(folder: Path) -> None:
    module = program(folder, "import time; time.sleep(job['n'] * 60); os._exit(4)")
    start = time.monotonic()
    with refused("process.failed", "code 4"):
        process.run_workers(module, [{"n": 1}, {"n": 0}], error=ModelError, who="x", remedy="")
    assert time.monotonic() - start < 30


def test_a_module_of_the_current_folder_is_not_met(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = program(folder, "import json; return {'json': hasattr(json, 'loads')}")
    elsewhere = folder / "here"
    elsewhere.mkdir()
    elsewhere.joinpath("json.py").write_text("", encoding="utf-8")
    monkeypatch.chdir(elsewhere)
    monkeypatch.setattr(sys, "path", ["", *sys.path])
    assert run(name) == {"json": True}


def test_an_interrupted_worker_leaves_the_message_to_its_caller(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object) -> dict[str, object]:
        raise KeyboardInterrupt

    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps({})))
    assert process.worker_main(interrupted) == 130
    assert capsys.readouterr().out == ""
