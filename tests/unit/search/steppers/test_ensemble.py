"""An ensemble proposes the mean of what its models propose; equal models are as one of them."""

import itertools
from collections.abc import Sequence

import numpy as np
import pytest
from support.toy_stepper import Prefix, ToyStepper, only

from seq2seq.config.decoding import DecodingConfig
from seq2seq.errors import ModelError
from seq2seq.search.decode import score_targets, search
from seq2seq.search.hypothesis import Hypothesis
from seq2seq.search.steppers.ensemble import EnsembleStepper, mean_of
from seq2seq.search.steppers.prompt import PrefixStepper
from seq2seq.special import BOS, EOS, PAD, UNK

SOURCES = [(4, 5), (6,), (5, 5, 5)]
METHODS = {
    "greedy": DecodingConfig(beam=1, max_length_extra=6),
    "beam": DecodingConfig(beam=4, nbest=3, max_length_extra=6, no_repeat_ngram=2),
    "sample": DecodingConfig(method="sample", nbest=2, seed=3, max_length_extra=6, top_k=3),
}


def outputs(found: Sequence[Sequence[Hypothesis]]) -> list[list[tuple[Prefix, float]]]:
    return [[(one.tokens, one.log_prob) for one in of] for of in found]


def test_the_mean_is_that_of_probabilities() -> None:
    one, two = np.array([[np.log(0.8), np.log(0.2), -np.inf]]), np.log([[0.2, 0.4, 0.4]])
    assert np.exp(mean_of([one, two])) == pytest.approx(np.array([[0.5, 0.3, 0.2]]))
    assert np.exp(mean_of([one, two, two])) == pytest.approx(np.array([[0.4, 1 / 3, 0.8 / 3]]))


def test_probabilities_that_floats_cannot_hold_have_a_mean() -> None:
    one, two = np.array([[-200.0, -np.inf]], dtype=np.float32), np.array([[-201.0, -np.inf]], dtype=np.float32)
    mean = mean_of([one, two])
    assert mean.dtype == np.float32
    assert mean[0, 0] == pytest.approx(-200 + np.log((1 + np.exp(-1)) / 2))
    assert mean[0, 1] == -np.inf


def test_what_is_not_finite_is_refused() -> None:
    broken = ToyStepper(table=lambda *_: np.full(7, np.nan))
    with pytest.raises(ModelError):
        search(EnsembleStepper([ToyStepper(), broken]), SOURCES, METHODS["beam"])


@pytest.mark.parametrize("count", [1, 2, 3, 5])
@pytest.mark.parametrize("method", METHODS)
def test_equal_models_find_exactly_what_one_finds(method: str, count: int) -> None:
    model = ToyStepper(seed=5, end=0.5)
    alone, together = (
        search(of, SOURCES, METHODS[method]) for of in (model, EnsembleStepper([ToyStepper(seed=5, end=0.5)] * count))
    )
    assert outputs(together) == outputs(alone)
    for one, other in zip(itertools.chain(*alone), itertools.chain(*together), strict=True):
        np.testing.assert_allclose(other.attention, one.attention, rtol=1e-6)


@pytest.mark.parametrize("method", METHODS)
def test_a_search_sees_one_model_with_the_mean_of_the_tables(method: str) -> None:
    one, two = ToyStepper(seed=1), ToyStepper(seed=2)

    def mean(source: Prefix, prefix: Prefix) -> np.typing.NDArray[np.float64]:
        with np.errstate(divide="ignore"):
            return np.log((np.exp(one.log_probs(source, prefix)) + np.exp(two.log_probs(source, prefix))) / 2)

    found = outputs(search(EnsembleStepper([one, two]), SOURCES, METHODS[method]))
    expected = outputs(search(ToyStepper(table=mean), SOURCES, METHODS[method]))
    assert [[tokens for tokens, _ in of] for of in found] == [[tokens for tokens, _ in of] for of in expected]
    for of, other in zip(found, expected, strict=True):
        assert [log_prob for _, log_prob in of] == pytest.approx([log_prob for _, log_prob in other])
    assert found != outputs(search(one, SOURCES, METHODS[method])), "or the mean shows nothing"


