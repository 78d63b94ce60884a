"""Whether targets stand a line or two beside their sources, in the training data and in the examples."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue

from seq2seq.config.recipe import TranslationRecipe
from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.subject import Example, Subject
from seq2seq.diagnostics.translation.sources.pairing import BLOCK, SHIFTS, judge_shifts, training_pairing
from seq2seq.diagnostics.translation.teacher_forcing import nats_of
from seq2seq.report.drawings.bars import BarGroup, Bars
from seq2seq.wording import plural

_LINES: Final = 100
"""Consecutive examples that the model itself compares with their neighbours."""
_RUNS: Final = 3
"""Such runs: at the start, in the middle and at the end."""
_SOURCE: Final = "Brown et al. 1993, section 4.1 (IBM model 1)"
_REMEDY: Final = (
    "A line is missing or too many on one side: find it with `seq2seq inspect`, repair the files and train again."
)


def shifted(subject: Subject) -> tuple[Finding, ...]:
    """Shifted targets of the training data, by a lexicon; those of the examples, by the model."""
    return (*shifted_training(subject), *shifted_examples(subject))


def shifted_training(subject: Subject) -> tuple[Finding, ...]:
    """Whether targets of the training split fit the source of another line better than their own."""
    if not isinstance(subject.recipe, TranslationRecipe) or not subject.reads_tokens:
        return ()
    found = training_pairing(subject)
    base = Finding(
        measure="targets-shifted",
        title="Targets beside their sources, in training",
        value=None,
        unit="%",
        verdict=Verdict.UNJUDGED,
        sentence="",
        source=_SOURCE,
    )
    if found is None:
        reason = subject.no_train or "fewer than 200 pairs"
        sentence = f"Whether the training pairs belong together is not known: {reason}."
        return (replace(base, sentence=sentence),)
    details: dict[str, JsonValue] = {
        "lines": found.lines,
        "score_by_shift": {str(shift): round(found.scores[shift], 4) for shift in sorted(SHIFTS)},
        "score_of_unrelated_lines": round(found.chance, 4),
        "shifted_lines": {str(shift): lines for shift, lines in sorted(found.shifted.items())},
    }
    base = replace(base, drawings=(_drawing(found.scores, found.chance),))
    share = 100 * found.wrong / found.lines
    if found.wrong >= 2 * BLOCK:
        assert subject.train is not None
        assert found.first is not None
        most = max(found.shifted, key=found.shifted.__getitem__)
        seen = f"first seen at {subject.train.where(found.first)}"
        if found.before is not None:
            seen += f"; up to {subject.train.where(found.before)} they fit"
        return (
            replace(
                base,
                value=round(share, 1),
                verdict=Verdict.TROUBLE,
                trouble="targets.shifted",
                sentence=f"The targets of {found.wrong:,} of {found.lines:,} lines fit the source {_neighbour(most)} "
                f"and not their own, {seen}.",
                remedy=_REMEDY,
                details=details,
            ),
        )
    if not found.related:
        sentence = (
            f"The sources do not explain the targets within {SHIFTS[-1]} lines better than unrelated ones do: either "
            "their words do not correspond one by one, or the pairs are mixed up."
        )
        return (replace(base, sentence=sentence, details=details),)
    sentence = (
        f"Targets fit the sources beside them: {found.scores[0]:.2f} nats per token, against {found.chance:.2f} "
        "beside unrelated ones."
    )
    return (replace(base, value=round(share, 1), verdict=Verdict.FINE, sentence=sentence, details=details),)


def shifted_examples(subject: Subject) -> tuple[Finding, ...]:
    """Whether the model finds the examples' targets likelier beside the source of another line."""
    if not isinstance(subject.recipe, TranslationRecipe):
        return ()
    base = Finding(
        measure="examples-shifted",
        title="Targets beside their sources, in the examples",
        value=None,
        unit="%",
        verdict=Verdict.UNJUDGED,
        sentence="",
    )
    runs = [run for run in subject.stretches(_LINES, _RUNS) if len(run) >= 2 * BLOCK]
    if not runs:
        return ()  # too few to tell
    found = judge_shifts([(place, _scores(subject, run)) for place, run in enumerate(runs)])
    details: dict[str, JsonValue] = {
        "lines": found.lines,
        "nats_per_token_by_shift": {str(shift): round(-found.scores[shift], 4) for shift in sorted(SHIFTS)},
        "nats_per_token_of_unrelated_lines": round(-found.chance, 4),
    }
    if not found.related:
        sentence = "The model's loss does not depend on the source, so that it cannot tell."
        return (replace(base, sentence=sentence, details=details),)
    share = round(100 * found.wrong / found.lines, 1)
    if not found.wrong:
        sentence = f"The model finds its {plural(found.lines, 'target')} likeliest beside their own sources."
        return (replace(base, value=share, verdict=Verdict.FINE, sentence=sentence, details=details),)
    most = max(found.shifted, key=found.shifted.__getitem__)
    return (
        replace(
            base,
            value=share,
            verdict=Verdict.TROUBLE,
            trouble="targets.shifted",
            sentence=f"The model finds {found.wrong} of {plural(found.lines, 'target')} likelier beside the source "
            f"{_neighbour(most)} than beside their own.",
            remedy="A line is missing or too many on one side of these data: find it with `seq2seq inspect`.",
            details=details,
        ),
    )


def _scores(subject: Subject, run: Sequence[Example]) -> NDArray[np.float64]:
    """(N, D + 1) -nats per token of every target beside its neighbours' sources, and beside an unrelated one."""
    scores = np.full((len(run), len(SHIFTS) + 1), np.nan)
    for column, shift in enumerate((*SHIFTS, len(run) // 2)):
        rows = [row for row in range(len(run)) if 0 <= row + shift < len(run) or column == len(SHIFTS)]
        nats, tokens = nats_of(subject, [_beside(run[row], run[(row + shift) % len(run)]) for row in rows])
        scores[rows, column] = -nats / tokens
    return scores


def _drawing(scores: dict[int, float], chance: float) -> Bars:
    shifts = sorted(scores)
    names = [f"{shift:+d}" if shift else "own" for shift in shifts]
    return Bars(
        title="How well targets fit the sources around them",
        categories=[*names, "unrelated"],
        groups=[BarGroup(name="score", values=[*(scores[shift] for shift in shifts), chance])],
        y_label="score, nats per token",
        x_label="line of the source, against that of the target",
    )


def _beside(target: Example, source: Example) -> Example:
    return target._replace(source=source.source, source_ids=source.source_ids)


def _neighbour(shift: int) -> str:
    """Where the right source stands."""
    return f"{plural(abs(shift), 'line')} {'below' if shift > 0 else 'above'}"
