"""The generator: tags, or nothing, in; text out, the same for the same seed."""

from itertools import pairwise

import pytest
from support import tiny
from support.refused import refused
from support.toy_stepper import ToyStepper, only

from seq2seq.config.decoding import DecodingConfig
from seq2seq.inference.engines.torch.stepper import TorchStepper
from seq2seq.inference.generator import Generated, Generator, text_bytes
from seq2seq.inference.request.tags import encode_tags
from seq2seq.search.decode import score_targets
from seq2seq.search.steppers.prompt import PrefixStepper
from seq2seq.text.vocabulary.labels import LabelVocabulary
from seq2seq.text.vocabulary.pair import VocabularyPair

TAGS = [tags for tags, _ in tiny.TUNES]


@pytest.fixture(scope="module")
def generator() -> Generator:
    recipe = tiny.generation_recipe()
    return Generator(TorchStepper(tiny.generator()), tiny.tune_tokenizers(), recipe.decoding)


@pytest.fixture(scope="module")
def language_model() -> Generator:
    recipe = tiny.generation_recipe(windows=True)
    return Generator(TorchStepper(tiny.generator(tags=False)), tiny.tune_tokenizers(tags=False), recipe.decoding)


def config(generator: Generator, **changes: object) -> DecodingConfig:
    return generator.decoding.model_copy(update=changes)


def texts(found: list[Generated]) -> list[str]:
    return [one.text for one in found]


def test_the_same_seed_gives_the_same_texts_and_another_does_not(generator: Generator) -> None:
    first = generator.generate(TAGS, config(generator, seed=7))
    assert texts(generator.generate(TAGS, config(generator, seed=7))) == texts(first)
    assert texts(generator.generate(TAGS, config(generator, seed=8))) != texts(first)
    assert [one.tags for one in first] == TAGS


@pytest.mark.parametrize("method", ["sample", "beam"])
def test_a_text_does_not_depend_on_what_else_is_asked_for(generator: Generator, method: str) -> None:
    wanted = [TAGS[number % 4] for number in range(20)]
    settings = config(generator, method=method, beam=2)
    many = generator.generate(wanted, settings)
    assert texts(generator.generate(wanted[:3], settings)) == texts(many[:3])
    assert texts(generator.generate(wanted, config(generator, method=method, beam=2, batch_size=3))) == texts(many)
    for number in (0, 7, 19):
        (alone,) = generator.generate([wanted[number]], settings, start=number)
        assert alone.text == many[number].text
        assert alone.log_prob == pytest.approx(many[number].log_prob, abs=1e-4)


def test_texts_differ_by_their_number_and_by_their_tags(generator: Generator) -> None:
    assert len(set(texts(generator.generate(["K:G"] * 8)))) == 8
    greedy = config(generator, method="beam", beam=1)
    assert len(set(texts(generator.generate(TAGS, greedy)))) > 1


def test_tags_are_a_set(generator: Generator) -> None:
    """Their order and the white space between them mean nothing."""
    one, other = generator.generate(["M:6/8 K:G"]), generator.generate(["  K:G \t M:6/8"])
    assert texts(one) == texts(other)


def test_a_prompt_is_kept_and_counts_in_no_likelihood(generator: Generator) -> None:
    vocabulary = generator.tokenizers.target
    for one in generator.generate(TAGS, config(generator, max_length_extra=8), prompt="GBd g"):
        assert one.text.startswith("GBd g")
        assert len(one.tokens) <= 8
        ids = vocabulary.encode("GBd g")
        assert "".join([*vocabulary.pieces(ids), *one.tokens]).replace("▁", " ").strip() == one.text.strip()
    plain = generator.generate(TAGS, config(generator, max_length_extra=8))
    assert not any(one.text.startswith("GBd g") for one in plain)


@pytest.mark.parametrize("method", ["sample", "beam"])
def test_a_space_at_the_end_of_a_prompt_is_kept(generator: Generator, method: str) -> None:
    tags = ["K:G"] * 20
    for prompt, starts in (("GBd ", True), ("GBd", False)):
        found = generator.generate(tags, config(generator, method=method, max_length_extra=8), prompt=prompt)
        assert all(one.text.startswith("GBd") for one in found)
        assert all(one.text.startswith("GBd ") for one in found) == starts


@pytest.mark.parametrize("prompt", ["", "GBd"])
def test_a_text_is_as_likely_as_the_model_says(generator: Generator, prompt: str) -> None:
    names, vocabulary = generator.tokenizers.source, generator.tokenizers.target
    ids = {vocabulary.pieces([number])[0]: number for number in range(vocabulary.size)}
    stepper = PrefixStepper(generator.stepper, vocabulary.encode(prompt))
    found = generator.generate(TAGS * 4, config(generator, max_length_extra=100), prompt=prompt)
    ended = [one for one in found if "cut" not in (one.note or "")]
    assert ended
    sources, targets = [names.encode(one.tags) for one in ended], [[ids[p] for p in one.tokens] for one in ended]
    assert score_targets(stepper, sources, targets) == pytest.approx([one.log_prob for one in ended], abs=1e-3)


