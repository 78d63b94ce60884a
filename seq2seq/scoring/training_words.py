"""How often words occur in the sources that a model was trained on."""

from collections import Counter
from contextlib import closing
from typing import Final

from seq2seq import log
from seq2seq.data.reading.sources import find_splits
from seq2seq.data.tables.problems import BadRows
from seq2seq.errors import ConfigError, DataError, MissingExtra
from seq2seq.evaluation.breakdown.rarity import RARE, WordCounts
from seq2seq.evaluation.breakdown.words import words_of
from seq2seq.model_folder.read import ModelFolder

MOST: Final = 1_000_000
"""Training sentences that are read, at most: they take about ten seconds."""


def training_word_counts(folder: ModelFolder, *, spaced: bool) -> WordCounts | None:
    """Count the words of the training sources that a recipe names; None: they cannot be read here."""
    counts, rows = Counter[str](), 0
    try:
        with log.muted(mute=True):
            source = find_splits(folder.own_data, ("train",), sides=folder.recipe.sides)["train"]
        if source is None:
            return None
        with closing(source.rows(BadRows())) as blocks:
            for _, block in blocks:
                for text in block.sources:
                    counts.update(words_of(text, spaced=spaced))
                rows += len(block.sources)
                if rows >= MOST:
                    break
    except (ConfigError, DataError, MissingExtra, OSError):
        return None
    unit = "words" if spaced else "characters"
    read = f"the first {rows:,} training sentences" if rows >= MOST else f"the {rows:,} training sentences"
    note = f"Rare {unit} occur {RARE} times or less in {read} of {source.name}."
    return WordCounts(counts, RARE, spaced, note)
