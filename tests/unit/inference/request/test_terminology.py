"""Terms of a glossary in sources and translations, and translations that are made to have them."""

import numpy as np
import pytest
from support import tiny
from support.refused import refused

from seq2seq.config.tokenizer import TokenizerConfig
from seq2seq.formats.glossaries.glossary import Glossary
from seq2seq.inference.engines.torch.stepper import TorchStepper
from seq2seq.inference.request.terminology import GlossaryMode, Terminology
from seq2seq.inference.translation import TermUse
from seq2seq.inference.translator import Translator
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.search.hypothesis import FORCED_LOOPS, LOOPS, Hypothesis
from seq2seq.text.term_annotation import TERM_SYMBOLS
from seq2seq.text.tokenizer import Tokenizer
from seq2seq.text.vocabulary.pair import VocabularyPair
from seq2seq.text.vocabulary.training import train_tokenizer

TEXTS = [
    *tiny.TARGETS,
    "(der Hund) „Hund“ rot-weiß ein Haus. Das Haus!",
    "わたしは東京に住む",
    *["abcdefghijklmnopqrstuvwxyzäöüß ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÜ"] * 2,
]


@pytest.fixture(scope="module", params=["char", "unigram"])
def target(request: pytest.FixtureRequest) -> Tokenizer:
    return train_tokenizer(TEXTS, TokenizerConfig(kind=request.param, vocabulary=150))


def prepared(target: Tokenizer, **terms: str | list[str]) -> Terminology:
    return Terminology(Glossary.of({name.replace("_", " "): targets for name, targets in terms.items()}), target)


def met(target: Tokenizer, source: str, translation: str, **terms: str | list[str]) -> list[bool]:
    terminology = prepared(target, **terms)
    return terminology.met(terminology.find(source), translation)


def test_terms_of_a_source_in_their_order(target: Tokenizer) -> None:
    found = prepared(target, dog="Hund", small_dog="Hündchen").find("A small dog  and a Dog")
    assert [(one.source, one.term.targets) for one in found] == [("small dog", ("Hündchen",)), ("Dog", ("Hund",))]


@pytest.mark.parametrize(
    ("translation", "expected"),
    [
        ("der Hund schläft", True),
        ("(Hund)", True),
        ("„Hund“, der", True),
        ("der Hundekuchen", False),
        ("der hund", False),
        ("die Katze", False),
    ],
)
def test_a_translation_has_a_term_as_a_whole_word(target: Tokenizer, translation: str, *, expected: bool) -> None:
    assert met(target, "the dog", translation, dog="Hund") == [expected]


def test_a_translation_of_which_nothing_is_left_is_never_met(target: Tokenizer) -> None:
    assert met(target, "dog", "Hund", dog="\ufffd") == [False]  # which normalisation makes a space


def test_every_term_needs_a_place_of_its_own(target: Tokenizer) -> None:
    assert met(target, "dog, dog", "der Hund", dog="Hund") == [True, False]
    assert met(target, "a house, a red house", "Rotes Haus", house="Haus", red_house="Rotes Haus") == [False, True]


def test_any_of_several_translations_will_do(target: Tokenizer) -> None:
    assert met(target, "car", "ein Wagen", car=["Auto", "Wagen"]) == [True]


def test_a_capital_begins_sentences_only(target: Tokenizer) -> None:
    def red(translation: str) -> bool:
        (one,) = met(target, "red", translation, red="rot")
        return one

    assert [red(text) for text in ("Rot ist es", "„Rot“", "Ja. Rot ist es", "es ist rot")] == [True] * 4
    assert not red("es ist Rot")


def test_capitals_where_the_source_has_them(target: Tokenizer) -> None:
    assert met(target, "THE DOG", "DER HUND", dog="Hund") == [True]
    assert met(target, "the dog", "DER HUND", dog="Hund") == [False]


