"""Sources, and the prefix of their translations, as a network reads them, with warnings about them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from seq2seq.errors import ConfigError
from seq2seq.inference.base import text_list
from seq2seq.inference.request.input_warnings import InputWarnings
from seq2seq.inference.request.vectors import read_sequences
from seq2seq.special import UNK
from seq2seq.text.vocabulary.channels import Channels
from seq2seq.text.vocabulary.pair import Vocabulary

MAX_TOKENS: Final = 1000
"""Most source tokens of a line; the rest is cut off, with a warning."""
EMPTY_SOURCE: Final = "nothing left of the source after normalisation"


def list_sources(vocabulary: Vocabulary, sources: Iterable[Any]) -> list[Any]:
    """Sources as a list: texts, or sequences of vectors, as their JSON or as numbers.

    Raises:
        TypeError: ``sources`` is one string, or an entry is not a string where text is read.
    """
    return [*sources] if isinstance(vocabulary, Channels) and not isinstance(sources, str) else text_list(sources)


def read_sources(
    vocabulary: Vocabulary, texts: Sequence[Any], start: int, warnings: InputWarnings, *, longest: int | None = None
) -> tuple[Mapping[int, Any], dict[int, str]]:
    """Token ids of every line that has any, or vectors (S, N), and warnings about lines, by row.

    Lines are counted in ``warnings`` from ``start``; those longer than ``longest`` (tokens with EOS, or steps) get a
    warning.

    Raises:
        DataError: an entry is no sequence of vectors, or has other channels than the model.
    """
    if isinstance(vocabulary, Channels):
        return read_sequences(vocabulary, texts, start, warnings, longest=longest)
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
    ids = vocabulary.encode(prefix) if prefix else []
    if UNK in ids:
        unknown = ", ".join(map(repr, vocabulary.unknown(prefix)))
        problem = f"the model's target vocabulary lacks {unknown} of {prefix!r}"
        raise ConfigError("prefix", [problem], code="inference.unknown-prefix")
    return ids
