"""A translator that copies spans: whatever its model prefers, they come out as often as they went in."""

from collections import Counter
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from support import tiny
from support.refused import refused
from support.toy_stepper import ToyStepper, only

from seq2seq.config.data import DataConfig
from seq2seq.config.decoding import DecodingConfig
from seq2seq.config.tokenizer import TokenizerConfig
from seq2seq.inference.request.input_warnings import InputWarnings
from seq2seq.inference.translator import Translator
from seq2seq.search.hypothesis import APPENDED
from seq2seq.special import EOS
from seq2seq.text.markup.spans import Kind, Part, Span
from seq2seq.text.protection import Protection
from seq2seq.text.tokenizer import Tokenizer
from seq2seq.text.vocabulary.pair import VocabularyPair
from seq2seq.text.vocabulary.training import train_tokenizer

SOURCES = [
    "press <b>the red bird</b> to keep {0}",
    "{0} of {1}, then {0}",
    "a train",
    "ACME sees &lt; and `code`",
]


PROTECTION = Protection.from_config(
    DataConfig(path="nowhere", protect=("html", "icu")), TokenizerConfig(symbols=("ACME",))
)
assert PROTECTION is not None


@cache
def tokenizer(*, reverse: bool = False) -> Tokenizer:
    symbols = PROTECTION.symbols[::-1] if reverse else PROTECTION.symbols
    return train_tokenizer(
        [*tiny.SOURCES, *tiny.TARGETS], TokenizerConfig(kind="char", vocabulary=300), symbols=symbols
    )


def made(*, joint: bool = True, **decoding: object) -> Translator:
    source, target = tokenizer(), tokenizer(reverse=not joint)
    stepper = ToyStepper(target.size, seed=1, end=2.0)
    config = DecodingConfig.model_validate({"beam": 2, "max_length_ratio": 1.0, "max_length_extra": 2, **decoding})
    return Translator(stepper, VocabularyPair(source, target), config, protection=PROTECTION)


def spans(text: str) -> Counter[str]:
    own = [text[span.start : span.end] for span in PROTECTION.find(text) if span.kind is not Kind.IDENTIFIER]
    return Counter([*own, *["ACME"] * text.count("ACME")])


@pytest.mark.parametrize("joint", [True, False], ids=["joint", "separate"])
@pytest.mark.parametrize("decoding", [{"beam": 1}, {"beam": 3, "nbest": 3}, {"method": "sample", "nbest": 2}])
def test_the_spans_of_a_source_are_those_of_its_translations(joint: bool, decoding: dict[str, object]) -> None:
    translator = made(joint=joint, **decoding)
    for source, translations in zip(SOURCES, translator.translate_nbest(SOURCES), strict=True):
        for translation in translations:
            assert spans(translation.text) == spans(source)
            assert "lost" not in (translation.note or "")
            assert "".join(translation.tokens).replace("▁", " ").strip() == translation.text


def test_pieces_of_the_source_show_the_spans() -> None:
    ((translation,),) = made().translate_nbest(SOURCES[:1])
    assert "".join(translation.source_tokens).replace("▁", " ").strip() == SOURCES[0]
    assert {"<b>", "</b>", "{0}"} <= set(translation.source_tokens)


def test_given_spans_are_copied_instead_of_those_that_are_found() -> None:
    given = [[Span(0, 3, Kind.TAG, Part.OPEN), Span(8, 11, Kind.TAG, Part.CLOSE)], []]
    first, second = made().translate_nbest(["the dog and {0}", "{0}"], spans=given)
    assert "the" in first[0].tokens
    assert first[0].tokens.index("the") < first[0].tokens.index("and")
    assert "{0}" not in second[0].tokens


def test_spans_are_refused_by_a_model_that_copies_none() -> None:
    plain = Translator(ToyStepper(tiny.tokenizers().target.size), tiny.tokenizers(), DecodingConfig())
    assert not plain.copies_spans
    some = Protection.from_config(DataConfig(path="nowhere"), TokenizerConfig(symbols=("placeholders", "ACME")))
    assert not replace(made(), protection=some).copies_spans
    assert made().copies_spans
    with pytest.raises(ValueError, match=r"data\.protect"):
        plain.translate_nbest(["a"], spans=[[]])


def test_what_a_prefix_holds_is_not_written_again() -> None:
    ((translation,),) = made().translate_nbest(["{0} of {1} by ACME and <b>you</b>"], prefix="{1} ACME <b>see</b> ")
    assert translation.text.startswith("{1} ACME <b>see</b> ")
    assert spans(translation.text) == spans("{0} {1} ACME <b></b>")
    assert translation.note is None or "lost" not in translation.note


