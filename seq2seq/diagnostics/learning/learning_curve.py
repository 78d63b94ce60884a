"""What more data would bring: fresh models, trained for the same number of steps on parts of the training data."""

from collections.abc import Sequence
from itertools import islice
from typing import Any, Final

import numpy as np

from seq2seq.config.recipe import Recipe
from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.learning.trials import endless_batches, fresh_trainer, recipe_of, take_step
from seq2seq.diagnostics.subject import Subject
from seq2seq.report.drawings.lines import Lines, Series
from seq2seq.training.validation.validation import mean_loss

SHARES: Final = (0.25, 0.5, 1.0)
"""Parts of the training data."""
STEPS: Final = 300
"""Steps of each training, with the peak rate after warm-up: enough that a small part is read several times."""
GAIN: Final = 0.02
"""By how much the last doubling of the data lowers the development loss, as a share of it, for more to be worth while:
runs that differ in their seed alone differ by about a hundredth."""


def learning_curve(subject: Subject, *, shares: Sequence[float] = SHARES, steps: int = STEPS) -> Finding:
    """The development loss after training on parts of the data; takes as long as ``steps`` for each of the parts.

    Raises:
        DataError: the training data cannot be read.
    """
    recipe = recipe_of(subject)
    if recipe.training.batch.windows is not None:
        sentence = "A continuous text is read in windows; parts of it are not compared."
        return _finding(value=None, verdict=Verdict.UNJUDGED, sentence=sentence)
    losses, sizes = [], []
    for share in shares:
        loss, size = part_loss(recipe, share, device=subject.device.type, steps=steps)
        losses.append(loss)
        sizes.append(size)
    return judge_curve(sizes, losses, steps)


def part_loss(recipe: Recipe, share: float, *, device: str, steps: int) -> tuple[float, int]:
    """Development loss in nats after ``steps`` on a part of the training data, and examples of the part."""
    with fresh_trainer(recipe, device) as trainer:
        count = max(1, round(share * len(trainer.loader.split)))
        generator = np.random.default_rng(recipe.training.seed)
        rows = np.sort(generator.permutation(len(trainer.loader.split))[:count])
        peak, warmup = recipe.training.optimizer.learning_rate, recipe.training.schedule.warmup_steps
        for number, batch in enumerate(islice(endless_batches(trainer, rows), steps), start=1):
            take_step(trainer, batch, rate=peak * min(1.0, number / max(warmup, 1)), number=number)
        objective = trainer.task.objective.eval()
        return mean_loss(objective, trainer.dev_loader(), trainer.runtime), count


def judge_curve(sizes: Sequence[int], losses: Sequence[float], steps: int) -> Finding:
    """What the last doubling of the data brought."""
    gain = (losses[-2] - losses[-1]) / losses[-2]
    parts = ", ".join(f"{loss:.3f} with {size:,}" for size, loss in zip(sizes, losses, strict=True))
    said = f"After {steps:,} steps, the development loss is {parts} examples: the last step lowers it by {gain:.1%}"
    about: dict[str, Any] = {
        "value": 100 * gain,
        "drawings": (
            Lines(
                title="Development loss by the amount of training data",
                x_label="training examples",
                y_label="nats per token or label",
                series=[Series(name="development", x=list(sizes), y=list(losses))],
                log_x=True,
            ),
        ),
        "details": {"examples": list(sizes), "losses": list(losses), "steps": steps},
    }
    if gain >= GAIN:
        return _finding(**about, verdict=Verdict.UNJUDGED, sentence=f"{said}. More data would most likely help.")
    return _finding(**about, verdict=Verdict.UNJUDGED, sentence=f"{said}. More data help little within so many steps.")


def _finding(**about: Any) -> Finding:
    return Finding(
        measure="learning-curve",
        title="What the last doubling of the training data brought",
        unit="% of the development loss",
        source="Hestness et al. 2017, section 3",
        **about,
    )
