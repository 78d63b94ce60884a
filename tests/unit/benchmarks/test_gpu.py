"""The parts of benchmarks/gpu.py: what is counted in a profile, what is compared, how a report goes on."""

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("torch")
import torch

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))

from on_gpu import corpus, packing, resuming, speed
from on_gpu.report import Figure, Report, table

from seq2seq.models.cells.fused import FusedCell
from seq2seq.models.cells.lstm import LSTM


def event(name: str, start: float, end: float, device: str = "CPU") -> Any:
    """An event as torch's profiler has it; microseconds."""
    span = SimpleNamespace(start=start, end=end, elapsed_us=lambda: end - start)
    return SimpleNamespace(name=name, time_range=span, device_type=SimpleNamespace(name=device))


def test_waits_within_steps_are_counted() -> None:
    step = "benchmark.step"
    events = [
        event(step, 0, 100),
        event("cudaStreamSynchronize", 10, 40),
        event("cudaLaunchKernel", 50, 55),
        event(step, 200, 300),
        event("cudaDeviceSynchronize", 250, 260),
        event("cudaStreamSynchronize", 310, 400),  # where outcomes are read
        event(step, 0, 400, "CUDA"),  # the same range, as the device has seen it
    ]
    assert speed.synchronisations(events) == [30, 10]


def test_kernels_side_by_side_are_busy_once() -> None:
    events = [
        event("lstm", 0, 50, "CUDA"),
        event("copy", 20, 60, "CUDA"),  # another stream
        event("within", 30, 40, "CUDA"),
        event("gemm", 80, 100, "CUDA"),
        event("aten::mm", 0, 1000),
        event("benchmark.step", 0, 1000),
        event("benchmark.step", 0, 1000, "CUDA"),
        event("Optimizer.step", 60, 80),
        event("Optimizer.step", 60, 80, "CUDA"),
    ]
    assert speed.busy(events) == 60 + 20
    assert speed.busy([]) == 0


def test_neighbours_change_places_and_the_seed_decides(tmp_path: Path) -> None:
    assert corpus.translated([3, 1, 4, 1, 5]) == "t1 t3 t1 t4 t5"
    first, second, other = (
        corpus.write(tmp_path / str(number), corpus.QUICK, seed=seed) for number, seed in enumerate((1, 1, 2))
    )
    text = (first / "train.en").read_text(encoding="utf-8")
    assert text == (second / "train.en").read_text(encoding="utf-8")
    assert text != (other / "train.en").read_text(encoding="utf-8")
    sources, targets = (
        [[int(word[1:]) for word in line.split()] for line in (first / f"train.{side}").read_text().splitlines()]
        for side in ("en", "de")
    )
    assert len(sources) == corpus.QUICK.rows
    assert all(4 <= len(source) <= 40 for source in sources)
    assert [sorted(source) for source in sources] == [sorted(target) for target in targets]


def test_the_network_is_that_of_multi30k(tmp_path: Path) -> None:
    full, named = corpus.recipe(tmp_path, corpus.FULL), corpus.load_recipe("translation/multi30k")
    assert full.model == named.model
    assert full.training.optimizer == named.training.optimizer


def test_cells_take_the_way_that_is_measured() -> None:
    cell, x, lengths = LSTM(3, 4), torch.randn(2, 5, 3), torch.tensor([2, 5])
    with packing.running("packed"):
        outputs, state = cell(x, None, lengths)
    assert not outputs[0, 2:].any()  # cuDNN's way leaves zeros on padding
    with packing.running("padded"):
        others, other_state = cell(x, None, lengths)
    assert others[0, 2:].any()
    assert all(torch.allclose(one, other, atol=1e-6) for one, other in zip(state, other_state, strict=True))
    assert FusedCell.run is LSTM.run


def test_weights_are_compared_by_name_and_size() -> None:
    one = {"a": torch.tensor([1.0, 2.0]), "b": torch.tensor([0.0])}
    assert resuming.difference(one, one) == 0
    assert resuming.difference(one, {**one, "a": torch.tensor([1.0, 2.5])}) == 0.5
    assert resuming.difference(one, {"a": one["a"]}) == float("inf")
    assert resuming.difference(one, {**one, "b": torch.tensor([float("nan")])}) == float("inf")


def test_a_part_that_fails_does_not_end_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    def fails() -> list[Figure]:
        raise RuntimeError("no such kernel")

    report = Report(limit=60.0)
    report.measure("first", fails)
    report.measure("second", lambda: [Figure("rate", 1234.5, "per second", 0)])
    assert report.failures == {"first": "RuntimeError: no such kernel"}
    assert [figure.name for figure in report.parts["second"]] == ["rate", "seconds of this part"]
    said = capsys.readouterr()
    assert "first: RuntimeError" in said.err
    assert "| rate | 1,234 per second |" in said.out


def test_no_part_is_begun_when_the_time_is_over() -> None:
    report = Report(limit=-1.0)
    report.measure("late", lambda: pytest.fail("it was begun"))
    assert "late" in report.failures


def test_figures_are_shown_with_their_units() -> None:
    figures = [
        Figure("equal", True),
        Figure("small", 3.4e-8, "nats", 6),
        Figure("none", 0.0, "nats", 3),
        Figure("why", "not here"),
    ]
    assert table("A part", figures).splitlines()[4:] == [
        "| equal | yes |",
        "| small | 3.4e-08 nats |",
        "| none | 0.000 nats |",
        "| why | not here |",
    ]


def test_a_real_profile_can_be_read() -> None:
    on_cpu = [torch.profiler.ProfilerActivity.CPU]
    with torch.profiler.profile(activities=on_cpu) as found, torch.profiler.record_function("benchmark.step"):
        torch.ones(3).sum()
    events = list(found.events())
    assert any(one.name == "benchmark.step" for one in events)
    assert speed.synchronisations(events) == []
    assert speed.busy(events) == 0
