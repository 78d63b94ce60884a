"""How good a loss is: beside those of simpler models, and beside the loss on examples that were learnt from."""

from dataclasses import asdict
from statistics import NormalDist
from typing import Any, Final

import numpy as np

from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.learning.association import Association
from seq2seq.diagnostics.learning.course import Course
from seq2seq.diagnostics.learning.losses import BARELY, Losses
from seq2seq.report.drawings.bars import BarGroup, Bars

CHANCE: Final = 4.0
"""Standard errors by which pairs that belong together must gain more than chance: noise reaches four once in 30,000."""
TRANSFERRED: Final = 0.25
"""Share of what a model has gained on its training data over frequencies that helps on other data, too: below a
quarter, it has learnt single examples. The best classifiers of a few thousand texts have 0.4 to 0.5."""
MOSTLY_TRANSFERRED: Final = 0.7
"""Share below which more data or dropout are worth a try."""
OTHER_DATA: Final = 1.25
OTHER_NATS: Final = 0.2
"""A loss above this many times that of the run's own validation, and so many nats, is that of other data: a sample of
500 of the same differs by some per cent."""
MIXED_LOW: Final = 0.2
"""Share of the pairs whose own target ranks in the lower half of others: twice it, 40 %, do not belong together."""
FEW_LOW: Final = 0.1
"""The same for a fifth of the pairs, which is worth knowing about: of short pairs that all fit, 0.06 rank low."""
TWO_KINDS: Final = 1.6
"""How many times more pairs than :func:`loosely` predicts rank above all others beside them, if some fit and some do
not. Of translations with all of their pairs, it is 0.9 to 1.5; with shuffled ones among them, 1.5 to 3."""
EXCESS: Final = 1.0
"""Nats by which the first loss may exceed ln V. Logits z = w . x of random weights of variance 1 / E and features
within [-1, 1] have a variance s^2 of at most 1, with dropout at a rate of 0.5 at most 2; if they are normal, they cost
E[ln sum exp z] - E[z] - ln V = s^2 / 2 on average: at most one nat."""
_REPAIR: Final = "Check how the two sides were put together (seq2seq inspect DATA shows pairs that do not fit)."
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


def transferred(losses: Losses) -> float | None:
    """Share of what was gained on training data that helps on other data, too; None: unknown, or too little gained."""
    if losses.train is None or losses.unigram is None:
        return None
    gained = losses.unigram - losses.train
    return (losses.unigram - losses.model) / gained if gained >= _LEARNT * losses.unigram else None


def judge_over_fitting(losses: Losses, course: Course | None, *, sound: bool) -> Finding:
    """How much of what was learnt in training helps on other data.

    Args:
        losses: of the model.
        course: of its run; None: unknown.
        sound: whether targets go with their sources; where they do not, nothing else can be learnt.
    """
    validated = None if course is None else course.validated
    ended = course is not None and course.late
    about: dict[str, Any] = {
        "measure": "over-fitting",
        "title": "Share of what was learnt that helps on other data",
        "value": None,
        "unit": "%",
        "details": {
            "train": losses.train,
            "model": losses.model,
            "unigram": losses.unigram,
            "validated": validated,
            "lowest": None if course is None else course.lowest,
            "rise": None if course is None else course.rise,
        },
    }
    if losses.train is None or losses.unigram is None:
        sentence = "The training data cannot be read, so that the loss on them is unknown."
        return Finding(**about, verdict=Verdict.UNJUDGED, sentence=sentence)
    said = f"Loss on training data {losses.train:.3f}, on other data {losses.model:.3f} nats per {losses.unit}"
    if validated is not None and losses.model > OTHER_DATA * validated + OTHER_NATS:
        sentence = f"{said}; these data are harder than those of the run, where it was {validated:.3f}."
        return Finding(**about, verdict=Verdict.UNJUDGED, sentence=sentence)
    share = transferred(losses)
    if share is None and not ended:
        sentence = f"{said}: too little was learnt to tell how it transfers."
        return Finding(**about, verdict=Verdict.UNJUDGED, sentence=sentence)
    share = share or 0.0
    about["value"] = 100 * share
    if share >= MOSTLY_TRANSFERRED and not ended:
        return Finding(**about, verdict=Verdict.FINE, sentence=f"{said}.")
    what = f": of what the model gained over frequencies in training, {max(share, 0):.0%} helps elsewhere"
    if course is not None and course.late:
        what += (
            f"; by the end of the run, the development loss was {course.rise:.3f} above its lowest, {course.lowest:.3f}"
        )
    return Finding(
        **about,
        verdict=Verdict.TROUBLE if sound and (share < TRANSFERRED or ended) else Verdict.WATCH,
        trouble="over-fitting",
        sentence=f"{said}{what}.",
        remedy="More training data help most; else more dropout (model.dropout), a smaller model, and "
        "training.validation.patience, which ends a run that no longer improves."
        if sound
        else "See targets.noise first: what has no rule can only be learnt by heart.",
    )


