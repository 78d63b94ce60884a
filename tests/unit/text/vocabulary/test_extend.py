"""A vocabulary that grows keeps what it had, and writes the new text shorter, or at all."""

import pytest

from seq2seq.config.tokenizer import TokenizerConfig
from seq2seq.special import NAMES, UNK
from seq2seq.text.tokenizer import Tokenizer
from seq2seq.text.vocabulary.extend import extend_vocabulary
from seq2seq.text.vocabulary.training import coverage, train_tokenizer

OLD = [
    f"the {adjective} dog sees a {noun}" for adjective in ("old", "small", "red") for noun in ("cat", "house", "bird")
]
NEW = ["the vaccination of the Żubroń is €9", "vaccination prevents measles", "measles and vaccination, €20"] * 3
KINDS = ["unigram", "bpe", "word", "char"]


def tokenizer(kind: str, *, byte_fallback: bool = False) -> Tokenizer:
    vocabulary = {"unigram": 45, "bpe": 45, "word": 100, "char": 60}[kind] + 256 * byte_fallback
    config = TokenizerConfig.model_validate({"kind": kind, "vocabulary": vocabulary, "byte_fallback": byte_fallback})
    return train_tokenizer(OLD, config)


@pytest.mark.parametrize("kind", KINDS)
def test_old_tokens_keep_their_ids_and_scores(kind: str) -> None:
    before = tokenizer(kind)
    after = extend_vocabulary(before, NEW, 40, where="new.tsv")
    assert before.size < after.size <= before.size + 40
    tokens = range(before.size)
    assert after.pieces(tokens) == before.pieces(tokens)
    assert [after.score(token) for token in tokens] == [before.score(token) for token in tokens]
    assert (after.kind, after.normalisation) == (before.kind, before.normalisation)
    assert after.fingerprint != before.fingerprint


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("byte_fallback", [False, True])
def test_the_new_text_can_be_written(kind: str, byte_fallback: bool) -> None:
    before = tokenizer(kind, byte_fallback=byte_fallback)
    after = extend_vocabulary(before, NEW, 60, where="new.tsv")
    lacking = coverage(before, NEW)
    assert lacking.unknown_tokens or lacking.byte_tokens
    found = coverage(after, NEW)
    assert (found.unknown_tokens, found.byte_tokens) == (0, 0)
    assert [after.decode(after.encode(text)) for text in NEW] == [after.normalise(text) for text in NEW]


@pytest.mark.parametrize("kind", ["unigram", "bpe"])
def test_the_new_text_becomes_shorter(kind: str) -> None:
    before = tokenizer(kind)
    after = extend_vocabulary(before, NEW, 60, where="new.tsv")
    assert coverage(after, NEW).tokens < 0.5 * coverage(before, NEW).tokens
    assert len(after.encode("vaccination")) == 1


@pytest.mark.parametrize("kind", ["unigram", "bpe", "char"])
def test_the_characters_that_are_missing_come_first(kind: str) -> None:
    before = tokenizer(kind)
    after = extend_vocabulary(before, NEW, 3, where="new.tsv")
    added = after.pieces(range(before.size, after.size))
    missing = {character: "".join(NEW).count(character) for character in set("".join(NEW)) - {" "}}
    missing = {character: times for character, times in missing.items() if not before.has(character)}
    assert len(added) == 3
    assert min(missing[piece] for piece in added) >= sorted(missing.values())[-3]


def test_words_that_are_missing_come_by_how_often_they_occur() -> None:
    before = tokenizer("word")
    after = extend_vocabulary(before, NEW, 2, where="new.tsv")
    assert after.pieces(range(before.size, after.size)) == ["▁vaccination", "▁measles"]
    assert after.unknown("vaccination measles prevents") == ["prevents"]


def test_bpe_continues_its_own_merges() -> None:
    before = tokenizer("bpe")
    after = extend_vocabulary(before, NEW, 60, where="new.tsv")
    used = {token for text in NEW for token in after.encode(text)}
    made = [set(range(before.size, after.size)) - used]
    # Every merge was made of neighbours as the merges before it had left them: none is out of reach.
    pieces = after.pieces(sorted(made[0]))
    assert all(any(piece in other for other in after.pieces(sorted(used)) if other != piece) for piece in pieces)


def test_nothing_is_added_where_nothing_is_asked_for_or_left() -> None:
    before = tokenizer("unigram")
    assert extend_vocabulary(before, NEW, 0, where="new.tsv") is before
    full = tokenizer("char")
    grown = extend_vocabulary(full, NEW, 100, where="new.tsv")
    assert extend_vocabulary(grown, NEW, 100, where="new.tsv") is grown


@pytest.mark.parametrize("kind", KINDS)
def test_it_can_grow_again_and_be_kept(kind: str) -> None:
    once = extend_vocabulary(tokenizer(kind), NEW, 10, where="new.tsv")
    twice = extend_vocabulary(once, ["Ωμέγα und Ωμέγα"] * 3, 10, where="newer.tsv")
    assert twice.pieces(range(once.size)) == once.pieces(range(once.size))
    again = Tokenizer.from_bytes(twice.to_bytes())
    assert again.encode("Ωμέγα dog") == twice.encode("Ωμέγα dog")
    assert UNK not in twice.encode("Ωμέγα")


def test_a_piece_is_spelt_as_it_was_written_before() -> None:
    before = tokenizer("unigram")
    for text in OLD[:3]:
        for start in range(len(text)):
            piece = text[start : start + 4].rstrip().replace(" ", "▁")
            tokens = before.spell(piece)
            assert "".join(before.pieces(tokens)) in (piece, "▁" + piece)
    (a,) = before.spell("a")
    assert before.pieces([a]) == ["a"]
    assert before.spell("") == []
    assert all(token >= len(NAMES) for token in before.spell("▁dog"))
