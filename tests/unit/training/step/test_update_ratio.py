"""The size of an update beside that of the weights, as the optimiser takes it."""

from pathlib import Path

import pytest
import torch
from support import tasks, toy

from seq2seq import log
from seq2seq.training.distributed import Runtime
from seq2seq.training.finetune.initial_model import open_data
from seq2seq.training.step.update_ratio import ALL, UpdateMeter, part_of
from seq2seq.training.trainer import Trainer


def trainer(folder: Path, **training: object) -> Trainer:
    recipe = toy.recipe(folder, clip_norm=None, **training)
    with log.muted():
        _, prepared = open_data(recipe, folder / "run", resume=False)
        return Trainer(recipe, prepared, folder / "run", Runtime(accelerator="cpu", threads=1))


def test_ratios_by_hand() -> None:
    """Weights (3, 4) and 12 change by (0.3, 0.4) and 0: 0.5 / 5, 0 / 12, and 0.5 / 13 in all."""
    encoder, head = torch.nn.Parameter(torch.tensor([3.0, 4.0])), torch.nn.Parameter(torch.tensor([12.0]))
    frozen = torch.nn.Parameter(torch.ones(1), requires_grad=False)
    meter = UpdateMeter([("model.encoder.w", encoder), ("model.head.w", head), ("model.bridge.w", frozen)])
    before = meter.snapshot()
    encoder.data += torch.tensor([0.3, 0.4])
    frozen.data += 1.0
    assert meter.ratios(meter.measure(before)) == pytest.approx({ALL: 0.5 / 13, "encoder": 0.1, "projection": 0.0})


def test_weights_that_are_zero_have_no_ratio() -> None:
    zero = torch.nn.Parameter(torch.zeros(2))
    meter = UpdateMeter([("model.head.bias", zero)])
    before = meter.snapshot()
    zero.data += 1.0
    assert meter.ratios(meter.measure(before)) == {}


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("source_embedding.weight", "embedding"),
        ("embedding.weight", "embedding"),
        ("encoder.layers.0.input.weight", "encoder"),
        ("bridge.layers.0.weight", "decoder"),
        ("decoder.attention.query.weight", "attention"),
        ("decoder.inner.attention.key.weight", "attention"),
        ("decoder.readout.linear.weight", "decoder"),
        ("projection.bias", "projection"),
        ("something.new", "other"),
    ],
)
def test_parts(name: str, part: str) -> None:
    assert part_of(name) == part


def test_a_step_of_plain_descent_moves_the_weights_by_rate_times_gradient(tmp_path: Path) -> None:
    """So the ratio is rate x norm of the gradient / norm of the weights, and that norm is reported, too."""
    made = trainer(tmp_path, optimizer={"name": "sgd", "learning_rate": 1.0})
    weights = torch.cat([parameter.detach().flatten() for parameter in made.model.parameters()]).norm()
    batch = next(made.loader.batches(0))
    made.updater.enqueue([batch], rate=0.01, number=1, measured=True)
    made.updater.enqueue([batch], rate=0.01, number=2)
    measured, other = made.updater.flush()
    assert measured.update_ratios is not None
    assert measured.update_ratios[ALL] == pytest.approx(0.01 * measured.norm / float(weights), rel=1e-4)
    assert set(measured.update_ratios) == {ALL, "attention", "decoder", "embedding", "encoder", "projection"}
    assert other.update_ratios is None


def test_measuring_changes_no_step(tmp_path: Path) -> None:
    weights = []
    for measured in (False, True):
        made = trainer(tmp_path)
        made.updater.enqueue([next(made.loader.batches(0))], rate=0.01, number=1, measured=measured)
        made.updater.flush()
        weights.append(made.model.state_dict())
    for name, tensor in weights[0].items():
        assert torch.equal(tensor, weights[1][name]), name


def test_a_classifier_has_parts_too(tmp_path: Path) -> None:
    recipe = tasks.classification(tmp_path)
    with log.muted():
        _, prepared = open_data(recipe, tmp_path / "run", resume=False)
        made = Trainer(recipe, prepared, tmp_path / "run", Runtime(accelerator="cpu", threads=1))
    made.updater.enqueue([next(made.loader.batches(0))], rate=0.01, number=1, measured=True)
    (step,) = made.updater.flush()
    assert step.update_ratios is not None
    assert set(step.update_ratios) == {ALL, "embedding", "encoder", "projection"}
