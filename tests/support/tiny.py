"""Model folders with random weights, small enough to be built in a blink: for tests of everything but learning."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import torch

from seq2seq.config.data import DataConfig
from seq2seq.config.decoding import DecodingConfig, GenerationConfig
from seq2seq.config.forecast import ForecastConfig
from seq2seq.config.model import (
    AttentionConfig,
    DecoderConfig,
    EncoderConfig,
    ForecasterConfig,
    ManyToManyConfig,
    ManyToOneConfig,
    OneToManyConfig,
    SeriesDecoderConfig,
    SeriesEncoderConfig,
)
from seq2seq.config.recipe import (
    ClassificationRecipe,
    ForecastingRecipe,
    GenerationRecipe,
    Recipe,
    TranslationRecipe,
)
from seq2seq.config.tokenizer import TokenizerConfig
from seq2seq.config.training import BatchConfig, TrainingConfig, WindowsConfig
from seq2seq.model_folder.writing.save import save_folder
from seq2seq.models.build import Model, build_model
from seq2seq.models.classifier import Classifier
from seq2seq.models.forecaster import Forecaster
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.text.tokenizer import Tokenizer
from seq2seq.text.vocabulary.labels import LabelVocabulary
from seq2seq.text.vocabulary.pair import VocabularyPair
from seq2seq.text.vocabulary.series import SeriesFormat
from seq2seq.text.vocabulary.training import train_tokenizer

SOURCES = (
    "the dog sleeps",
    "the cat sees the small dog",
    "a bird sings in the morning",
    "where is the old house",
    "we do not see the red bird",
    "my sister reads a long letter today",
    "he has twenty-one books",
    "the train leaves at half past three",
)
TARGETS = (
    "der Hund schläft",
    "die Katze sieht den kleinen Hund",
    "ein Vogel singt am Morgen",
    "wo ist das alte Haus",
    "wir sehen den roten Vogel nicht",
    "meine Schwester liest heute einen langen Brief",
    "er hat einundzwanzig Bücher",
    "der Zug fährt um halb vier ab",
)


_CHARACTERS = TokenizerConfig(kind="char", vocabulary=60)
_TUNE_CHARACTERS = TokenizerConfig(kind="char", vocabulary=60, normalisation="identity")


@cache
def tokenizers(*, joint: bool = True) -> VocabularyPair:
    """Character tokenizers of the sentences above."""
    config = TokenizerConfig(kind="char", vocabulary=60, joint=joint)
    if joint:
        both = train_tokenizer([*SOURCES, *TARGETS], config)
        return VocabularyPair(source=both, target=both)
    return VocabularyPair(source=_trained(SOURCES, config), target=_trained(TARGETS, config))


def _trained(sentences: tuple[str, ...], config: TokenizerConfig) -> Tokenizer:
    return train_tokenizer(sentences, config)


def recipe(
    *, attention: bool = True, joint: bool = True, tied: bool = False, max_length: int = 256
) -> TranslationRecipe:
    """A recipe of a tiny model."""
    return TranslationRecipe(
        data=DataConfig.model_validate_json(f'{{"path": "nowhere", "filters": {{"max_length": {max_length}}}}}'),
        tokenizer=TokenizerConfig(kind="char", vocabulary=60, joint=joint),
        model=ManyToManyConfig(
            embedding=12,
            tied="all" if tied else "none",
            encoder=EncoderConfig(hidden=10),
            decoder=DecoderConfig(hidden=14, layers=2),
            attention=AttentionConfig() if attention else None,
        ),
        training=TrainingConfig(max_steps=1),
        decoding=DecodingConfig(beam=3, max_length_ratio=1.0, max_length_extra=3),
    )


def model(of: TranslationRecipe, *, seed: int = 0, scale: float = 3.0) -> Seq2Seq:
    """Random weights; ``scale`` above 1 makes the model more decided, so that no two tokens are nearly as likely."""
    built = random_model(of, tokenizers(joint=of.tokenizer.joint), seed=seed, scale=scale)
    assert isinstance(built, Seq2Seq)
    return built


def random_model(of: Recipe, both: VocabularyPair, *, seed: int = 0, scale: float = 3.0) -> Model:
    """The network of a recipe, of whichever task, with random weights."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        built = build_model(
            of.model,
            both.source.size,
            both.target.size,
            source=of.sides.source,
            season=both.season,
            channels=both.channels,
        ).eval()
        with torch.no_grad():
            for parameter in built.parameters():
                parameter.mul_(scale)
    return built


def save(path: Path, *, attention: bool = True, joint: bool = True, tied: bool = False, max_length: int = 256) -> Path:
    """Write a model folder of random weights."""
    of = recipe(attention=attention, joint=joint, tied=tied, max_length=max_length)
    save_folder(
        path,
        model=model(of),
        tokenizers=tokenizers(joint=joint),
        recipe=of,
        name="tiny",
        data={"fingerprint": "0123abcd", "train": 8},
    )
    return path


# ---------------------------------------------------------------------------------------------------- text to label

LABELS = ("animal", "house", "other")
"""In the order in which they are collected."""
LABELLED = tuple(
    zip(SOURCES, ("animal", "animal", "animal", "house", "animal", "other", "other", "other"), strict=True)
)


@cache
def label_tokenizers() -> VocabularyPair:
    """Characters of the sources above, and the labels."""
    return VocabularyPair(_trained(SOURCES, _CHARACTERS), LabelVocabulary.collect(LABELS, separated=False))


