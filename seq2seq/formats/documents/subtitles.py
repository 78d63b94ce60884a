"""Subtitles: SubRip (SRT) and WebVTT (W3C, 2019). The text of a cue is translated; times, settings and notes stay."""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

from seq2seq.errors import DataError
from seq2seq.files.encoded_text import EncodedText, decode_text
from seq2seq.formats.entities import unescape
from seq2seq.formats.pieces import Lines, Piece, groups_of, split_pieces
from seq2seq.formats.segment import Code, Content, Part
from seq2seq.formats.splice import Slot, SplicedDocument, slot_of, speller
from seq2seq.formats.wrapping import balance, cells, is_wide

_TIME: Final = r"(?:\d+:)?\d{1,2}:\d\d[.,]\d{1,3}"
_TIMING: Final = re.compile(rf"[ \t]*{_TIME}[ \t]*-->[ \t]*{_TIME}(?!\d)")
_NUMBER: Final = re.compile(r"\s*\d+\s*")
_DASH: Final = re.compile(r"(?:<[^<>]*>|\{[^{}]*\}|[ \t])*(?P<dash>[-‐–—][ \t]*)(?=\S)")
"""The beginning of a line that another person says."""
_MUSIC: Final = "[♩♪♫♬]+"
_TAG: Final = re.compile(
    r"<rt(?:\.[^<>]*)?>[^<]*(?:</rt>)?"
    rf"|<(?P<end>/?)(?P<tag>b|i|u|s|br|font|c|v|ruby|rt|lang)(?=[\s.>/])[^<>]*>|<{_TIME}>"
    rf"|\{{\\(?P<style>[bius])(?P<on>[01])\}}|\{{[\\/]?[^{{}}\s][^{{}}]*\}}|{_MUSIC}|(?-i:\\N)",
    re.IGNORECASE,
)
_LINE_ENDS: Final = "\r\n"
_MOST_LINES: Final = 2
"""Lines of a cue, unless it had more."""


def read_srt(data: bytes, where: str) -> SplicedDocument:
    """SubRip: the text of a cue is a segment, or what each person says in it.

    Translations are broken into two lines at most, or as many as there were, as wide as the widest of the file.

    Raises:
        DataError: there is no cue in it, or it is no text.
    """
    return _read(decode_text(data, where), vtt=False)


def read_vtt(data: bytes, where: str) -> SplicedDocument:
    """WebVTT, as :func:`read_srt`; it is written in UTF-8."""
    return _read(decode_text(data, where).as_utf8(), vtt=True)


def _read(text: EncodedText, *, vtt: bool) -> SplicedDocument:
    lines = Lines(text.text)
    bounds = pairwise([*lines.starts, len(text.text)])
    spans = [(start, start + len(text.text[start:end].rstrip(_LINE_ENDS))) for start, end in bounds]
    timings = [place for place, (start, end) in enumerate(spans) if _TIMING.match(text.text, start, end)]
    if not timings and text.text.strip() and not text.text.startswith("WEBVTT"):
        raise DataError(
            f"{text.name}: no subtitles: no line such as 00:01:02{',.'[vtt]}500 --> 00:01:04{',.'[vtt]}000.\n"
            "  If it is another kind of file, name its kind with --format.",
            code="data.not-subtitles",
        )
    cues = [
        cue
        for timing, following in pairwise([*timings, len(spans)])
        for cue in _cues(text.text, spans[timing + 1 : following], vtt=vtt, last=following == len(spans))
    ]
    plain = (_TAG.sub("", text.text[start:end]).strip() for cue in cues for start, end in cue)
    width = max((cells((line,)) for line in plain), default=1)
    line_end = "\r\n" if "\r\n" in text.text else "\n"
    slots: list[Slot] = []
    for cue in cues:
        speeches = list(_speeches(text.text, cue))
        for speech in speeches:
            spell = _cue_speller(width, max(len(speech), _MOST_LINES if len(speeches) == 1 else 1), line_end, vtt=vtt)
            slots += [slot_of(group, lines, spell) for group in groups_of(list(_pieces(text.text, speech, vtt=vtt)))]
    return SplicedDocument(text, slots)


def _cues(text: str, spans: list[tuple[int, int]], *, vtt: bool, last: bool) -> Iterator[list[tuple[int, int]]]:
    """The lines of text between a line with times and the next one, at most one list in WebVTT."""
    if spans and not last and not vtt and _NUMBER.fullmatch(text, *spans[-1]):
        spans = spans[:-1]  # the number of the next cue
    cue: list[tuple[int, int]] = []
    for start, end in spans:
        if text[start:end].strip():
            cue.append((start, end))
        elif vtt:
            break
        elif cue:
            yield cue
            cue = []
    if cue:
        yield cue


def _speeches(text: str, cue: list[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    """The lines of each person."""
    speech = cue[:1]
    for start, end in cue[1:]:
        if _DASH.match(text, start, end):
            yield speech
            speech = []
        speech.append((start, end))
    yield speech


def _pieces(text: str, speech: list[tuple[int, int]], *, vtt: bool) -> Iterator[Piece]:
    before = None
    for start, end in speech:
        if before is not None:
            spaced = not (is_wide(text[before - 1]) and is_wide(text[start]))
            yield Piece(" " * spaced, before, start)
        dash = _DASH.match(text, start, end)
        if dash is not None:
            first, last = dash.span("dash")
            yield from _line(text, start, first, vtt=vtt)
            yield Piece(Code(dash["dash"], breaks=True), first, last)
            start = last
        yield from _line(text, start, end, vtt=vtt)
        before = end


def _line(text: str, start: int, end: int, *, vtt: bool) -> Iterator[Piece]:
    return split_pieces(text, start, end, _TAG, _code, unescape if vtt else str)


def _code(tag: re.Match[str]) -> Code:
    """The code of a tag, or of a reading. Positions of a cue and notes of music are no part of the sentence beside."""
    if tag["style"] is not None:
        return Code(tag[0], Part.OPEN if tag["on"] == "1" else Part.CLOSE, tag["style"])
    if tag["tag"] is None:
        return Code(tag[0], breaks=tag[0][0] != "<")
    name = tag["tag"].lower()
    if name == "br":
        return Code(tag[0], breaks=True)
    return Code(tag[0], Part.CLOSE if tag["end"] else Part.OPEN, name)


def _cue_speller(width: int, lines: int, line_end: str, *, vtt: bool) -> Callable[[Content], str]:
    spell = speller(_escape if vtt else lambda words: words.replace("-->", "->"))  # else a line may look like times
    return lambda content: line_end.join(map(spell, balance(content, width, lines)))


def _escape(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;").replace("-->", "--&gt;")
