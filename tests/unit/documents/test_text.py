"""Plain text in windows: no line of it is taken for the beginning of a file."""

import pytest
from support.fake_translator import FakeTranslator, reverse

from seq2seq.documents.engine import DocumentTranslator
from seq2seq.documents.text import translate_lines


@pytest.mark.parametrize(("line", "target"), [("%PDF-1 is", "%FDP-1 si"), ("{\\rtf dog", "{\\ftr god")])
def test_a_window_may_begin_like_a_file_of_another_kind(line: str, target: str) -> None:
    engine = DocumentTranslator(FakeTranslator(reverse))
    assert [one.target for one in translate_lines(engine, [line + "\n"], number=2_048)] == [target + "\n"]


def test_a_byte_order_mark_stays_and_is_no_word() -> None:
    engine = DocumentTranslator(model := FakeTranslator(reverse))
    (found,) = translate_lines(engine, ["\ufeffdog\n"])
    assert found.target == "\ufeffgod\n"
    assert model.asked == ["dog"]
