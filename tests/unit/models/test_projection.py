"""A classifier of vectors."""

import numpy as np
import pytest
import torch

from seq2seq.config.model import EncoderConfig, ManyToOneConfig
from seq2seq.config.sides import SideKind
from seq2seq.data.batching.batch import Batch, collate
from seq2seq.models.build import build_model
from seq2seq.models.classifier import Classifier

N, LABELS = 3, 4
SEQUENCES = [np.random.default_rng(length).normal(size=(length, N)).astype(np.float32) for length in (5, 1, 9, 2)]


def classifier(pooling: str, cell: str = "lstm") -> Classifier:
    torch.manual_seed(1)
    config = ManyToOneConfig(embedding=6, encoder=EncoderConfig(cell=cell, hidden=5), pooling=pooling)
    return build_model(config, N, 4 + LABELS, source=SideKind.VECTORS).eval()


def batch(rows: list[np.ndarray]) -> Batch:
    return collate(rows, [[4]] * len(rows))


@pytest.mark.parametrize("cell", ["lstm", "rnn_tanh", "ssru"])
@pytest.mark.parametrize("pooling", ["attention", "mean", "max", "last"])
def test_padding_and_neighbours_change_nothing(pooling: str, cell: str) -> None:
    model, together = classifier(pooling, cell), batch(SEQUENCES)
    assert together.source.shape == (4, 9, N)
    assert together.source_lengths.tolist() == [5, 1, 9, 2]
    logits = model(together.source, together.source_lengths)
    assert logits.shape == (4, LABELS)
    for row, steps in enumerate(SEQUENCES):
        alone = batch([steps])
        torch.testing.assert_close(model(alone.source, alone.source_lengths)[0], logits[row], rtol=1e-5, atol=1e-6)


def test_zeros_that_are_steps_are_read() -> None:
    """Padding is known by the lengths, not by the numbers."""
    model = classifier("mean")
    short, long = batch([SEQUENCES[0]]), batch([np.concatenate([SEQUENCES[0], np.zeros((2, N), np.float32)])])
    assert not torch.allclose(model(short.source, short.source_lengths), model(long.source, long.source_lengths))


def test_every_parameter_gets_a_gradient_and_halves_are_whole() -> None:
    model = classifier("attention").train()
    together = batch(SEQUENCES)
    model(together.source, together.source_lengths).sum().backward()
    assert all(parameter.grad is not None for parameter in model.parameters())
    first, second = together.halves()
    assert (first.source.shape, second.source.shape) == ((2, 5, N), (2, 9, N))
