"""Whether a translator should copy the markup of its texts as symbols (`data.protect`)."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from seq2seq.inspection.engine.batch import Batch
from seq2seq.text.markup.recognise import Kind, Markup, Span
from seq2seq.wording import plural

LEAST: Final = 0.02
"""Least share of rows with the same markup on both sides at which it is suggested."""
_LANGUAGE: Final = 0.05
"""Least share of the marked rows that use a language which is suggested."""
_LANGUAGES: Final = {
    Kind.TAG: Markup.HTML,
    Kind.ENTITY: Markup.HTML,
    Kind.TEMPLATE: Markup.HTML,
    Kind.ROLE: Markup.REST,
    Kind.DIRECTIVE: Markup.REST,
    Kind.EMPHASIS: Markup.MARKDOWN,
}


@dataclass
class CommonMarkup:
    """Counts the rows in which both sides have the same markup."""

    rows: int = 0
    marked: int = 0
    """Rows in which some markup of the source is in the target, too."""
    languages: Counter[Markup] = field(default_factory=Counter)
    """Marked rows by the languages of that markup."""

    def add(self, batch: Batch) -> None:
        """Count the rows of a batch."""
        self.rows += len(batch)
        targets = batch.marked("target").spans
        for row, spans in batch.marked("source").spans.items():
            source, target = batch.sources[row], batch.targets[row]
            others = {target[span.start : span.end] for span in targets.get(row, ())}
            common = [
                span for span in spans if span.kind is not Kind.IDENTIFIER and source[span.start : span.end] in others
            ]
            self.marked += bool(common)
            self.languages.update({language for span in common if (language := _language(span, source))})

    def note(self) -> str | None:
        """The suggestion, for people; None: there is hardly any markup."""
        if self.marked <= LEAST * self.rows:
            return None
        languages = [name for name in Markup if self.languages[name] >= _LANGUAGE * self.marked]
        setting = f"data.protect=[{','.join(languages)}]" if languages else "tokenizer.symbols=[urls]"
        return (
            f"{plural(self.marked, 'row')} ({self.marked / self.rows:.1%}) with the same markup on both sides; "
            f"to copy it into translations: --set {setting}"
        )


def _language(span: Span, text: str) -> Markup | None:
    """The markup language that a span is of; None: any."""
    own = text[span.start : span.end]
    match span.kind:
        case Kind.PLACEHOLDER if own.startswith("%"):
            return Markup.PRINTF
        case Kind.PLACEHOLDER:
            return Markup.REST if own.startswith("|") else Markup.ICU
        case Kind.LINK:
            return Markup.REST if "_" in (span.name[-1:], own[-1:]) else Markup.MARKDOWN
        case Kind.CODE:
            return Markup.REST if span.name == "``" else Markup.MARKDOWN
        case _:
            return _LANGUAGES.get(span.kind)
