"""Translated text as ``seq2seq translate`` writes it: lines, columns, JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seq2seq.cli.streams import Answer
    from seq2seq.config.search_settings import SearchSettings
    from seq2seq.documents.engine import DocumentTranslator
    from seq2seq.inference.request.input_warnings import InputWarnings
    from seq2seq.inference.translation import Translation
    from seq2seq.inference.translator import Translator

Advance = Callable[[float], None]
_COLUMN_BREAK = re.compile(r"[\t\r\n]+")
_LINE_BREAK = re.compile(r"[\r\n]+")


def whole_lines(translator: Translator, config: SearchSettings, *, prefix: str, scores: bool, as_json: bool) -> Answer:
    """Translates each line as one sentence."""
    from seq2seq.documents.records import line_record

    def answer(texts: list[str], before: int, warnings: InputWarnings, advance: Advance | None) -> Iterator[str]:
        found = translator.translate_nbest(
            texts, config, start=before, warnings=warnings, alignments=as_json, prefix=prefix, advance=advance
        )
        for number, (source, translations) in enumerate(zip(texts, found, strict=True), start=before + 1):
            if as_json:
                yield _json(line_record(number, source, translations))
            else:
                yield from _columns(number, translations, nbest=config.nbest, scores=scores)

    return answer


def paragraphs(documents: DocumentTranslator, *, as_json: bool) -> Answer:
    """Translates each line as a paragraph, sentence by sentence."""
    from seq2seq.documents.records import paragraph_record
    from seq2seq.documents.text import translate_lines

    def answer(texts: list[str], before: int, warnings: InputWarnings, advance: Advance | None) -> Iterable[str]:
        documents.warnings = warnings
        lines = translate_lines(documents, texts, number=before, advance=advance)
        if not as_json:
            return [line.target for line in lines]
        return [_json(paragraph_record(number, line)) for number, line in enumerate(lines, before + 1)]

    return answer


def _columns(number: int, translations: Sequence[Translation], *, nbest: int, scores: bool) -> Iterator[str]:
    """What is written for one line that is translated whole."""
    for translation in translations:
        columns = [str(number)] if nbest > 1 else []
        columns += [f"{translation.score:.4f}"] if scores else []
        if columns:
            yield "\t".join([*columns, _COLUMN_BREAK.sub(" ", translation.text)])
        else:
            yield _LINE_BREAK.sub(" ", translation.text)


def _json(record: dict[str, object]) -> str:
    return json.dumps(record, ensure_ascii=False)
