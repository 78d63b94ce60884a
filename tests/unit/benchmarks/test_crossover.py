"""An LSTM and a Transformer are trained for the same time by the same trainer, and scored alike."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from support.toy import reversal_pairs, write_pairs

pytest.importorskip("torch")

SCRIPT = Path(__file__).parents[3] / "benchmarks" / "crossover.py"


@pytest.mark.parametrize("system", ["lstm", "transformer"])
def test_both_systems_are_trained_and_scored(system: str, tmp_path: Path) -> None:
    pairs = reversal_pairs(120)
    train = write_pairs(tmp_path / "train.tsv", pairs[20:])
    dev = write_pairs(tmp_path / "dev.tsv", pairs[:20])
    command = [sys.executable, str(SCRIPT), system, str(train), "--dev", str(dev), "--columns", "0", "1"]
    command += ["--minutes", "0.05", "--threads", "1", "--cache", str(tmp_path), "--set", "tokenizer.vocabulary=60"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["system"], found["pairs"], found["minutes"]) == (system, 100, 0.05)
    assert found["steps"] > 0
    assert 0 <= found["greedy"] <= 100
