"""A model folder with random weights, for measurements that need no training."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import torch

from seq2seq.config.recipe import AnyRecipe
from seq2seq.data.preparing.prepare import prepare
from seq2seq.export.export import export
from seq2seq.model_folder.writing.save import save_folder
from seq2seq.models.build import build_model
from seq2seq.text.vocabulary.pair import VocabularyPair

_ANY_DRIFT: Final = float("inf")
"""The drift of 8-bit networks is meaningless for random weights."""


def save_random_model(path: Path, recipe: AnyRecipe) -> VocabularyPair:
    """Save an exported model of a recipe with random weights; returns its tokenizers.

    Raises:
        ConfigError: a setting is wrong.
        DataError: the corpus is wrong.
    """
    seed = recipe.training.seed
    prepared = prepare(recipe.data, recipe.tokenizer, seed=seed, sides=recipe.sides)
    tokenizers = prepared.tokenizers
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = build_model(
            recipe.model,
            tokenizers.source.size,
            tokenizers.target.size,
            source=recipe.sides.source,
            season=tokenizers.season,
            channels=tokenizers.channels,
        ).eval()
    save_folder(path, model=model, tokenizers=tokenizers, recipe=recipe)
    export(path, max_drift=_ANY_DRIFT)
    return tokenizers


def length_limits(tokenizers: VocabularyPair, references: Sequence[str]) -> dict[str, float]:
    """Settings of `decoding` that fix every output at the mean length of references.

    So an untrained model, which does not stop by itself, does as much work as a trained one.
    """
    lengths = [len(ids) for ids in tokenizers.target.encode_batch(references)]
    mean = max(1, round(sum(lengths) / len(lengths)))
    # A length is limited to the ceiling of ratio x source + extra; the ratio cannot be 0.
    return {"min_length": mean, "max_length_ratio": 1e-9, "max_length_extra": mean - 1}
