"""Documents that are written by splicing: translations take the place of segments, all else stays as it is."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from seq2seq.files.encoded_text import EncodedText
from seq2seq.formats.pieces import Lines, Piece, content_of
from seq2seq.formats.segment import Code, Content, Document, Segment, Target


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of a segment in the text of its file. Slots may lie within codes of another one."""

    segment: Segment
    start: int
    end: int
    """The place, in characters; empty where the translation is inserted."""
    spell: Callable[[Target], str]
    """The target in the spelling of the format; codes hold the translations that lie within them already."""
    codes: tuple[tuple[int, int], ...] = ()
    """Places of the segment's codes, in their order, within their data; may be left out if no slot lies within them."""
    inserted: bool = False
    """Whether the target is written even if it equals the segment's content."""


def slot_of(pieces: Sequence[Piece], lines: Lines | int, spell: Callable[[Content], str]) -> Slot:
    """The slot of a segment that consists of pieces, one at least; ``lines`` of the file, or its line alone."""
    codes = tuple((piece.start, piece.end) for piece in pieces if isinstance(piece.value, Code))
    start, end = pieces[0].start, pieces[-1].end
    segment = Segment(content_of(pieces), lines if isinstance(lines, int) else lines.number(start))
    return Slot(segment, start, end, lambda target: spell(target.content), codes)


def speller(escape: Callable[[str], str]) -> Callable[[Content], str]:
    """A function that spells content: codes as they are, words escaped."""

    def spell(content: Content) -> str:
        return "".join(part.data if isinstance(part, Code) else escape(part) for part in content)

    return spell


def splice(text: str, slots: Sequence[Slot], targets: Sequence[Target]) -> str:
    """The text with a target in the place of every slot.

    Args:
        text: the text of the file.
        slots: in the order of the file; one within another follows it.
        targets: one for each slot.
    """
    return _Splicer(text, list(zip(slots, targets, strict=True))).render(0, len(text))


class _Splicer:
    """Writes stretches of a text, slot by slot."""

    def __init__(self, text: str, work: list[tuple[Slot, Target]]) -> None:
        self._text = text
        self._work = work
        self._next = 0

    def render(self, start: int, end: int) -> str:
        """A stretch, with the targets of the slots within it that have not been written yet."""
        parts = []
        while self._next < len(self._work) and self._work[self._next][0].end <= end:
            slot, target = self._work[self._next]
            self._next += 1
            parts += [self._text[start : slot.start], self._slot(slot, target)]
            start = slot.end
        return "".join([*parts, self._text[start:end]])

    def _slot(self, slot: Slot, target: Target) -> str:
        if target.content == slot.segment.content and not slot.inserted:
            return self.render(slot.start, slot.end)
        written: dict[Code, deque[str]] = {}
        originals = (part for part in slot.segment.content if isinstance(part, Code))
        for code, (start, end) in zip(originals, slot.codes, strict=False):
            if self._next < len(self._work) and self._work[self._next][0].start < end:  # it holds a slot itself
                data = code.data.replace(self._text[start:end], self.render(start, end))  # may have a frame of its own
                written.setdefault(code, deque()).append(data)
        if written:
            content = tuple(
                replace(part, data=written[part].popleft()) if isinstance(part, Code) and written.get(part) else part
                for part in target.content
            )
            target = replace(target, content=content)
        return slot.spell(target)


class SplicedDocument(Document):
    """A document that is one text.

    Args:
        text: the text of the file.
        slots: places of its segments, in the order of the file; one within another follows it.
        complete: segments that are translated already.
        substitute: spells a character that the file's encoding lacks by an escape of the format; None: there is none.
    """

    def __init__(
        self,
        text: EncodedText,
        slots: Sequence[Slot],
        *,
        complete: int = 0,
        substitute: Callable[[str], str] | None = None,
    ) -> None:
        self.name = text.name
        self.segments = [slot.segment for slot in slots]
        self.complete = complete
        self._text = text
        self._slots = slots
        self._substitute = substitute

    def write(self, targets: Sequence[Target]) -> bytes:
        """As :meth:`Document.write`.

        Raises:
            DataError: the file's encoding lacks a character of a translation, and the format has no escape for it.
        """
        return self._text.encode(splice(self._text.text, self._slots, targets), self._substitute)
