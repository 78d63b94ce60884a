"""Steps that are read later, of many at once, as on a GPU: the run is the same."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from support import toy
from support.deferred import defer
from support.runs import without_times

from seq2seq import log
from seq2seq.config.training import TrainingConfig
from seq2seq.errors import TrainingError
from seq2seq.training.distributed import Runtime
from seq2seq.training.finetune.initial_model import open_data
from seq2seq.training.interrupt import catch_interrupts
from seq2seq.training.loop import TrainingLoop
from seq2seq.training.step import updater as steps
from seq2seq.training.step.loss import Losses
from seq2seq.training.trainer import Trainer


def run(folder: Path, name: str, *, deferred: bool, bad: set[int] = frozenset(), **training: object) -> Trainer:  # type: ignore[assignment]
    """Train for some steps, of which the ``bad`` have a loss that is not finite; flushed every third step."""
    recipe = toy.recipe(folder, max_steps=8, log_every=3, **training)
    output = folder / name
    with log.muted():
        _, prepared = open_data(recipe, output, resume=False)
        trainer = Trainer(recipe, prepared, output, Runtime(accelerator="cpu", threads=1))
        if deferred:
            defer(trainer)
        forward, seen = trainer.task.objective.forward, 0

        def counted(*args: object) -> Losses:
            nonlocal seen
            losses: Losses = forward(*args)
            if not trainer.model.training:
                return losses
            seen += 1
            return losses._replace(smoothed=losses.smoothed * float("nan")) if seen in bad else losses

        trainer.task.objective.forward = counted  # type: ignore[method-assign,assignment]
        output.mkdir(parents=True, exist_ok=True)
        with catch_interrupts() as interrupt:
            TrainingLoop(trainer, interrupt).run()
    return trainer


def logged(trainer: Trainer) -> list[dict[str, object]]:
    """The lines of the metrics, without times."""
    lines = map(json.loads, (trainer.output / "metrics.jsonl").read_text().splitlines())
    timed = ("seconds", "units_per_second", "examples_per_second", "pause")
    return [{key: value for key, value in line.items() if key not in timed} for line in lines]


@pytest.mark.parametrize("bad", [frozenset(), frozenset({2, 5, 6})])
def test_the_run_is_the_same(tmp_path: Path, bad: frozenset[int]) -> None:
    at_once, later = (run(tmp_path, str(deferred), deferred=deferred, bad=set(bad)) for deferred in (False, True))
    assert logged(later) == logged(at_once)
    assert later.state.skipped == at_once.state.skipped == len(bad)
    for one, other in zip(later.model.parameters(), at_once.model.parameters(), strict=True):
        assert one.equal(other)
    assert without_times(later.state.model_dump()) == without_times(at_once.state.model_dump())


def test_too_many_in_a_row_end_the_run_when_they_are_read(tmp_path: Path) -> None:
    with pytest.raises(TrainingError) as caught:
        run(tmp_path, "run", deferred=True, bad={4, 5}, max_skipped=2)
    assert caught.value.code == "training.too-many-skipped"


@pytest.mark.parametrize(
    ("device", "world_size", "carry", "deferred"),
    [("cuda", 1, False, True), ("cpu", 1, False, False), ("cuda", 2, False, False), ("cuda", 1, True, False)],
)
def test_one_gpu_without_carried_state_defers(device: str, world_size: int, carry: bool, deferred: bool) -> None:
    windows = {"tokens": 8, "streams": 4, "carry_state": carry}
    config = TrainingConfig.model_validate({"batch": {"windows": windows}, "max_steps": 1})
    runtime = SimpleNamespace(device=torch.device(device), world_size=world_size)
    objective = torch.nn.Linear(1, 1)
    updater = steps.build_updater(
        objective,  # type: ignore[arg-type]
        objective,
        torch.optim.SGD(objective.parameters()),
        runtime,  # type: ignore[arg-type]
        config,
        where=str,
        constraints=None,
        ema=None,
    )
    assert updater.deferred is deferred


def test_the_device_is_asked_once_an_interval(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = []
    flush = steps.Updater.flush

    def counted(self: steps.Updater) -> list[steps.Step]:
        found = flush(self)
        sizes.append(len(found))
        return found

    monkeypatch.setattr(steps.Updater, "flush", counted)
    run(tmp_path, "run", deferred=True)
    assert [size for size in sizes if size] == [3, 3, 2]
