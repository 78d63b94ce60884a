"""Translation memories: equal texts, and similar ones."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.fake_translator import FakeTranslator, reverse

from seq2seq.documents.engine import DocumentTranslator
from seq2seq.documents.memory import Memory
from seq2seq.documents.similarity import SimilarTexts, edit_distance, similarity
from seq2seq.errors import DataError
from seq2seq.formats.segment import Code, Part, Segment

B, B_ = Code("<b>", Part.OPEN, "b"), Code("</b>", Part.CLOSE, "b")
UNITS = [
    (3, "The dog sleeps in the house.", "Der Hund schläft im Haus."),
    (7, "Delete {0} files.", "{0} Dateien löschen."),
    (9, "Two sentences. In one unit.", "Zwei Sätze in einem."),
]
TMX = """<?xml version="1.0"?>
<tmx version="1.4"><header srclang="en"/><body>
<tu><tuv xml:lang="en"><seg>The dog sleeps.</seg></tuv><tuv xml:lang="de"><seg>Der Hund schläft.</seg></tuv></tu>
{more}
</body></tmx>"""


def reference_distance(first: str, second: str) -> int:
    row = list(range(len(second) + 1))
    for number, character in enumerate(first, 1):
        last, row[0] = row[:], number
        for place, other in enumerate(second, 1):
            row[place] = min(last[place] + 1, row[place - 1] + 1, last[place - 1] + (character != other))
    return row[-1]


@given(st.text("abcé ", max_size=70), st.text("abcé ", max_size=70))
def test_the_edit_distance(first: str, second: str) -> None:
    assert edit_distance(first, second) == reference_distance(first, second)


@given(st.lists(st.text("abc ", max_size=12), min_size=1, max_size=30), st.text("abc ", max_size=12))
def test_the_index_finds_the_most_similar_text(texts: list[str], text: str) -> None:
    found = SimilarTexts(texts, 0.6).find(text)
    best = max(similarity(text, other) for other in texts)
    if best < 0.6:
        assert found is None
    else:
        assert found is not None
        assert found[1] == best
        assert similarity(text, texts[found[0]]) == best


def translate(memory: Memory, *content: str | Code) -> tuple[str, list[str], DocumentTranslator, FakeTranslator]:
    engine = DocumentTranslator(model := FakeTranslator(reverse), memory=memory)
    (result,) = engine.translate([Segment(content, 1)])
    text = "".join(part.data if isinstance(part, Code) else part for part in result.target.content)
    return text, [flag.code for flag in result.flags], engine, model


def test_an_equal_sentence_has_the_memory_s_translation() -> None:
    text, flags, engine, model = translate(Memory(UNITS), " A cat. The dog sleeps  in the house. ")
    assert (text, flags) == (" A tac. Der Hund schläft im Haus. ", [])
    assert model.asked == ["A cat."]
    assert engine.report.exact == 1
    (used,) = engine.report.used
    assert (used.line, used.memory_line, used.similarity) == (1, 3, 1.0)


def test_a_whole_segment_comes_before_its_sentences() -> None:
    assert translate(Memory(UNITS), " Two sentences. In one unit. ")[0] == " Zwei Sätze in einem. "


def test_a_whole_segment_is_found_by_a_similar_one() -> None:
    memory = Memory(
        [*UNITS, (11, "Many dogs bark.", "Viele Hunde bellen."), (12, "In one unit.", "In einem.")], threshold=0.8
    )
    text, flags, engine, model = translate(memory, "Two sentences! In one unit.")
    assert (text, flags) == ("Zwei Sätze in einem.", ["documents.fuzzy-match"])
    assert (engine.report.exact, engine.report.fuzzy, model.asked) == (0, 1, [])


def test_sentences_that_are_all_there_come_before_a_similar_segment() -> None:
    memory = Memory([*UNITS, (11, "Two sentences!", "Zwei!"), (12, "In one unit.", "In einem.")], threshold=0.8)
    text, flags, *_ = translate(memory, "Two sentences! In one unit.")
    assert (text, flags) == ("Zwei! In einem.", [])


def test_placeholders_of_the_memory_are_its_own() -> None:
    assert translate(Memory(UNITS), "Delete {0} files.")[:2] == ("{0} Dateien löschen.", [])
    text, flags, *_ = translate(Memory(UNITS, threshold=0.8), "Delete {1} files.")
    assert text == "{0} Dateien löschen."
    assert flags == ["documents.fuzzy-match", "documents.spans-differ"]


def test_codes_are_placed_in_the_memory_s_translation() -> None:
    text, flags, *_ = translate(Memory(UNITS), B, "The dog sleeps in the house.", B_)
    assert (text, flags) == ("<b>Der Hund schläft im Haus.</b>", [])
    text, flags, *_ = translate(Memory(UNITS), "The ", B, "dog", B_, " sleeps in the house.")
    assert (text, flags) == ("Der <b>Hund</b> schläft im Haus.", ["documents.no-attention"])


def test_a_similar_sentence_is_flagged() -> None:
    text, flags, engine, _ = translate(Memory(UNITS, threshold=0.8), "The dog sleeps in the mouse.")
    assert (text, flags) == ("Der Hund schläft im Haus.", ["documents.fuzzy-match"])
    assert engine.report.fuzzy == 1
    assert translate(Memory(UNITS, threshold=0.99), "The dog sleeps in the mouse.")[1] == []


def test_the_languages_of_a_file(write: Callable[[str, str], Path]) -> None:
    path = write("memory.tmx", TMX.format(more=""))
    for source, target in (("en", "de"), ("", ""), ("en-GB", ""), ("", "de")):
        match = Memory.read(path, source=source, target=target).find("The dog sleeps.")
        assert match is not None
        assert match.target == "Der Hund schläft."
    match = Memory.read(path, source="de", target="en").find("Der Hund schläft.")
    assert match is not None
    with pytest.raises(DataError) as caught:
        Memory.read(path, source="fr", target="de")
    assert caught.value.code == "data.no-language"
    more = '<tu><tuv xml:lang="fr"><seg>Le chien.</seg></tuv><tuv xml:lang="de"><seg>Der Hund.</seg></tuv></tu>'
    path = write("three.tmx", TMX.format(more=more))
    with pytest.raises(DataError) as caught:
        Memory.read(path, source="", target="")
    assert caught.value.code == "data.no-language"
