"""The whole model, in every shape that a recipe can give it."""

import math

import pytest
import torch
from support.cells import CELL_NAMES

from seq2seq.config.model import (
    AttentionConfig,
    DecoderConfig,
    DropoutConfig,
    EncoderConfig,
    InitialisationConfig,
    ManyToManyConfig,
)
from seq2seq.models.build import build_model
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.special import PAD

V = 23
LENGTHS = torch.tensor([6, 3, 1])


def config(cell: str = "lstm", **changes: object) -> ManyToManyConfig:
    base = ManyToManyConfig(
        embedding=8,
        encoder=EncoderConfig(cell=cell, hidden=5, layers=2),
        decoder=DecoderConfig(cell=cell, hidden=10, layers=2),
    )
    return ManyToManyConfig.model_validate({**dict(base), **changes})


ATTENTIONS = {
    "none": None,
    "dot": AttentionConfig(score="dot"),
    "general": AttentionConfig(score="general"),
    "additive": AttentionConfig(score="additive", heads=2),
    "embeddings": AttentionConfig(heads=2, embeddings=True),
    "input feeding": AttentionConfig(score="general", input_feeding=True),
}
SHAPES = {
    "plain": {},
    "context fed": {"attention": None, "feed_context": True},
    "reversed source": {
        "attention": None,
        "reverse_source": True,
        "encoder": EncoderConfig(bidirectional=False, hidden=5),
    },
    "copied state": {"bridge": "copy"},
    "normalised, without attention": {"attention": None, "layer_norm": True},
    "no bridge": {"bridge": "zero"},
    "residual, normalised": {"residual": True, "layer_norm": True},
    "all tied": {"tied": "all"},
    "target tied": {"tied": "target"},
    "another cell in the decoder": {"encoder": EncoderConfig(cell="gru", hidden=5)},
    "three layers over one": {"encoder": EncoderConfig(hidden=5), "decoder": DecoderConfig(hidden=10, layers=3)},
}


def batch() -> tuple[torch.Tensor, torch.Tensor]:
    source = torch.randint(4, V, (3, 6))
    source[torch.arange(6) >= LENGTHS[:, None]] = PAD
    return source, torch.randint(4, V, (3, 5))


