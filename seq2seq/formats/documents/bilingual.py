"""Bilingual documents: translations are filled in beside their sources, which stay."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import islice
from typing import NamedTuple, Protocol

from seq2seq.files.encoded_text import EncodedText
from seq2seq.formats.segment import Document, Target
from seq2seq.formats.splice import Slot, splice


class Edit(NamedTuple):
    """A stretch of a file, in characters, and its replacement."""

    start: int
    end: int
    text: str


class Gap(Protocol):
    """A place of a bilingual document at which translations are missing."""

    @property
    def slots(self) -> Sequence[Slot]:
        """The segments of its source; there may be none, if it has no words."""

    def edits(self, targets: Sequence[Target]) -> Iterable[Edit]:
        """The edits that fill it, with a target for each slot. Of those at one place, the first comes first."""


class BilingualDocument(Document):
    """A document with gaps. They are filled also where a translation equals its source.

    Args:
        text: the file.
        gaps: in the order of the file.
        complete: segments that are translated already.
        once: edits that are made if there are gaps.
        substitute: as for :meth:`EncodedText.encode`.
    """

    def __init__(
        self,
        text: EncodedText,
        gaps: Sequence[Gap],
        *,
        complete: int,
        once: Iterable[Edit] = (),
        substitute: Callable[[str], str] | None = None,
    ) -> None:
        self.name = text.name
        self.complete = complete
        self.segments = [slot.segment for gap in gaps for slot in gap.slots]
        self._text = text
        self._gaps = gaps
        self._once = list(once) if gaps else []
        self._substitute = substitute

    def write(self, targets: Sequence[Target]) -> bytes:
        """As :meth:`Document.write`.

        Raises:
            DataError: the file's encoding lacks a character of a translation.
        """
        edits = list(self._once)
        rest = iter(targets)
        for gap in self._gaps:
            edits += gap.edits(list(islice(rest, len(gap.slots))))
        parts: list[str] = []
        position = 0
        for edit in sorted(edits, key=lambda edit: edit[:2]):
            parts += [self._text.text[position : edit.start], edit.text]
            position = edit.end
        return self._text.encode("".join([*parts, self._text.text[position:]]), self._substitute)


def flags_of(targets: Iterable[Target]) -> list[str]:
    """Why a person has to look at a gap: each reason once, on one line."""
    return list(dict.fromkeys(" ".join(target.flag.split()) for target in targets if target.flag))


def spliced_stretch(text: str, start: int, end: int, slots: Sequence[Slot], targets: Sequence[Target]) -> str:
    """A stretch of a text, with targets in the place of those slots that are within it."""
    inside = [
        (replace(slot, start=slot.start - start, end=slot.end - start, codes=()), target)
        for slot, target in zip(slots, targets, strict=True)
        if start <= slot.start and slot.end <= end
    ]
    return splice(text[start:end], [slot for slot, _ in inside], [target for _, target in inside])
