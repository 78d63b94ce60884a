"""What the training loop asks of a task."""

from collections.abc import Callable
from typing import Any, NamedTuple

from seq2seq.data.preparing.prepare import Prepared
from seq2seq.models.build import Model
from seq2seq.training.distributed import Runtime
from seq2seq.training.step.objective import Objective
from seq2seq.training.validation.validation import Validator


class Training(NamedTuple):
    """A task, about to be trained."""

    objective: Objective
    """The model with its loss."""
    validator: Validator
    """Judges it."""


# A recipe and a model of the task's own kinds: the table in `tasks` pairs them.
Setup = Callable[[Any, Model, Prepared, Runtime], Training]
"""Sets up training from a recipe, a fresh model, the data and the runtime."""
