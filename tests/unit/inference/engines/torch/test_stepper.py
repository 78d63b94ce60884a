"""The stepper proposes what the module computes."""

import numpy as np
import pytest
import torch
from support import tiny

from seq2seq.inference.engines.torch import forced as forced_module
from seq2seq.inference.engines.torch.stepper import TorchStepper
from seq2seq.search.decode import score_targets
from seq2seq.special import BOS, EOS, PAD

SOURCES = [[5, 6, 7, 8], [9], [4, 4, 4, 4, 4, 4, 4]]
TARGETS = [[6, 7], [], [9, 8, 7, 6, 5]]


@pytest.fixture(params=[True, False], ids=["attention", "fixed"])
def stepper(request: pytest.FixtureRequest) -> TorchStepper:
    return TorchStepper(tiny.model(tiny.recipe(attention=request.param)))


class Stepwise:
    """The same stepper, without a quick way to score."""

    def __init__(self, stepper: TorchStepper) -> None:
        self.vocabulary, self.start, self.step, self.select = (
            stepper.vocabulary,
            stepper.start,
            stepper.step,
            stepper.select,
        )


@torch.inference_mode()
def forced(stepper: TorchStepper, source: list[int], target: list[int]) -> torch.Tensor:
    """(T + 1, V) log-probabilities of every token, by teacher forcing."""
    ids = torch.tensor([[*source, EOS]])
    features = stepper.model(ids, torch.tensor([ids.size(1)]), torch.tensor([[BOS, *target]]))
    return torch.log_softmax(stepper.model.project(features)[0], dim=-1)


def test_stepping_equals_teacher_forcing(stepper: TorchStepper) -> None:
    found = score_targets(Stepwise(stepper), SOURCES, TARGETS)
    for source, target, log_prob in zip(SOURCES, TARGETS, found, strict=True):
        each = forced(stepper, source, target).gather(1, torch.tensor([*target, EOS])[:, None])
        assert log_prob == pytest.approx(float(each.sum()), abs=1e-4)


def test_scores_take_no_step(stepper: TorchStepper, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = score_targets(Stepwise(stepper), SOURCES, TARGETS)
    monkeypatch.setattr(stepper, "step", None)
    np.testing.assert_allclose(score_targets(stepper, SOURCES, TARGETS), expected, atol=1e-4)
    whole = stepper.score(SOURCES, TARGETS)
    alone = [float(stepper.score([source], [target])[0]) for source, target in zip(SOURCES, TARGETS, strict=True)]
    np.testing.assert_allclose(whole, alone, atol=1e-4)
    monkeypatch.setattr(forced_module, "_LOGITS", 1)  # a token at a time
    np.testing.assert_allclose(stepper.score(SOURCES, TARGETS), whole, atol=1e-4)


@pytest.mark.parametrize("never", [PAD, BOS])
def test_what_is_never_written_has_no_probability(stepper: TorchStepper, never: int) -> None:
    found = score_targets(stepper, SOURCES, [[6, never], [7], [never]])
    assert np.isfinite(found).tolist() == [False, True, False]


def test_proposals_are_the_best_tokens_in_order(stepper: TorchStepper) -> None:
    bos = np.full(len(SOURCES), BOS)
    proposal, _ = stepper.step(bos, stepper.start(SOURCES), 7)
    assert proposal.tokens.shape == proposal.log_probs.shape == (3, 7)
    assert (np.diff(proposal.log_probs, axis=1) <= 0).all()
    for row, source in enumerate(SOURCES):
        expected = forced(stepper, source, [])[0].clone()
        expected[[PAD, BOS]] = -torch.inf
        best = expected.topk(7)
        assert proposal.tokens[row].tolist() == best.indices.tolist()
        np.testing.assert_allclose(proposal.log_probs[row], best.values.numpy(), atol=1e-5)


def test_padding_and_beginning_are_never_proposed(stepper: TorchStepper) -> None:
    proposal, _ = stepper.step(np.array([BOS]), stepper.start([[5]]), stepper.vocabulary)
    assert set(proposal.tokens[0].tolist()) == set(range(stepper.vocabulary)) - {PAD, BOS}
    assert np.isfinite(proposal.log_probs).all()


def test_selected_rows_go_on_as_themselves(stepper: TorchStepper) -> None:
    state = stepper.start(SOURCES)
    _, state = stepper.step(np.full(3, BOS), state, 1)
    rows = np.array([2, 0, 0, 1])
    tokens = np.array([7, 8, 9])
    whole, _ = stepper.step(tokens, state, 5)
    part, _ = stepper.step(tokens[rows], stepper.select(state, rows), 5)
    assert part.tokens.tolist() == whole.tokens[rows].tolist()
    np.testing.assert_allclose(part.log_probs, whole.log_probs[rows], atol=1e-5)
    if whole.attention is not None:
        assert part.attention is not None
        np.testing.assert_allclose(part.attention, whole.attention[rows], atol=1e-5)


def test_the_memory_is_left_where_it_is_while_rows_stay_with_their_source(stepper: TorchStepper) -> None:
    state = stepper.select(stepper.start(SOURCES), np.array([0, 0, 1, 1]))
    again = stepper.select(state, np.array([1, 1, 3, 2]))
    assert again.memory is state.memory
    assert stepper.select(state, np.array([2, 3])).memory is not state.memory


def test_attention_sums_to_one_over_real_tokens() -> None:
    stepper = TorchStepper(tiny.model(tiny.recipe(attention=True)))
    proposal, _ = stepper.step(np.full(3, BOS), stepper.start(SOURCES), 1)
    assert proposal.attention is not None
    np.testing.assert_allclose(proposal.attention.sum(axis=1), 1.0, atol=1e-5)
    for weights, source in zip(proposal.attention, SOURCES, strict=True):
        assert (weights[len(source) + 1 :] == 0).all()
