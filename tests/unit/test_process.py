"""Work in a process of its own: the answer, the error and the end without one."""

import io
import json
import sys
from pathlib import Path

import pytest

from seq2seq import process
from seq2seq.errors import ModelError


def program(folder: Path, body: str) -> str:
    """A module that can be run; returns its name."""
    folder.joinpath("at_work.py").write_text(
        f"import os, sys\nfrom seq2seq.errors import DataError\nfrom seq2seq.process import answer\n"
        f"def work(job):\n    {body}\n"
        "sys.exit(answer(work))\n",
        encoding="utf-8",
    )
    return "at_work"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose modules can be imported."""
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def ask(module: str) -> dict[str, object]:
    return process.ask(module, {"n": [1, 2]}, error=ModelError, who="The process", mend="Mend it.")


def test_a_job_goes_in_and_what_was_found_comes_out(folder: Path) -> None:
    assert ask(program(folder, "print('by the way'); return {'sum': sum(job['n'])}")) == {"sum": 3}


def test_an_error_of_ours_is_said_as_it_was_there(folder: Path) -> None:
    with pytest.raises(ModelError, match=r"^x\.tsv:3: broken$"):
        ask(program(folder, "raise DataError('x.tsv:3: broken')"))


def test_an_end_without_an_answer_is_said_with_its_mend(folder: Path) -> None:
    with pytest.raises(ModelError, match=r"^The process ended with code 7; what it said stands above\.\n  Mend it\.$"):
        ask(program(folder, "os._exit(7)"))


def test_a_module_of_the_current_folder_is_not_met(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = program(folder, "import json; return {'json': hasattr(json, 'loads')}")
    elsewhere = folder / "here"
    elsewhere.mkdir()
    elsewhere.joinpath("json.py").write_text("", encoding="utf-8")
    monkeypatch.chdir(elsewhere)
    monkeypatch.setattr(sys, "path", ["", *sys.path])
    assert ask(name) == {"json": True}


def test_an_interrupt_is_said_by_whoever_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(_: object) -> dict[str, object]:
        raise KeyboardInterrupt

    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps({})))
    assert process.answer(interrupted) == 130
    assert capsys.readouterr().out == ""
