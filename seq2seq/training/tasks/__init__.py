"""What each task adds to training: its objective, and its validator."""

from typing import Final

from seq2seq.config.recipe import ClassificationRecipe, GenerationRecipe, Recipe, TranslationRecipe
from seq2seq.training.tasks import classification, generation, translation
from seq2seq.training.tasks.base import Setup

_SETUPS: Final[dict[type[Recipe], Setup]] = {
    TranslationRecipe: translation.set_up,
    ClassificationRecipe: classification.set_up,
    GenerationRecipe: generation.set_up,
}


def setup_for(recipe: Recipe) -> Setup:
    """The setup function for the task of a recipe."""
    return _SETUPS[type(recipe)]