def loosely(low: float) -> float:
    """Share of the pairs that rank above 95 % of others, if all are related alike and ``low`` are in the lower half.

    Gains are taken to be normal, and those of pairs that belong together to be larger by a constant.
    """
    normal = NormalDist()
    return normal.cdf(normal.inv_cdf(1 - min(max(low, 1e-3), 0.5)) - normal.inv_cdf(0.95))


def judge_targets(found: Association | None, losses: Losses) -> Finding:
    """Whether targets go with their sources."""
    about: dict[str, Any] = {
        "measure": "association",
        "title": "Targets that go with their sources",
        "value": None if found is None else found.own,
        "unit": "standard errors above chance",
        "source": "Brown et al. 1993, model 1",
        "details": {} if found is None else asdict(found),
    }
    if found is None:
        sentence = "The training data cannot be read, are too few, or have few different sources: nothing to tell from."
        return Finding(**about, verdict=Verdict.UNJUDGED, sentence=sentence)
    if found.own >= CHANCE:
        if found.low >= FEW_LOW and found.top >= TWO_KINDS * loosely(found.low):
            return Finding(
                **about,
                verdict=Verdict.TROUBLE if found.low >= MIXED_LOW and found.shifted < found.own else Verdict.WATCH,
                trouble="targets.noise",
                sentence=f"{found.top:.0%} of the targets fit their sources better than those of 20 other rows do, and "
                f"{found.low:.0%} worse than half of them: about {min(1.0, 2 * found.low):.0%} of the pairs do not "
                "belong together.",
                remedy=_REPAIR,
            )
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
    learns = losses.blind is None or losses.model < BARELY * losses.blind
    return Finding(
        **about,
        verdict=Verdict.WATCH if learns else Verdict.TROUBLE,
        trouble="targets.noise",
        sentence=f"{said}"
        + ("; yet the model is better than one that sees no source." if learns else ": the pairs look shuffled."),
        remedy=_REPAIR,
    )


def judge_initialisation(loss: float, uniform: float, *, unit: str, prior: float = 0.0) -> Finding:
    """A verdict on the first loss in nats; ``prior`` is what features that are counted beforehand may take off."""
    excess = loss - uniform
    about: dict[str, Any] = {
        "measure": "initial-loss",
        "title": "Loss of the random weights beside that of a guess",
        "value": loss,
        "unit": f"nats per {unit}",
        "source": "Glorot and Bengio 2010, section 4.2",
        "details": {"uniform": uniform, "excess": excess, "perplexity": float(np.exp(min(loss, 700.0)))},
    }
    said = f"The first loss was {loss:.3f} nats per {unit}; a guess has ln V = {uniform:.3f}"
    if excess > EXCESS:
        return Finding(
            **about,
            verdict=Verdict.TROUBLE,
            trouble="initialisation.wrong",
            sentence=f"{said}: the random weights are far too large, and sure of what they do not know.",
            remedy="Scale the initial weights of your component as models/initialise.py does (variance 1 / inputs), "
            "and leave model.initialisation at its defaults.",
        )
    if excess < -EXCESS - prior:
        return Finding(
            **about,
            verdict=Verdict.TROUBLE,
            trouble="initialisation.wrong",
            sentence=f"{said}: better than possible without learning. The decoder may see the token it predicts.",
            remedy="Check that a component of your own does not let the targets through.",
        )
    return Finding(**about, verdict=Verdict.FINE, sentence=f"{said}.")
