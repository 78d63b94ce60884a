"""Networks that write vectors: what they compute, and that it is a distribution of sequences."""

import math

import pytest
import torch
from support import synthesis
from support.synthesis import F, inputs

from seq2seq.config.model import SynthesizerConfig
from seq2seq.models.build import build_model
from seq2seq.models.synthesizer import StepOutput
from seq2seq.special import EOS

SHORT, LONG = [[0.5, -1.0], [1.5, 0.0]], [[-0.5, 0.3], [0.2, 0.1], [0.9, -2.0], [0.4, 0.4]]


def test_settings_decide_the_sizes() -> None:
    plain = build_model(SynthesizerConfig(), 6, 3)
    assert (plain.channels, plain.head.out_features) == (3, 3 * 2 + 1)
    config = SynthesizerConfig.model_validate({"distribution": "student_t", "feed_context": False})
    other = build_model(config, 6, 3)
    assert other.head.out_features == 3 * 3 + 1
    assert plain.decoder.stack.layers[0].inputs - other.decoder.stack.layers[0].inputs == config.embedding


@pytest.mark.parametrize("cell", ["lstm", "gru", "minlstm"])
@pytest.mark.parametrize("fed", [False, True])
def test_stepping_equals_teacher_forcing(cell: str, fed: bool) -> None:
    model = synthesis.synthesizer(decoder={"cell": cell, "hidden": 7, "layers": 2}, feed_context=fed)
    one = synthesis.batch(LONG, LONG)
    whole = model(*inputs(one))
    memory, state = model.encode(one.source, one.source_lengths)
    read = torch.zeros(2, 1, F)
    for step in range(len(LONG)):
        found = model.decode(read, memory, state)
        torch.testing.assert_close(found.parameters[:, 0], whole.parameters[:, step])
        torch.testing.assert_close(found.end[:, 0], whole.end[:, step])
        read, state = one.target[:, step : step + 1], found.state
    assert (whole.parameters[0] - whole.parameters[1]).abs().max() > 1e-3  # by their tags


def test_without_tags_the_end_of_a_source_is_read() -> None:
    model = synthesis.synthesizer()
    memory, _ = model.encode(torch.tensor([[EOS], [4]]), torch.tensor([1, 1]))
    assert memory.context is not None
    torch.testing.assert_close(memory.context, model.tags.weight[[EOS, 4]])


def test_the_likelihood_is_that_of_the_numbers_and_of_the_end() -> None:
    model = synthesis.synthesizer()
    one = synthesis.batch(SHORT)
    mean, raw, end = 0.3, 0.7, -0.4
    parameters = torch.tensor([mean, raw]).expand(1, 2, F, 2)
    written = StepOutput(parameters, torch.full((1, 2), end), model.encode(one.source, one.source_lengths)[1])
    width = math.log1p(math.exp(raw)) + 1e-3
    expected = [
        sum(0.5 * ((x - mean) / width) ** 2 + math.log(width) + 0.5 * math.log(2 * math.pi) for x in step)
        for step in SHORT
    ]
    expected[0] -= math.log(1 / (1 + math.exp(end)))  # goes on
    expected[1] -= math.log(1 / (1 + math.exp(-end)))  # ends
    assert model.nll(written, one.target)[0].tolist() == pytest.approx(expected, rel=1e-5)


def test_what_stands_beside_a_sequence_changes_nothing() -> None:
    model = synthesis.synthesizer(distribution="student_t")
    both = synthesis.batch(SHORT, LONG)
    assert both.target[0, 2:].isnan().all()
    together = model.nll(model(*inputs(both)), both.target)
    alone = synthesis.batch(SHORT)
    torch.testing.assert_close(together[0, :2], model.nll(model(*inputs(alone)), alone.target)[0])
    assert together[0, 2:].tolist() == [0.0, 0.0]
    together.sum().backward()
    assert all(bool(parameter.grad.isfinite().all()) for parameter in model.parameters() if parameter.grad is not None)
