"""The Transformer that LSTMs are compared with is one: it steps as it is taught, and padding changes nothing."""

import sys
from pathlib import Path

import pytest
import torch

from seq2seq.config.model import DropoutConfig, ManyToManyConfig
from seq2seq.special import BOS, EOS, PAD

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))

from transformer import LAYERS, Transformer

V = 23


@pytest.fixture
def model() -> Transformer:
    torch.manual_seed(0)
    return Transformer(ManyToManyConfig(embedding=16, tied="all", dropout=DropoutConfig(layer=0.0)), V, V).eval()


def sources() -> tuple[torch.Tensor, torch.Tensor]:
    source, lengths = torch.randint(4, V, (3, 6)), torch.tensor([6, 3, 1])
    source[torch.arange(6) >= lengths[:, None]] = PAD
    return source, lengths


@torch.no_grad()
def test_stepping_equals_teacher_forcing(model: Transformer) -> None:
    tokens = torch.randint(4, V, (3, 5))
    read = sources()
    whole = model(*read, tokens)
    memory, state = model.encode(*read)
    for place in range(5):
        decoded = model.decode(tokens[:, place : place + 1], memory, state)
        torch.testing.assert_close(decoded.features[:, 0], whole[:, place], atol=1e-5, rtol=1e-4)
        state = decoded.state
    assert state.layers[0].shape == (3, LAYERS, 5, 16)


@torch.no_grad()
def test_padding_changes_nothing(model: Transformer) -> None:
    source, lengths = sources()
    tokens = torch.randint(4, V, (3, 5))
    together = model(source, lengths, tokens)
    for row, length in enumerate(lengths.tolist()):
        alone = model(source[row : row + 1, :length], lengths[row : row + 1], tokens[row : row + 1])
        torch.testing.assert_close(alone[0], together[row], atol=1e-5, rtol=1e-4)


@torch.no_grad()
def test_attention_sums_to_one_over_real_tokens(model: Transformer) -> None:
    source, lengths = sources()
    memory, state = model.encode(source, lengths)
    weights = model.decode(torch.full((3, 1), BOS), memory, state).attention
    assert weights is not None
    torch.testing.assert_close(weights.sum(dim=2), torch.ones(3, 1))
    assert weights[:, 0][source == PAD].abs().max() == 0


def test_it_learns(model: Transformer) -> None:
    """To write a source of two tokens backwards."""
    model.train()
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    loss = torch.tensor(9.0)
    for _ in range(250):
        words = torch.randint(4, V, (32, 2))
        source = torch.cat([words, torch.full((32, 1), EOS)], dim=1)
        target = torch.cat([words.flip(1), torch.full((32, 1), EOS)], dim=1)
        read = torch.cat([torch.full((32, 1), BOS), target[:, :-1]], dim=1)
        logits = model.project(model(source, torch.full((32,), 3), read))
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), target.flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss.item() < 0.3
