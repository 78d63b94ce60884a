"""A model folder with random weights, small enough to be built in a blink: for tests of everything but learning."""

from functools import cache
from pathlib import Path

import torch

from seq2seq.config.data import DataConfig
from seq2seq.config.decoding import DecodingConfig
from seq2seq.config.model import AttentionConfig, DecoderConfig, EncoderConfig, ModelConfig
from seq2seq.config.recipe import Recipe
from seq2seq.config.tokenizer import TokenizerConfig
from seq2seq.config.training import TrainingConfig
from seq2seq.inference.folder import save_folder
from seq2seq.models.build import build_model
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.text.tokenizer import Tokenizer, Tokenizers
from seq2seq.text.vocabulary import train_tokenizer

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


@cache
def tokenizers(*, joint: bool = True) -> Tokenizers:
    """Character tokenizers of the sentences above."""
    config = TokenizerConfig(kind="char", vocabulary=60, joint=joint)
    if joint:
        both = train_tokenizer([*SOURCES, *TARGETS], config)
        return Tokenizers(source=both, target=both)
    return Tokenizers(source=_trained(SOURCES, config), target=_trained(TARGETS, config))


def _trained(sentences: tuple[str, ...], config: TokenizerConfig) -> Tokenizer:
    return train_tokenizer(sentences, config)


def recipe(*, attention: bool = True, joint: bool = True, tied: bool = False, max_length: int = 256) -> Recipe:
    """A recipe of a tiny model."""
    return Recipe(
        data=DataConfig.model_validate_json(f'{{"path": "nowhere", "filters": {{"max_length": {max_length}}}}}'),
        tokenizer=TokenizerConfig(kind="char", vocabulary=60, joint=joint),
        model=ModelConfig(
            embedding=12,
            tied="all" if tied else "none",
            encoder=EncoderConfig(hidden=10),
            decoder=DecoderConfig(hidden=14, layers=2),
            attention=AttentionConfig() if attention else None,
        ),
        training=TrainingConfig(max_steps=1),
        decoding=DecodingConfig(beam=3, max_length_ratio=1.0, max_length_extra=3),
    )


def model(of: Recipe, *, seed: int = 0, scale: float = 3.0) -> Seq2Seq:
    """Random weights; ``scale`` above 1 makes the model more decided, so that no two tokens are nearly as likely."""
    both = tokenizers(joint=of.tokenizer.joint)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        built = build_model(of.model, both.source.size, both.target.size).eval()
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
