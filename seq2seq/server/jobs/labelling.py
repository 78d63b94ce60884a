"""Labels of texts."""

from collections.abc import Sequence
from dataclasses import dataclass

from seq2seq.config.search_settings import SearchSettings
from seq2seq.inference.classifier import Classified, TextClassifier
from seq2seq.inference.explanation import MAX_SPANS, Explanation
from seq2seq.server.jobs.engine import estimated_tokens
from seq2seq.server.jobs.job import Advance


@dataclass(frozen=True, slots=True)
class Labelling:
    """Texts are labelled."""

    def run(self, engine: TextClassifier, texts: Sequence[str], advance: Advance) -> list[Classified]:
        """Their labels."""
        return engine.classify(texts, advance=advance)

    def tokens_of(self, text: str, _default: SearchSettings) -> int:
        """What a text takes."""
        return estimated_tokens(text)


@dataclass(frozen=True, slots=True)
class Explaining:
    """Texts are labelled, and the words that speak for and against the labels are looked for."""

    label: str | None = None
    """Explained instead of the most probable one."""

    def run(self, engine: TextClassifier, texts: Sequence[str], advance: Advance) -> list[Explanation]:
        """Their labels, and the effect of each word."""
        return engine.explain(texts, label=self.label, advance=advance)

    def tokens_of(self, text: str, _default: SearchSettings) -> int:
        """What a text takes, which is classified once without each word."""
        return estimated_tokens(text) * (min(len(text.split()), MAX_SPANS) + 1)
