"""The translator: text in, text out, in order, whatever the text."""

import math

import numpy as np
import numpy.typing as npt
import pytest
from support import tiny
from support.refused import refused
from support.toy_stepper import ToyStepper, only

from seq2seq.config.decoding import DecodingConfig
from seq2seq.inference.engines.torch.stepper import TorchStepper
from seq2seq.inference.request.input_warnings import InputWarnings, Lines
from seq2seq.inference.request.sources import EMPTY_SOURCE, MAX_TOKENS
from seq2seq.inference.translation import links
from seq2seq.inference.translator import Translator
from seq2seq.inference.workers import BATCH_TOKENS, length_batches
from seq2seq.search.hypothesis import EMPTY
from seq2seq.special import EOS, UNK


@pytest.fixture(scope="module", params=[True, False], ids=["attention", "fixed"])
def translator(request: pytest.FixtureRequest) -> Translator:
    recipe = tiny.recipe(attention=request.param)
    return Translator(TorchStepper(tiny.model(recipe)), tiny.tokenizers(), recipe.decoding)


def test_one_out_for_one_in(translator: Translator) -> None:
    texts = translator.translate([*tiny.SOURCES, "", *tiny.SOURCES[:2]])
    assert len(texts) == 11
    assert texts[8] == ""
    assert texts[9:] == texts[:2]
    assert all(texts[:8])


def test_nothing_in_nothing_out(translator: Translator) -> None:
    assert translator.translate([]) == []


@pytest.mark.parametrize("blank", ["", " ", "\t \u3000"])
def test_blank_lines_do_not_reach_the_model(blank: str) -> None:
    class Untouchable:
        vocabulary = 40

    warnings = InputWarnings()
    translator = Translator(Untouchable(), tiny.tokenizers(), DecodingConfig())  # type: ignore[arg-type]
    ((translation,),) = translator.translate_nbest([blank], warnings=warnings)
    assert (translation.text, translation.note) == ("", None)
    assert (warnings.lines, warnings.empty, warnings.kinds) == (1, 1, {})


def test_a_line_of_which_nothing_is_left_is_noted(translator: Translator) -> None:
    warnings = InputWarnings()
    ((translation,),) = translator.translate_nbest(["\u200b"], warnings=warnings)
    assert (translation.text, translation.note) == ("", EMPTY_SOURCE)
    assert warnings.kinds == {EMPTY_SOURCE: Lines(1, [1])}


def test_a_beam_is_searched_with_though_the_recipe_samples(translator: Translator) -> None:
    drawing = translator.decoding.model_copy(update={"method": "sample", "temperature": 3.0})
    sampling = Translator(translator.stepper, translator.tokenizers, drawing)
    assert sampling.translate(tiny.SOURCES, beam=3) == translator.translate(tiny.SOURCES, beam=3)
    assert sampling.translate(tiny.SOURCES) != translator.translate(tiny.SOURCES)  # else this shows nothing


def test_one_string_is_refused(translator: Translator) -> None:
    with pytest.raises(TypeError, match=r"\['the dog'\]"):
        translator.translate("the dog")


def test_nbest_are_ranked(translator: Translator) -> None:
    config = translator.decoding.model_copy(update={"beam": 8, "nbest": 4, "max_length_extra": 20})
    for translations in translator.translate_nbest(tiny.SOURCES, config):
        scores = [translation.score for translation in translations]
        assert scores == sorted(scores, reverse=True)
        assert len({translation.tokens for translation in translations}) == len(translations) <= 4


def test_translate_takes_another_beam(translator: Translator) -> None:
    config = translator.decoding.model_copy(update={"beam": 1})
    expected = [best.text for best, *_ in translator.translate_nbest(tiny.SOURCES, config)]
    assert translator.translate(tiny.SOURCES, beam=1) == expected


def test_a_wrong_beam_is_refused(translator: Translator) -> None:
    with pytest.raises(ValueError, match="greater than 0"):
        translator.translate(["the dog"], beam=0)


