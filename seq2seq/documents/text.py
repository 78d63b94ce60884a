"""Plain text, window by window: each line is a paragraph, and comes out as a line."""

import codecs
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from seq2seq.documents.engine import DocumentTranslator
from seq2seq.documents.spans.inline import parse_content, text_of
from seq2seq.documents.translated import Translated
from seq2seq.files.encoded_text import EncodedText
from seq2seq.formats.documents.plain import parse_plain
from seq2seq.formats.segment import Segment
from seq2seq.inference.translation import Translation

_BOM: Final = "\ufeff"


@dataclass(frozen=True, slots=True)
class TranslatedLine:
    """A line of a text, and its translation."""

    source: str
    target: str
    paragraph: Translated | None
    """None: it has no words."""

    def translation(self) -> Translation:
        """The sentences' translations as one."""
        sentences = self.paragraph.sentences if self.paragraph else ()
        return combine([one.translation for one in sentences if one.translation is not None], self.target)


def translate_lines(
    engine: DocumentTranslator, lines: Sequence[str], *, number: int = 0, advance: Callable[[float], None] | None = None
) -> list[TranslatedLine]:
    """Translate a window of lines; indents, marks of lists and line ends stay.

    Lines without letters are copied if the languages are known.

    Args:
        engine: translates the paragraphs.
        lines: at least one, with or without their ends.
        number: lines before them.
        advance: called with the number of lines finished since its last call, a fraction included.
    """
    texts = [line.rstrip("\r\n").replace("\r", " ") for line in lines]
    document = parse_plain(_as_file("\n".join(texts)))
    worded = {segment.line - 1 for segment in document.segments}
    segments: list[Segment] = []
    if not engine.knows_languages:  # they may be digits that are sorted, say
        rest = [(place, text) for place, text in enumerate(texts) if text.strip() and place not in worded]
        segments = [Segment((text,), place + 1) for place, text in rest]
    scale = len(texts) / max(len(document.segments) + len(segments), 1)

    def translate(segments: Sequence[Segment], *, wordless: bool) -> list[Translated]:
        return engine.translate(
            [replace(segment, line=number + segment.line) for segment in segments],
            wordless=wordless,
            advance=(lambda count: advance(count * scale)) if advance else None,
        )

    results = translate(document.segments, wordless=False)
    written = document.write([result.target for result in results]).decode().split("\n")
    for result in translate(segments, wordless=True):
        written[result.segment.line - number - 1] = text_of(parse_content(result.target.content))
        results.append(result)
    paragraphs = {result.segment.line - number - 1: result for result in results}
    if advance and not paragraphs:
        advance(len(texts))
    return [
        TranslatedLine(line, target + line[len(line.rstrip("\r\n")) :], paragraphs.get(place))
        for place, (line, target) in enumerate(zip(lines, written, strict=True))
    ]


def _as_file(text: str) -> EncodedText:
    """A window as the content of a file: a byte order mark is none of its words; nothing else in it is a mark."""
    content = text.removeprefix(_BOM)
    return EncodedText("the text", content, mark=codecs.BOM_UTF8 if content != text else b"")


def combine(translations: Sequence[Translation], text: str) -> Translation:
    """The translations of a paragraph's sentences as one.

    Log-probabilities add up; the score is the mean by tokens, the confidence the least of the sentences. Pieces follow
    each other, and the ends of all sentences are the end of the source in the alignment.
    """
    if len(translations) == 1:
        return replace(translations[0], text=text)
    lengths = [max(len(one.tokens), 1) for one in translations]
    end = sum(len(one.source_tokens) for one in translations)
    links: list[tuple[int, int, float]] = []
    targets = sources = 0
    for one in translations:
        count = len(one.source_tokens)
        links += [
            (targets + target, sources + source if source < count else end, weight)
            for target, source, weight in one.alignment or ()
        ]
        targets, sources = targets + len(one.tokens), sources + count
    confidences = [one.confidence for one in translations if one.confidence is not None]
    notes = dict.fromkeys(one.note for one in translations if one.note)
    return Translation(
        text=text,
        score=sum(one.score * length for one, length in zip(translations, lengths, strict=True)) / max(sum(lengths), 1),
        log_prob=sum(one.log_prob for one in translations),
        tokens=tuple(token for one in translations for token in one.tokens),
        source_tokens=tuple(token for one in translations for token in one.source_tokens),
        alignment=tuple(links) if any(one.alignment is not None for one in translations) else None,
        confidence=min(confidences) if len(confidences) == len(translations) > 0 else None,
        terms=tuple(use for one in translations for use in one.terms),
        note="; ".join(notes) or None,
    )
