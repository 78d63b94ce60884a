"""The tags that a text, or a sequence of vectors, is generated from."""

from collections.abc import Iterable
from itertools import chain
from typing import Final

from seq2seq import log
from seq2seq.errors import ConfigError
from seq2seq.text.vocabulary.labels import LabelVocabulary
from seq2seq.text.vocabulary.pair import Vocabulary
from seq2seq.wording import listed, plural

_SHOWN: Final = 20
"""Most tags that an error names."""


def encode_tags(vocabulary: Vocabulary, tags: str) -> list[int]:
    """Ids of tags.

    Raises:
        ConfigError: the model does not know a tag.
    """
    unknown = vocabulary.unknown(tags)
    if unknown:
        known = vocabulary.names if isinstance(vocabulary, LabelVocabulary) else ()
        choice = f"it knows {listed(known, _SHOWN, quote=str)}" if known else "it takes no tags"
        problem = f"the model does not know {', '.join(map(repr, unknown))}; {choice}"
        raise ConfigError("tags", [problem], code="inference.unknown-tag")
    return vocabulary.encode(tags)


def warn_unknown_tags(vocabulary: Vocabulary, every: Iterable[str], name: str) -> None:
    """Warn of rows of data whose tags a model does not know, which it reads as one that it has not learnt."""
    unknown = [found for tags in every if (found := vocabulary.unknown(tags))]
    if unknown:
        tags = listed(list(dict.fromkeys(chain.from_iterable(unknown))))
        rows = plural(len(unknown), "row")
        log.warn(f"{name}: {rows} with tags that the model does not know: {tags}", code="evaluation.unknown-tag")