def test_alignments_point_at_source_tokens(translator: Translator) -> None:
    ((best,),) = translator.translate_nbest(["the dog"], alignments=True)
    if not translator.stepper.model.attends:  # type: ignore[attr-defined]
        assert best.alignment is None
        return
    assert best.alignment is not None
    assert {target for target, _, _ in best.alignment} == set(range(len(best.tokens)))
    assert all(0 <= source <= len(best.source_tokens) for _, source, _ in best.alignment)
    assert translator.translate_nbest(["the dog"])[0][0].alignment is None


def test_unknown_text_is_counted(translator: Translator) -> None:
    warnings = InputWarnings()
    translator.translate_nbest(["the dog", "the 犬", ""], start=10, warnings=warnings)
    assert warnings.unknown == {"犬": 1}
    assert warnings.unknown_lines.first == [12]


def test_a_very_long_line_is_cut_and_noted(translator: Translator) -> None:
    config = translator.decoding.model_copy(update={"beam": 1, "max_length_ratio": 0.001})
    warnings = InputWarnings()
    lines = ["the dog", "dog " * 600]
    (_, (long,)) = translator.translate_nbest(lines, config, warnings=warnings)
    assert len(long.source_tokens) == MAX_TOKENS
    assert long.note is not None
    assert long.note.startswith("source cut after its first 1,000 tokens")
    assert [lines.first for lines in warnings.kinds.values()].count([2]) == 1


def test_a_line_longer_than_training_is_noted() -> None:
    recipe = tiny.recipe()
    translator = Translator(TorchStepper(tiny.model(recipe)), tiny.tokenizers(), recipe.decoding, longest=10)
    (short,), (long,) = translator.translate_nbest(["dog", "the small dog"])
    assert long.note is not None
    assert "longer than any in training, which had at most 9 tokens" in long.note
    assert "training" not in (short.note or "")


def test_tokens_that_spell_nothing_are_noted() -> None:
    vocabulary = tiny.tokenizers().target.size
    (space, *_) = tiny.tokenizers().target.encode("a")
    assert tiny.tokenizers().target.decode([space]) == ""
    stepper = ToyStepper(vocabulary, table=lambda _, prefix: only(vocabulary, {EOS if prefix else space: 1.0}))
    warnings = InputWarnings()
    ((translation,),) = Translator(stepper, tiny.tokenizers(), DecodingConfig(beam=1)).translate_nbest(
        ["the dog"], warnings=warnings
    )
    assert (translation.text, len(translation.tokens), translation.note) == ("", 1, EMPTY)
    assert warnings.kinds == {EMPTY: Lines(1, [1])}


def test_a_translation_is_as_likely_as_the_search_says() -> None:
    tokenizer = tiny.tokenizers().target
    answer = [*tokenizer.encode("der Hund"), EOS]

    def table(_: tuple[int, ...], prefix: tuple[int, ...]) -> npt.NDArray[np.float64]:
        return only(tokenizer.size, {answer[len(prefix)]: 0.9, UNK: 0.1} if len(prefix) < len(answer) else {EOS: 1.0})

    translator = Translator(ToyStepper(tokenizer.size, table=table), tiny.tokenizers(), DecodingConfig(beam=1))
    ((best,),) = translator.translate_nbest(["the dog"])
    assert best.text == "der Hund"
    expected = len(answer) * math.log(0.9)
    assert best.log_prob == pytest.approx(expected)
    assert translator.score(["the dog", "a"], ["der Hund", "die"]) == [pytest.approx(expected), -math.inf]


def test_scores_do_not_depend_on_the_batch(translator: Translator) -> None:
    whole = translator.score(tiny.SOURCES, tiny.TARGETS)
    alone = [translator.score([source], [target])[0] for source, target in zip(tiny.SOURCES, tiny.TARGETS, strict=True)]
    assert whole == pytest.approx(alone, abs=1e-3)
    assert all(score < 0 for score in whole)


