from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, cast

import pytest
from support.fake_translator import FakeTranslator

from seq2seq.config.decoding import DecodingConfig, GenerationConfig
from seq2seq.documents.engine import DocumentTranslator
from seq2seq.documents.text import translate_lines
from seq2seq.formats.segment import Segment
from seq2seq.inference.request.direction import Direction
from seq2seq.inference.request.input_warnings import InputWarnings
from seq2seq.inference.translation import Translation
from seq2seq.inference.translator import Translator
from seq2seq.server.jobs.detail import DetailedTranslation
from seq2seq.server.jobs.engine import Kind, TranslationEngine, estimated_tokens
from seq2seq.server.jobs.generation import Draft
from seq2seq.server.jobs.segments import SegmentTranslation
from seq2seq.text.markup.spans import Span


class Fake(FakeTranslator):
    """Its n-th translation of a sentence has n marks at its end; of a sentence with "one", there is one."""

    direction = Direction()

    def translate_nbest(
        self,
        texts: Iterable[str],
        config: DecodingConfig | None = None,
        *,
        start: int = 0,
        warnings: InputWarnings | None = None,
        alignments: bool = False,
        spans: Sequence[Sequence[Span]] | None = None,
        advance: Callable[[int], None] | None = None,
    ) -> list[list[Translation]]:
        assert config is not None
        assert config.nbest <= config.beam
        texts = list(texts)
        best = super().translate_nbest(
            texts, config, start=start, warnings=warnings, alignments=alignments, spans=spans, advance=advance
        )
        return [
            [replace(first, text=first.text + "'" * rank) for rank in range(1 if "one" in text else config.nbest)]
            for text, (first,) in zip(texts, best, strict=True)
        ]


class FakeTo(FakeTranslator):
    """It has one direction."""

    direction = Direction()


def engine(model: Any) -> TranslationEngine:
    return TranslationEngine(cast(Translator, model))


def test_lines_are_translated_as_a_text_is() -> None:
    lines = ["  The dog sleeps. The cat {name} sees it!", "* 42", "Where is http://a.example?", "", "The dog sleeps."]
    direct = DocumentTranslator(FakeTranslator(str.upper), source_language="en", target_language="de")
    expected = [line.target for line in translate_lines(direct, lines)]
    assert engine(Fake(str.upper)).translate(Kind("en", "de"), lines) == [(text,) for text in expected]


def test_lines_of_a_batch_do_not_touch_each_other() -> None:
    model = engine(Fake(str.upper))
    lines = ["%PDF-1.4 x", "PK\x03\x04 y", "\ufeffa b", "\x0cc\u2028d", "- e", "<b>f", "</b> g", "1. h", "\ti"]
    together = model.translate(Kind("en", "de"), lines)
    assert together == [model.translate(Kind("en", "de"), [line])[0] for line in lines]


def test_sentences_of_all_ranks_are_translated_once() -> None:
    fake = Fake(str.upper)
    engine(fake).translate(Kind("en", "de", nbest=3), ["A dog sleeps. A cat sleeps.", "A dog sleeps."])
    assert sorted(fake.asked) == ["A cat sleeps.", "A dog sleeps."]


def test_an_alternative_has_the_best_of_sentences_that_have_no_other() -> None:
    answers = engine(Fake(str.upper)).translate(Kind("en", "de", nbest=3), ["Two dogs. The one cat."])
    assert answers == [("TWO DOGS. THE ONE CAT.", "TWO DOGS.' THE ONE CAT.", "TWO DOGS.'' THE ONE CAT.")]


def test_texts_without_a_second_translation_have_one() -> None:
    assert engine(Fake(str.upper)).translate(Kind("en", "de", nbest=2), ["one", "12"]) == [("ONE",), ("12",)]


def test_tags_of_html_stay_and_texts_keep_apart() -> None:
    texts = ['<p>The <b>dog</b> &amp; cat.</p><img alt="a bird">', "no tags", "<p>open", "</p><script>var x;</script>"]
    answers = engine(Fake(str.upper)).translate(Kind("en", "de", "html"), texts)
    assert answers == [
        ('<p>THE <b>DOG</b> &amp; CAT.</p><img alt="A BIRD">',),
        ("NO TAGS",),
        ("<p>OPEN",),
        ("</p><script>var x;</script>",),
    ]


def test_html_is_text_whatever_encoding_it_declares() -> None:
    text = '<meta charset="iso-8859-1"><p>größer</p>'
    assert engine(Fake(str.title)).translate(Kind("de", "en", "html"), [text]) == [(text.replace("größer", "Größer"),)]


def test_the_direction_of_a_model_with_several_is_chosen() -> None:
    class Several(Fake):
        direction = Direction(("<2de>", "<2fr>"))

        def to(self, language: str) -> "Several":
            chosen = Several(lambda word: f"{word}-{language}")
            chosen.direction = self.direction.to(language)
            return chosen

    model = engine(Several())
    assert model.translate(Kind("en", "fr"), ["dog"]) == [("dog-fr",)]
    assert model.translate(Kind("en", "de"), ["dog"]) == [("dog-de",)]


def test_tokens_are_estimated_from_bytes() -> None:
    assert estimated_tokens("") == 1
    assert estimated_tokens("The dog sleeps.") == 4
    assert estimated_tokens("狗在睡觉") == 4


def test_a_search_takes_more_the_larger_its_beam() -> None:
    text, own = "x" * 39, DecodingConfig(beam=5)
    assert Kind("en", "de").tokens_of(text, own) == 10
    assert Kind("en", "de", nbest=3).tokens_of(text, own) == 10
    assert Kind("en", "de", nbest=11).tokens_of(text, own) == 22
    assert DetailedTranslation("en", "de").tokens_of(text, own) == 10
    assert DetailedTranslation("en", "de", beam=20).tokens_of(text, own) == 40
    assert DetailedTranslation("en", "de", beam=1).tokens_of(text, own) == 2
    assert DetailedTranslation("en", "de", nbest=10, prefix=text).tokens_of(text, own) == 40
    assert DetailedTranslation("en", "de", beam=4).tokens_of(text, DecodingConfig(beam=1)) == 40
    sampled = Draft({"method": "beam", "beam": 4}, most=9)
    assert sampled.tokens_of("", GenerationConfig()) == 40
    assert Draft({}, most=9).tokens_of("", GenerationConfig()) == 10


def test_a_batch_ends_between_its_parts_if_that_is_wanted() -> None:
    class LeftError(Exception):
        pass

    def advance(_done: float) -> None:
        raise LeftError

    for job in (Kind("en", "de"), Kind("en", "de", "html"), DetailedTranslation("en", "de")):
        with pytest.raises(LeftError):
            job.run(engine(Fake(str.upper)), ["a text"], advance)
    with pytest.raises(LeftError):
        SegmentTranslation("en", "de").run(engine(FakeTo(str.upper)), [Segment(("a text",), 1)], advance)