def test_spans_beyond_the_cut_are_lost_with_a_note() -> None:
    warnings = InputWarnings()
    source = "a" * 1200 + " {0} ACME"
    ((translation,),) = made(max_length_ratio=0.01).translate_nbest([source], warnings=warnings)
    assert translation.note is not None
    assert translation.note.endswith("lost: {0}, ACME")
    assert any(kind.endswith("lost") for kind in warnings.kinds)


def test_a_given_translation_is_scored_with_the_symbols_of_its_source() -> None:
    translator = made()
    symbols, as_text = (
        translator.score(["see {0} <b>x</b>"], [target])[0] for target in ("{0} <b>y</b>", "{9} <b>y</b>")
    )
    plain = Translator(translator.stepper, translator.tokenizers, translator.decoding)
    assert symbols == plain.score(["see ⟦1⟧ ⟦<1⟧x⟦1>⟧"], ["⟦1⟧ ⟦<1⟧y⟦1>⟧"])[0]
    assert as_text == plain.score(["see ⟦1⟧ ⟦<1⟧x⟦1>⟧"], ["{9} ⟦<1⟧y⟦1>⟧"])[0]


def test_a_text_without_spans_is_translated_as_by_any_model() -> None:
    """Symbols alone are impossible: a model that never writes them has the same outputs."""
    translator = made(beam=3, nbest=3)
    symbols = [tokenizer().symbols[name] for name in PROTECTION.symbols]

    def table(source: tuple[int, ...], prefix: tuple[int, ...]):  # type: ignore[no-untyped-def]
        log_probs = ToyStepper(translator.tokenizers.target.size, seed=1, end=2.0).log_probs(source, prefix)
        log_probs[symbols] = -float("inf")
        return log_probs

    translator.stepper = ToyStepper(translator.tokenizers.target.size, table=table)
    plain = Translator(translator.stepper, translator.tokenizers, translator.decoding)
    assert translator.translate_nbest(tiny.SOURCES) == plain.translate_nbest(tiny.SOURCES)


def test_a_vocabulary_without_the_symbols_is_refused() -> None:
    with refused("model.no-symbols", "'ACME'"):
        Translator(made().stepper, tiny.tokenizers(), DecodingConfig(), protection=PROTECTION)


class Dropping(ToyStepper):
    """Copies its source token by token, and would leave out the symbols; attends to the token that is next."""

    def __init__(self, vocabulary: int, symbols: set[int]) -> None:
        super().__init__(vocabulary)
        self.symbols = symbols

    def log_probs(self, source: tuple[int, ...], prefix: tuple[int, ...]) -> np.ndarray:
        words = [token for token in source if token not in self.symbols]
        written = sum(token not in self.symbols for token in prefix)
        following = words[written] if written < len(words) else EOS
        others = {token: 0.005 for token in range(EOS + 1, self.vocabulary) if token not in self.symbols}
        return only(self.vocabulary, {**others, **dict.fromkeys(self.symbols, 1e-5), following: 0.5})

    def weights(self, source: tuple[int, ...], prefix: tuple[int, ...]) -> np.ndarray:
        return np.eye(len(source) + 1)[min(len(prefix), len(source))]


def test_a_span_that_the_model_would_leave_out_is_put_where_it_attends_to_it() -> None:
    symbols = {tokenizer().symbols[name] for name in PROTECTION.symbols}
    for beam in (1, 4):
        translator = made(beam=beam)
        translator.stepper = Dropping(tokenizer().size, symbols)
        texts = ["the {0} bird", "a <b>red</b> bird", "a train"]
        found = [translations[0] for translations in translator.translate_nbest(texts)]
        assert [(one.text, one.note) for one in found] == [(text, None) for text in texts]


def test_a_span_that_no_place_attends_to_is_put_at_the_end_with_a_note() -> None:
    class Blind(Dropping):
        def weights(self, source: tuple[int, ...], prefix: tuple[int, ...]) -> np.ndarray:  # noqa: ARG002
            return np.eye(len(source) + 1)[-1]

    translator = made(beam=4)
    translator.stepper = Blind(tokenizer().size, {tokenizer().symbols[name] for name in PROTECTION.symbols})
    ((translation,),) = translator.translate_nbest(["the {0} bird"])
    assert translation.text.removesuffix("{0}").rstrip() == "the  bird"
    assert APPENDED in (translation.note or "")
