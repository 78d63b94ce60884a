import pytest

from seq2seq.files.encoded_text import EncodedText
from seq2seq.formats.pieces import Lines, Piece
from seq2seq.formats.segment import Code, Content, Segment, Target
from seq2seq.formats.splice import Slot, SplicedDocument, slot_of, speller, splice

TEXT = 'Press [img "red button"] to stop.\nEnd.'
IMAGE = Code('[img "red button"]')
LINES = Lines(TEXT)


def _slots() -> list[Slot]:
    outer = [Piece("Press ", 0, 6), Piece(IMAGE, 6, 24), Piece(" to stop.", 24, 33)]
    inner = [Piece("red button", 12, 22)]
    last = [Piece("End.", 34, 38)]
    return [slot_of(pieces, LINES, speller(str.upper)) for pieces in (outer, inner, last)]


def _document() -> SplicedDocument:
    return SplicedDocument(EncodedText("a.txt", TEXT), _slots())


def test_segments_have_their_lines() -> None:
    assert [segment.line for segment in _document().segments] == [1, 1, 2]
    assert _document().segments[0].content == ("Press ", IMAGE, " to stop.")


@pytest.mark.parametrize(
    ("contents", "written"),
    [
        ((None, None, None), TEXT),
        ((None, None, ("fin",)), 'Press [img "red button"] to stop.\nFIN'),
        ((None, ("knob",), None), 'Press [img "KNOB"] to stop.\nEnd.'),
        ((("stop: ", IMAGE), ("knob",), None), 'STOP: [img "KNOB"]\nEnd.'),
        ((("stop: ", IMAGE), None, None), 'STOP: [img "red button"]\nEnd.'),
        ((("stop",), ("knob",), ("fin",)), "STOP\nFIN"),
    ],
)
def test_a_slot_within_a_code_of_another(contents: tuple[Content | None, ...], written: str) -> None:
    document = _document()
    targets = [
        Target(segment.content if content is None else content)
        for segment, content in zip(document.segments, contents, strict=True)
    ]
    assert document.write(targets) == written.encode()


def test_equal_codes_keep_the_order_of_what_lies_within_them() -> None:
    text = "a <x> b <x>"
    code = Code("<x>")
    outer = [Piece("a ", 0, 2), Piece(code, 2, 5), Piece(" b ", 5, 8), Piece(code, 8, 11)]
    slots = [slot_of(outer, Lines(text), speller(str))]
    slots += [slot_of([Piece("x", at, at + 1)], Lines(text), speller(str)) for at in (3, 9)]
    targets = [Target(("B ", code, " A ", code)), Target(("1",)), Target(("2",))]
    assert splice(text, slots, targets) == "B <1> A <2>"


def test_what_is_inserted_is_written_even_if_it_equals_its_source() -> None:
    slot = Slot(Segment(("End.",), 2), 38, 38, lambda target: f" = {target.content[0]}{target.flag}", inserted=True)
    assert splice(TEXT, [slot], [Target(("End.",), "check")]) == f"{TEXT} = End.check"


def test_a_target_is_needed_for_every_segment() -> None:
    with pytest.raises(ValueError, match="zip"):
        _document().write([])


def test_characters_that_the_encoding_lacks_are_escaped() -> None:
    text = EncodedText("a.txt", "End.", "ascii")
    slot = slot_of([Piece("End.", 0, 4)], Lines("End."), speller(str))
    document = SplicedDocument(text, [slot], substitute=lambda one: f"<{ord(one):x}>")
    assert document.write([Target(("Größe",))]) == b"Gr<f6><df>e"