def test_a_language_model_starts_from_nothing(language_model: Generator) -> None:
    found = language_model.generate(["", "", ""])
    assert len(set(texts(found))) == 3
    assert all(one.text and one.tags == "" for one in found)
    (begun,) = language_model.generate([""], prompt="dfa")
    assert begun.text.startswith("dfa")
    assert language_model.generate([]) == []


def test_from_nothing_by_default_and_several_of_each(generator: Generator, language_model: Generator) -> None:
    several = language_model.generate(count=3)
    assert [one.tags for one in several] == [""] * 3
    assert texts(several) == texts(language_model.generate(["", "", ""]))
    assert texts(several) == texts(language_model.generate(None, count=3))
    assert texts(generator.generate(TAGS[:2], count=2)) == texts(
        generator.generate([TAGS[0], TAGS[0], TAGS[1], TAGS[1]])
    )
    with pytest.raises(TypeError, match=r"\['K:G'\]"):
        generator.generate("K:G")


def test_unknown_tags_are_refused_by_the_known_ones(generator: Generator, language_model: Generator) -> None:
    with refused("inference.unknown-tag", "'M:5/4', 'K:B'", "K:D, K:G, M:3/4, M:6/8"):
        generator.generate(["K:G", "M:5/4 K:G K:B"])
    with refused("inference.unknown-tag", "'K:G'", "takes no tags"):
        language_model.generate(["K:G"])


def test_of_many_tags_the_first_are_named() -> None:
    names = LabelVocabulary([f"t{number:02d}" for number in range(25)], separated=True)
    both = VocabularyPair(names, tiny.tune_tokenizers().target)
    generator = Generator(TorchStepper(tiny.generator()), both, DecodingConfig())
    with refused("inference.unknown-tag", "t00, ", "t19 and 5 more"):
        encode_tags(generator.tokenizers.source, "t99")
    assert encode_tags(generator.tokenizers.source, "t24 t00") == [28, 4]


@pytest.mark.parametrize("method", ["sample", "greedy"])
@pytest.mark.parametrize("prompt", ["", "GBd "])
def test_a_listener_hears_the_text_grow(generator: Generator, method: str, prompt: str) -> None:
    settings = config(generator, **({} if method == "sample" else {"method": "beam", "beam": 1}))
    heard: list[str] = []
    (one,) = generator.generate(["K:G"], settings, prompt=prompt, listen=heard.append)
    assert one.text == generator.generate(["K:G"], settings, prompt=prompt)[0].text
    assert heard[-1] == one.text
    assert all(text.startswith(prompt.strip()) for text in heard)
    assert len(set(heard)) == len(heard) > 5
    assert all(after.startswith(before) for before, after in pairwise(heard))


@pytest.mark.parametrize(("tags", "changes"), [(["K:G", "K:D"], {}), (["K:G"], {"method": "beam", "beam": 2})])
def test_nobody_listens_where_texts_are_written_side_by_side(
    generator: Generator, tags: list[str], changes: dict[str, object]
) -> None:
    heard: list[str] = []
    generator.generate(tags, config(generator, **changes), listen=heard.append)
    assert heard == []


def test_what_is_wrong_with_a_text_is_noted(generator: Generator) -> None:
    notes = [one.note for one in generator.generate(TAGS, config(generator, max_length_extra=2, min_length=2))]
    assert set(notes) <= {None, "cut at the maximum length of 2 tokens"}
    assert any(notes)
    vocabulary = generator.tokenizers.target.size
    stepper = ToyStepper(vocabulary, table=lambda *_: only(vocabulary, {7: 1.0}))
    (looping,) = Generator(stepper, generator.tokenizers, config(generator)).generate(["K:G"])
    assert looping.note == "repeats itself; cut at the maximum length of 30 tokens"


def test_bytes_are_those_of_utf8_after_normalisation() -> None:
    normalising = tiny.tokenizers().source  # nmt_nfkc
    assert text_bytes(normalising, []) == 0
    assert text_bytes(normalising, ["dog", "größe", ""]) == (3 + 1) + (5 + 2 + 1) + 1
    assert text_bytes(normalising, ["a  b\u3000"]) == 4
    assert text_bytes(tiny.tune_tokenizers().target, ["a b\u3000"]) == 3 + 3 + 1  # identity
    assert text_bytes(normalising, (word for word in ["dog"] * 2500)) == 10_000
