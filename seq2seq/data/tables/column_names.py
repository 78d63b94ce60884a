"""What columns are usually called."""

from typing import Final

from seq2seq.formats.languages import language_of, without_suffix

SOURCES: Final = ("source", "src", "input", "text", "sentence", "word")
"""Usual names of columns of source texts."""
TARGETS: Final = ("target", "tgt", "trg", "output", "translation", "text")
"""Usual names of columns of target texts."""
LABELS: Final = ("label", "labels", "target", "class", "category", "sentiment", "topic", "intent")
"""Usual names of columns of labels."""
VECTORS: Final = ("source", "vectors", "series", "sequence", "values", "signal")
"""Usual names of columns of sequences of vectors."""
VECTOR_TARGETS: Final = ("target", *VECTORS[1:])
"""The same of targets."""
TAGS: Final = ("tags", "tag", "source", "prompt")
HEADERS: Final = frozenset((*SOURCES, *TARGETS, *LABELS, *TAGS, "id", "group", "domain"))


def names_a_column(name: str) -> bool:
    """Whether this is a usual name of a column, or a language."""
    return without_suffix(name) in HEADERS or language_of(name) is not None
