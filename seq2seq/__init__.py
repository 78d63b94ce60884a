"""Recurrent sequence-to-sequence models: from a recipe to a model folder, a translation and a score.

    import seq2seq

    result = seq2seq.train("translation/phrasebook", "runs/phrasebook")
    translator = seq2seq.Translator.load(result.path)
    translator.translate(["The dog sleeps."])

train       a recipe, or data alone → ``TrainingResult``
finetune    a model and new data → ``TrainingResult``, with both models compared
distill     any teacher and data → ``Distilled``: a small fast student, compared with its teacher
load        a model folder → ``Translator.translate``, ``TextClassifier.classify``, ``Generator.generate``,
            ``VectorSynthesizer.generate`` or ``SeriesForecaster.forecast``
evaluate    a model and a test set → ``Scored``; several systems → ``Evaluation``: which one is better, and where
diagnose    a model → ``Diagnosis``: how its network learns, and what is wrong with it
inspect     a corpus → ``Inspection``: what is wrong with it
translate_file  a model and a document → the same kind of document, and a ``Report``
seq2seq.batch   ``Translate`` and ``Classify``: columns of text, inside of Ray, Spark, Dask and datasets

Recipes: ``load_recipe``, ``Recipe``, ``TranslationRecipe``, ``ClassificationRecipe``, ``GenerationRecipe``,
``SynthesisRecipe``, ``ForecastingRecipe``, ``DecodingConfig``. Results: ``Translation``, ``Classified``,
``Explanation``, ``Generated``, ``Synthesized``, ``SeriesForecast``,
``ModelComparison``, ``Evaluation``, ``Diagnosis``, ``Distilled``. Errors: every one that is raised
on purpose is a ``Seq2SeqError`` and has a ``code``: ``ConfigError``, ``DataError``, ``ModelError``, ``TeacherError``,
``TrainingError``, ``TrainingInterrupted``, ``CheckpointError``, ``MissingExtra``. `help(seq2seq.load)` and so on has
the details; docs/library.md shows the parts below these functions.
Importing this package loads nothing heavy: torch comes with the first use of a name that needs it.
"""

from typing import TYPE_CHECKING

# Names in the form `X as X` are public as well; `__all__` holds what help(seq2seq) writes out in full.
from seq2seq.errors import CheckpointError as CheckpointError
from seq2seq.errors import ConfigError as ConfigError
from seq2seq.errors import DataError as DataError
from seq2seq.errors import MissingExtra as MissingExtra
from seq2seq.errors import ModelError as ModelError
from seq2seq.errors import Seq2SeqError as Seq2SeqError
from seq2seq.errors import TeacherError as TeacherError
from seq2seq.errors import TrainingError as TrainingError
from seq2seq.errors import TrainingInterrupted as TrainingInterrupted
from seq2seq.version import VERSION

if TYPE_CHECKING:
    from seq2seq.api.diagnosis import diagnose
    from seq2seq.api.distillation import Distilled as Distilled
    from seq2seq.api.distillation import distill as distill
    from seq2seq.api.documents import translate_file
    from seq2seq.api.evaluation import evaluate
    from seq2seq.api.models import inspect, load
    from seq2seq.api.training import TrainingResult as TrainingResult
    from seq2seq.api.training import finetune, train
    from seq2seq.config.decoding import DecodingConfig as DecodingConfig
    from seq2seq.config.load import load_recipe as load_recipe
    from seq2seq.config.recipe import ClassificationRecipe as ClassificationRecipe
    from seq2seq.config.recipe import ForecastingRecipe as ForecastingRecipe
    from seq2seq.config.recipe import GenerationRecipe as GenerationRecipe
    from seq2seq.config.recipe import Recipe as Recipe
    from seq2seq.config.recipe import SynthesisRecipe as SynthesisRecipe
    from seq2seq.config.recipe import TranslationRecipe as TranslationRecipe
    from seq2seq.diagnostics.diagnosis import Diagnosis as Diagnosis
    from seq2seq.inference.classifier import Classified as Classified
    from seq2seq.inference.classifier import TextClassifier as TextClassifier
    from seq2seq.inference.explanation import Explanation as Explanation
    from seq2seq.inference.forecasting.forecast import SeriesForecast as SeriesForecast
    from seq2seq.inference.forecasting.forecaster import SeriesForecaster as SeriesForecaster
    from seq2seq.inference.generator import Generated as Generated
    from seq2seq.inference.generator import Generator as Generator
    from seq2seq.inference.synthesis.synthesizer import Synthesized as Synthesized
    from seq2seq.inference.synthesis.synthesizer import VectorSynthesizer as VectorSynthesizer
    from seq2seq.inference.translation import Translation as Translation
    from seq2seq.inference.translator import Translator as Translator
    from seq2seq.inspection.engine.result import Inspection as Inspection
    from seq2seq.scoring.compare import ModelComparison as ModelComparison
    from seq2seq.scoring.scored import Scored as Scored
    from seq2seq.scoring.systems.compared import Evaluation as Evaluation

__version__ = VERSION

__all__ = ["diagnose", "evaluate", "finetune", "inspect", "load", "train", "translate_file"]

_HOMES = {
    "ClassificationRecipe": "seq2seq.config.recipe",
    "Classified": "seq2seq.inference.classifier",
    "DecodingConfig": "seq2seq.config.decoding",
    "Evaluation": "seq2seq.scoring.systems.compared",
    "Explanation": "seq2seq.inference.explanation",
    "ForecastingRecipe": "seq2seq.config.recipe",
    "Generated": "seq2seq.inference.generator",
    "GenerationRecipe": "seq2seq.config.recipe",
    "Generator": "seq2seq.inference.generator",
    "Inspection": "seq2seq.inspection.engine.result",
    "ModelComparison": "seq2seq.scoring.compare",
    "Recipe": "seq2seq.config.recipe",
    "Scored": "seq2seq.scoring.scored",
    "SeriesForecast": "seq2seq.inference.forecasting.forecast",
    "SeriesForecaster": "seq2seq.inference.forecasting.forecaster",
    "SynthesisRecipe": "seq2seq.config.recipe",
    "Synthesized": "seq2seq.inference.synthesis.synthesizer",
    "TextClassifier": "seq2seq.inference.classifier",
    "TrainingResult": "seq2seq.api.training",
    "Translation": "seq2seq.inference.translation",
    "TranslationRecipe": "seq2seq.config.recipe",
    "Translator": "seq2seq.inference.translator",
    "VectorSynthesizer": "seq2seq.inference.synthesis.synthesizer",
    "Diagnosis": "seq2seq.diagnostics.diagnosis",
    "Distilled": "seq2seq.api.distillation",
    "diagnose": "seq2seq.api.diagnosis",
    "distill": "seq2seq.api.distillation",
    "evaluate": "seq2seq.api.evaluation",
    "finetune": "seq2seq.api.training",
    "inspect": "seq2seq.api.models",
    "load": "seq2seq.api.models",
    "load_recipe": "seq2seq.config.load",
    "train": "seq2seq.api.training",
    "translate_file": "seq2seq.api.documents",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is used (PEP 562)."""
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'seq2seq' has no attribute {name!r}")


def __dir__() -> list[str]:
    """The public names, those not imported yet included."""
    return sorted([*globals(), *_HOMES])
