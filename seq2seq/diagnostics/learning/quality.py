"""How good a loss is: beside those of simpler models, and beside the loss on examples that were learnt from."""

from typing import Any, Final

import numpy as np

from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.learning.association import Association
from seq2seq.diagnostics.learning.losses import Losses
from seq2seq.report.drawings.bars import BarGroup, Bars

CHANCE: Final = 4.0
"""Standard errors by which pairs that belong together must gain more than chance: noise reaches four once in 30,000."""
TRANSFERRED: Final = 0.5
"""Share of what a model has gained on its training data over frequencies that helps on other data, too: below a half,
it has learnt more of single examples than of the language."""
MOSTLY_TRANSFERRED: Final = 0.7
"""Share below which more data or dropout are worth a try."""
_LEARNT: Final = 0.05
"""Least gain over frequencies, as a share of their loss, of which a share says something."""


def judge_loss(losses: Losses, cause: str | None) -> Finding:
    """How good the loss is; ``cause`` is a trouble that explains a bad one."""
    better = {"ln V": losses.uniform, "unigram": losses.unigram, "bigram": losses.bigram, "n-grams": losses.blind}
    known = {name: value for name, value in better.items() if value is not None}
    perplexity = float(np.exp(losses.model))
    drawn = known | {"this model": losses.model}
    drawn |= {} if losses.train is None else {"on its training data": losses.train}
    about: dict[str, Any] = {
        "measure": "loss",
        "title": "Loss beside that of models without a network",
        "value": losses.model,
        "unit": f"nats per {losses.unit}",
        "source": "Kneser and Ney 1995 (n-grams)",
        "drawings": (
            Bars(
                title="Losses on the same examples",
                categories=list(drawn),
                groups=[BarGroup(name="loss", values=list(drawn.values()))],
                y_label=f"nats per {losses.unit}",
            ),
        ),
        "details": {
            "units": losses.units,
            "perplexity": perplexity,
            "bits": losses.model / float(np.log(2)),
            "train": losses.train,
            "uniform": losses.uniform,
            "unigram": losses.unigram,
            "bigram": losses.bigram,
            "blind": losses.blind,
        },
    }
    said = f"{losses.model:.3f} nats per {losses.unit} (perplexity {perplexity:.3g})"
    if losses.unigram is None:
        return Finding(
            **about,
            verdict=Verdict.UNJUDGED,
            sentence=f"{said}, where a guess has {losses.uniform:.3f}. There is more to compare with where the "
            "training data can be read.",
        )
    remedy = (
        f"See {cause} first."
        if cause
        else "Check that sources and targets belong together (seq2seq inspect), then learning rate and gradients."
    )
    if not losses.beats_unigram:
        return Finding(
            **about,
            verdict=Verdict.WATCH if cause or losses.unit == "label" else Verdict.TROUBLE,
            trouble="nothing-learnt",
            sentence=f"{said}: no better than the frequencies of the {losses.unit}s alone ({losses.unigram:.3f}).",
            remedy=remedy,
        )
    if losses.blind is not None and losses.model >= losses.blind:
        return Finding(
            **about,
            verdict=Verdict.WATCH,
            trouble="nothing-learnt",
            sentence=f"{said}: better than frequencies ({losses.unigram:.3f}), no better than n-grams of the targets, "
            f"which see no source ({losses.blind:.3f}).",
            remedy=remedy,
        )
    compared = ", ".join(f"{name} {value:.3f}" for name, value in known.items())
    return Finding(**about, verdict=Verdict.FINE, sentence=f"{said}; without a network: {compared}.")


def judge_over_fitting(losses: Losses, associated: bool | None) -> Finding:
    """How much of what was learnt in training helps on other data; pairs that are not ``associated`` explain a lot."""
    about: dict[str, Any] = {
        "measure": "over-fitting",
        "title": "Share of what was learnt that helps on other data",
        "value": None,
        "unit": "%",
        "details": {"train": losses.train, "model": losses.model, "unigram": losses.unigram},
    }
    if losses.train is None or losses.unigram is None:
        sentence = "The training data cannot be read, so that the loss on them is unknown."
        return Finding(**about, verdict=Verdict.UNJUDGED, sentence=sentence)
    gained = losses.unigram - losses.train
    said = f"Loss on training data {losses.train:.3f}, on other data {losses.model:.3f} nats per {losses.unit}"
    if gained < _LEARNT * losses.unigram:
        sentence = f"{said}: too little was learnt to tell how it transfers."
        return Finding(**about, verdict=Verdict.UNJUDGED, sentence=sentence)
    share = (losses.unigram - losses.model) / gained
    about["value"] = 100 * share
    if share >= MOSTLY_TRANSFERRED:
        return Finding(**about, verdict=Verdict.FINE, sentence=f"{said}.")
    serious = share < TRANSFERRED and associated is not False
    return Finding(
        **about,
        verdict=Verdict.TROUBLE if serious else Verdict.WATCH,
        trouble="over-fitting",
        sentence=f"{said}: of what the model gained over frequencies in training, {max(share, 0):.0%} helps elsewhere.",
        remedy="More training data help most; else more dropout (model.dropout), a smaller model, and "
        "training.validation.patience, which ends a run that no longer improves."
        if associated is not False
        else "See targets.noise first: what has no rule can only be learnt by heart.",
    )


def judge_targets(found: Association | None, losses: Losses) -> Finding:
    """Whether targets go with their sources."""
    about: dict[str, Any] = {
        "measure": "association",
        "title": "Targets that go with their sources",
        "value": None if found is None else found.own,
        "unit": "standard errors above chance",
        "source": "Brown et al. 1993, model 1",
        "details": {} if found is None else {"pairs": found.pairs, "own": found.own, "shifted": found.shifted},
    }
    if found is None:
        sentence = "The training data cannot be read, or are too few, to see whether targets go with their sources."
        return Finding(**about, verdict=Verdict.UNJUDGED, sentence=sentence)
    if found.own >= CHANCE:
        sentence = f"Tokens of a target occur with those of its source, {found.own:.0f} standard errors above chance."
        return Finding(**about, verdict=Verdict.FINE, sentence=sentence)
    said = (
        f"Tokens of a target occur with those of its source as they do with any other ({found.own:.1f} standard errors)"
    )
    if found.shifted >= CHANCE:
        return Finding(
            **about,
            verdict=Verdict.WATCH,
            trouble="targets.noise",
            sentence=f"{said}, but with those of a row near by.",
            remedy="See targets.shifted: the two sides are off by some rows.",
        )
    learns = losses.blind is None or losses.model < losses.blind
    return Finding(
        **about,
        verdict=Verdict.WATCH if learns else Verdict.TROUBLE,
        trouble="targets.noise",
        sentence=f"{said}"
        + ("; yet the model is better than one that sees no source." if learns else ": the pairs look shuffled."),
        remedy="Check how the two sides were put together (seq2seq inspect DATA shows pairs that do not fit).",
    )