def test_scripts_without_spaces(target: Tokenizer) -> None:
    assert met(target, "Tokyo", "私は東京に住む", Tokyo="東京") == [True]


def test_borders_of_tokens(target: Tokenizer) -> None:
    borders = prepared(target, dog="Hund").borders
    pieces = target.pieces(range(target.size))

    def marked(mask: np.ndarray, text: str) -> bool:
        return bool(mask[next(i for i, piece in enumerate(pieces) if piece.strip("▁") == text)])

    assert marked(borders.openers, "(")
    assert not marked(borders.openers, ".")
    assert marked(borders.starters, ".")
    assert not marked(borders.starters, "(")
    assert marked(borders.closers, ".")
    assert not any(borders.closers[i] for i, piece in enumerate(pieces) if piece[0].isalpha() and piece.isascii())
    assert not borders.closers[:3].any()
    assert borders.closers[3]


def test_characters_that_cannot_be_written_are_warned_of(target: Tokenizer, warned: list[str]) -> None:
    prepared(target, dog="Hund", cat="猫")
    assert warned == ["glossary.unknown-characters"]


# ---------------------------------------------------------------------------------------------------- translations


@pytest.fixture(scope="module")
def translator() -> Translator:
    recipe = tiny.recipe()
    config = recipe.decoding.model_copy(update={"max_length_extra": 20})
    return Translator(TorchStepper(tiny.model(recipe)), tiny.tokenizers(), config, workers=2)


TERMS = Glossary.of({"dog": "Hund", "bird": ["Vogel", "Specht"], "morning": "morgen"})


@pytest.mark.parametrize("beam", [1, 3])
@pytest.mark.parametrize("batch_size", [1, 64])
def test_translations_have_the_terms_of_their_sources(translator: Translator, beam: int, batch_size: int) -> None:
    config = translator.decoding.model_copy(update={"beam": beam, "batch_size": batch_size})
    found = translator.with_glossary(TERMS).translate_nbest(tiny.SOURCES, config)
    plain = translator.translate_nbest(tiny.SOURCES, config)
    uses = [[(use.source, use.met) for use in best.terms] for best, *_ in found]
    assert uses == [
        [("dog", True)],
        [("dog", True)],
        [("bird", True), ("morning", True)],
        [],
        [("bird", True)],
        [],
        [],
        [],
    ]
    for row, use in enumerate(uses):
        assert use or found[row] == plain[row]
    assert found[0][0].terms == (TermUse("dog", ("Hund",), met=True, forced=True),)
    assert "Hund" in found[0][0].text.split()


def test_all_of_several_translations_have_them(translator: Translator) -> None:
    config = translator.decoding.model_copy(update={"beam": 4, "nbest": 4})
    (outputs,) = translator.with_glossary(TERMS).translate_nbest(["the dog sees the bird"], config)
    assert len(outputs) == 4
    assert all(use.met for output in outputs for use in output.terms)


def test_what_has_its_terms_anyway_is_unchanged(translator: Translator) -> None:
    (plain,) = translator.translate_nbest(["the dog"])
    word = plain[0].text.split()[0]
    (found,) = translator.with_glossary(Glossary.of({"dog": word})).translate_nbest(["the dog"])
    assert (found[0].text, found[0].score) == (plain[0].text, plain[0].score)
    assert found[0].terms == (TermUse("dog", (word,), met=True),)


@pytest.mark.parametrize(
    ("before", "after", "note"),
    [
        ("der Vogel", "der Hund", None),
        ("der Vogel", "der Hund, der Hund", FORCED_LOOPS),
        ("der Vogel", "Hund hier Hund", FORCED_LOOPS),
        ("der der Vogel", "der der Hund", None),
        ("der Vogel", "Hund " + "ein " * 9, LOOPS),
    ],
)
def test_a_forced_sentence_that_repeats_itself_has_a_note(
    target: Tokenizer, before: str, after: str, note: str | None
) -> None:
    terminology = prepared(target, dog="Hund")
    first, second = (
        [Hypothesis(tuple(target.encode(text)), -1.0, -1.0, finished=True, warning=warning)]
        for text, warning in ((before, None), (after, note if note == LOOPS else None))
    )
    ((output,),) = terminology.enforce([terminology.find("the dog")], [first], (), lambda *_: [second])
    assert output.forced
    assert output.warning == note


