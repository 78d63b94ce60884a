"""Whether a classifier has learnt its labels, and if not, whether texts and labels belong together.

noise          labels of the training data do not go with their texts: they are learnt by heart if at all, or agree with
               texts less often than those of other data do
one for all    the model predicts one label whatever the text
not learnt     predictions have nothing to do with texts
"""

from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
from pydantic import JsonValue

from seq2seq.diagnostics.classification.chance import SHUFFLES, SURE, chance_of, mean_recall, standard_error
from seq2seq.diagnostics.classification.naive_bayes import NaiveBayes, cross_validated
from seq2seq.diagnostics.classification.reading import (
    Labelled,
    is_classifier,
    labelled,
    labelled_train,
    sampled_train,
)
from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.subject import Subject, once_per_subject

FEWEST: Final = 20
"""Examples from which labels are judged."""
RARE: Final = 5
"""Examples with other labels than the most frequent one from which labels are judged: with 5, an informed model can
still be told from chance at the level of :data:`~.chance.SURE`."""
BY_HEART: Final = 0.3
"""Mean recall on training data, beyond that on other examples, by which labels are known by heart: where nothing is
learnt from a text about another one, it can only be memory. Sampling moves a difference by a tenth of that."""
NOISE: Final = 0.1
"""Mean recall on other examples beyond that on training data from which the training labels are wrong: models know
training data at least as well, so that a difference of a tenth means a tenth of wrong labels, at least."""
UNBALANCED: Final = 0.6
"""Share of the most frequent label from which always predicting it pays: with more than two labels or equal ones, it
does not."""
SURE_ERRORS: Final = 4.0
"""Standard errors that this difference must exceed: 1 in 30,000 by chance."""
_LONGEST: Final = 3
"""Longest run of tokens that naive Bayes reads here, so that models of letters find endings and stems, too."""
_SOURCE: Final = "Brodersen et al. 2010 (balanced accuracy); Zhang et al. 2017, section 2 (random labels)"


@dataclass(frozen=True, eq=False)
class Words:
    """What naive Bayes reads off runs of tokens: mean recall (0 to 1)."""

    train: float
    """On training data, by the other half of a sample of them."""
    train_error: float
    """Standard error of ``train``."""
    train_is_chance: bool
    examples: float
    """On the examples, by training data."""
    examples_error: float
    """Standard error of ``examples``."""
    within_is_chance: bool
    """Whether the other half of the examples tells nothing about a half: some shuffle agrees as well. Where order
    decides labels, naive Bayes sees nothing in either; the stricter level keeps that from being taken for noise."""


def measure_labels(subject: Subject) -> list[Finding]:
    """One finding about a classifier; none about other models."""
    return [_measured(subject)] if is_classifier(subject) else []


@once_per_subject
def _measured(subject: Subject) -> Finding:
    found = labelled(subject)
    finding = partial(Finding, measure="labels", title="Balanced accuracy", unit="%", source=_SOURCE)
    totals = np.bincount(found.expected, minlength=len(found.names))
    others = int(totals.sum() - totals.max(initial=0))
    if len(found.expected) < FEWEST or others < RARE:
        return finding(
            value=None,
            verdict=Verdict.UNJUDGED,
            sentence=f"{len(found.expected)} examples with labels that the model knows, {others} of them with another "
            f"label than the most frequent one: too few to judge (at least {FEWEST} and {RARE}).",
        )
    recall = mean_recall(found.predicted, found.expected)
    chance = chance_of(found.predicted, found.expected, subject.generator("labels"))
    train = labelled_train(subject)
    known = mean_recall(train.predicted, train.expected) if len(train.expected) else None
    words = _read_words(subject, found)
    name = found.names[int(totals.argmax())]
    facts = (
        f"{found.accuracy:.1%} of {len(found.expected)} labels are right, and the balanced accuracy is {recall:.1%} "
        f"(always {name!r}: {totals.max() / totals.sum():.1%} and {1 / np.count_nonzero(totals):.1%})."
        + ("" if known is None else f" On training data it is {known:.1%}.")
    )
    judged = partial(
        finding, value=round(100 * recall, 1), details=_details(found, recall, chance, known, words)
    )  # fmt: skip
    noise = _noise(found, recall, chance, train, words)
    if noise:
        return judged(
            verdict=Verdict.TROUBLE,
            trouble="labels.noise",
            sentence=f"{noise} {facts}",
            remedy="Check that each label stands beside its text (`data.columns.target`, files that were sorted or "
            "joined); `seq2seq inspect DATA --task classification` shows texts with several labels.",
        )
    if chance < SURE:
        return judged(verdict=Verdict.FINE, sentence=facts)
    if np.ptp(found.predicted) == 0:
        return judged(
            verdict=Verdict.TROUBLE,
            trouble="labels.one-for-all",
            sentence=f"Every text gets the label {found.names[int(found.predicted[0])]!r}. {facts}",
            remedy=_remedy(subject, words, float(totals.max() / totals.sum())),
        )
    return judged(
        verdict=Verdict.TROUBLE,
        trouble="labels.not-learnt",
        sentence=f"Predicted labels have nothing to do with texts (permutation test: p = {chance:.2g}). {facts}",
        remedy=_remedy(subject, words, float(totals.max() / totals.sum())),
    )


