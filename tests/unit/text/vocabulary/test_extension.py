"""Vocabularies that are extended for other data: names that stay, new names, and origins of tokens."""

from collections.abc import Callable, Iterable

from support.refused import refused

from seq2seq.config.tokenizer import TokenizerConfig
from seq2seq.special import NAMES, UNK
from seq2seq.text.tokenizer import Tokenizer
from seq2seq.text.vocabulary.extension import VocabularyExtension, extend_vocabularies, token_origins
from seq2seq.text.vocabulary.labels import LabelVocabulary
from seq2seq.text.vocabulary.pair import VocabularyPair
from seq2seq.text.vocabulary.training import train_tokenizer

OLD = ["the dog sees the cat", "a cat sleeps", "the dog sleeps"] * 2
TEXT = train_tokenizer(OLD, TokenizerConfig(kind="unigram", vocabulary=26))
LABELS = LabelVocabulary(["bad", "good"], separated=False)
AUTO = VocabularyExtension(pieces=0, labels="auto")


def texts(**sides: list[str]) -> Callable[[tuple[str, ...]], Iterable[str]]:
    """What the new data hold, side by side."""
    return lambda wanted: [text for side in wanted for text in sides[side]]


def labels(found: list[str], extension: VocabularyExtension = AUTO) -> tuple[str, ...]:
    grown = extend_vocabularies(VocabularyPair(TEXT, LABELS), extension, texts(target=found), "x.tsv")
    assert isinstance(grown.target, LabelVocabulary)
    assert grown.source is TEXT
    return grown.target.names


def test_known_labels_leave_the_head_as_it_is() -> None:
    assert labels(["good"]) == ("bad", "good")
    assert labels(["good", "bad"]) == ("bad", "good")


def test_new_labels_come_behind_the_old_ones() -> None:
    assert labels(["good", "average"]) == ("bad", "good", "average")
    assert labels(["neutral"]) == ("bad", "good", "neutral")  # one alone is no task of its own


def test_other_labels_take_the_place_of_the_old_ones() -> None:
    assert labels(["joy", "anger"]) == ("anger", "joy")
    assert labels(["joy", "anger"], VocabularyExtension(0, "add")) == ("bad", "good", "anger", "joy")
    assert labels(["good"], VocabularyExtension(0, "replace")) == ("good",)


def test_tags_are_added() -> None:
    tags = LabelVocabulary(["K:D", "M:6/8"], separated=True)
    grown = extend_vocabularies(VocabularyPair(tags, TEXT), AUTO, texts(source=["M:3/4 K:D", "K:G"]), "x.tsv")
    assert isinstance(grown.source, LabelVocabulary)
    assert grown.source.names == ("K:D", "M:6/8", "K:G", "M:3/4")
    assert grown.target is TEXT


def test_a_joint_vocabulary_stays_joint() -> None:
    both = VocabularyPair(TEXT, TEXT)
    assert extend_vocabularies(both, AUTO, texts(), "x.tsv") is both
    grown = extend_vocabularies(
        both, VocabularyExtension(5, "auto"), texts(source=["zebra zebra"], target=["Pferd Pferd"]), "x.tsv"
    )
    assert grown.joint
    assert grown.source.size > TEXT.size


def test_each_side_grows_by_its_own_text() -> None:
    other = train_tokenizer(OLD, TokenizerConfig(kind="char", vocabulary=40))
    grown = extend_vocabularies(
        VocabularyPair(TEXT, other), VocabularyExtension(4, "auto"), texts(source=["zzzz"], target=["ßß"]), "x.tsv"
    )
    assert "z" in grown.source.pieces(range(TEXT.size, grown.source.size))
    assert grown.target.pieces(range(other.size, grown.target.size)) == ["ß"]


def test_new_tokens_stand_for_those_that_wrote_them_before() -> None:
    both = VocabularyPair(TEXT, TEXT)
    after = extend_vocabularies(
        both, VocabularyExtension(12, "auto"), texts(source=["dogcat dogcat dogcat"], target=["€€ €"]), "x.tsv"
    ).source
    found = token_origins(TEXT, after)
    assert found[: TEXT.size] == [[token] for token in range(TEXT.size)]
    for token in range(TEXT.size, after.size):
        (piece,) = after.pieces([token])
        # What could not be written has no origin: it does not begin as UNK.
        assert found[token] == [old for old in TEXT.spell(piece) if old != UNK]
        if "€" not in piece:
            assert "".join(TEXT.pieces(found[token])).removeprefix("▁") == piece.removeprefix("▁")
    assert [] in found


def test_names_stand_for_themselves_wherever_they_stand() -> None:
    special = [[token] for token in range(len(NAMES))]
    assert token_origins(LABELS, LabelVocabulary(["good", "new", "bad"], separated=False)) == [*special, [5], [], [4]]
    assert token_origins(TEXT, TEXT) == [[token] for token in range(TEXT.size)]


class Foreign:
    """A vocabulary of another package, by its members alone."""

    kind = "foreign"

    def __getattr__(self, name: str) -> object:
        return getattr(TEXT, name)


def test_a_vocabulary_of_another_kind_stays_and_is_not_extended() -> None:
    both = VocabularyPair(Foreign(), LABELS)  # type: ignore[arg-type]
    kept = extend_vocabularies(both, AUTO, texts(target=["good"]), "x.tsv")
    assert kept.source is both.source
    assert token_origins(both.source, kept.source) == [[token] for token in range(TEXT.size)]
    with refused("config.vocabulary-not-extensible", "'foreign'"):
        extend_vocabularies(both, VocabularyExtension(5, "auto"), texts(source=["a"], target=["good"]), "x.tsv")


def test_symbols_are_added_where_pieces_may_be() -> None:
    both = VocabularyPair(TEXT, TEXT)
    with refused("finetune.no-symbols"):
        extend_vocabularies(both, AUTO, texts(), "x.tsv", symbols=("⟦1⟧",))
    sentences = ["zebra⟦1⟧ ⟦2⟧zebra"] * 5
    grown = extend_vocabularies(
        both,
        VocabularyExtension(3, "auto"),
        texts(source=sentences, target=sentences),
        "x.tsv",
        symbols=("⟦1⟧", "⟦2⟧"),
    )
    assert grown.joint
    assert isinstance(grown.source, Tokenizer)
    assert set(grown.source.symbols) == {"⟦1⟧", "⟦2⟧"}
    new = grown.source.pieces(range(TEXT.size, grown.source.size))
    assert new[:2] == ["⟦1⟧", "⟦2⟧"]
    assert not any("⟦" in piece for piece in new[2:])
    assert extend_vocabularies(grown, AUTO, texts(), "x.tsv", symbols=("⟦1⟧",)) is grown


def test_a_symbol_that_is_an_ordinary_token_is_refused() -> None:
    piece = TEXT.pieces([TEXT.size - 1])[0]
    with refused("finetune.no-symbols", piece):
        extend_vocabularies(
            VocabularyPair(TEXT, TEXT), VocabularyExtension(3, "auto"), texts(), "x.tsv", symbols=(piece,)
        )
