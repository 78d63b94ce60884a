"""Whether numbers are as far from their predicted means as predicted: where each is in its distribution.

The probability integral transform (Diebold et al. 1998) of each number, given the tags and the true steps before: even
between 0 and 1 where distributions are right.
"""

from typing import Any, Final

import numpy as np

from seq2seq.config.model import SynthesizerConfig
from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.forecasting.intervals import APART, FEW, INTERVALS, draw_ranks, within
from seq2seq.diagnostics.forecasting.outcomes import listed, standard_error
from seq2seq.diagnostics.subject import Subject, once_per_subject
from seq2seq.diagnostics.synthesis.outcomes import numbers_of, predicted
from seq2seq.report.drawings.bars import BarGroup, Bars
from seq2seq.series.distributions import SAMPLERS
from seq2seq.series.series import Floats
from seq2seq.wording import plural

SIGMAS: Final = 2.0
DRAWS: Final = 100
"""From the distribution of each number."""
MOST: Final = 100_000
"""Numbers that are looked at, which bounds the time."""
_DRAWN: Final = 40
"""Most numbers of a step that the picture has bars for."""


def measure_deviations(subject: Subject) -> list[Finding]:
    """Coverage of the intervals of 80 and 95 %."""
    found = levels(subject)
    every = np.concatenate(found)
    inside, most = (float(within(every, *ends).mean()) for ends in INTERVALS.values())
    by_number = within(every, *INTERVALS[0.8]).mean(axis=0)
    said = (
        f"Of {plural(every.size, 'number')}, {inside:.0%} are inside of the intervals of 80 % that are predicted from "
        f"the steps before, and {most:.0%} of those of 95 %"
    )
    about: dict[str, Any] = {
        "measure": "deviations",
        "title": "Numbers inside of the predicted intervals of 80 %",
        "value": 100 * inside,
        "unit": "%",
        "source": "Diebold et al. 1998, section 3; Gneiting et al. 2007, section 3.1",
        "drawings": (
            draw_ranks("Where numbers are in their distributions", "share of the distribution below the number", every),
            _bars(by_number),
        ),
        "details": {
            "numbers": int(every.size),
            "coverage_80": inside,
            "coverage_95": most,
            "mean_level": float(every.mean()),
            "coverage_80_by_number": listed(by_number),
        },
    }
    if len(found) < FEW:
        sentence = f"{said}. {plural(len(found), 'sequence')} are too few to judge them."
        return [Finding(**about, verdict=Verdict.UNJUDGED, sentence=sentence)]
    covered = np.array([float(within(one, *INTERVALS[0.8]).mean()) for one in found])
    gap, shift = inside - 0.8, float(every.mean()) - 0.5
    matters = abs(gap) >= APART and abs(gap) > SIGMAS * standard_error(covered)
    judged: dict[str, Any] = {"verdict": Verdict.FINE, "sentence": f"{said}."}
    if matters and gap < 0:
        judged = {
            "verdict": Verdict.TROUBLE,
            "trouble": "deviations.narrow",
            "sentence": f"{said}: predictions are surer than they are right.",
            "remedy": "What was learnt by heart is surer than it should be: more dropout (model.dropout), fewer steps "
            "(training.max_epochs), or more sequences. A higher --temperature widens what is sampled.",
        }
    elif matters:
        judged = {
            "verdict": Verdict.WATCH,
            "trouble": "deviations.wide",
            "sentence": f"{said}: deviations are predicted larger than they are.",
            "remedy": "Train longer (training.max_epochs), or with model.distribution: student_t, whose width a few "
            "numbers that are far away do not rule. A lower --temperature narrows what is sampled.",
        }
    elif abs(shift) >= APART and abs(shift) > SIGMAS * standard_error(np.array([float(one.mean()) for one in found])):
        judged = {
            "verdict": Verdict.WATCH,
            "trouble": "deviations.biased",
            "sentence": f"{said}: numbers are {'above' if shift > 0 else 'below'} their predictions, more often than "
            "not.",
            "remedy": "Compare these sequences with those of training: they may be of another kind.",
        }
    return [Finding(**about, **judged)]


@once_per_subject
def levels(subject: Subject) -> list[Floats]:
    """(T, F) share of draws below each number of an example; of as many examples as :data:`MOST` allows.

    Equal draws, of numbers that are always the same, count half.
    """
    assert isinstance(subject.recipe.model, SynthesizerConfig)
    sampler = SAMPLERS[subject.recipe.model.distribution]
    random, found, numbers = subject.generator("levels"), [], 0
    for row in subject.generator("levels-rows").permutation(len(subject.examples)):
        parameters, actual = predicted(subject)[row].parameters, numbers_of(subject.examples[row])
        draws = sampler(np.broadcast_to(parameters, (DRAWS, *parameters.shape)), random)
        found.append(((draws < actual).mean(axis=0) + (draws <= actual).mean(axis=0)) / 2)
        numbers += actual.size
        if numbers >= MOST:
            break
    return found


def _bars(by_number: Floats) -> Bars:
    shown = by_number[:_DRAWN]
    return Bars(
        title="Coverage of the intervals of 80 %, by number of a step",
        x_label="number",
        y_label="share inside",
        categories=[f"c{number}" for number in range(len(shown))],
        groups=[BarGroup(name="numbers", values=shown)],
    )