@pytest.mark.parametrize("attention", ATTENTIONS)
@pytest.mark.parametrize("cell", CELL_NAMES)
def test_stepping_equals_teacher_forcing(cell: str, attention: str) -> None:
    model = build_model(config(cell, attention=ATTENTIONS[attention]), V, V).eval()
    source, tokens = batch()
    whole = model(source, LENGTHS, tokens)
    memory, state = model.encode(source, LENGTHS)
    for time in range(tokens.size(1)):
        decoded = model.decode(tokens[:, time : time + 1], memory, state)
        state = decoded.state
        torch.testing.assert_close(decoded.features[:, 0], whole[:, time], atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("shape", SHAPES)
def test_every_parameter_gets_a_gradient(shape: str) -> None:
    model = build_model(config(**SHAPES[shape]), V, V)
    source, tokens = batch()
    model.project(model(source, LENGTHS, tokens)).square().sum().backward()
    without = [
        name for name, parameter in model.named_parameters() if parameter.grad is None or not parameter.grad.any()
    ]
    assert without == []


@pytest.mark.parametrize("shape", SHAPES)
def test_padding_and_company_change_nothing(shape: str) -> None:
    model = build_model(config(**SHAPES[shape]), V, V).eval()
    source, tokens = batch()
    together = model(source, LENGTHS, tokens)
    for row, length in enumerate(LENGTHS.tolist()):
        alone = model(source[row : row + 1, :length], torch.tensor([length]), tokens[row : row + 1])
        torch.testing.assert_close(together[row], alone[0], atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("attention", ATTENTIONS)
def test_selecting_rows_of_a_search_equals_reading_them_alone(attention: str) -> None:
    model = build_model(config(attention=ATTENTIONS[attention]), V, V).eval()
    source, tokens = batch()
    memory, state = model.encode(source, LENGTHS)
    state = model.decode(tokens[:, :2], memory, state).state
    rows = torch.tensor([2, 0, 0])
    chosen = model.decode(tokens[rows, 2:3], memory.select(rows), state.select(rows)).features
    torch.testing.assert_close(chosen, model.decode(tokens[:, 2:3], memory, state).features[rows], atol=1e-6, rtol=1e-5)


def test_reversing_the_source_leaves_alignments_in_its_order() -> None:
    plain = build_model(config(encoder=EncoderConfig(hidden=10, bidirectional=False, layers=1)), V, V).eval()
    turned = build_model(
        config(encoder=EncoderConfig(hidden=10, bidirectional=False, layers=1), reverse_source=True), V, V
    ).eval()
    turned.load_state_dict(plain.state_dict())
    source, _ = batch()
    backwards = source[:1].flip(1)
    ahead, _ = plain.encode(source[:1], LENGTHS[:1])
    behind, _ = turned.encode(backwards, LENGTHS[:1])
    assert ahead.outputs is not None
    assert behind.outputs is not None
    torch.testing.assert_close(behind.outputs.flip(1), ahead.outputs)


def test_a_decoder_with_a_fixed_context_sees_the_source_by_its_state_alone() -> None:
    model = build_model(config(attention=None, bridge="zero"), V, V).eval()
    source, tokens = batch()
    other = torch.where(source == PAD, PAD, torch.randint(4, V, source.shape))
    torch.testing.assert_close(model(source, LENGTHS, tokens), model(other, LENGTHS, tokens))
    assert not model.attends


def shared(model: Seq2Seq) -> tuple[bool, bool]:
    return (
        model.projection.weight is model.target_embedding.weight,
        model.source_embedding.weight is model.target_embedding.weight,
    )


def test_tied_embeddings_are_one_parameter() -> None:
    assert shared(build_model(config(), V, V)) == (False, False)
    assert shared(build_model(config(tied="target"), V + 1, V)) == (True, False)
    assert shared(build_model(config(tied="all"), V, V)) == (True, True)
    counts = [build_model(config(tied=tied), V, V).parameter_count() for tied in ("none", "target", "all")]
    assert counts[0] - counts[1] == counts[1] - counts[2] == V * 8


def test_initialisation_is_orthogonal_with_an_open_forget_gate() -> None:
    settings = InitialisationConfig(orthogonal=True, forget_bias=1.5)
    layer = build_model(config(initialisation=settings), V, V).decoder.stack.layers[0]  # type: ignore[union-attr]
    for gate in layer.weights.recurrent.split(10):
        torch.testing.assert_close(gate @ gate.T, torch.eye(10), atol=1e-5, rtol=1e-4)
    bias = (layer.weights.input_bias + layer.weights.recurrent_bias).split(10)
    assert [part.unique().item() for part in bias] == [0.0, 1.5, 0.0, 0.0]


def test_the_padding_embedding_is_zero_and_the_rest_has_unit_norm() -> None:
    weight = build_model(config(embedding=64), 500, 500).source_embedding.weight
    assert weight[PAD].abs().max() == 0
    assert weight[1:].norm(dim=1).mean().item() == pytest.approx(1.0, abs=0.1)


def test_dropout_acts_in_training_only() -> None:
    model = build_model(config(dropout=DropoutConfig(embedding=0.5, layer=0.5, output=0.5, word=0.5)), V, V)
    source, tokens = batch()
    assert not torch.equal(model(source, LENGTHS, tokens), model(source, LENGTHS, tokens))
    model.eval()
    assert torch.equal(model(source, LENGTHS, tokens), model(source, LENGTHS, tokens))


def test_a_fresh_model_is_as_surprised_as_the_vocabulary_is_large() -> None:
    model = build_model(config(embedding=64), V, V).eval()
    source, tokens = batch()
    logits = model.project(model(source, LENGTHS, tokens))
    surprise = torch.nn.functional.cross_entropy(logits.flatten(0, 1), tokens.flatten())
    assert surprise.item() == pytest.approx(math.log(V), abs=0.6)
