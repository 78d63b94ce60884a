"""Characters that should not be in a text: controls, invisible or lost ones, other normal forms, wrong encodings."""

import unicodedata
from typing import Final

from seq2seq.data.tables.problems import describe_character
from seq2seq.inspection.engine.batch import Batch
from seq2seq.inspection.engine.example import Spot
from seq2seq.inspection.engine.finding import Check
from seq2seq.inspection.engine.texts import CONTROL, INVISIBLE, MISREAD, REPLACEMENT, UNCOMPOSED, tables
from seq2seq.inspection.repair.mojibake import followers, repair_mojibake
from seq2seq.inspection.repair.text_repair import compose, invisible

EMPTY: Final = Check(
    "empty", "a side is blank", "Leave the pair out (training does), or find the text that belongs there.", "left out"
)
CONTROLS: Final = Check(
    "control",
    "control characters",
    "Remove them. Those from U+0080 to U+009F are mostly Windows-1252 that was read as Latin-1.",
    "removed outside of code; U+0080 to U+009F become the characters of Windows-1252",
)
ZERO_WIDTH: Final = Check(
    "zero-width",
    "invisible characters",
    "Remove them: to a model, a word with such a character in it is another word.",
    "removed outside of code, but where a script or an emoji needs them",
)
LOST: Final = Check(
    "lost-character",
    "characters that were lost",
    "Read the original again with its true encoding: U+FFFD, or a code point for private use, stands for what "
    "could not be decoded, and cannot be restored.",
    "left out",
)
NORMALISATION: Final = Check(
    "normalisation",
    "not in the normal form NFC",
    "Normalise to NFC (`unicodedata.normalize` in Python), or keep `tokenizer.normalisation: nmt_nfkc`: otherwise the "
    "same word is spelt in two ways.",
    "normalised to NFC outside of code",
)
MOJIBAKE: Final = Check(
    "mojibake",
    "UTF-8 that was read as another encoding",
    "Read the original again as UTF-8; where only this copy is left, the characters can be restored.",
    "turned back outside of code",
)
CHECKS: Final = (EMPTY, CONTROLS, ZERO_WIDTH, LOST, NORMALISATION, MOJIBAKE)


def check_empty(batch: Batch, filled: tuple[str, ...]) -> None:
    """Find sides that hold only white space."""
    for side in filled:
        batch.add(EMPTY, batch.side(side).blank, lambda _, side=side: f"the {side} is blank", out=True)  # type: ignore[misc]


def check_characters(batch: Batch, side: str) -> None:
    """Run the checks of this module on one side."""
    texts = batch.side(side)

    def flagged(row: int, flag: int) -> Spot:
        text, flags = texts.texts[row], tables().flags
        return _at(text, next(place for place, character in enumerate(text) if flags[ord(character)] & flag), side)

    batch.add(CONTROLS, texts.having(CONTROL), lambda row: flagged(row, CONTROL), repairable=True)
    hidden = {
        row: place for row in texts.having(INVISIBLE).tolist() if (place := invisible(texts.texts[row])) is not None
    }
    batch.add(ZERO_WIDTH, list(hidden), lambda row: _at(texts.texts[row], hidden[row], side), repairable=True)
    batch.add(LOST, texts.having(REPLACEMENT), lambda row: flagged(row, REPLACEMENT), out=True)
    uncomposed = [row for row in texts.having(UNCOMPOSED).tolist() if compose(texts.texts[row]) != texts.texts[row]]
    batch.add(NORMALISATION, uncomposed, lambda row: _uncomposed(texts.texts[row], side), repairable=True)
    suspects = texts.before(MISREAD, followers()).tolist()
    repaired = {row: better for row in suspects if (better := repair_mojibake(texts.texts[row])) != texts.texts[row]}
    batch.add(MOJIBAKE, list(repaired), lambda row: _differing(texts.texts[row], repaired[row], side), repairable=True)


def _at(text: str, place: int, side: str) -> Spot:
    """A character, and its place."""
    return Spot(f"{describe_character(text[place])} at character {place + 1} of the {side}", side, place, place + 1)


def _uncomposed(text: str, side: str) -> Spot:
    """The first characters that have another normal form."""
    normal = compose(text)
    differs = (place for place, (one, other) in enumerate(zip(text, normal, strict=False)) if one != other)
    place = next(differs, min(len(text), len(normal)) - 1)
    # A combining mark is only visible with its letter.
    start = max(place - 1, 0) if unicodedata.combining(text[place]) else place
    codes = " ".join(f"U+{ord(character):04X}" for character in text[place : place + 2])
    what = f"{codes} at character {place + 1} of the {side} would be U+{ord(normal[place]):04X} ('{normal[place]}')"
    return Spot(what, side, start, place + 2)


def _differing(text: str, better: str, side: str) -> Spot:
    """The stretch in which two texts differ."""
    start = next((place for place, (one, other) in enumerate(zip(text, better, strict=False)) if one != other), 0)
    end = 0
    while end < min(len(text), len(better)) - start and text[-1 - end] == better[-1 - end]:
        end += 1
    was, is_now = text[start : len(text) - end], better[start : len(better) - end]
    return Spot(f"'{was[:20]}' in the {side} was '{is_now[:20]}'", side, start, start + len(was))
