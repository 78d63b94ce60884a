"""Many to one: encoder, pooling, head."""

import math

import pytest
import torch
from support.cells import CELL_NAMES

from seq2seq.config.model import DropoutConfig, EncoderConfig, ManyToOneConfig
from seq2seq.models.build import build_model
from seq2seq.models.classifier import Classifier
from seq2seq.models.encoder import EncoderOutput
from seq2seq.models.pooling import AttentionPooling, MeanPooling, Pooling
from seq2seq.registry import POOLING
from seq2seq.special import EOS, PAD

V = 23
LABELS = 3
LENGTHS = torch.tensor([6, 3, 1])
POOLINGS = ["last", "mean", "max", "attention"]
SHAPES = {
    "plain": {},
    "two layers": {"encoder": EncoderConfig(hidden=5, layers=2)},
    "one direction": {"encoder": EncoderConfig(hidden=5, bidirectional=False)},
    "residual, normalised": {"residual": True, "layer_norm": True, "encoder": EncoderConfig(hidden=5, layers=2)},
}


def classifier(*, cell: str = "lstm", **changes: object) -> Classifier:
    base = ManyToOneConfig(embedding=8, encoder=EncoderConfig(cell=cell, hidden=5))
    return build_model(ManyToOneConfig.model_validate({**dict(base), **changes}), V, 4 + LABELS)


def sources() -> torch.Tensor:
    source = torch.randint(4, V, (3, 6))
    source[torch.arange(3), LENGTHS - 1] = EOS
    return source.masked_fill(torch.arange(6) >= LENGTHS[:, None], PAD)


@pytest.mark.parametrize("pooling", POOLINGS)
@pytest.mark.parametrize("cell", CELL_NAMES)
def test_padding_and_company_change_nothing(cell: str, pooling: str) -> None:
    model = classifier(cell=cell, pooling=pooling).eval()
    source = sources()
    together = model(source, LENGTHS)
    assert together.shape == (3, LABELS)
    padded = model(torch.nn.functional.pad(source, (0, 9)), LENGTHS)
    torch.testing.assert_close(padded, together, atol=1e-6, rtol=1e-5)
    for row, length in enumerate(LENGTHS.tolist()):
        alone = model(source[row : row + 1, :length], LENGTHS[row : row + 1])
        torch.testing.assert_close(alone[0], together[row], atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("pooling", POOLINGS)
@pytest.mark.parametrize("shape", SHAPES)
def test_every_parameter_gets_a_gradient(shape: str, pooling: str) -> None:
    model = classifier(pooling=pooling, **SHAPES[shape])
    model(sources(), LENGTHS).square().sum().backward()
    without = [
        name for name, parameter in model.named_parameters() if parameter.grad is None or not parameter.grad.any()
    ]
    assert without == []


@pytest.mark.parametrize("pooling", POOLINGS)
def test_every_token_counts(pooling: str) -> None:
    """The gradient reaches each real token, and no padding."""
    model = classifier(pooling=pooling)
    embedded = model.embedding(sources()).detach().requires_grad_()
    pooled = model.pooling(model.encoder(embedded, LENGTHS), sources() != PAD)
    pooled.square().sum().backward()
    assert embedded.grad is not None
    reached = embedded.grad.abs().sum(dim=2) > 0
    assert reached.tolist() == (torch.arange(6) < LENGTHS[:, None]).tolist()


def encoded() -> tuple[EncoderOutput, torch.Tensor]:
    """Two texts of 3 and 2 tokens; what stands on padding must not matter."""
    outputs = torch.tensor([[[1.0, -4.0], [2.0, -2.0], [6.0, -3.0]], [[-1.0, 5.0], [-3.0, 7.0], [100.0, 100.0]]])
    final = torch.tensor([[[9.0, 9.0], [6.0, -3.0]], [[9.0, 9.0], [-3.0, 7.0]]])
    return EncoderOutput(outputs, (final, final + 50)), torch.tensor([[True, True, True], [True, True, False]])


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("last", [[6.0, -3.0], [-3.0, 7.0]]),
        ("mean", [[3.0, -3.0], [-2.0, 6.0]]),
        ("max", [[6.0, -2.0], [-1.0, 7.0]]),
    ],
)
def test_pooling_by_hand(kind: str, expected: list[list[float]]) -> None:
    pooling = POOLING.load_class(kind, Pooling)(2)
    assert pooling(*encoded()).tolist() == expected
    assert not list(pooling.parameters())


