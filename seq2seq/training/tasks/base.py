"""The interface between the training loop and a task."""

from collections.abc import Callable
from typing import Any, NamedTuple

from seq2seq.data.preparing.prepare import Prepared
from seq2seq.models.build import Model
from seq2seq.training.distributed import Runtime
from seq2seq.training.step.objective import Objective
from seq2seq.training.validation.validation import Validator


class TrainingTask(NamedTuple):
    """The task-specific parts of a run."""

    objective: Objective
    """The model with its loss."""
    validator: Validator
    """Evaluates it."""


# The recipe and the model are of the task's own types: the table in `tasks` maps them.
Setup = Callable[[Any, Model, Prepared, Runtime], TrainingTask]
"""Sets up training from a recipe, a new model, the data and the runtime."""
