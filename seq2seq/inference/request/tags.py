"""The tags that a text, or a sequence of vectors, is generated from."""

from typing import Final

from seq2seq.errors import ConfigError
from seq2seq.text.vocabulary.labels import LabelVocabulary
from seq2seq.text.vocabulary.pair import Vocabulary
from seq2seq.wording import listed

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
