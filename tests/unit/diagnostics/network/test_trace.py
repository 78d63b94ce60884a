"""A traced model computes what it computes otherwise, and every state is recorded."""

from collections.abc import Callable, Iterator

import pytest
import torch

from seq2seq.config.model import (
    AttentionConfig,
    DecoderConfig,
    EncoderConfig,
    ManyToManyConfig,
    ManyToOneConfig,
    OneToManyConfig,
)
from seq2seq.data.batching.batch import Batch, collate
from seq2seq.diagnostics.network.reading import objective_of, read_batch
from seq2seq.diagnostics.network.trace import named_cells, traced
from seq2seq.models.build import Model, build_model

CELLS = ["rnn_tanh", "rnn_relu", "gru", "lstm", "ssru", "minlstm"]
ATTENTIONS = {
    "none": None,
    "attention": AttentionConfig(),
    "input feeding": AttentionConfig(input_feeding=True),
}


@pytest.fixture(autouse=True)
def seed() -> None:
    torch.manual_seed(3)


def batch() -> Batch:
    sources = [[5, 6, 7, 8, 9], [9, 8], [4], [7, 5, 6]]
    return collate(sources, [[6, 5], [7, 8, 9, 4], [5], []])


def labelled() -> Batch:
    return collate([[5, 6, 7, 8, 9], [9, 8], [4]], [[4], [5], [6]])


def translator(cell: str = "lstm", attention: AttentionConfig | None = None, **changes: object) -> Model:
    config = ManyToManyConfig(
        embedding=6,
        encoder=EncoderConfig(cell=cell, hidden=4, layers=2),
        decoder=DecoderConfig(cell=cell, hidden=8, layers=2),
        attention=attention,
    )
    return build_model(ManyToManyConfig.model_validate({**dict(config), **changes}), 12, 11).eval()


@pytest.mark.parametrize("attention", ATTENTIONS)
@pytest.mark.parametrize("cell", CELLS)
def test_the_results_are_those_of_the_fused_run(cell: str, attention: str) -> None:
    model, one = translator(cell, ATTENTIONS[attention]), batch()
    read = (one.source, one.source_lengths, one.target[:, :-1])
    before = model(*read)
    with traced(model) as trace:
        during = model(*read)
    assert len(trace.cells) == 6  # two layers in two directions, and two layers
    real = one.target[:, 1:] != 0
    assert torch.allclose(during[real], before[real], atol=1e-5)
    assert torch.equal(model(*read), before)  # and nothing is left behind


@pytest.mark.parametrize(
    "build",
    [
        lambda: translator(reverse_source=True, encoder=EncoderConfig(hidden=8, bidirectional=False)),
        lambda: translator(feed_context=True, encoder=EncoderConfig(hidden=4)),
        lambda: build_model(OneToManyConfig(embedding=6, decoder=DecoderConfig(hidden=5)), 12, 11).eval(),
    ],
)
def test_other_shapes_have_the_same_loss(build: Callable[[], Model]) -> None:
    model, one = build(), batch()
    expected = objective_of(model)(one.source, one.source_lengths, one.target).smoothed
    trace, loss = read_batch(model, one, gradients=False)
    assert trace.cells
    assert loss.item() == pytest.approx(expected.item(), rel=1e-5)


@pytest.mark.parametrize("pooling", ["last", "max", "attention"])
def test_classifiers_have_the_same_loss(pooling: str) -> None:
    model = build_model(ManyToOneConfig(embedding=6, encoder=EncoderConfig(hidden=4), pooling=pooling), 12, 7).eval()
    one = labelled()
    expected = objective_of(model)(one.source, one.source_lengths, one.target).smoothed
    _, loss = read_batch(model, one, gradients=False)
    assert loss.item() == pytest.approx(expected.item(), rel=1e-5)


@pytest.mark.parametrize("attention", ATTENTIONS)
def test_all_states_are_recorded_with_the_lengths_of_their_side(attention: str) -> None:
    one = batch()
    trace, _ = read_batch(translator("lstm", ATTENTIONS[attention]), one, gradients=False)
    for cell in trace.cells:
        lengths = one.source_lengths if cell.side == "encoder" else one.target_lengths
        steps = one.source.size(1) if cell.side == "encoder" else one.target.size(1) - 1
        assert cell.lengths.tolist() == lengths.tolist()
        assert len(cell.inputs) == len(cell.outputs) == len(cell.states) - 1 == cell.steps == steps
        assert int(cell.real().sum()) == int(lengths.sum())
        assert all(len(state) == 2 for state in cell.states)
        for before, x, after in zip(cell.states, cell.inputs, cell.states[1:], strict=False):
            assert torch.allclose(cell.cell.step(x, before)[1], after[1], atol=1e-6)


def test_rows_do_not_depend_on_their_neighbours() -> None:
    model, together = translator(), batch()
    alone = collate([[9, 8]], [[7, 8, 9, 4]])
    both = [read_batch(model, one, gradients=False)[0] for one in (together, alone)]
    for first, second in zip(both[0].cells, both[1].cells, strict=True):
        for step in range(1, int(second.lengths[0]) + 1):
            assert torch.allclose(first.states[step][0][1], second.states[step][0][0], atol=1e-6)
        assert torch.allclose(first.final[0][1], second.final[0][0], atol=1e-6) or first.side == "decoder"


def test_the_backward_layer_reads_backwards() -> None:
    """Its state after one step knows the last token alone: EOS, of every source."""
    trace, _ = read_batch(translator(), batch(), gradients=False)
    backward = next(cell for cell in trace.cells if cell.name == "encoder layer 1, backward")
    first = backward.states[1][0]
    assert torch.allclose(first, first[:1].expand_as(first), atol=1e-6)
    assert not torch.allclose(backward.states[2][0][0], backward.states[2][0][1], atol=1e-3)


def test_parameters_get_no_gradient_and_stay_trainable() -> None:
    model, one = translator(), batch()
    trace, loss = read_batch(model, one, gradients=True)
    assert [part.shape[:2] for part in trace.embedded] == [one.source.shape, one.target[:, :-1].shape]
    (gradient,) = torch.autograd.grad(loss, trace.embedded[:1])
    assert gradient.shape == (4, 6, 6)
    assert all(parameter.grad is None and parameter.requires_grad for parameter in model.parameters())


def test_cells_have_readable_names() -> None:
    def names(model: Model) -> Iterator[str]:
        return (name for name, _, _ in named_cells(model))

    assert list(names(translator())) == [
        "encoder layer 1, forward",
        "encoder layer 1, backward",
        "encoder layer 2, forward",
        "encoder layer 2, backward",
        "decoder layer 1",
        "decoder layer 2",
    ]
    assert list(names(translator(attention=AttentionConfig(input_feeding=True))))[-1] == "decoder layer 2"
