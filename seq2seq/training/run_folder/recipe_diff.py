"""What differs between the recipe of a run and the one it is to go on with, and what that means."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from seq2seq.config.recipe import Recipe
from seq2seq.errors import CheckpointError

_REFUSED: Final[Mapping[str, str]] = {
    "task": "the model would be another one",
    "tokenizer.sampling": "",
    "tokenizer": "the tokens, and so the weights, would mean something else",
    "model.dropout": "",
    "model": "the weights would not fit, or mean something else",
    "initial_model": "the run has begun from what it was",
    "data.replay": "the run's place in the data would mean another",
    "training.seed": "the run's place in the data would mean another",
    "training.batch": "the run's place in the data would mean another",
    "training.optimizer.name": "the optimiser's moments are those of the other",
    "training.ema_decay": "the moving average would not be one",
    "training.validation.tokenize": "the best value so far is that of the other",
    "training.validation.metric": "the best value so far is that of the other",
}
"""Settings that cannot change while a run goes on, and why. The longest name that fits decides; no reason: they can."""
_LIMITS: Final = ("training.max_steps", "training.max_epochs", "training.max_time")
"""Settings that change nothing either, unless the learning rate falls towards them."""
_TOWARDS_THE_END: Final = ("cosine", "one_cycle")
"""Schedules for which it does."""
_HARMLESS: Final = (
    "training.max_skipped",
    "training.log_every",
    "training.checkpoint_every",
    "training.tensorboard",
    "training.validation.patience",
    "data.cache",
    "data.workers",
    "data.test",
    "decoding",
)
"""Settings that change nothing of what is computed from here on."""


@dataclass(frozen=True, slots=True)
class Change:
    """One setting that differs."""

    setting: str
    before: object
    after: object
    harmless: bool
    """Whether it changes nothing of what is computed from here on."""

    @property
    def refused(self) -> str | None:
        """Why a run cannot go on with it; None: it can."""
        fitting = [name for name in _REFUSED if _within(self.setting, name)]
        return (_REFUSED[max(fitting, key=len)] or None) if fitting else None

    def __str__(self) -> str:
        """The setting, both values, and what the change means."""
        if self.refused:
            means = f"cannot change: {self.refused}"
        elif self.harmless:
            means = "changes nothing of what is learnt"
        else:
            means = "from here on, the run is another than it would have been"
        return f"{self.setting}: {self.before!r}, now {self.after!r} ({means})"


def changes(before: Recipe, after: Recipe) -> list[Change]:
    """The settings that differ, in the order of their names."""
    old, new = (
        flatten(recipe.model_dump(mode="json")) | {"training.validation.metric": recipe.chosen_by}
        for recipe in (before, after)
    )
    ends = any(recipe.training.schedule.name in _TOWARDS_THE_END for recipe in (before, after))
    harmless = _HARMLESS if ends else (*_HARMLESS, *_LIMITS)
    return [
        Change(name, old.get(name), new.get(name), harmless=name.startswith(harmless))
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    ]


def require_resumable(found: list[Change], where: str) -> None:
    """Refuse changes that would corrupt a run.

    Raises:
        CheckpointError: with each of them.
    """
    refused = [change for change in found if change.refused]
    if refused:
        lines = "\n".join(f"  {change}" for change in refused)
        raise CheckpointError(
            f"{where}: the recipe is not what this run was started with.\n{lines}\n"
            "  Put it back, or train anew in another folder."
        )


def flatten(section: Mapping[str, Any], prefix: str = "") -> dict[str, object]:
    """Settings by their full names."""
    found: dict[str, object] = {}
    for name, value in section.items():
        if isinstance(value, Mapping):
            found |= flatten(value, f"{prefix}{name}.")
        else:
            found[prefix + name] = value
    return found


def _within(setting: str, name: str) -> bool:
    return setting == name or setting.startswith(f"{name}.")
