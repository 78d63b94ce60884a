"""Lines of text, and the prefix of their translations, as token ids, with warnings about them."""

from collections.abc import Sequence
from typing import Final

from seq2seq.errors import ConfigError
from seq2seq.inference.request.input_warnings import InputWarnings
from seq2seq.special import UNK
from seq2seq.text.vocabulary.pair import Vocabulary

MAX_TOKENS: Final = 1000
"""Most source tokens of a line; the rest is cut off, with a warning."""
EMPTY_SOURCE: Final = "nothing left of the source after normalisation"


def read_sources(
    vocabulary: Vocabulary, texts: Sequence[str], start: int, warnings: InputWarnings, *, longest: int | None = None
) -> tuple[dict[int, list[int]], dict[int, str]]:
    """Token ids of every line that has any, and warnings about lines, by row.

    Lines are counted in ``warnings`` from ``start``; those of at least ``longest`` tokens get a warning.
    """
    filled = [row for row, text in enumerate(texts) if text.strip()]
    warnings.lines += len(texts)
    warnings.empty += len(texts) - len(filled)
    sources: dict[int, list[int]] = {}
    notes: dict[int, str] = {}
    for row, ids in zip(filled, vocabulary.encode_batch([texts[row] for row in filled]), strict=True):
        if not ids:
            notes[row] = EMPTY_SOURCE
            continue
        if UNK in ids:
            warnings.add_unknown(start + row + 1, vocabulary.unknown(texts[row]))
        if len(ids) > MAX_TOKENS:
            notes[row] = f"source cut after its first {MAX_TOKENS:,} tokens"
        elif longest is not None and len(ids) >= longest:
            notes[row] = f"source longer than any in training, which had at most {longest - 1:,} tokens"
        sources[row] = ids[:MAX_TOKENS]
    return sources, notes


def read_prefix(vocabulary: Vocabulary, prefix: str) -> list[int]:
    """Token ids of the prefix of every translation.

    Raises:
        ConfigError: the target vocabulary lacks some of its characters.
    """
    ids = vocabulary.encode(prefix)
    if UNK in ids:
        unknown = ", ".join(map(repr, vocabulary.unknown(prefix)))
        problem = f"the model's target vocabulary lacks {unknown} of {prefix!r}"
        raise ConfigError("prefix", [problem], code="inference.unknown-prefix")
    return ids
