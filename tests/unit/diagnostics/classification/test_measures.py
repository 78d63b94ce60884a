"""Findings about classifiers whose labels, probabilities and training data are made up: each fault has its name."""

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from seq2seq.config.recipe import ClassificationRecipe
from seq2seq.diagnostics.classification import baseline, calibration, confusion, labels
from seq2seq.diagnostics.classification.chance import mean_recall
from seq2seq.diagnostics.classification.reading import Labelled
from seq2seq.diagnostics.finding import Finding, Verdict

RNG = np.random.default_rng(7)
Numbers = NDArray[np.integer[Any]]


def texts_of(expected: Numbers, *, informative: bool = True) -> tuple[Numbers, ...]:
    """Six filler tokens each, and one that tells the label (of three per label)."""
    cues = 4 + 3 * expected + RNG.integers(3, size=len(expected))
    cues = cues if informative else RNG.permutation(cues)
    return tuple(np.append(RNG.integers(20, 60, size=6), cue) for cue in cues)


def right(expected: Numbers, share: float, count: int) -> Numbers:
    """Predictions of which about a share is right."""
    return np.where(RNG.random(len(expected)) < share, expected, RNG.integers(count, size=len(expected)))


def made(
    expected: Numbers, predicted: Numbers, *, count: int = 3, confidence: float = 0.9, informative: bool = True
) -> Labelled:
    probabilities = np.full((len(expected), count), (1 - confidence) / (count - 1))
    probabilities[np.arange(len(expected)), predicted] = confidence
    names = tuple("abcdefgh"[:count])
    return Labelled(names, texts_of(expected, informative=informative), expected, probabilities)


Install = Callable[..., Any]


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Install:
    """Put examples and training data in the place of a subject's."""

    def put(found: Labelled, train: Labelled | None, rows: tuple[Sequence[Numbers], Numbers] | None = None) -> Any:
        none = Labelled(found.names, (), np.zeros(0, np.int64), np.zeros((0, len(found.names))))
        read = rows or ((train.tokens, train.expected) if train else ((), np.zeros(0, np.int64)))
        for module in (labels, baseline, confusion, calibration):
            for name, value in (("labelled", found), ("labelled_train", train or none), ("sampled_train", read)):
                if hasattr(module, name):
                    monkeypatch.setattr(module, name, lambda _, value=value: value)
        recipe = ClassificationRecipe.model_construct(training=SimpleNamespace(class_weights=None))
        return SimpleNamespace(
            recipe=recipe,
            reads_tokens=True,
            no_train="" if train else "no data",
            generator=lambda name: np.random.default_rng(len(name)),
        )

    monkeypatch.setattr(labels, "_measured", labels._measured.__wrapped__)
    return put


EXPECTED = RNG.integers(3, size=300)
TRAIN = RNG.integers(3, size=600)
HEALTHY = made(EXPECTED, right(EXPECTED, 0.85, 3))
HEALTHY_TRAIN = made(TRAIN, right(TRAIN, 0.95, 3))


def only(findings: Sequence[Finding]) -> Finding:
    (finding,) = findings
    return finding


def test_a_healthy_classifier_has_no_trouble(install: Install) -> None:
    subject = install(HEALTHY, HEALTHY_TRAIN)
    finding = only(labels.measure_labels(subject))
    assert (finding.verdict, finding.trouble) == (Verdict.FINE, None)
    assert finding.value == pytest.approx(100 * mean_recall(HEALTHY.predicted, EXPECTED), abs=0.06)
    assert only(confusion.measure_confusion(subject)).verdict is Verdict.FINE
    assert only(calibration.measure_calibration(subject)).verdict is Verdict.FINE


@pytest.mark.parametrize(
    ("found", "train", "trouble"),
    [
        pytest.param(made(EXPECTED, np.ones(300, int)), made(TRAIN, np.ones(600, int)), "labels.one-for-all", id="one"),
        pytest.param(
            made(EXPECTED, RNG.integers(3, size=300)),
            made(TRAIN, RNG.integers(3, size=600)),
            "labels.not-learnt",
            id="random",
        ),
        pytest.param(
            made(EXPECTED, RNG.integers(3, size=300)), HEALTHY_TRAIN, "labels.noise", id="known by heart"
        ),
        pytest.param(
            made(EXPECTED, np.ones(300, int)),
            made(TRAIN, np.ones(600, int), informative=False),
            "labels.noise",
            id="shuffled, and not even known by heart",
        ),
        pytest.param(HEALTHY, made(TRAIN, right(TRAIN, 0.4, 3)), "labels.noise", id="partly shuffled"),
    ],
)  # fmt: skip
def test_each_trouble_has_its_name(install: Install, found: Labelled, train: Labelled, trouble: str) -> None:
    finding = only(labels.measure_labels(install(found, train)))
    assert (finding.verdict, finding.trouble) == (Verdict.TROUBLE, trouble), finding.sentence


