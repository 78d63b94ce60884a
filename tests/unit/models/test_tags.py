"""One to many: a decoder that starts from tags, or from nothing."""

import itertools

import pytest
import torch
from support.cells import CELL_NAMES

from seq2seq.config.model import DecoderConfig, ManyToManyConfig, ModelConfig, OneToManyConfig
from seq2seq.models.build import build_model
from seq2seq.models.encoder import TagReader
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.special import EOS, PAD

V = 23
TAGS = 9
NUMBERS = torch.tensor([4, 2, 1])
SOURCES = torch.tensor([[4, 6, 5, EOS], [8, EOS, PAD, PAD], [EOS, PAD, PAD, PAD]])
SHAPES = {
    "plain": {},
    "tags fed": {"feed_context": True},
    "two layers": {"decoder": DecoderConfig(hidden=10, layers=2)},
    "residual, normalised": {"residual": True, "layer_norm": True, "decoder": DecoderConfig(hidden=10, layers=2)},
    "not tied": {"tied": "none"},
}


def generator(*, cell: str = "lstm", **changes: object) -> Seq2Seq:
    base = OneToManyConfig(embedding=8, decoder=DecoderConfig(cell=cell, hidden=10))
    return build_model(OneToManyConfig.model_validate({**dict(base), **changes}), TAGS, V)


def tokens(rows: int = 3) -> torch.Tensor:
    return torch.randint(4, V, (rows, 5))


@pytest.mark.parametrize("cell", CELL_NAMES)
@pytest.mark.parametrize("shape", ["plain", "tags fed"])
def test_stepping_equals_teacher_forcing(cell: str, shape: str) -> None:
    model = generator(cell=cell, **SHAPES[shape]).eval()
    read = tokens()
    whole = model(SOURCES, NUMBERS, read)
    memory, state = model.encode(SOURCES, NUMBERS)
    for time in range(read.size(1)):
        decoded = model.decode(read[:, time : time + 1], memory, state)
        state = decoded.state
        torch.testing.assert_close(decoded.features[:, 0], whole[:, time], atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("shape", SHAPES)
def test_stepping_equals_teacher_forcing_in_every_shape(shape: str) -> None:
    """A prompt is read at once, what follows step by step."""
    model = generator(**SHAPES[shape]).eval()
    read = tokens()
    memory, state = model.encode(SOURCES, NUMBERS)
    prompt = model.decode(read[:, :3], memory, state)
    rest = [prompt.features]
    state = prompt.state
    for time in (3, 4):
        decoded = model.decode(read[:, time : time + 1], memory, state)
        state = decoded.state
        rest.append(decoded.features)
    torch.testing.assert_close(torch.cat(rest, dim=1), model(SOURCES, NUMBERS, read), atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("shape", SHAPES)
def test_every_parameter_gets_a_gradient(shape: str) -> None:
    model = generator(**SHAPES[shape])
    model.project(model(SOURCES, NUMBERS, tokens())).square().sum().backward()
    without = [
        name for name, parameter in model.named_parameters() if parameter.grad is None or not parameter.grad.any()
    ]
    assert without == []


@pytest.mark.parametrize("shape", SHAPES)
def test_padding_and_company_change_nothing(shape: str) -> None:
    model = generator(**SHAPES[shape]).eval()
    read = tokens()
    together = model(SOURCES, NUMBERS, read)
    for row, number in enumerate(NUMBERS.tolist()):
        alone = model(SOURCES[row : row + 1, :number], torch.tensor([number]), read[row : row + 1])
        torch.testing.assert_close(alone[0], together[row], atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("shape", ["plain", "tags fed"])
def test_the_order_of_tags_does_not_matter_but_which_they_are_does(shape: str) -> None:
    model = generator(**SHAPES[shape]).eval()
    orders = torch.tensor([[*order, EOS] for order in itertools.permutations([4, 6, 5])])
    read = tokens(1).expand(len(orders), -1)
    found = model(orders, torch.full((len(orders),), 4), read)
    torch.testing.assert_close(found, found[:1].expand_as(found), atol=1e-6, rtol=1e-5)
    other = model(torch.tensor([[4, 6, 7, EOS]]), torch.tensor([4]), read[:1])
    assert (other - found[:1]).abs().max() > 1e-4


def test_what_is_left_of_tags_is_the_mean_of_their_embeddings() -> None:
    embedded = torch.tensor([[[1.0, 2.0], [3.0, 6.0], [5.0, 1.0]], [[4.0, 8.0], [2.0, 0.0], [77.0, 77.0]]])
    found = TagReader(2)(embedded, torch.tensor([3, 2]))
    assert found.final[0].tolist() == [[[3.0, 3.0]], [[3.0, 4.0]]]


def test_eos_alone_starts_from_nothing() -> None:
    """A language model begins every text in one state, whatever else is read beside it; it can be learnt."""
    model = generator().eval()
    alone = model.encode(torch.full((4, 1), EOS), torch.ones(4, dtype=torch.int64))[1]
    beside = model.encode(SOURCES, NUMBERS)[1]
    for part, other in zip(alone.layers, beside.layers, strict=True):
        torch.testing.assert_close(part, part[:1].expand_as(part))
        torch.testing.assert_close(part[0], other[2])
        assert not torch.allclose(other[1], other[2])
    model.project(model(torch.full((1, 1), EOS), torch.ones(1, dtype=torch.int64), tokens(1))).sum().backward()
    gradient = model.source_embedding.weight.grad
    assert gradient is not None
    assert gradient.any(dim=1).nonzero().flatten().tolist() == [EOS]


def test_all_that_a_decoder_knows_of_its_tags_is_where_it_starts() -> None:
    model = generator().eval()
    memory, state = model.encode(SOURCES, NUMBERS)
    assert (memory.outputs, memory.keys, memory.context) == (None, None, None)
    assert not model.attends
    shuffled = state.select(torch.tensor([1, 2, 0]))
    read = tokens(1).expand(3, -1)
    one, other = model.decode(read, memory, state), model.decode(read, memory, shuffled)
    torch.testing.assert_close(one.features[[1, 2, 0]], other.features)


def test_selecting_rows_of_a_search_equals_reading_them_alone() -> None:
    model = generator(feed_context=True).eval()
    read = tokens()
    memory, state = model.encode(SOURCES, NUMBERS)
    state = model.decode(read[:, :2], memory, state).state
    rows = torch.tensor([2, 0, 0])
    chosen = model.decode(read[rows, 2:3], memory.select(rows), state.select(rows)).features
    torch.testing.assert_close(chosen, model.decode(read[:, 2:3], memory, state).features[rows], atol=1e-6, rtol=1e-5)


def test_tags_and_text_have_embeddings_of_their_own() -> None:
    tied, apart = generator(), generator(tied="none")
    assert tied.projection.weight is tied.target_embedding.weight
    assert apart.projection.weight is not apart.target_embedding.weight
    assert apart.parameter_count() - tied.parameter_count() == V * 8
    assert tied.source_embedding.weight.shape == (TAGS, 8)


def test_the_class_of_the_settings_says_what_is_built() -> None:
    assert isinstance(build_model(OneToManyConfig(), TAGS, V).encoder, TagReader)
    assert not isinstance(build_model(ManyToManyConfig(), V, V).encoder, TagReader)
    with pytest.raises(TypeError, match="ModelConfig"):
        build_model(ModelConfig(), V, V)
