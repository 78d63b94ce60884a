"""What holds of the scores of any classifier and of any generated texts."""

import math

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from seq2seq.evaluation.calibration import (
    COLDEST,
    HOTTEST,
    calibrate,
    expected_calibration_error,
    fit_temperature,
    log_softmax,
    nll,
)
from seq2seq.evaluation.classification import classification_scores
from seq2seq.evaluation.likelihood import Likelihood
from seq2seq.evaluation.samples import sample_statistics

quick = settings(max_examples=60, deadline=None)

KNOWN = ["a", "b", "c"]
pairs = st.lists(st.tuples(st.sampled_from(KNOWN), st.sampled_from([*KNOWN, "strange"])), min_size=1, max_size=30)
texts = st.lists(st.text("abc", max_size=16), min_size=1, max_size=6)
likelihoods = st.builds(
    Likelihood,
    st.floats(0.0, 1e6),
    tokens=st.integers(1, 10**6),
    bytes=st.integers(1, 10**6),
    sequences=st.integers(1, 100),
)


@st.composite
def classified(draw: st.DrawFn) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """Logits (N, C) and labels (N,)."""
    examples, classes = draw(st.integers(1, 12)), draw(st.integers(1, 5))
    logits = draw(hnp.arrays(np.float64, (examples, classes), elements=st.floats(-60, 60)))
    return logits, draw(hnp.arrays(np.int64, examples, elements=st.integers(0, classes - 1)))


@quick
@given(pairs)
def test_scores_are_shares_and_the_confusion_matrix_counts_every_example(found: list[tuple[str, str]]) -> None:
    predicted, expected = zip(*found, strict=True)
    scores = classification_scores(predicted, expected, KNOWN)
    assert [sum(row) for row in scores.confusion] == [one.support for one in scores.classes]
    assert [sum(column) for column in zip(*scores.confusion, strict=True)] == [
        predicted.count(label) for label in scores.labels
    ]
    assert sum(one.support for one in scores.classes) == scores.examples == len(found)
    values = [value for one in scores.classes for value in (one.precision, one.recall, one.f1)]
    assert all(0 <= value <= 1 for value in [*values, scores.accuracy, scores.macro_f1, scores.baseline])
    for one in scores.classes:
        assert min(one.precision, one.recall) <= one.f1 + 1e-12
        assert one.f1 <= max(one.precision, one.recall) + 1e-12


@quick
@given(pairs)
def test_baseline_is_the_score_of_a_constant_answer(found: list[tuple[str, str]]) -> None:
    predicted, expected = zip(*found, strict=True)
    scores = classification_scores(predicted, expected, KNOWN)
    constant = classification_scores([scores.baseline_label] * len(found), expected, KNOWN)
    assert scores.baseline == pytest.approx(constant.accuracy)
    assert scores.baseline_macro_f1 == pytest.approx(constant.macro_f1)
    assert all(expected.count(label) <= expected.count(scores.baseline_label) for label in KNOWN)


@quick
@given(pairs, st.permutations(["a", "b", "c", "strange"]), st.randoms(use_true_random=False))
def test_neither_names_nor_order_matter(found: list[tuple[str, str]], names: list[str], shuffler: object) -> None:
    renamed = dict(zip(["a", "b", "c", "strange"], names, strict=True))
    shuffled = list(found)
    shuffler.shuffle(shuffled)  # type: ignore[attr-defined]
    before = classification_scores(*zip(*found, strict=True), KNOWN)
    after = classification_scores(
        *([renamed[label] for label in side] for side in zip(*shuffled, strict=True)),
        [renamed[label] for label in reversed(KNOWN)],
    )
    assert after.macro_f1 == pytest.approx(before.macro_f1)
    assert (after.accuracy, after.baseline) == (before.accuracy, before.baseline)
    assert {renamed[one.label]: one.f1 for one in before.classes} == {one.label: one.f1 for one in after.classes}


@quick
@given(classified())
def test_temperature_stays_in_bounds_keeps_the_answer_and_never_raises_the_nll(
    found: tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]],
) -> None:
    logits, labels = found
    temperature = fit_temperature(logits, labels)
    assert COLDEST <= temperature <= HOTTEST
    assert nll(logits, labels, temperature) <= nll(logits, labels) + 1e-9
    best = logits.max(axis=1)
    scaled = log_softmax(logits / temperature)
    assert (np.take_along_axis(logits, scaled.argmax(axis=1)[:, None], axis=1)[:, 0] >= best - 1e-9).all()


@quick
@given(classified(), st.floats(math.log(COLDEST), math.log(HOTTEST)))
def test_no_other_temperature_is_better(
    found: tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]], other: float
) -> None:
    logits, labels = found
    least = nll(logits, labels, fit_temperature(logits, labels))
    assert least <= nll(logits, labels, math.exp(other)) * (1 + 1e-9) + 1e-9


@quick
@given(classified(), st.integers(1, 20))
def test_calibration_error_is_a_share(found: tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]], bins: int) -> None:
    logits, labels = found
    probabilities = np.exp(log_softmax(logits))
    error = expected_calibration_error(probabilities, labels, bins=bins)
    assert 0 <= error <= 1 + 1e-12
    # One bin knows only the two means, and no binning is kinder.
    correct = (probabilities.argmax(axis=1) == labels).mean()
    assert error >= abs(correct - probabilities.max(axis=1).mean()) - 1e-12
    measured = calibrate(logits, labels)
    assert measured.ece_before == pytest.approx(expected_calibration_error(probabilities, labels))


@quick
@given(likelihoods, likelihoods)
def test_a_sum_of_likelihoods_lies_between_the_two(one: Likelihood, other: Likelihood) -> None:
    both = one + other
    assert both == other + one
    low, high = sorted([one.bits_per_byte, other.bits_per_byte])
    assert low * (1 - 1e-9) <= both.bits_per_byte <= high * (1 + 1e-9)


@quick
@given(texts, texts, st.integers(1, 9))
def test_shares_of_samples_are_shares(samples: list[str], training: list[str], size: int) -> None:
    found = sample_statistics(samples, training, size=size)
    shares = [found.distinct_1, found.distinct_2, found.distinct_3, found.repetition, found.copied]
    assert all(share is None or 0 <= share <= 1 for share in shares)
    assert (found.copied is None) == all(len(sample) < size for sample in samples)
    assert found.copies == sum(bool(sample) and sample in training for sample in samples)
    wanted = [sample[i : i + size] for sample in samples for i in range(len(sample) - size + 1)]
    if wanted:
        assert found.copied == pytest.approx(
            sum(any(gram in text for text in training) for gram in wanted) / len(wanted)
        )


@quick
@given(st.text("abc", min_size=8, max_size=30), st.text("abc"), st.text("abc"))
def test_all_of_a_sample_that_is_part_of_train_is_copied(sample: str, before: str, after: str) -> None:
    found = sample_statistics([sample], [before + sample + after])
    assert (found.copied, found.novel) == (1, 0)


@quick
@given(st.text("abc", min_size=4, max_size=20))
def test_repetition_is_none_at_first_and_grows_when_a_sample_comes_again(sample: str) -> None:
    once = sample_statistics([sample], None).repetition
    twice = sample_statistics([sample + sample], None).repetition
    assert once is not None
    assert twice is not None
    assert twice > once - 1e-12
    assert twice >= (len(sample) - 3) / (2 * len(sample) - 3) - 1e-12