def _noise(found: Labelled, recall: float, chance: float, train: Labelled, words: Words | None) -> str | None:
    """Why labels of the training data are taken to be wrong; None: they are not."""
    if len(train.expected) >= FEWEST:
        known = mean_recall(train.predicted, train.expected)
        error = standard_error(train.predicted, train.expected)
        guessed = 1 / np.count_nonzero(np.bincount(train.expected))
        alone = words is not None and words.train_is_chance and known - guessed >= SURE_ERRORS * error
        if chance >= SURE and (known - recall >= BY_HEART or alone):
            return f"Labels of training data are known by heart ({known:.1%}), and say nothing about other texts."
        error = np.hypot(error, standard_error(found.predicted, found.expected))
        if chance < SURE and recall - known >= max(NOISE, SURE_ERRORS * error):
            return f"The model is right about {recall:.1%} of these labels, and {known:.1%} of those it was trained on."
    if words is None:
        return None
    if words.train_is_chance and not words.within_is_chance:
        return "Naive Bayes learns labels from half of these examples, and none from the training data."
    error = np.hypot(words.train_error, words.examples_error)
    if words.examples - words.train >= max(NOISE, SURE_ERRORS * error):
        return (
            f"Naive Bayes, learnt from training data, is right about {words.examples:.1%} of these labels, and "
            f"{words.train:.1%} of those of other training data."
        )
    return None


def _read_words(subject: Subject, found: Labelled) -> Words | None:
    """What naive Bayes reads off the texts; None: there are no training data."""
    texts, labels = sampled_train(subject)
    if len(labels) < FEWEST:
        return None
    generator, count = subject.generator("labels-words"), len(found.names)
    train = cross_validated(texts, labels, count, generator, longest=_LONGEST)
    within = cross_validated(found.tokens, found.expected, count, generator, longest=_LONGEST)
    by_train = NaiveBayes(texts, labels, count, longest=_LONGEST).predict(found.tokens)

    within_chance = chance_of(within, found.expected, generator)
    return Words(
        train=mean_recall(train, labels),
        train_error=standard_error(train, labels),
        train_is_chance=chance_of(train, labels, generator) >= SURE,
        examples=mean_recall(by_train, found.expected),
        examples_error=standard_error(by_train, found.expected),
        within_is_chance=within_chance > 1 / (1 + SHUFFLES),
    )


def _remedy(subject: Subject, words: Words | None, majority: float) -> str:
    if majority >= UNBALANCED and subject.recipe.training.class_weights is None:
        return (
            "Weight rare labels more (`training.class_weights: balanced`), and let `training.validation.metric: "
            "macro_f1` choose the model."
        )
    if words is not None and not words.train_is_chance:
        return (
            f"Words do tell labels apart (naive Bayes has a balanced accuracy of {words.examples:.1%}): train longer "
            "(`training.max_epochs`), or with another learning rate (`training.optimizer.learning_rate`)."
        )
    if words is None:
        return (
            "Check that sources and labels belong together; then train longer (`training.max_epochs`), or with another "
            "learning rate (`training.optimizer.learning_rate`)."
        )
    return (
        "Words by themselves do not tell labels apart either (naive Bayes): check that texts and labels belong "
        "together (`seq2seq inspect DATA --task classification`). If their order decides, train longer, with gated "
        "cells (`model.encoder.cell: lstm`)."
    )


def _details(
    found: Labelled, recall: float, chance: float, known: float | None, words: Words | None
) -> dict[str, JsonValue]:
    details: dict[str, JsonValue] = {
        "examples": len(found.expected),
        "accuracy": round(found.accuracy, 6),
        "mean_recall": round(recall, 6),
        "chance": chance,
        "train_mean_recall": None if known is None else round(known, 6),
    }
    if words is not None:
        details["naive_bayes"] = {
            "train_mean_recall": round(words.train, 6),
            "mean_recall": round(words.examples, 6),
            "train_is_chance": words.train_is_chance,
            "within_is_chance": words.within_is_chance,
        }
    return details