def test_noise_is_found_by_words_where_the_model_knows_training_labels_by_heart(install: Install) -> None:
    noisy = right(TRAIN, 0.4, 3)
    train = Labelled(HEALTHY.names, texts_of(TRAIN), noisy, made(noisy, right(noisy, 0.9, 3)).probabilities)
    finding = only(labels.measure_labels(install(HEALTHY, train)))
    assert finding.trouble == "labels.noise"
    assert "Naive Bayes" in finding.sentence


def test_where_order_decides_words_are_no_evidence_of_noise(install: Install) -> None:
    unseen = made(EXPECTED, EXPECTED, informative=False)
    known = made(TRAIN, TRAIN, informative=False)
    assert only(labels.measure_labels(install(unseen, known))).verdict is Verdict.FINE


@pytest.mark.parametrize("expected", [np.zeros(100, int), np.repeat([0, 1], [200, 3]), np.arange(10) % 3])
def test_too_few_examples_are_not_judged(install: Install, expected: Numbers) -> None:
    finding = only(labels.measure_labels(install(made(expected, expected), None)))
    assert (finding.verdict, finding.value) == (Verdict.UNJUDGED, None)


def test_naive_bayes_beside_the_network(install: Install) -> None:
    worse = only(baseline.measure_bag_of_words(install(made(EXPECTED, right(EXPECTED, 0.7, 3)), HEALTHY_TRAIN)))
    assert (worse.verdict, worse.trouble) == (Verdict.TROUBLE, "labels.bag-of-words")
    few = np.where(np.arange(len(EXPECTED)) < 3, (EXPECTED + 1) % 3, EXPECTED)  # 3 wrong ones of 300 may be chance
    equal = only(baseline.measure_bag_of_words(install(made(EXPECTED, few), HEALTHY_TRAIN)))
    assert (equal.verdict, equal.trouble) == (Verdict.WATCH, "labels.bag-of-words")
    hidden = made(EXPECTED, right(EXPECTED, 0.7, 3), informative=False)
    better = only(baseline.measure_bag_of_words(install(hidden, HEALTHY_TRAIN)))
    assert better.verdict is Verdict.FINE
    assert better.value is not None
    assert better.value > 20
    accuracy, bayes = (better.details[key] for key in ("accuracy", "naive_bayes_accuracy"))
    assert better.value == pytest.approx(100 * (accuracy - bayes), abs=0.06)  # type: ignore[operator]
    alone = only(baseline.measure_bag_of_words(install(HEALTHY, None)))
    assert (alone.verdict, "no data" in alone.sentence) == (Verdict.UNJUDGED, True)


def test_a_pair_that_is_confused_is_named(install: Install) -> None:
    expected = np.repeat([0, 1, 2, 3], 60)
    predicted = expected.copy()
    predicted[:20] = 1
    predicted[60:64] = [0, 2, 3, 0]
    finding = only(confusion.measure_confusion(install(made(expected, predicted, count=4), None)))
    assert (finding.trouble, finding.details["confused"]) == ("labels.confused", [["a", "b"]])
    assert finding.details["confusion"][0] == [40, 20, 0, 0]  # type: ignore[index]
    assert str(finding.drawings[0].svg()).startswith("<svg")


def test_mistakes_that_are_spread_name_no_pair() -> None:
    assert confusion.confused(np.full((4, 4), 25)) == []
    assert confusion.confused(np.array([[10, 50], [40, 20]])) == []
    assert confusion.binomial_tail(3, 0.5, 2) == pytest.approx(0.5)
    assert confusion.binomial_tail(10, 0.2, 0) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("confidence", "share", "verdict"),
    [
        (0.8, 0.7, Verdict.FINE),
        (0.9, 0.7, Verdict.WATCH),
        (0.99, 0.4, Verdict.TROUBLE),
        (0.5, 0.98, Verdict.TROUBLE),
    ],
)
def test_calibration_is_judged_beyond_sampling(
    install: Install, confidence: float, share: float, verdict: Verdict
) -> None:
    """A share of 0.7 chosen right, and a third of the rest by chance, is an accuracy of 0.8."""
    found = made(EXPECTED, right(EXPECTED, share, 3), confidence=confidence)
    finding = only(calibration.measure_calibration(install(found, HEALTHY_TRAIN)))
    assert finding.verdict is verdict, finding.sentence
    assert finding.details["ece"] == pytest.approx(abs(found.accuracy - confidence), abs=1e-6)
    assert finding.trouble == (None if verdict is Verdict.FINE else "confidence.wrong")
    assert str(finding.drawings[0].svg()).startswith("<svg")


def test_wrong_probabilities_of_a_model_that_has_learnt_nothing_are_no_trouble_of_their_own(install: Install) -> None:
    found = made(EXPECTED, RNG.integers(3, size=300), confidence=0.99)
    finding = only(calibration.measure_calibration(install(found, HEALTHY_TRAIN)))
    assert finding.verdict is Verdict.WATCH
    assert "labels.noise" in finding.sentence


def test_no_finding_about_other_models() -> None:
    subject: Any = SimpleNamespace(recipe=None)
    for measure in (
        labels.measure_labels,
        baseline.measure_bag_of_words,
        confusion.measure_confusion,
        calibration.measure_calibration,
    ):
        assert measure(subject) == []
