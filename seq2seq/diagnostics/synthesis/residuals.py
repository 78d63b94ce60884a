"""What is left of numbers: whether it tells of the next step, and whether numbers of a step have it in common.

Both are what the network does not say: given its state, it takes the numbers of a step for independent of each other,
and of what was left of the steps before. What is left of a number is where it is in its distribution, as a standard
normal number, so that numbers that are far away do not decide the figures.

Letters: T steps, F numbers of a step.
"""

from collections.abc import Sequence
from statistics import NormalDist
from typing import Any, Final

import numpy as np
from pydantic import JsonValue

from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.forecasting.residuals import CORRELATED, FEW, correlation
from seq2seq.diagnostics.subject import Subject
from seq2seq.diagnostics.synthesis.deviations import DRAWS, levels
from seq2seq.report.drawings.heat_map import HeatMap
from seq2seq.series.series import Floats
from seq2seq.wording import plural

SHARED: Final = 0.1
"""Nats per number from which what numbers of a step have in common is worth knowing: as much as a correlation of 0.57
of two numbers."""
STEPS: Final = 10
"""Steps per number of which their correlations are estimated at least."""
_SIGMAS: Final = 2.0
_SHOWN: Final = 24
"""Most numbers of a step whose correlations are drawn."""


def measure_residuals(subject: Subject) -> list[Finding]:
    """The autocorrelation of what is left of neighbouring steps, and what numbers of a step have in common."""
    left = [_normal(one) for one in levels(subject)]
    return [neighbouring_steps(left), *numbers_of_a_step(left)]


def neighbouring_steps(left: Sequence[Floats]) -> Finding:
    """By what is left of examples, (T, F) each."""
    longest = max(map(len, left))
    filled = [np.pad(one, ((0, longest - len(one)), (0, 0)), constant_values=np.nan).T for one in left]
    first, pairs = correlation(np.concatenate(filled), 1) if longest > 1 else (0.0, 0)
    about: dict[str, Any] = {
        "measure": "residuals",
        "title": "Autocorrelation of what is left of neighbouring steps",
        "source": "Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 3rd edition, 5.4",
    }
    if pairs < FEW:
        sentence = f"{plural(pairs, 'pair')} of neighbouring steps are too few, of {FEW}, to tell anything from."
        return Finding(**about, value=None, verdict=Verdict.UNJUDGED, sentence=sentence)
    bound = _SIGMAS / pairs**0.5
    said = f"What is left of {pairs:,} pairs of numbers of neighbouring steps has an autocorrelation of {first:.2f}"
    judged: dict[str, Any] = {"verdict": Verdict.FINE, "sentence": f"{said}."}
    if abs(first) >= max(CORRELATED, bound):
        judged = {
            "verdict": Verdict.WATCH,
            "trouble": "residuals.correlated",
            "sentence": f"{said}: an error tells of the next one, which the network has not learnt.",
            "remedy": "Train longer (training.max_epochs), or with more units (model.decoder.hidden).",
        }
    return Finding(**about, **judged, value=first, details={"pairs": pairs, "bound": bound})


def numbers_of_a_step(left: Sequence[Floats]) -> list[Finding]:
    """By what is left of examples; no finding where steps have one number, or always the same ones."""
    steps = np.concatenate(left)
    varying = np.flatnonzero(np.ptp(steps, axis=0) > 0)
    if len(varying) < 2:
        return []
    about: dict[str, Any] = {
        "measure": "numbers-of-a-step",
        "title": "What numbers of a step have in common beyond the network's state",
        "unit": "nats per number",
        "source": "Watanabe 1960 (total correlation), of a Gaussian copula",
    }
    if len(steps) < STEPS * len(varying):
        sentence = f"{plural(len(steps), 'step')} are too few to tell how {len(varying):,} numbers go together."
        return [Finding(**about, value=None, verdict=Verdict.UNJUDGED, sentence=sentence)]
    together: Floats = np.asarray(np.corrcoef(steps[:, varying].T))
    chance = len(varying) * (len(varying) - 1) / (4 * len(steps))  # of numbers that have nothing in common
    shared = max(-float(np.linalg.slogdet(together)[1]) / 2 - chance, 0.0) / len(varying)
    apart = np.abs(together - np.eye(len(varying)))
    one, other = (int(varying[place]) for place in np.unravel_index(int(apart.argmax()), apart.shape))
    said = (
        f"What is left of {len(varying):,} numbers of a step has {shared:.3f} nats per number in common; most of all "
        f"c{one} and c{other}, with a correlation of {together.flat[apart.argmax()]:.2f}"
    )
    judged: dict[str, Any] = {"verdict": Verdict.FINE, "sentence": f"{said}."}
    if shared >= SHARED:
        judged = {
            "verdict": Verdict.WATCH,
            "trouble": "numbers.dependent",
            "sentence": f"{said}. They are drawn independently of each other, so that samples are rougher than data.",
            "remedy": "Give a step fewer numbers, so that each is drawn from those before it, or draw at a lower "
            "temperature (decoding.temperature), which leaves less to chance.",
        }
    shown = [f"c{number}" for number in varying[:_SHOWN]]
    drawing = HeatMap(
        title="Correlations of what is left, between the numbers of a step",
        values=together[:_SHOWN, :_SHOWN],
        rows=shown,
        columns=shown,
        unit="correlation",
        low=-1.0,
        high=1.0,
        centre=0.0,
    )
    details: dict[str, JsonValue] = {
        "steps": len(steps),
        "numbers": list[JsonValue](varying.tolist()),
        "correlations": together.tolist(),
    }
    return [Finding(**about, **judged, value=shared, drawings=(drawing,), details=details)]


def _normal(found: Floats) -> Floats:
    """Standard normal numbers with the places of these in their distributions."""
    least = 0.5 / DRAWS
    inverse = np.vectorize(NormalDist().inv_cdf, otypes=[np.float64])
    return np.asarray(inverse(np.clip(found, least, 1 - least)))
