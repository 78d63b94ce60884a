"""Translations as records for JSON, with all that is known of them."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Final

from seq2seq.documents.text import TranslatedLine
from seq2seq.documents.translated import Sentence
from seq2seq.inference.translation import Translation

Record = dict[str, object]
_OUTPUT: Final = ("score", "log_prob", "source_tokens", "tokens", "alignment", "confidence", "terms", "note")
"""Facts about the output for a sentence, in their order."""


def line_record(number: int, source: str, translations: Sequence[Translation]) -> Record:
    """A line that was translated whole.

    Args:
        number: of the line, from 1.
        source: the line.
        translations: of it, at least one, best first.
    """
    return {
        "line": number,
        "source": source,
        "translation": translations[0].text,
        "source_tokens": translations[0].source_tokens,
        "translations": [{"text": translation.text} | _fields(translation) for translation in translations],
    }


def paragraph_record(number: int, line: TranslatedLine) -> Record:
    """A line that was translated sentence by sentence: as one that was translated whole, and its sentences and flags.

    Args:
        number: of the line, from 1.
        line: with its translation.
    """
    paragraph = line.paragraph
    return {
        **line_record(number, line.source, [line.translation()]),
        "sentences": [] if paragraph is None else [_sentence(sentence) for sentence in paragraph.sentences],
        "flags": [] if paragraph is None else [{"code": flag.code, "text": str(flag)} for flag in paragraph.flags],
    }


def _fields(translation: Translation) -> Record:
    return {
        "score": translation.score,
        "log_prob": translation.log_prob,
        "tokens": translation.tokens,
        "alignment": translation.alignment,
        "confidence": translation.confidence,
        "terms": [asdict(use) for use in translation.terms],
        "note": translation.note,
    }


def _sentence(sentence: Sentence) -> Record:
    """A sentence of a paragraph: as a line that is translated whole, and what the memory has for it."""
    translation, match = sentence.translation, sentence.match
    return {
        "source": sentence.source,
        "translation": sentence.target,
        **dict.fromkeys(_OUTPUT),
        **({} if translation is None else {"source_tokens": translation.source_tokens} | _fields(translation)),
        "memory": match and {"source": match.source, "similarity": match.similarity, "line": match.line},
    }
