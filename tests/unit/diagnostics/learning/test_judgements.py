"""Verdicts from figures: each trouble is named, and what is sound has none."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from support import tiny

from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.learning.association import Association
from seq2seq.diagnostics.learning.course import Course
from seq2seq.diagnostics.learning.course_verdicts import judge_course, judge_updates
from seq2seq.diagnostics.learning.losses import Losses
from seq2seq.diagnostics.learning.parameters import judge_parameters
from seq2seq.diagnostics.learning.quality import judge_initialisation, judge_loss, judge_over_fitting, judge_targets
from seq2seq.diagnostics.learning.vocabulary import judge_vocabulary

GOOD = Losses(
    unit="token", units=500, model=1.5, train=1.3, uniform=7.6, unigram=5.6, bigram=2.8, blind=2.2, error=0.05
)
RECIPE = tiny.recipe()


def said(finding: Finding) -> tuple[str, str | None]:
    return str(finding.verdict), finding.trouble


def entries(count: int = 20, **figures: Any) -> list[dict[str, Any]]:
    """Reports of a run, every 50 steps; a figure may be a list."""
    sound = {"loss": 2.0, "clipped": 0.1, "gradient_norm_mean": 0.7, "update_ratio": 0.004, "skipped": 0} | figures
    return [
        {
            "kind": "train",
            "step": 50 * (number + 1),
            **{name: one[number] if isinstance(one, list) else one for name, one in sound.items() if one is not None},
        }
        for number in range(count)
    ]


def course(lines: list[dict[str, Any]], losses: Losses) -> dict[str, tuple[str, str | None]]:
    found = Course.of(lines, RECIPE)
    assert found is not None
    return {one.measure: said(one) for one in judge_course(found, losses, RECIPE, lines, reads_source=True)}


LEARNT = replace(GOOD, model=0.9)
"""Less than half of what n-grams need."""
BEHIND = replace(GOOD, model=5.0, train=5.0)
RISING = [6 - 0.2 * n for n in range(18)] + [3.2, 3.2]
"""Falls by 3.3 to 2.7, over windows of two reports, and rises by 0.5: 15 %; to 2.9 it would be 6 %."""
HALFWAY = replace(GOOD, model=4.1, train=4.1)
"""Behind pairs of tokens (2.8), but further than half of the way from frequencies (5.6)."""


# ------------------------------------------------------------------------------------------------------------ the loss


@pytest.mark.parametrize(
    ("changed", "cause", "expected"),
    [
        ({}, None, ("fine", None)),
        ({"model": 5.55}, None, ("trouble", "nothing-learnt")),
        ({"model": 9.0}, "learning-rate.too-high", ("watch", "nothing-learnt")),
        ({"model": 2.3}, None, ("watch", "nothing-learnt")),
        ({"model": 2.7, "unit": "label", "bigram": None, "blind": None}, None, ("fine", None)),
        ({"unigram": None, "bigram": None, "blind": None}, None, ("unjudged", None)),
    ],
)
def test_a_loss_is_judged_beside_simpler_models(changed: dict[str, Any], cause: str | None, expected: object) -> None:
    assert said(judge_loss(replace(GOOD, **changed), cause)) == expected


def test_perplexity_and_bits() -> None:
    details = judge_loss(replace(GOOD, model=np.log(8.0)), None).details
    assert (details["perplexity"], details["bits"]) == (pytest.approx(8.0), pytest.approx(3.0))


def over_fitting(train: float | None, model: float, **known: Any) -> Finding:
    """``risen``: above its lowest, the loss of the model, as a share of it."""
    about = {"risen": 0.0, "validated": None, "sound": True} | known
    course = Course.of(entries(), RECIPE)
    assert course is not None
    course = replace(course, lowest=model, rise=about["risen"] * model, validated=about["validated"])
    return judge_over_fitting(replace(GOOD, train=train, model=model), course, sound=about["sound"])


@pytest.mark.parametrize(
    ("train", "model", "known", "expected"),
    [
        (1.3, 1.5, {}, ("fine", None)),  # (5.6 - 1.5) / (5.6 - 1.3) = 95 %
        (0.6, 2.6, {}, ("watch", "over-fitting")),  # 60 %
        (0.6, 4.6, {}, ("trouble", "over-fitting")),  # 20 %
        (0.6, 4.6, {"sound": False}, ("watch", "over-fitting")),  # pairs that are shuffled are another trouble
        (0.6, 4.6, {"validated": 4.5}, ("trouble", "over-fitting")),
        (0.6, 4.6, {"validated": 1.0}, ("unjudged", None)),  # the examples are of another kind
        (1.3, 1.5, {"risen": 0.2}, ("fine", None)),
        (1.3, 1.5, {"risen": 0.3}, ("trouble", "over-fitting")),  # the saved model is good; the run went on too long
        (5.5, 5.6, {}, ("unjudged", None)),
        (None, 1.5, {}, ("unjudged", None)),
    ],
)
def test_over_fitting_is_a_share_that_does_not_transfer(
    train: float | None, model: float, known: dict[str, Any], expected: object
) -> None:
    assert said(over_fitting(train, model, **known)) == expected


def test_the_share_by_hand() -> None:
    assert over_fitting(0.6, 3.6).value == pytest.approx(40.0)


def test_how_far_a_loss_has_risen_by_hand() -> None:
    """From 2.0 to 2.9: 45 %; the model of step 500 is the best, by chrF, too."""
    falling = entries(loss=[4 - 0.1 * n for n in range(20)])
    first = {"kind": "validation", "step": 500, "loss": 2.0, "chrf": 30.0}
    last = {"kind": "validation", "step": 1000, "loss": 2.9, "chrf": 20.0}
    found = Course.of([*falling, first, last], RECIPE)
    assert found is not None
    assert (found.lowest, found.rise / 2.0, found.validated) == (2.0, pytest.approx(0.45), 2.0)
    for lines, expected in (
        ([*falling, first], (None, 0.0)),
        ([*falling, first, last | {"chrf": 29.5}], (2.0, 0.0)),  # a model as good has a higher loss
        ([*entries(loss=3.0), first, last], (2.0, 0.0)),  # the training loss rose, too
    ):
        other = Course.of(lines, RECIPE)
        assert other is not None
        assert (other.lowest, other.rise) == expected


@pytest.mark.parametrize(
    ("found", "model", "expected"),
    [
        (Association(500, own=30.0, shifted=1.0), 1.5, ("fine", None)),
        (Association(500, own=0.5, shifted=1.0), 2.6, ("trouble", "targets.noise")),
        (Association(500, own=0.5, shifted=1.0), 1.5, ("watch", "targets.noise")),
        (Association(500, own=0.5, shifted=1.0), 2.15, ("trouble", "targets.noise")),  # hardly better than 2.2
        (Association(500, own=0.5, shifted=20.0), 2.6, ("watch", "targets.noise")),
        (Association(500, own=30.0, shifted=1.0, low=0.3, top=0.4), 2.0, ("trouble", "targets.noise")),
        (Association(500, own=30.0, shifted=9.0, low=0.3, top=0.4), 2.0, ("trouble", "targets.noise")),  # in order
        (Association(500, own=9.0, shifted=9.0, low=0.3, top=0.4), 2.0, ("watch", "targets.noise")),  # off by a row
        (Association(500, own=30.0, shifted=1.0, low=0.25, top=0.26), 2.0, ("fine", None)),  # 17 % are expected
        (Association(500, own=30.0, shifted=1.0, low=0.25, top=0.28), 2.0, ("trouble", "targets.noise")),
        (Association(500, own=30.0, shifted=1.0, low=0.1, top=0.6), 2.0, ("watch", "targets.noise")),
        (Association(500, own=30.0, shifted=1.0, low=0.06, top=0.8), 2.0, ("fine", None)),  # short pairs
        (Association(500, own=30.0, shifted=1.0, low=0.3, top=0.1), 2.0, ("fine", None)),  # all are loosely related
        (None, 2.6, ("unjudged", None)),
    ],
)
def test_targets_that_do_not_go_with_their_sources(found: Association | None, model: float, expected: object) -> None:
    assert said(judge_targets(found, replace(GOOD, model=model))) == expected


# ---------------------------------------------------------------------------------------------------------- the course


def test_a_sound_run_has_no_finding_to_act_on() -> None:
    assert set(course(entries(), GOOD).values()) == {("fine", None)}


@pytest.mark.parametrize(
    ("figures", "losses", "measure", "expected"),
    [
        ({"update_ratio": 0.05}, BEHIND, "update-ratio", ("trouble", "learning-rate.too-high")),
        ({"update_ratio": 0.05}, GOOD, "update-ratio", ("trouble", "learning-rate.too-high")),  # 1.5 > 2.2 / 2
        ({"update_ratio": 0.05}, LEARNT, "update-ratio", ("watch", "learning-rate.too-high")),
        ({"update_ratio": [0.004] * 19 + [0.05]}, BEHIND, "update-ratio", ("trouble", "learning-rate.too-high")),
        (
            {"loss": RISING},
            GOOD,
            "update-ratio",
            ("trouble", "learning-rate.too-high"),
        ),
        (
            {"loss": RISING},
            LEARNT,
            "update-ratio",
            ("watch", "learning-rate.too-high"),
        ),
        ({"loss": [6 - 0.2 * n for n in range(18)] + [2.9, 2.9]}, GOOD, "update-ratio", ("fine", None)),
        ({"loss": [6 - 0.015 * n for n in range(18)] + [5.9, 5.9]}, BEHIND, "update-ratio", ("fine", None)),  # noise
        ({"skipped": 2}, GOOD, "update-ratio", ("trouble", "learning-rate.too-high")),
        ({"update_ratio": 1e-4}, BEHIND, "update-ratio", ("trouble", "learning-rate.too-low")),
        ({"update_ratio": 1e-4}, GOOD, "update-ratio", ("fine", None)),
        ({"update_ratio": 8e-4}, BEHIND, "update-ratio", ("fine", None)),  # the path is 0.8: long enough
        ({"update_ratio": None}, BEHIND, "update-ratio", ("unjudged", None)),
        ({"clipped": 0.9, "gradient_norm_mean": 3.0}, GOOD, "clipping", ("trouble", "clipping.too-tight")),
        ({"clipped": 0.9, "gradient_norm_mean": 1.3}, GOOD, "clipping", ("watch", "clipping.too-tight")),
        ({"clipped": None}, GOOD, "clipping", ("unjudged", None)),
        ({"loss": [6 - 0.1 * n for n in range(20)]}, BEHIND, "end-of-training", ("trouble", "training.too-short")),
        ({"loss": [6 - 0.1 * n for n in range(20)]}, HALFWAY, "end-of-training", ("watch", "training.too-short")),
        ({"loss": [6 - 0.1 * n for n in range(20)]}, GOOD, "end-of-training", ("watch", "training.too-short")),
        ({"loss": 5.0}, BEHIND, "end-of-training", ("fine", None)),
        ({"loss": [6 - 0.25 * n for n in range(20)]}, GOOD, "end-of-training", ("trouble", "training.too-short")),
    ],
)
def test_the_course_of_a_run(
    figures: dict[str, Any], losses: Losses, measure: str, expected: tuple[str, str | None]
) -> None:
    assert course(entries(**figures), losses)[measure] == expected


def test_a_low_rate_is_not_also_a_short_run() -> None:
    found = course(entries(update_ratio=1e-4, loss=[6 - 0.05 * n for n in range(20)]), BEHIND)
    assert found["update-ratio"][1] == "learning-rate.too-low"
    assert found["end-of-training"][1] != "training.too-short" or found["end-of-training"][0] == "watch"


def test_a_high_rate_explains_clipping_and_a_loss_that_still_falls() -> None:
    lines = entries(update_ratio=0.05, clipped=0.9, gradient_norm_mean=3.0, loss=[6 - 0.1 * n for n in range(20)])
    assert course(lines, BEHIND) == {
        "update-ratio": ("trouble", "learning-rate.too-high"),
        "clipping": ("watch", "clipping.too-tight"),
        "end-of-training": ("watch", "training.too-short"),
    }
    assert course(lines, replace(GOOD, model=2.6))["update-ratio"][0] == "trouble"  # 2.6 is hardly below 2.8


@pytest.mark.parametrize(("of_numbers", "expected"), [(False, "trouble"), (True, "watch")])
def test_gradients_of_densities_have_no_usual_size(of_numbers: bool, expected: str) -> None:
    lines = entries(clipped=1.0, gradient_norm_mean=5.0)
    found = Course.of(lines, RECIPE)
    assert found is not None
    _, clipping = judge_updates(found, RECIPE, lines, behind=None, poor=False, of_numbers=of_numbers)
    assert said(clipping) == (expected, "clipping.too-tight")


def test_a_loss_above_that_of_random_weights_is_that_of_a_high_rate() -> None:
    lines = entries(update_ratio=0.01, clipped=0.9, gradient_norm_mean=3.0, initial_loss=4.1, loss=[4.2] * 20)
    assert course(lines, BEHIND)["update-ratio"] == ("trouble", "learning-rate.too-high")
    assert course(lines, BEHIND)["clipping"][0] == "watch"
    lines = entries(1, update_ratio=0.01, initial_loss=1.387, loss=[1.395])  # 20 steps of a classifier: noise
    assert course(lines, BEHIND)["update-ratio"][0] == "fine"
    lines = entries(update_ratio=0.01, initial_loss=4.1, loss=[4.0] * 20)
    assert course(lines, BEHIND)["update-ratio"][0] == "fine"


def test_a_run_that_learnt_by_heart_at_its_end_was_long_enough() -> None:
    lines = entries(loss=[6 - 0.25 * n for n in range(20)])
    lines += [{"kind": "validation", "step": 500, "loss": 2.0, "chrf": 30.0}]
    assert course(lines, GOOD)["end-of-training"] == ("trouble", "training.too-short")
    lines += [{"kind": "validation", "step": 1000, "loss": 2.9, "chrf": 20.0}]
    assert course(lines, GOOD)["end-of-training"] == ("fine", None)


def test_more_steps_do_not_help_a_model_that_learns_single_examples() -> None:
    lines = entries(loss=[6 - 0.25 * n for n in range(20)])
    assert course(lines, replace(GOOD, train=0.5, model=2.5))["end-of-training"] == ("fine", None)  # 3.1 of 5.1: 61 %
    assert course(lines, replace(GOOD, train=1.0, model=2.0))["end-of-training"][0] == "trouble"  # 3.6 of 4.6: 78 %


def test_gradients_that_explode_where_nothing_clips_them() -> None:
    recipe = RECIPE.model_copy(update={"training": RECIPE.training.model_copy(update={"clip_norm": None})})

    def clipping(losses: Losses, **figures: Any) -> tuple[str, str | None]:
        lines = entries(clipped=None, **figures)
        found = Course.of(lines, recipe)
        assert found is not None
        (one,) = (
            one for one in judge_course(found, losses, recipe, lines, reads_source=True) if one.measure == "clipping"
        )
        return said(one)

    assert clipping(BEHIND, gradient_norm_mean=[0.7] * 5 + [12.0] + [0.7] * 14) == ("trouble", "gradients.exploding")
    assert clipping(LEARNT, gradient_norm_mean=[0.7] * 5 + [12.0] + [0.7] * 14) == ("watch", "gradients.exploding")
    assert clipping(BEHIND) == ("unjudged", None)


def test_a_run_of_a_few_steps_is_too_short() -> None:
    learnt = replace(GOOD, model=0.5)
    assert course(entries(1), BEHIND)["end-of-training"] == ("trouble", "training.too-short")
    assert course(entries(1), learnt)["end-of-training"] == ("unjudged", None)
    assert course([one | {"epoch": 0.5} for one in entries(1)], learnt)["end-of-training"][1] == "training.too-short"
    assert course([one | {"epoch": 1.5} for one in entries(1)], learnt)["end-of-training"][0] == "unjudged"
    assert course([one | {"epoch": 0.5} for one in entries(loss=1.0)], learnt)["end-of-training"][0] == "fine"
    assert course(entries(2, loss=[4.0, 2.5]), GOOD)["end-of-training"] == ("trouble", "training.too-short")
    assert course(entries(2, loss=[4.0, 2.9]), learnt)["end-of-training"] == ("watch", "training.too-short")
    assert course(entries(2, loss=[4.0, 2.7]), learnt)["end-of-training"] == ("trouble", "training.too-short")  # 32 %


def test_figures_of_a_course_by_hand() -> None:
    """1,000 steps; ratios of 0.01 and 0.03 in halves: a path of 20; the loss falls from 4 to 3 in the last fifth."""
    lines = entries(update_ratio=[0.01] * 10 + [0.03] * 10, loss=[4.0] * 16 + [3.5] * 2 + [3.0] * 2)
    found = Course.of(lines, RECIPE)
    assert found is not None
    assert (found.steps, found.reports, found.path) == (1000, 20, pytest.approx(20.0))
    assert found.fall == pytest.approx(0.25)
    assert found.peak_update == pytest.approx(0.03)
    assert Course.of([], RECIPE) is None


def test_pictures_show_the_run() -> None:
    lines = [*entries(), {"kind": "validation", "step": 500, "loss": 2.0}]
    found = Course.of(lines, RECIPE)
    assert found is not None
    for finding in judge_course(found, GOOD, RECIPE, lines, reads_source=True):
        assert "<svg" in finding.drawings[0].svg()


# -------------------------------------------------------------------------------------------------------- other figures


@pytest.mark.parametrize(
    ("loss", "trouble"), [(7.6, None), (8.5, None), (8.7, "initialisation.wrong"), (6.5, "initialisation.wrong")]
)
def test_the_first_loss_is_near_that_of_a_guess(loss: float, trouble: str | None) -> None:
    assert judge_initialisation(loss, 7.6, unit="token").trouble == trouble


def test_counted_features_may_lower_the_first_loss() -> None:
    assert judge_initialisation(0.3, 2.0, unit="label", prior=2.0).verdict is Verdict.FINE


def test_rare_entries_are_counted() -> None:
    finding = judge_vocabulary(np.array([0, 1, 4, 5, 9, 12, 200, 5000]))
    assert finding.value == pytest.approx(100 * 3 / 8)
    assert said(finding) == ("fine", None)  # 37 %
    assert finding.details["never"] == 1
    assert finding.details["histogram"] == {
        "0": 1, "1": 1, "2 to 4": 1, "5 to 9": 2, "10 to 99": 1, "100 to 999": 1, "1,000 or more": 1,
    }  # fmt: skip
    assert said(judge_vocabulary(np.array([0, 1, 4, 9]))) == ("trouble", "vocabulary.too-large")
    assert said(judge_vocabulary(np.array([5] * 9 + [1]))) == ("fine", None)


def test_parameters_that_do_not_learn_are_named() -> None:
    assert said(judge_parameters([], [], {"encoder.bias"})) == ("fine", None)
    finding = judge_parameters(["bridge.weight"], ["bridge.weight", "encoder.bias"], {"encoder.bias"})
    assert said(finding) == ("trouble", "parameters.not-learning")
    assert finding.value == 2
    assert "bridge.weight" in finding.sentence


def test_an_encoder_without_any_gradient_is_a_source_that_is_not_connected() -> None:
    both = ["encoder.bias", "encoder.weight"]
    assert said(judge_parameters(["bridge.weight", *both], [], set(both))) == ("watch", "parameters.not-learning")
    assert said(judge_parameters(both[:1], both, set(both))) == ("trouble", "parameters.not-learning")
