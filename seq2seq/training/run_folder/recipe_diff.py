"""The differences between the recipe of a run and the one to resume it with, and what they mean."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from seq2seq.config.recipe import Recipe
from seq2seq.errors import CheckpointError

_REFUSED: Final[Mapping[str, str]] = {
    "task": "it would be another model",
    "tokenizer.sampling": "",
    "tokenizer": "tokens, and so weights, would have another meaning",
    "model.dropout": "",
    "model": "the weights would not fit, or have another meaning",
    "initial_model": "it decided how the run started",
    "data.forecast": "the position in the data would be another",
    "data.stream": "the position in the data would be another",
    "data.replay": "the position in the data would be another",
    "training.seed": "the position in the data would be another",
    "training.batch": "the position in the data would be another",
    "training.optimizer.name": "the optimiser's state belongs to the other",
    "training.ema_decay": "the moving average would restart",
    "training.validation.tokenize": "the best value so far belongs to the other",
    "training.validation.metric": "the best value so far belongs to the other",
}
"""Settings that cannot change in a run, and why. The longest matching name decides; no reason: it can change."""
_LIMITS: Final = ("training.max_steps", "training.max_epochs", "training.max_time")
"""Settings that change no result either, unless the learning rate depends on them."""
_TOWARDS_THE_END: Final = ("cosine", "one_cycle")
"""Schedules whose learning rate depends on the limits."""
_HARMLESS: Final = (
    "training.max_skipped",
    "training.log_every",
    "training.checkpoint_every",
    "training.keep_checkpoints",
    "training.tensorboard",
    "training.validation.patience",
    "data.cache",
    "data.workers",
    "data.test",
    "decoding",
)
"""Settings that change no result."""


@dataclass(frozen=True, slots=True)
class Change:
    """One setting that differs."""

    setting: str
    before: object
    after: object
    harmless: bool
    """Whether it changes no result."""

    @property
    def refused(self) -> str | None:
        """Why a run cannot be resumed with it; None: it can."""
        fitting = [name for name in _REFUSED if f"{self.setting}.".startswith(f"{name}.")]
        return (_REFUSED[max(fitting, key=len)] or None) if fitting else None

    def __str__(self) -> str:
        """The setting, both values, and what the change means."""
        if self.refused:
            means = f"cannot change: {self.refused}"
        elif self.harmless:
            means = "changes no result"
        else:
            means = "the result will differ from that of an unchanged run"
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
            f"{where}: the recipe has changed since this run was started.\n{lines}\n"
            "  Restore these settings, or restart in another folder.",
            code="run.other-recipe",
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
