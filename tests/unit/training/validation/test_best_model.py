"""What is kept as the best model, and what patience counts."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from support import toy

from seq2seq.data.preparing.prepare import prepare
from seq2seq.training.distributed import Runtime
from seq2seq.training.trainer import Trainer
from seq2seq.training.validation.validation import Check, Validation, never_interrupt


class Scripted:
    """A validator that finds what it is told."""

    def __init__(self, metric: str, found: Sequence[tuple[float, float]], chance: float) -> None:
        self._found = iter(
            [Validation({"loss": loss, metric: value}, "", chance=lambda _: chance) for value, loss in found]
        )

    def validate(self, check: Check = never_interrupt) -> Validation:
        """The next of them."""
        check()
        return next(self._found)


def judged(
    tmp_path: Path, metric: str, found: Sequence[tuple[float, float]], *, chance: float = -1.0
) -> tuple[int, list[int], list[bool]]:
    """The validation that is kept; what patience counted after each, and whether each brought anything."""
    recipe = toy.recipe(tmp_path, validation={"metric": metric, "patience": 4})
    prepared = prepare(recipe.data, recipe.tokenizer, seed=1, sides=recipe.sides)
    trainer = Trainer(recipe, prepared, tmp_path / "run", Runtime(accelerator="cpu"))
    trainer.best_model._validator = Scripted(metric, found, chance)
    counted, brought = [], []
    for number in range(len(found)):
        trainer.state.step = number
        *_, improved = trainer.best_model.validate_and_save(
            trainer.updater.gradients.wrapped, trainer.state, epochs=0.0, check=never_interrupt
        )
        counted.append(trainer.state.stale)
        brought.append(improved)
    return trainer.state.best_step, counted, brought


@pytest.mark.parametrize(
    ("metric", "found", "kept", "counted"),
    [
        # no match at all, and learning all the while
        ("bleu", [(0.0, 5.0), (0.0, 4.0), (0.0, 3.0), (0.0, 2.0)], 3, [0, 0, 0, 0]),
        # noise with a lucky match, then learning that the metric does not show
        ("bleu", [(4.8, 5.0), (0.0, 4.0), (0.0, 3.0), (0.0, 2.0)], 0, [0, 1, 1, 1]),
        # equals, the lower loss first
        ("bleu", [(0.0, 5.0), (0.0, 3.0), (0.0, 4.0), (0.0, 4.5)], 1, [0, 0, 1, 2]),
        # all right: the loss decides, and patience ends what brings nothing more
        ("chrf", [(99.0, 0.3), (100.0, 0.2), (100.0, 0.1), (100.0, 0.11), (100.0, 0.12)], 2, [0, 0, 0, 1, 2]),
        # a little worse each time, the loss with it
        ("chrf", [(40.0, 2.0), (39.5, 2.1), (39.4, 2.2)], 0, [0, 1, 2]),
        # near the best while the loss falls; then really worse
        ("chrf", [(40.0, 2.0), (39.6, 1.9), (30.0, 1.8)], 0, [0, 0, 1]),
        ("exact_match", [(0.0, 2.0), (0.0, 1.5), (0.2, 1.6), (0.2, 1.4)], 3, [0, 0, 0, 0]),
    ],
)
def test_the_metric_decides_and_among_equals_the_loss(
    tmp_path: Path, metric: str, found: Sequence[tuple[float, float]], kept: int, counted: list[int]
) -> None:
    assert judged(tmp_path, metric, found)[:2] == (kept, counted)


def test_noise_is_not_kept_for_its_score(tmp_path: Path) -> None:
    noise = [(6.9, 6.7), (0.0, 4.9), (3.4, 4.1), (5.4, 3.9)]
    assert judged(tmp_path, "chrf", noise, chance=6.95) == (3, [0, 0, 0, 0], [True] * 4)
    # what is better than chance is better than all before, and from then on the metric decides
    assert judged(tmp_path, "chrf", [*noise, (7.0, 4.0), (6.9, 3.8)], chance=6.95)[0] == 4


def test_what_patience_does_not_count_lowers_no_learning_rate(tmp_path: Path) -> None:
    *_, brought = judged(tmp_path, "bleu", [(4.8, 5.0), (0.0, 4.0), (0.0, 3.0), (0.0, 3.5)])
    assert brought == [True, False, True, False]
