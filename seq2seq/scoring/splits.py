"""Scores of a model on examples or on a split of its recipe, whatever its task."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from seq2seq import log
from seq2seq.config.recipe import (
    AnyRecipe,
    ClassificationRecipe,
    ForecastingRecipe,
    GenerationRecipe,
    SynthesisRecipe,
    TranslationRecipe,
)
from seq2seq.data.reading.examples import Examples
from seq2seq.data.reading.sources import SplitName, read_split
from seq2seq.errors import ConfigError, DataError
from seq2seq.evaluation.word_tokenisation import WordTokenisation
from seq2seq.extras import require
from seq2seq.inference.classifier import TextClassifier
from seq2seq.inference.engines.open import EngineOptions
from seq2seq.inference.forecasting.forecaster import SeriesForecaster
from seq2seq.inference.generator import Generator
from seq2seq.inference.load import build_pipeline
from seq2seq.inference.pipeline import Pipeline
from seq2seq.inference.synthesis.synthesizer import VectorSynthesizer
from seq2seq.inference.translator import Translator
from seq2seq.model_folder.read import ModelFolder, read_folder
from seq2seq.scoring import classification, forecasting, translation
from seq2seq.scoring.evaluation_set import EvaluationSet
from seq2seq.scoring.scored import Report, Scored
from seq2seq.scoring.series_data import own_windows
from seq2seq.text.vocabulary.pair import VocabularyPair

if TYPE_CHECKING:
    from seq2seq.data.preparing.prepare import Prepared
    from seq2seq.data.preparing.split import Split


def open_to_score(path: str | Path, **options: Unpack[EngineOptions]) -> tuple[ModelFolder, Pipeline]:
    """Load a model for :func:`score`, as ``open_pipeline`` does; what generates, by torch, for likelihoods.

    Raises:
        ConfigError: another engine is chosen for a model that generates.
        MissingExtra: torch is needed, and not installed.
    """

    def build(folder: ModelFolder) -> tuple[ModelFolder, Pipeline]:
        if isinstance(folder.recipe, GenerationRecipe | SynthesisRecipe):
            require("torch", f"{path}: computing likelihoods")
            engine = options.get("engine", "auto")
            if engine not in ("auto", "torch"):
                problem = f"likelihoods are computed by torch, not by {engine!r}"
                raise ConfigError("engine", [problem], code="inference.engine")
            options["engine"] = "torch"
        return folder, build_pipeline(folder, options)

    return read_folder(path, build)


def score(loaded: ModelFolder, pipeline: Pipeline, examples: Examples) -> Scored[Report]:
    """Score a model on examples, by the metrics of its task.

    Raises:
        DataError: there is nothing to score.
    """
    sketch = loaded.description.sketch
    match loaded.recipe:
        case TranslationRecipe():
            assert isinstance(pipeline, Translator)
            config = pipeline.decoding.model_copy(update={"nbest": 1})
            words = WordTokenisation.of([examples.targets], tokenize=loaded.recipe.training.validation.tokenize)
            evaluation_set = EvaluationSet.from_examples(examples)
            return translation.score(pipeline, evaluation_set, config, words=words, sketch=sketch)
        case ClassificationRecipe():
            assert isinstance(pipeline, TextClassifier)
            return classification.score(pipeline, examples, sketch=sketch)
        case GenerationRecipe():
            from seq2seq.scoring import generation

            assert isinstance(pipeline, Generator)
            return generation.score(pipeline, examples, windows=loaded.recipe.training.batch.windows, sketch=sketch)
        case SynthesisRecipe():
            from seq2seq.scoring import synthesis

            assert isinstance(pipeline, VectorSynthesizer)
            return synthesis.score(pipeline, examples, sketch=sketch)
        case ForecastingRecipe():
            raise TypeError("forecasts are scored on windows of series: seq2seq.scoring.forecasting.score")


def score_split(loaded: ModelFolder, pipeline: Pipeline, split: SplitName) -> Scored[Report] | None:
    """Score a model on a split of its recipe, without what takes long; None: the recipe has none."""
    if isinstance(pipeline, SeriesForecaster):
        held_out = own_windows(loaded, split)
        if held_out is None:
            return None
        return forecasting.score(pipeline, *held_out, ets=len(held_out[0]) <= forecasting.FEW)
    examples = read_own(loaded.recipe, split, loaded.tokenizers)
    return None if examples is None else score(loaded, pipeline, examples)


def read_own(recipe: AnyRecipe, split: SplitName, tokenizers: VocabularyPair) -> Examples | None:
    """A split of a model's recipe, or one that was held out of its training data; None: there is none."""
    data = recipe.data
    examples = read_split(data, split, sides=recipe.sides)
    if examples is not None or (split == "test" and not data.test_size):
        return examples
    prepared = _prepared(recipe, tokenizers)
    held_out = prepared.test if split == "test" else prepared.dev
    if held_out is None:
        return None
    return Examples.held_out(held_out, f"{data.train or data.path}, {split} held out")


def training_texts(recipe: AnyRecipe, tokenizers: VocabularyPair) -> Iterator[str]:
    """The targets that a model was trained on."""
    return (target for _, target in _prepared(recipe, tokenizers).train.pairs())


def training_split(recipe: AnyRecipe, tokenizers: VocabularyPair) -> "Split":
    """The examples that a model was trained on, tokenised.

    Raises:
        DataError: they are missing, or have changed.
    """
    prepared = _prepared(recipe, tokenizers)
    if prepared.tokenizers.fingerprint != tokenizers.fingerprint:
        place = recipe.data.train or recipe.data.path
        raise DataError(f"{place}: not the data that the model was trained on", code="data.changed")
    return prepared.train


def _prepared(recipe: AnyRecipe, tokenizers: VocabularyPair) -> "Prepared":
    """The data of a model, prepared as for training, usually from the cache."""
    require("pyarrow", "Preparing a model's data")
    from seq2seq.data.preparing.prepare import prepare

    with log.muted(mute=True):  # everything was reported before the model was trained
        return prepare(
            recipe.data,
            recipe.tokenizer,
            seed=recipe.training.seed,
            sides=recipe.sides,
            # A vocabulary learnt from the data is learnt again; one that came from another model cannot be.
            tokenizers=tokenizers if recipe.initial_model is not None else None,
            whole=recipe.training.batch.windows is not None,
        )


def save_test_score(path: Path) -> Scored[Report] | None:
    """Score a model on its recipe's test split, and save the scores in its folder; None: there is no such split."""
    from seq2seq.model_folder.writing.update import write_scores

    loaded, pipeline = open_to_score(path)
    scored = score_split(loaded, pipeline, "test")
    if scored is not None:
        write_scores(loaded.path, {"test": scored.to_dict()})
    return scored