def test_without_a_source_there_is_nothing_to_say(translator: Translator) -> None:
    assert translator.score([], []) == []
    assert translator.score(["", " "], ["", "der Hund"]) == [0.0, -math.inf]
    assert math.isfinite(translator.score(["the dog"], [""])[0])


def test_what_cannot_be_scored_is_refused(translator: Translator) -> None:
    with pytest.raises(ValueError, match="1 source, but 2 targets"):
        translator.score(["the dog"], ["der Hund", "die Katze"])
    with pytest.raises(TypeError, match=r"\['der Hund'\]"):
        translator.score(["the dog"], "der Hund")


def test_drawing_goes_by_the_number_of_the_line(translator: Translator) -> None:
    config = translator.decoding.model_copy(update={"method": "sample", "seed": 7})
    whole = drawn(translator, config)
    assert drawn(translator, config, start=3) == whole[3:]
    assert drawn(translator, config) == whole
    assert drawn(translator, config.model_copy(update={"seed": 8})) != whole


def drawn(translator: Translator, config: DecodingConfig, start: int = 0) -> list[str]:
    return [best.text for best, *_ in translator.translate_nbest(tiny.SOURCES[start:], config, start=start)]


def test_progress_counts_every_line(translator: Translator) -> None:
    steps: list[int] = []
    translator.translate_nbest([*tiny.SOURCES, ""], advance=steps.append)
    assert sum(steps) == 9


def test_batches_hold_every_row_once_and_little_padding() -> None:
    rng = np.random.default_rng(0)
    lengths = [(row, int(length)) for row, length in enumerate(rng.integers(1, 1000, size=500))]
    found = list(length_batches(lengths, 64))
    assert sorted(row for batch in found for row in batch) == list(range(500))
    for batch in found:
        assert len(batch) <= 64
        assert len(batch) * max(lengths[row][1] for row in batch) <= BATCH_TOKENS


def test_links_name_the_heaviest_and_all_heavy_ones() -> None:
    attention = np.array([[0.5, 0.5, 0.0], [0.04] * 3, [0.0, 0.09, 0.91]])
    assert links(attention) == ((0, 0, 0.5), (0, 1, 0.5), (1, 0, 0.04), (2, 2, 0.91))


def test_every_translation_begins_as_it_is_told(translator: Translator) -> None:
    found = translator.translate_nbest(["the dog", "", "a bird sings"], prefix="der hund")
    assert [bool(best.text) for best, *_ in found] == [True, False, True]
    assert all(best.text.startswith("der hund") for best, *_ in found if best.text)
    begun = translator.tokenizers.target.encode("der hund")
    (nbest,) = translator.translate_nbest(["the dog"], prefix="der hund", alignments=True)
    assert list(nbest[0].tokens[: len(begun)]) == translator.tokenizers.target.pieces(begun)
    if nbest[0].alignment:
        assert min(target for target, *_ in nbest[0].alignment) == len(begun)


def test_a_longer_beginning_of_the_same_translation_changes_nothing(translator: Translator) -> None:
    greedy = translator.decoding.model_copy(update={"beam": 1, "nbest": 1})
    ((first,),) = translator.translate_nbest(["the dog sleeps"], greedy, prefix="d")
    longer = translator.tokenizers.target.decode(translator.tokenizers.target.encode(first.text)[:6])
    assert longer.startswith("d")
    assert len(longer) > 1
    ((second,),) = translator.translate_nbest(["the dog sleeps"], greedy, prefix=longer)
    assert second.tokens[: len(first.tokens)] == first.tokens  # the limit is on what follows


def test_a_prefix_that_cannot_be_written_is_refused(translator: Translator) -> None:
    with refused("inference.unknown-prefix", "'犬'"):
        translator.translate_nbest(["the dog"], prefix="犬")
