"""An encoder and a decoder whose sources are vectors."""

import numpy as np
import pytest
import torch

from seq2seq.config.model import ManyToManyConfig
from seq2seq.config.sides import SideKind
from seq2seq.data.batching.batch import collate
from seq2seq.inference.engines.torch.stepper import TorchStepper
from seq2seq.models.build import build_model
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.search.decode import score_targets

N, V = 3, 9
SEQUENCES = [np.random.default_rng(length).normal(size=(length, N)).astype(np.float32) for length in (5, 1, 9, 2)]
TARGETS = [[4, 5, 6], [], [8, 7], [4]]
SHAPES = {
    "fixed": {"attention": None},
    "fed": {"attention": None, "feed_context": True, "reverse_source": True},
    "general": {"attention": {"score": "general"}},
    "beside": {"attention": {"score": "additive", "embeddings": True, "input_feeding": True}},
}


def model(shape: str) -> Seq2Seq:
    torch.manual_seed(1)
    config = {"embedding": 6, "encoder": {"hidden": 5}, "decoder": {"hidden": 7}, "tied": "target", **SHAPES[shape]}
    return build_model(ManyToManyConfig.model_validate(config), N, V, source=SideKind.VECTORS).eval()


@pytest.mark.parametrize("shape", SHAPES)
def test_padding_and_neighbours_change_nothing(shape: str) -> None:
    built, together = model(shape), collate(SEQUENCES, TARGETS)
    features = built(together.source, together.source_lengths, together.target[:, :-1])
    assert features.shape == (4, 4, 6)
    for row, (steps, ids) in enumerate(zip(SEQUENCES, TARGETS, strict=True)):
        alone = collate([steps], [ids])
        own = built(alone.source, alone.source_lengths, alone.target[:, :-1])[0]
        torch.testing.assert_close(own, features[row, : len(own)], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("shape", SHAPES)
def test_zeros_that_are_steps_are_read(shape: str) -> None:
    built, steps = model(shape), SEQUENCES[0]
    zeros = np.concatenate([steps, np.zeros((3, N), np.float32)])
    one, other = (
        built(batch.source, batch.source_lengths, batch.target[:, :-1])
        for batch in (collate([steps], [[4]]), collate([zeros], [[4]]))
    )
    assert not torch.allclose(one, other, atol=1e-4)


@pytest.mark.parametrize("shape", SHAPES)
def test_every_parameter_gets_a_gradient(shape: str) -> None:
    built, together = model(shape), collate(SEQUENCES, TARGETS)
    features = built(together.source, together.source_lengths, together.target[:, :-1])
    built.project(features).logsumexp(-1).sum().backward()
    assert not [name for name, one in built.named_parameters() if one.grad is None or not one.grad.abs().sum()]


@pytest.mark.parametrize("shape", SHAPES)
def test_stepping_equals_teacher_forcing(shape: str) -> None:
    stepper = TorchStepper(model(shape))

    class Stepwise:
        """The same, without its own way to score."""

        vocabulary = V
        start, step, select = stepper.start, stepper.step, stepper.select

    forced = score_targets(stepper, SEQUENCES, TARGETS)
    assert score_targets(Stepwise(), SEQUENCES, TARGETS) == pytest.approx(forced, abs=1e-5)
