"""``seq2seq info``: what a model is."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from support import tiny
from support.commands import run

from seq2seq.inference.engines.torch.load import load_folder
from seq2seq.model_folder.writing.update import write_scores


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.save(tmp_path_factory.mktemp("attention") / "model")


def test_info_says_what_the_model_is(model: Path) -> None:
    done = run("info", model)
    for part in ("tiny", "parameters", "MB on disk", "general attention", "0123abcd"):
        assert part in done.stdout


def test_info_as_json(model: Path) -> None:
    found = json.loads(run("info", model.parent, "--json").stdout)
    assert found["parameters"] == load_folder(model).description.parameters
    assert found["bytes"] > 10_000
    assert found["path"] == str(model)
    assert found["recipe"]["model"]["embedding"] == 12


def test_info_shows_scores(tmp_path: Path) -> None:
    path = tiny.save(tmp_path / "model")
    write_scores(path, {"test": {"bleu": {"score": 37.94, "signature": "nrefs:1|case:mixed"}, "exact_match": 0.5}})
    done = run("info", path)
    assert re.search(r"test\s+BLEU\s+37\.94\s+nrefs:1\|case:mixed", done.stdout)
    assert re.search(r"test\s+Exact match\s+50\.0%", done.stdout)


def test_info_needs_no_torch(model: Path) -> None:
    program = (
        f"import sys; from seq2seq.cli.main import cli; cli.main(['info', {str(model)!r}], standalone_mode=False)\n"
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, timeout=60)
