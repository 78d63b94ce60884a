"""A small training run on a stream of shards."""

from pathlib import Path

from support import toy

from seq2seq.config.data import StreamConfig
from seq2seq.config.recipe import TranslationRecipe

SHARDS = 5
PAIRS = toy.reversal_pairs(260 + 40)


def stream(folder: Path, **training: object) -> TranslationRecipe:
    """The recipe of :func:`support.toy.recipe`, whose training pairs come in five shards, two of them an epoch."""
    recipe = toy.recipe(folder, **training)
    (folder / "shards").mkdir(exist_ok=True)
    for shard in range(SHARDS):
        toy.write_pairs(folder / "shards" / f"{shard}.tsv", PAIRS[:260][shard::SHARDS])
    data = recipe.data.model_copy(update={"train": str(folder / "shards"), "stream": StreamConfig(shards=2)})
    return recipe.model_copy(update={"data": data})
