"""Steps that are read later, as on a GPU, on the CPU of a test."""

from seq2seq.training.step.updater import DeferredUpdater
from seq2seq.training.trainer import Trainer


def defer(trainer: Trainer) -> None:
    """Let a trainer that has no step queued leave its next ones to the device."""
    now = trainer.updater
    trainer.updater = DeferredUpdater(now.gradients, now.optimizer, now.clip_norm, now.constraints, now.ema)
