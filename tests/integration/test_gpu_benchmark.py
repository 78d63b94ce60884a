"""benchmarks/gpu.py in its quick form, on a CPU: every part runs, and what must be equal there is equal."""

import json
import math
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")
import torch

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

import gpu


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    path = tmp_path_factory.mktemp("gpu") / "gpu.json"
    assert gpu.main(["--device", "cpu", "--quick", "--json", str(path)]) == 0
    return json.loads(path.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def values(found: dict[str, Any], part: str) -> dict[str, Any]:
    """The figures of the first part whose name begins so."""
    name = next(name for name in found["parts"] if name.startswith(part))
    return {figure["name"]: figure["value"] for figure in found["parts"][name]}


def test_every_part_has_figures_that_are_finite(found: dict[str, Any]) -> None:
    assert found["failures"] == {}
    begin = ("Training on the CPU, 32-true", "Losses", "Resuming", "Packed", "Decoding")
    assert all(any(name.startswith(part) for name in found["parts"]) for part in begin)
    for figures in found["parts"].values():
        assert figures
        assert all(math.isfinite(one["value"]) for one in figures if not isinstance(one["value"], str))


def test_rates_agree_with_the_time_of_a_step(found: dict[str, Any]) -> None:
    training = values(found, "Training on the CPU, 32-true")
    assert training["source and target tokens"] > training["target tokens"] > training["pairs"] > 0
    parts = [value for name, value in training.items() if name.startswith("of it ")]
    assert sum(parts) == pytest.approx(training["a step"], rel=1e-6)


def test_a_cpu_agrees_with_itself(found: dict[str, Any]) -> None:
    losses = values(found, "Losses")
    assert losses["float32, without TensorFloat-32: largest of 3 steps"] == 0.0
    equal = [value for name, value in values(found, "Decoding").items() if name.endswith("equal to the CPU's")]
    assert equal == [100.0, 100.0]


def test_a_resumed_run_is_equal_on_a_cpu(found: dict[str, Any]) -> None:
    equal = [value for value in values(found, "Resuming").values() if isinstance(value, bool)]
    assert equal == [True, True]


def test_packed_and_padded_sequences_have_the_same_outputs(found: dict[str, Any]) -> None:
    packing = values(found, "Packed")
    assert 0 < packing["padding in these batches"] < 100
    assert packing["largest difference of an encoder output"] < 1e-5


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a device")
def test_without_a_device_nothing_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    assert gpu.main([]) == 1
    said = capsys.readouterr()
    assert "no CUDA device" in said.err
    assert said.out == ""
