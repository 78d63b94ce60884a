"""Sequences that are sampled from the tags of examples, beside these: where they end, and how far their numbers spread.

A network that reads its own numbers may drift away from what it has learnt of true ones (Ranzato et al. 2016).
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.forecasting.outcomes import listed, standard_error
from seq2seq.diagnostics.subject import Example, Subject
from seq2seq.diagnostics.synthesis.outcomes import LONGER, drawn, known, numbers_of
from seq2seq.report.drawings.histogram import Histogram
from seq2seq.report.drawings.lines import Lines, Series
from seq2seq.series.series import Floats
from seq2seq.wording import plural

MISSED: Final = 0.1
"""Share of sampled sequences without an end within twice the longest example, from which ends are not learnt."""
APART: Final = 0.1
"""Relative difference of the mean length from which it matters."""
SPREAD: Final = 1.25
"""Ratio of how far numbers spread, of samples and examples, or the reverse, from which it matters."""
FEW: Final = 20
"""Examples by which lengths and spread are judged at least."""
_SIGMAS: Final = 2.0
_FEWEST: Final = 5
"""Sequences of a step that is drawn."""


def measure_samples(subject: Subject) -> list[Finding]:
    """Lengths, and spread, of sampled sequences beside those of the examples; none where no tags are known."""
    examples = known(subject)
    return [_lengths(subject, examples), _spread(subject, examples)] if examples else []


def _lengths(subject: Subject, examples: Sequence[Example]) -> Finding:
    lengths = np.array([len(one.target_ids) for one in examples], np.float64)
    sampled = drawn(subject)
    own = np.array([len(one.steps) for one in sampled], np.float64)
    missed = float(np.mean([not one.ended for one in sampled]))
    ratio = float(own.mean() / lengths.mean())
    said = (
        f"Sampled sequences ({len(sampled):,}) have {own.mean():.1f} steps on average, those of the data "
        f"{lengths.mean():.1f}; {missed:.0%} have no end within {int(LONGER * lengths.max()):,} steps"
    )
    judged: dict[str, Any] = {"verdict": Verdict.FINE, "sentence": f"{said}."}
    longer = (
        "Train longer (training.max_epochs): the end is one of many things that a step says, and is learnt late. A "
        "lower temperature (decoding.temperature) makes ends surer."
    )
    if len(sampled) < FEW:
        judged = {"verdict": Verdict.UNJUDGED, "sentence": f"{said}. They are too few to judge."}
    elif missed >= MISSED:
        judged = {
            "verdict": Verdict.TROUBLE,
            "trouble": "ends.missed",
            "sentence": f"{said}: the network does not know where sequences end.",
            "remedy": longer,
        }
    elif abs(ratio - 1) >= APART and abs(own.mean() - lengths.mean()) > _SIGMAS * standard_error(own - lengths):
        judged = {
            "verdict": Verdict.WATCH,
            "trouble": "ends.early" if ratio < 1 else "ends.late",
            "sentence": f"{said}: they end too {'early' if ratio < 1 else 'late'}.",
            "remedy": longer,
        }
    longest = int(max(lengths.max(), own.max()))
    edges = np.linspace(0.5, longest + 0.5, min(longest, 40) + 1)
    counts = {name: np.histogram(some, bins=edges)[0] for name, some in (("data", lengths), ("sampled", own))}
    return Finding(
        measure="lengths",
        title="Length of sampled sequences, relative to that of the data",
        value=100 * ratio,
        unit="%",
        drawings=(
            Histogram(
                title="Steps of the data, and of sequences that are sampled from the same tags",
                x_label="steps",
                edges=edges,
                counts=counts,
            ),
        ),
        details={"data": float(lengths.mean()), "sampled": float(own.mean()), "missed": missed},
        **judged,
    )


def _spread(subject: Subject, examples: Sequence[Example]) -> Finding:
    data, sampled = [numbers_of(one) for one in examples], [one.steps for one in drawn(subject)]
    # Mean absolute deviations: a few numbers that are far away do not decide them.
    true, own = (np.abs(one - one.mean(axis=0)).mean(axis=0) for one in map(np.concatenate, (data, sampled)))
    varying = true > 0
    about: dict[str, Any] = {
        "measure": "spread",
        "title": "How far numbers of sampled sequences spread, relative to those of the data",
        "unit": "%",
        "source": "Ranzato et al. 2016, section 1",
    }
    if not varying.any():
        sentence = "All numbers of the data are always the same."
        return Finding(**about, value=None, verdict=Verdict.UNJUDGED, sentence=sentence)
    ratio = float(own[varying].mean() / true[varying].mean())
    said = f"Numbers that are sampled at a temperature of 1 spread {ratio:.2f} times as far as those of the data"
    judged: dict[str, Any] = {"verdict": Verdict.FINE, "sentence": f"{said}."}
    if len(data) < FEW:
        judged = {"verdict": Verdict.UNJUDGED, "sentence": f"{said}; {plural(len(data), 'sequence')} do not tell much."}
    elif ratio >= SPREAD:
        judged = {
            "verdict": Verdict.WATCH,
            "trouble": "samples.wide",
            "sentence": f"{said}: errors add up when it reads its own numbers.",
            "remedy": "Draw at a lower temperature (decoding.temperature); train longer (training.max_epochs), and "
            "with more dropout of what is read (model.dropout.embedding), so that it bears errors.",
        }
    elif ratio <= 1 / SPREAD:
        judged = {
            "verdict": Verdict.WATCH,
            "trouble": "samples.narrow",
            "sentence": f"{said}: samples are more alike than the data.",
            "remedy": "Train longer (training.max_epochs), and see whether the tags decide enough (`tags`).",
        }
    by_step = {name: _sizes(some) for name, some in (("data", data), ("sampled", sampled))}
    drawing = Lines(
        title="Size of the numbers by step, of the data and of sampled sequences",
        x_label="step",
        y_label="mean absolute scaled number",
        series=[Series(name=name, x=np.arange(1, len(sizes) + 1), y=sizes) for name, sizes in by_step.items()],
        from_zero=True,
    )
    details = {"by_number": listed(own / np.where(varying, true, np.nan)), **{k: listed(v) for k, v in by_step.items()}}
    return Finding(**about, **judged, value=100 * ratio, drawings=(drawing,), details=details)


def _sizes(sequences: list[Floats]) -> Floats:
    """Mean absolute number of each step that enough sequences have."""
    counts = np.bincount([len(one) for one in sequences])[::-1].cumsum()[::-1][1:]
    steps = max(1, int((counts >= min(_FEWEST, len(sequences))).sum()))
    sizes = [[np.abs(one[step]).mean() for one in sequences if len(one) > step] for step in range(steps)]
    return np.array([np.mean(one) for one in sizes])
