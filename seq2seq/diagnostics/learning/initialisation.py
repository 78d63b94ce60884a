"""The loss of random weights, which is near that of a guess."""

from typing import Any, Final

import numpy as np

from seq2seq.diagnostics.finding import Finding, Verdict

EXCESS: Final = 1.0
"""Nats by which the first loss may exceed ln V. Logits z = w . x of random weights of variance 1 / E and features
within [-1, 1] have a variance s^2 of at most 1, with dropout at a rate of 0.5 at most 2; if they are normal, they cost
E[ln sum exp z] - E[z] - ln V = s^2 / 2 on average: at most one nat."""


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
