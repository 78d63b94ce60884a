"""What the course of a run tells about its learning rate, its clipping and its end."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from seq2seq.config.recipe import Recipe
from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.learning.course import Course
from seq2seq.diagnostics.learning.course_drawings import loss_lines, norm_lines, ratio_lines
from seq2seq.diagnostics.learning.losses import Losses
from seq2seq.diagnostics.learning.quality import MOSTLY_TRANSFERRED, transferred
from seq2seq.training.reporting.monitor import CLIPPED_FACTOR, CLIPPED_SHARE

HIGH: Final = 0.03
"""Update over weights, thirty times the rule of thumb of 1e-3: updates of this size in random directions replace the
weights within 1 / 0.03^2, about a thousand steps, so that nothing stays learnt."""
LOW: Final = 1e-3
"""The rule of thumb itself: a rate is too low only below it."""
MOVED: Final = 0.3
"""All updates added up, over the size of the weights: less cannot take a model far from its random weights."""
SKIPPED: Final = 0.01
"""Share of the steps that were skipped, since a number was not finite: of a sound run, none is."""
WORSE: Final = 1.02
"""Last loss over the first from which training did harm: random weights have ln V on any batch, but the labels of a
short report vary, by about 1 % where the loss has hardly moved."""
REGAINED: Final = 0.1
"""Share of its fall that the training loss has risen again by its end: between tenths of a run, noise is below it."""
EXPLODED: Final = 10.0
"""Mean gradient norm, ten times the usual limit of clipping: that of networks that learn is near 1."""
FALLING: Final = 0.05
"""By how much the loss fell in the last fifth of a run, as a share of it, from which the end came early."""
STILL: Final = 0.01
"""The same of a model that has learnt little: a schedule that ends near a rate of zero hides most of the fall."""
FAST: Final = 0.1
"""Of a model that translates: it is far from its end where the loss falls so fast, and is more than half of what
n-grams of the targets reach without a source."""
STEEP: Final = 0.3
"""The same of any model: another fifth of the run would bring as much again."""
PASS: Final = 1.0
"""Epochs below which part of the data was never seen; not wrong by itself, since a loss may no longer fall by then."""
_RULE: Final = 'Rule of thumb: Karpathy, notes of the course CS231n, "Neural networks part 3"'


def judge_course(
    course: Course, losses: Losses, recipe: Recipe, entries: Sequence[Mapping[str, Any]], *, reads_source: bool
) -> list[Finding]:
    """Findings about the learning rate, clipping, and the end of a run; ``reads_source``: the model translates."""
    half = reads_source and losses.blind is not None and losses.model > losses.blind / 2
    poor = bool(losses.behind) or half
    rate, clipping = judge_updates(course, recipe, entries, behind=losses.behind, poor=poor)
    return [rate, clipping, _end(course, losses, entries, half=half, caused=rate.verdict is Verdict.TROUBLE)]


def judge_updates(
    course: Course,
    recipe: Recipe,
    entries: Sequence[Mapping[str, Any]],
    *,
    behind: bool | None,
    poor: bool,
    of_numbers: bool = False,
) -> tuple[Finding, Finding]:
    """Findings about the learning rate and clipping.

    Args:
        course: of the run.
        recipe: of the run.
        entries: its metrics.
        behind: whether the model has learnt hardly more than the simplest one; None: unknown.
        poor: whether it has learnt little.
        of_numbers: whether the loss is the density of numbers, whose gradients have no usual size.
    """
    rate = _learning_rate(course, recipe, entries, behind=behind, poor=poor)
    high = rate.trouble == "learning-rate.too-high"
    return rate, _clipping(course, recipe, entries, high=high, poor=poor, of_numbers=of_numbers)


def _learning_rate(
    course: Course, recipe: Recipe, entries: Sequence[Mapping[str, Any]], *, behind: bool | None, poor: bool
) -> Finding:
    rate = recipe.training.optimizer.learning_rate
    about: dict[str, Any] = {
        "measure": "update-ratio",
        "title": "Size of the updates",
        "value": course.peak_update,
        "unit": "of the weights per step",
        "source": _RULE,
        "drawings": ratio_lines(entries),
        "details": {
            "learning_rate": rate,
            "path": course.path,
            "skipped": course.skipped,
            "regained": course.regained,
            "steps": course.steps,
        },
    }
    if course.skipped >= SKIPPED:
        return Finding(
            **about,
            verdict=Verdict.TROUBLE,
            trouble="learning-rate.too-high",
            sentence=f"{course.skipped:.1%} of the steps were skipped, as their loss or gradient was not finite.",
            remedy=_lower(rate),
        )
    first, last = course.initial_loss, course.final_loss
    if first is not None and last is not None and last > WORSE * first:
        return Finding(
            **about,
            verdict=Verdict.TROUBLE,
            trouble="learning-rate.too-high",
            sentence=f"The training loss was {first:.3f} nats at the first step, and is "
            f"{last:.3f} at the end: training made the model worse than its random weights.",
            remedy=_lower(rate),
        )
    if course.regained >= REGAINED:
        return Finding(
            **about,
            verdict=Verdict.TROUBLE if poor else Verdict.WATCH,
            trouble="learning-rate.too-high",
            sentence=f"By its end, the training loss has risen again by {course.regained:.0%} of what it had fallen.",
            remedy=_lower(rate),
        )
    if course.peak_update is None or course.path is None:
        sentence = "The run did not measure its updates: it was shorter than a report, or an older version trained it."
        return Finding(**about, verdict=Verdict.UNJUDGED, sentence=sentence)
    said = f"A step changes the weights by up to {course.peak_update:.2g} of their size (rule of thumb: 0.001)"
    if course.peak_update >= HIGH:
        return Finding(
            **about,
            verdict=Verdict.TROUBLE if poor else Verdict.WATCH,
            trouble="learning-rate.too-high",
            sentence=f"{said}: what is learnt is soon overwritten"
            + (", and the model has learnt little." if poor else "; yet the model has learnt."),
            remedy=_lower(rate),
        )
    if behind and course.peak_update < LOW and course.path < MOVED:
        return Finding(
            **about,
            verdict=Verdict.TROUBLE,
            trouble="learning-rate.too-low",
            sentence=f"{said}; all {course.steps:,} steps together by {course.path:.2g} of it at most, so that the "
            "model is still near its random weights.",
            remedy=f"Raise training.optimizer.learning_rate (now {rate:g}) ten times: the weights must be able to move "
            "by their own size.",
        )
    return Finding(**about, verdict=Verdict.FINE, sentence=f"{said}.")


def _lower(rate: float) -> str:
    return (
        f"Lower training.optimizer.learning_rate (now {rate:g}) three to ten times, or add "
        "training.schedule.warmup_steps."
    )


def _clipping(
    course: Course, recipe: Recipe, entries: Sequence[Mapping[str, Any]], *, high: bool, poor: bool, of_numbers: bool
) -> Finding:
    """A learning rate that is too ``high`` makes gradients large: then, it is the cause."""
    limit, cuts = recipe.training.clip_norm, course.clipping
    about: dict[str, Any] = {
        "measure": "clipping",
        "title": "Gradients that clipping cuts",
        "value": None if cuts is None else 100 * cuts.share,
        "unit": "% of the steps",
        "source": "Pascanu et al. 2013, section 3.2",
        "drawings": norm_lines(entries, limit),
        "details": {
            "clip_norm": limit,
            "steps": None if cuts is None else cuts.steps,
            "mean_norm": None if cuts is None else cuts.norm,
            "largest_norm": course.largest_norm,
        },
    }
    if limit is None and course.largest_norm >= EXPLODED:
        return Finding(
            **about,
            verdict=Verdict.TROUBLE if poor else Verdict.WATCH,
            trouble="gradients.exploding",
            sentence=f"The recipe does not clip gradients, and their mean norm rose to {course.largest_norm:.3g}; that "
            "of networks that learn is near 1.",
            remedy="Use gated cells and orthogonal matrices, which keep them small, and clip them "
            "(training.clip_norm: 1.0).",
        )
    if limit is None:
        return Finding(**about, verdict=Verdict.UNJUDGED, sentence="The recipe does not clip gradients.")
    if cuts is None:
        sentence = "The run did not count them: it ended in its warm-up, or an older version trained it."
        return Finding(**about, verdict=Verdict.UNJUDGED, sentence=sentence)
    said = (
        f"After warm-up, clipping to {limit:g} cut {cuts.share:.0%} of {cuts.steps:,} steps; "
        f"the mean norm was {cuts.norm:.3g}"
    )
    if cuts.share >= CLIPPED_SHARE:
        much = cuts.norm >= CLIPPED_FACTOR * limit
        return Finding(
            **about,
            verdict=Verdict.TROUBLE if much and not (high or of_numbers) else Verdict.WATCH,
            trouble="clipping.too-tight",
            sentence=f"{said}: the limit, not the gradient, decides the size of the steps.",
            remedy=f"Raise training.clip_norm to about {2 * cuts.norm:.2g}; if gradients grow in training, lower "
            "training.optimizer.learning_rate instead."
            if not high
            else "See learning-rate.too-high first: large weights make large gradients.",
        )
    return Finding(**about, verdict=Verdict.FINE, sentence=f"{said}.")


def _end(course: Course, losses: Losses, entries: Sequence[Mapping[str, Any]], *, half: bool, caused: bool) -> Finding:
    """A learning rate that is wrong has ``caused`` what a short run would explain, too.

    ``half``: the model translates, and has more than half of the loss of n-grams.
    """
    about: dict[str, Any] = {
        "measure": "end-of-training",
        "title": "Fall of the training loss in the last fifth of the run",
        "value": None if course.fall is None else 100 * course.fall,
        "unit": "%",
        "drawings": loss_lines(entries, losses),
        "details": {"steps": course.steps, "reports": course.reports},
    }
    remedy = "Train longer: raise the limit (training.max_steps, max_epochs or max_time) two to five times."
    said = (
        f"The run has {course.steps:,} steps, too few to see a trend"
        if course.fall is None
        else f"The training loss fell by {course.fall:.0%} at the end of {course.steps:,} steps"
    )
    unseen = course.epochs is not None and course.epochs < PASS
    if unseen:
        said += f", after {course.epochs:.2g} epochs, before it had seen all of the data"
    if course.late:
        return Finding(**about, verdict=Verdict.FINE, sentence=f"{said}, while the development loss rose.")
    share = transferred(losses)
    if share is not None and share < MOSTLY_TRANSFERRED:
        said += f"; {max(share, 0):.0%} of what it gains there helps on other data, so that more steps would not"
        return Finding(**about, verdict=Verdict.FINE, sentence=f"{said}.")
    half = half and (course.fall is None or course.fall >= FAST)
    if (losses.behind or half) and not caused and (course.fall is None or course.fall >= STILL):
        return Finding(
            **about,
            verdict=Verdict.TROUBLE if losses.far_behind or half else Verdict.WATCH,
            trouble="training.too-short",
            sentence=f"{said}, and the loss is "
            + (
                f"still {losses.model:.3f} nats."
                if half
                else "no better than what pairs of tokens or frequencies show."
            ),
            remedy=remedy,
        )
    if course.fall is None and not unseen:
        return Finding(**about, verdict=Verdict.UNJUDGED, sentence=f"{said}.")
    if course.fall is None or (course.fall >= FALLING and losses.model > FALLING):
        steep = course.fall is not None and course.fall >= STEEP and not caused
        verdict = Verdict.TROUBLE if steep else Verdict.WATCH
        return Finding(**about, verdict=verdict, trouble="training.too-short", sentence=f"{said}.", remedy=remedy)
    return Finding(**about, verdict=Verdict.FINE, sentence=f"{said}.")
