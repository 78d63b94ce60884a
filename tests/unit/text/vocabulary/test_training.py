"""Training a vocabulary: its size, its failures, its memory, and what it covers."""

import itertools
import tracemalloc
from collections.abc import Iterator

import pytest
from support.refused import refused

from seq2seq.config.tokenizer import TokenizerConfig
from seq2seq.errors import DataError
from seq2seq.text.vocabulary import training as vocabulary
from seq2seq.text.vocabulary.training import coverage, train_tokenizer

WORDS = ["".join(letters) for letters in itertools.product("bdfgk", "aeiou", "lmn", ["", "s"])]
SENTENCES = [" ".join(WORDS[(i * i + k * 7) % len(WORDS)] for k in range(8)) for i in range(300)]
KINDS = ["unigram", "bpe", "char", "word"]


def config(kind: str = "bpe", vocabulary: int = 60, **others: object) -> TokenizerConfig:
    return TokenizerConfig.model_validate({"kind": kind, "vocabulary": vocabulary, **others})


@pytest.mark.parametrize("kind", ["unigram", "bpe", "word"])
def test_a_vocabulary_that_fits_has_the_size_asked_for(kind: str, said: list[str]) -> None:
    assert train_tokenizer(SENTENCES, config(kind, 40)).size == 40
    assert said == []


@pytest.mark.parametrize("byte_fallback", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_a_vocabulary_too_large_shrinks_and_says_so(kind: str, byte_fallback: bool, said: list[str]) -> None:
    tokenizer = train_tokenizer(SENTENCES, config(kind, 8000, byte_fallback=byte_fallback))
    assert tokenizer.size < 8000
    (line,) = said
    for fact in (f" {tokenizer.size} ", " 8,000 ", f"({kind})"):
        assert fact in line
    assert coverage(tokenizer, SENTENCES).unknown_tokens == 0


@pytest.mark.parametrize("kind", ["unigram", "bpe"])
def test_a_vocabulary_too_small_for_its_characters_names_the_mend(kind: str) -> None:
    with refused("config.vocabulary-too-small", "my.yaml: ", "tokenizer.vocabulary: 10 ", " 19 "):
        train_tokenizer(SENTENCES, config(kind, 10), where="my.yaml")
    assert train_tokenizer(SENTENCES, config(kind, 19)).size == 19, "the advice works"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("byte_fallback", "size"), [(False, 1), (False, 4), (True, 19), (True, 260)])
def test_a_vocabulary_without_room_for_text_is_refused(kind: str, byte_fallback: bool, size: int) -> None:
    with refused("config.vocabulary-too-small", f"tokenizer.vocabulary: {size} "):
        train_tokenizer(SENTENCES, config(kind, size, byte_fallback=byte_fallback))


@pytest.mark.parametrize("sentences", [[], [""], ["", " \t", "\u3000"], ["\x01", "\u200b"]])
def test_no_text_is_an_error(sentences: list[str]) -> None:
    with pytest.raises(DataError) as caught:
        train_tokenizer(sentences, config())
    assert caught.value.code == "data.no-text"


@pytest.mark.parametrize("kind", KINDS)
def test_training_twice_gives_the_same_model(kind: str) -> None:
    first, second = (train_tokenizer(SENTENCES, config(kind, 50)) for _ in range(2))
    assert first.to_bytes() == second.to_bytes()


@pytest.mark.parametrize("kind", KINDS)
def test_odd_characters_do_not_stop_training(kind: str) -> None:
    odd = ["a\x00b", "tab\tbed", "line\nbed", "\u2581", "\u2585 box", "\ud800 bed", "\ufeffbed", "fe\u0301e \u2028 x"]
    for normalisation in ("nmt_nfkc", "identity"):
        tokenizer = train_tokenizer([*SENTENCES, *odd * 3], config(kind, 200, normalisation=normalisation))
        for text in odd:
            tokenizer.decode(tokenizer.encode(text))


def test_a_long_line_is_learnt_from() -> None:
    tokenizer = train_tokenizer([*SENTENCES, "z" + " bal" * 10_000], config("char", 60))
    assert tokenizer.unknown("z") == []


def test_rare_characters_are_left_out_below_full_coverage() -> None:
    text = ["bal dem " * 50] * 20 + ["q"]
    assert train_tokenizer(text, config("unigram", 40)).unknown("q") == []
    assert train_tokenizer(text, config("unigram", 40, character_coverage=0.999)).unknown("q") == ["q"]


def test_a_sample_is_kept_of_a_stream_too_long() -> None:
    read = 0

    def stream() -> Iterator[str]:
        nonlocal read
        for read in range(1, 20_001):
            yield f"sentence {read:07}"

    tracemalloc.start()
    kept = vocabulary._reservoir(stream(), 16_000, seed=1)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert read == 20_000
    assert len(kept) == len(set(kept)) == 1000
    assert peak < 300_000
    places = sorted(int(text.split()[1]) for text in kept)
    assert 9_000 < sum(places) / 1000 < 11_000, "from the whole stream alike: five standard errors"
    assert kept == vocabulary._reservoir(stream(), 16_000, seed=1)
    assert kept != vocabulary._reservoir(stream(), 16_000, seed=2)


def test_short_text_is_kept_whole_and_in_order() -> None:
    assert vocabulary._reservoir(["a b", "", "c", " "], 16, seed=1) == ["a b", "c"]


def test_long_sentences_late_do_not_overfill_the_sample() -> None:
    kept = vocabulary._reservoir(["ab"] * 1000 + ["x" * 500] * 50, 2000, seed=1)
    assert sum(map(len, kept)) <= 2000
    assert vocabulary._reservoir(["x" * 5000], 2000, seed=1) == ["x" * 5000], "one sentence at least"


def test_coverage_counts_unknown_characters() -> None:
    tokenizer = train_tokenizer(SENTENCES, config("unigram", 60))
    found = coverage(tokenizer, iter(["bal", "bal ж", "жю bal ю", ""]))
    assert (found.sentences, found.unknown_tokens, found.byte_tokens) == (4, 3, 0)
    assert found.unknown == {"ж": 2, "ю": 2}
    assert found.tokens == sum(map(len, tokenizer.encode_batch(["bal", "bal ж", "жю bal ю"])))
    assert str(found).endswith(f"; 3 unknown ({3 / found.tokens:.3%}): 'ж' 2 times, 'ю' 2 times")


def test_coverage_counts_unknown_words() -> None:
    tokenizer = train_tokenizer(SENTENCES, config("word", 500))
    found = coverage(tokenizer, ["bal new new word", "word bal"])
    assert found.unknown == {"new": 2, "word": 2}


def test_coverage_counts_bytes() -> None:
    tokenizer = train_tokenizer(SENTENCES, config("unigram", 300, byte_fallback=True))
    found = coverage(tokenizer, ["bal ж"])
    assert (found.unknown_tokens, found.byte_tokens) == (0, 2)
    assert "2 of them bytes" in str(found)
    assert str(found).endswith("none unknown")


def test_coverage_of_nothing() -> None:
    tokenizer = train_tokenizer(SENTENCES, config())
    assert str(coverage(tokenizer, [])) == "0 tokens, 0.0 per sentence; none unknown"


def test_a_long_list_of_unknowns_is_cut_short() -> None:
    tokenizer = train_tokenizer(SENTENCES, config("char", 60))
    assert str(coverage(tokenizer, ["абвгдежзик"])).endswith(", and 2 others")