def test_attention_by_hand() -> None:
    """With W = 1 and u = (ln 2 / tanh 1, 0), a token weighs 2 if its first unit is 1, and 1/2 if that is -1."""
    pooling = AttentionPooling(2)
    key, query = pooling.key, pooling.query
    with torch.no_grad():
        key.weight.copy_(torch.eye(2))
        key.bias.zero_()
        query.weight.copy_(torch.tensor([[math.log(2) / math.tanh(1), 0.0]]))
    outputs = torch.tensor([[[1.0, 30.0], [-1.0, 60.0], [500.0, 500.0]], [[1.0, 3.0], [1.0, 6.0], [-1.0, 9.0]]])
    mask = torch.tensor([[True, True, False], [True, True, True]])
    pooled = pooling(EncoderOutput(outputs, (outputs,)), mask)
    # Weights 2 : 1/2 in the first text, 2 : 2 : 1/2 in the second.
    torch.testing.assert_close(pooled[:, 1], torch.tensor([0.8 * 30 + 0.2 * 60, (2 * 3 + 2 * 6 + 9 / 2) / 4.5]))


def test_attention_starts_as_a_mean_where_nothing_is_asked_for() -> None:
    attention = AttentionPooling(2)
    with torch.no_grad():
        attention.query.weight.zero_()
    torch.testing.assert_close(attention(*encoded()), MeanPooling(2)(*encoded()))


def test_the_last_state_is_that_of_both_directions() -> None:
    """The one that read ahead is at the last token, the one that read back at the first."""
    model = classifier(pooling="last", encoder=EncoderConfig(hidden=5, layers=2)).eval()
    source = sources()
    found = model.encoder(model.embedding(source), LENGTHS)
    pooled = model.pooling(found, source != PAD)
    ends = found.outputs[torch.arange(3), LENGTHS - 1]
    torch.testing.assert_close(pooled[:, :5], ends[:, :5])
    torch.testing.assert_close(pooled[:, 5:], found.outputs[:, 0, 5:])


@pytest.mark.parametrize("pooling", POOLINGS)
def test_one_to_one(pooling: str) -> None:
    """A text of one token, and the EOS behind it."""
    model = classifier(pooling=pooling).eval()
    words = torch.tensor([[7, EOS], [8, EOS]])
    logits = model(words, torch.tensor([2, 2]))
    assert logits.shape == (2, LABELS)
    assert not torch.equal(logits[0], logits[1])


def test_there_is_an_output_for_each_label_and_none_for_special_tokens() -> None:
    assert classifier().head.out_features == LABELS


def test_dropout_acts_in_training_only() -> None:
    rates = {"embedding": 0.0, "word": 0.0, "layer": 0.0, "output": 0.0}
    source = sources()
    for kind in rates:
        model = classifier(dropout=DropoutConfig(**{**rates, kind: 0.6}))
        assert not torch.equal(model(source, LENGTHS), model(source, LENGTHS)), kind
        model.eval()
        assert torch.equal(model(source, LENGTHS), model(source, LENGTHS)), kind


def test_parameters_are_counted() -> None:
    model = classifier(pooling="mean", encoder=EncoderConfig(cell="rnn_tanh", hidden=5, bidirectional=False))
    assert model.parameter_count() == V * 8 + (5 * 8 + 5 * 5 + 2 * 5) + (5 * LABELS + LABELS)