def classification_recipe(data: DataConfig | None = None) -> ClassificationRecipe:
    """A recipe of a tiny classifier."""
    return ClassificationRecipe(
        task="classification",
        data=data or DataConfig(path="nowhere"),
        tokenizer=_CHARACTERS,
        model=ManyToOneConfig(embedding=12, encoder=EncoderConfig(hidden=10)),
        training=TrainingConfig(max_steps=1),
    )


def classifier(*, seed: int = 0, scale: float = 3.0) -> Classifier:
    """Random weights."""
    built = random_model(classification_recipe(), label_tokenizers(), seed=seed, scale=scale)
    assert isinstance(built, Classifier)
    return built


def save_classifier(path: Path, data: DataConfig | None = None, *, temperature: float | None = None) -> Path:
    """Write a classifier of random weights; ``temperature``: what validation found."""
    save_folder(
        path,
        model=classifier(),
        tokenizers=label_tokenizers(),
        recipe=classification_recipe(data),
        name="tiny",
        measured={} if temperature is None else {"calibration": {"temperature": temperature}},
    )
    return path


# ------------------------------------------------------------------------------------- tags, or nothing, to text

TAGS = ("K:D", "K:G", "M:3/4", "M:6/8")
"""In the order in which they are collected."""
TUNES = (
    ("M:6/8 K:G", "GBd gdB|c2A AGA|BGB dcB|A3 A3|"),
    ("M:6/8 K:D", "dfa afd|e2c cBc|dfd ABc|d3 d3|"),
    ("M:3/4 K:G", "G2 B2 d2|c2 A2 F2|G2 B2 d2|g6|"),
    ("M:3/4 K:D", "d2 f2 a2|g2 e2 c2|d2 A2 F2|D6|"),
)


@cache
def tune_tokenizers(*, tags: bool = True) -> VocabularyPair:
    """The tags, and characters of the tunes above."""
    names = LabelVocabulary.collect(TAGS if tags else (), separated=True)
    return VocabularyPair(names, _trained(tuple(tune for _, tune in TUNES), _TUNE_CHARACTERS))


def generation_recipe(
    data: DataConfig | None = None, *, windows: bool = False, decoding: GenerationConfig | None = None
) -> GenerationRecipe:
    """A recipe of a tiny generator; ``windows``: of a language model, whose text goes on."""
    batch = BatchConfig(windows=WindowsConfig(tokens=8, streams=2) if windows else None)
    return GenerationRecipe(
        task="generation",
        data=data or DataConfig.model_validate({"path": "nowhere", "columns": {"source": None if windows else 0}}),
        tokenizer=_TUNE_CHARACTERS,
        model=OneToManyConfig(embedding=12, decoder=DecoderConfig(hidden=14), feed_context=True),
        training=TrainingConfig(max_steps=1, batch=batch),
        decoding=decoding or GenerationConfig(max_length_extra=30),
    )


def generator(*, tags: bool = True, seed: int = 0, scale: float = 2.0) -> Seq2Seq:
    """Random weights."""
    built = random_model(generation_recipe(), tune_tokenizers(tags=tags), seed=seed, scale=scale)
    assert isinstance(built, Seq2Seq)
    return built


def save_generator(
    path: Path, data: DataConfig | None = None, *, tags: bool = True, decoding: GenerationConfig | None = None
) -> Path:
    """Write a generator of random weights; without ``tags``, a language model that is read in windows."""
    of = generation_recipe(data, windows=not tags, decoding=decoding)
    save_folder(path, model=generator(tags=tags), tokenizers=tune_tokenizers(tags=tags), recipe=of, name="tiny")
    return path


# ------------------------------------------------------------------------------------------ series to their next steps


@cache
def series_format(channels: Sequence[str] = ()) -> VocabularyPair:
    """Of monthly series without covariates; several channels are read together."""
    both = SeriesFormat(
        frequency="monthly", season=12, horizon=6, context=24, calendar=("month of year",), channels=channels
    )
    return VocabularyPair(both, both)


def forecasting_recipe(data: DataConfig | None = None, *, attention: bool = False) -> ForecastingRecipe:
    """A recipe of a tiny forecaster."""
    return ForecastingRecipe(
        task="forecasting",
        data=data or DataConfig(train="nowhere.csv", forecast=ForecastConfig(horizon=6, context=24)),
        model=ForecasterConfig(
            embedding=6,
            encoder=SeriesEncoderConfig(hidden=8),
            decoder=SeriesDecoderConfig(hidden=8),
            attention=AttentionConfig() if attention else None,
        ),
        training=TrainingConfig(max_steps=1),
    )


def forecaster(*, attention: bool = False, seed: int = 0, channels: Sequence[str] = ()) -> Forecaster:
    """Random weights."""
    built = random_model(forecasting_recipe(attention=attention), series_format(channels), seed=seed, scale=1.0)
    assert isinstance(built, Forecaster)
    return built


def save_forecaster(
    path: Path, data: DataConfig | None = None, *, attention: bool = False, channels: Sequence[str] = ()
) -> Path:
    """Write a forecaster of random weights."""
    of, network = forecasting_recipe(data, attention=attention), forecaster(attention=attention, channels=channels)
    save_folder(path, model=network, tokenizers=series_format(channels), recipe=of, name="tiny")
    return path
