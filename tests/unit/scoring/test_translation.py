"""A translator on sentences with references: what is compared with what, and how it is kept."""

import io

from support import tiny
from support.refused import refused
from support.toy_stepper import ToyStepper, only

from seq2seq.config.decoding import DecodingConfig
from seq2seq.data.reading.examples import Examples
from seq2seq.inference.translator import Translator
from seq2seq.scoring.evaluation_set import EvaluationSet
from seq2seq.scoring.translation import score
from seq2seq.special import EOS
from seq2seq.text.sketch import Sketch

GREEDY = DecodingConfig(beam=1)


def parrot(answer: str) -> Translator:
    """A model that translates everything by one sentence."""
    vocabulary = tiny.tokenizers().target
    ids = [*vocabulary.encode(answer), EOS]
    stepper = ToyStepper(vocabulary.size, table=lambda _, prefix: only(vocabulary.size, {ids[len(prefix)]: 1.0}))
    return Translator(stepper, tiny.tokenizers(), GREEDY)


def test_a_perfect_translation() -> None:
    sink = io.StringIO()
    evaluation_set = EvaluationSet("dogs", ["the dog", "a dog"], [["der Hund", "der Hund"]])
    found = score(parrot("der Hund"), evaluation_set, GREEDY, sink=sink)
    assert sink.getvalue() == "der Hund\nder Hund\n"
    content = found.to_dict()
    assert content["exact_match"] == 1
    assert (content["data"], content["sentences"], content["skipped"]) == ("dogs", 2, 0)
    decoding = content["decoding"]
    assert isinstance(decoding, dict)
    assert decoding["beam"] == 1
    assert content["sentences_per_second"] == round(2 / found.seconds, 1)


def test_each_set_of_references_is_as_long_as_the_sources() -> None:
    with refused("evaluation.not-aligned", "dogs: 2 sources, but 1 reference."):
        EvaluationSet("dogs", ["the dog", "a dog"], [["der Hund", "der Hund"], ["der Hund"]])


def test_examples_become_material(said: list[str]) -> None:
    evaluation_set = EvaluationSet.from_examples(Examples("dogs", ["the dog"], ["der Hund"], ["seen"], skipped=2))
    assert evaluation_set == EvaluationSet("dogs", ["the dog"], [["der Hund"]], ["seen"], 2)
    content = score(parrot("der Hund"), evaluation_set, GREEDY).to_dict()
    assert content["skipped"] == 2
    assert list(content["groups"] or ()) == ["seen"]  # type: ignore[call-overload]
    assert any("2 malformed rows of dogs" in line for line in said)


def test_sources_that_the_model_was_trained_on() -> None:
    evaluation_set = EvaluationSet("dogs", ["the dog", "a dog"], [["der Hund", "der Hund"]])
    content = score(parrot("der Hund"), evaluation_set, GREEDY, sketch=Sketch.from_texts(["A dog"])).to_dict()
    assert content["trained_on"] == {"share": 0.5, "seen": 1, "compared": 2, "exact": True}
    assert "trained_on" not in score(parrot("der Hund"), evaluation_set, GREEDY).to_dict()


def test_copying_the_source_is_scored_by_the_same_words() -> None:
    evaluation_set = EvaluationSet("cats", ["猫坐在垫子上", "狗在睡觉"], [["貓坐在墊子上", "狗在睡覺"]])
    content = score(parrot("der Hund"), evaluation_set, GREEDY).to_dict()
    copying = content["copy_baseline"]
    assert isinstance(copying, dict)
    assert copying["bleu"]["signature"] == content["bleu"]["signature"]
    assert "tok:zh" in copying["bleu"]["signature"]


def test_warnings_about_outputs_are_reported(warned: list[str]) -> None:
    short = GREEDY.model_copy(update={"max_length_ratio": 0.5, "max_length_extra": 0})
    score(parrot("der Hund"), EvaluationSet("dogs", ["the dog"], [["der Hund"]]), short)
    assert warned == ["inference.output"]
