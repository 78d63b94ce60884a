"""What each task adds to training: its objective, and its validator."""

from collections.abc import Callable
from typing import Final, NamedTuple

from seq2seq import log
from seq2seq.config.recipe import (
    ClassificationRecipe,
    ForecastingRecipe,
    GenerationRecipe,
    Recipe,
    SynthesisRecipe,
    TranslationRecipe,
)
from seq2seq.data.preparing.prepare import Prepared
from seq2seq.models.build import Model
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.text.lexical_alignment import sample_pairs
from seq2seq.training.distributed import Runtime
from seq2seq.training.step.guided_alignment import AlignmentGuide
from seq2seq.training.step.objective import Objective, SequenceObjective
from seq2seq.training.tasks.classification import LabelValidator, label_objective
from seq2seq.training.tasks.forecasting import ForecastValidator, forecast_objective
from seq2seq.training.tasks.generation import GenerationValidator
from seq2seq.training.tasks.synthesis import SynthesisValidator, synthesis_objective
from seq2seq.training.tasks.translation import TranslationValidator
from seq2seq.training.validation.validation import Validator

_CELLS: Final = 20_000_000
"""As :data:`seq2seq.text.lexical_alignment.CELLS`, for two directions."""


class TrainingTask(NamedTuple):
    """The task-specific parts of a run."""

    objective: Objective
    validator: Validator


def set_up(recipe: Recipe, model: Model, prepared: Prepared, runtime: Runtime) -> TrainingTask:
    """The objective and the validator for the task of a recipe, of a new model and its data."""
    build, validator = _TASKS[type(recipe)]
    objective = build(recipe, model, prepared)
    return TrainingTask(objective, validator(recipe, objective, prepared, runtime))


def _sequence_objective(recipe: TranslationRecipe | GenerationRecipe, model: Model, prepared: Prepared) -> Objective:
    assert isinstance(model, Seq2Seq)
    config, guide = recipe.training, None
    if config.guided_alignment:
        log.say("Learning a lexicon, which guides attention.")
        train = prepared.train
        rows = sample_pairs(train.lengths, _CELLS).tolist()
        guide = AlignmentGuide([train.source_ids(row) for row in rows], [train.target_ids(row) for row in rows])
    return SequenceObjective(
        model,
        smoothing=config.label_smoothing,
        guide=guide,
        guidance=config.guided_alignment,
        r_drop=config.r_drop,
    )


# Recipe, model and objective are of the task's own types.
_TASKS: Final[dict[type[Recipe], tuple[Callable[..., Objective], Callable[..., Validator]]]] = {
    TranslationRecipe: (_sequence_objective, TranslationValidator),
    ClassificationRecipe: (label_objective, LabelValidator),
    GenerationRecipe: (_sequence_objective, GenerationValidator),
    SynthesisRecipe: (synthesis_objective, SynthesisValidator),
    ForecastingRecipe: (forecast_objective, ForecastValidator),
}