def test_a_term_of_the_prefix_is_not_written_again(translator: Translator) -> None:
    ((best, *_),) = translator.with_glossary(TERMS).translate_nbest(["the dog"], prefix="Hund ")
    assert best.text.split().count("Hund") == 1
    assert best.terms[0].met
    ((best, *_),) = translator.with_glossary(TERMS).translate_nbest(["the dog"], prefix="der ")
    assert best.text.startswith("der ")
    assert best.terms[0].met


def test_a_term_that_is_too_long_is_missed(translator: Translator) -> None:
    config = translator.decoding.model_copy(update={"max_length_extra": 0})
    glossary = Glossary.of({"dog": "ein sehr langer Brief an die Schwester"})
    ((best, *_),) = translator.with_glossary(glossary).translate_nbest(["the dog"], config)
    ((plain, *_),) = translator.translate_nbest(["the dog"], config)
    assert not best.terms[0].met
    assert best.text == plain.text


def test_samples_are_refused(translator: Translator) -> None:
    config = translator.decoding.model_copy(update={"method": "sample"})
    with refused("glossary.sampling"):
        translator.with_glossary(TERMS).translate_nbest(["the dog"], config)


def test_a_dictionary_is_a_glossary(translator: Translator) -> None:
    (text,) = translator.with_glossary({"dog": "Hund"}).translate(["the dog"])
    assert "Hund" in text.split()


def test_translations_do_not_depend_on_the_batch(translator: Translator) -> None:
    glossed = translator.with_glossary(TERMS)
    whole = [best.text for best, *_ in glossed.translate_nbest(tiny.SOURCES)]
    assert [glossed.translate([source])[0] for source in tiny.SOURCES] == whole


# ------------------------------------------------------------------------------------------------- annotated sources


@pytest.fixture(scope="module")
def annotated() -> Translator:
    """A model that was trained with marks of terms."""
    recipe = tiny.recipe()
    both = train_tokenizer([*tiny.SOURCES, *tiny.TARGETS], recipe.tokenizer, symbols=TERM_SYMBOLS)
    pair = VocabularyPair(both, both)
    model = tiny.random_model(recipe, pair)
    assert isinstance(model, Seq2Seq)
    return Translator(TorchStepper(model), pair, recipe.decoding.model_copy(update={"max_length_extra": 20}))


def source_of(translator: Translator, mode: GlossaryMode | None) -> tuple[str, bool]:
    ((best, *_),) = translator.with_glossary(TERMS, mode=mode).translate_nbest(["the dog  sleeps"])
    return "".join(best.source_tokens).replace("▁", " ").strip(), best.terms[0].met


@pytest.mark.parametrize(("mode", "is_met"), [(None, True), ("both", True), ("soft", False)])
def test_sources_are_annotated_for_a_model_that_knows_it(
    annotated: Translator, mode: GlossaryMode | None, *, is_met: bool
) -> None:
    text, met = source_of(annotated, mode)
    assert " ".join(text.split()) == "the dog ｟=｠ Hund ｟/｠ sleeps"
    assert met == is_met


def test_terms_can_be_forced_alone(annotated: Translator) -> None:
    assert source_of(annotated, "force") == ("the dog sleeps", True)


@pytest.mark.parametrize("mode", ["soft", "both"])
def test_other_models_cannot_be_given_annotations(translator: Translator, mode: GlossaryMode) -> None:
    with refused("glossary.no-annotations", "data.terms"):
        translator.with_glossary(TERMS, mode=mode)