def test_scores_of_outputs_are_sums_of_logarithms_of_means() -> None:
    members = [ToyStepper(seed=1), ToyStepper(seed=2)]
    steps = [[np.exp(one.log_probs((4,), (5, 6)[:i])[token]) for one in members] for i, token in enumerate((5, 6, EOS))]
    (scored,) = score_targets(EnsembleStepper(members), [(4,)], [(5, 6)])
    assert scored == pytest.approx(sum(np.log(np.mean(step)) for step in steps))


@pytest.mark.parametrize("width", [1, 2, 4, 5, 6, 7])
def test_proposals_are_the_likeliest_in_descending_order(width: int) -> None:
    ensemble = EnsembleStepper([ToyStepper(seed=1), ToyStepper(seed=2)])
    state = ensemble.start(SOURCES)
    bos = np.full(3, BOS, dtype=np.int64)
    narrow, _ = ensemble.step(bos, state, width)
    whole, _ = ensemble.step_whole(bos, state)
    assert narrow.log_probs.shape == narrow.tokens.shape == (3, min(width, 5))
    assert not np.isin(narrow.tokens, [PAD, BOS]).any()
    for row in range(3):
        best = np.argsort(-whole.log_probs[row], kind="stable")[: min(width, 5)]
        assert narrow.tokens[row].tolist() == best.tolist()
        assert narrow.log_probs[row].tolist() == whole.log_probs[row, best].tolist()


def test_what_one_model_alone_allows_is_possible() -> None:
    """As with shortlists: each model has its own."""
    members = [ToyStepper(table=lambda *_, of=of: only(7, of)) for of in ({4: 0.9, EOS: 0.1}, {5: 0.6, EOS: 0.4})]
    proposal, _ = EnsembleStepper(members).step(np.array([BOS]), EnsembleStepper(members).start([(4,)]), 5)
    assert proposal.tokens[0, :3].tolist() == [4, 5, EOS]
    assert np.exp(proposal.log_probs[0]) == pytest.approx([0.45, 0.3, 0.25, 0, 0])
    assert set(proposal.tokens[0, 3:].tolist()) <= {UNK, 6}


def test_attention_is_the_mean_of_the_models_that_have_it() -> None:
    with_attention, without = ToyStepper(seed=1), ToyStepper(seed=2, attends=False)
    other = ToyStepper(seed=3)
    other.weights = lambda source, _: np.eye(len(source) + 1)[0]  # type: ignore[method-assign]
    bos = np.array([BOS])
    for members, share in (([with_attention, without], 1.0), ([with_attention, without, other], 0.5)):
        ensemble = EnsembleStepper(members)
        (own,) = [with_attention.weights((4, 5), ())]
        proposal, _ = ensemble.step(bos, ensemble.start([(4, 5)]), 3)
        assert proposal.attention is not None
        assert proposal.attention[0] == pytest.approx(share * own + (1 - share) * np.eye(3)[0], abs=1e-6)
    ensemble = EnsembleStepper([without, without])
    assert ensemble.step(bos, ensemble.start([(4, 5)]), 3)[0].attention is None


def test_a_prefix_is_read_by_every_model() -> None:
    members = [ToyStepper(seed=1), ToyStepper(seed=2)]
    around = search(PrefixStepper(EnsembleStepper(members), (4, 6)), SOURCES, METHODS["beam"])
    inside = search(EnsembleStepper([PrefixStepper(one, (4, 6)) for one in members]), SOURCES, METHODS["beam"])
    assert outputs(around) == outputs(inside)


@pytest.mark.parametrize("sizes", [(), (7, 8)])
def test_models_of_other_vocabularies_are_refused(sizes: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="vocabulary"):
        EnsembleStepper([ToyStepper(size) for size in sizes])
