"""Segments of a document."""

from collections.abc import Sequence
from dataclasses import dataclass

from seq2seq.config.search_settings import SearchSettings
from seq2seq.documents.engine import DocumentTranslator
from seq2seq.formats.segment import Segment, Target
from seq2seq.server.jobs.engine import TranslationEngine, estimated_tokens
from seq2seq.server.jobs.job import Advance


@dataclass(frozen=True, slots=True)
class SegmentTranslation:
    """Segments are translated."""

    source: str
    target: str

    def run(self, engine: TranslationEngine, segments: Sequence[Segment], advance: Advance) -> list[Target]:
        """What is written for them."""
        model = engine.to(self.target)
        documents = DocumentTranslator(
            model, source_language=self.source, target_language=self.target, markup=model.declared_markup
        )
        return [translated.target for translated in documents.translate(segments, advance=advance)]

    def tokens_of(self, segment: Segment, _default: SearchSettings) -> int:
        """What a segment takes."""
        return estimated_tokens("".join(part for part in segment.content if isinstance(part, str)))
