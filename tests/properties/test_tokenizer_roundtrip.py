"""decode(encode(x)) == normalise(x) whenever nothing is unknown, over all of Unicode."""

import unicodedata

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from seq2seq import special
from seq2seq.config.tokenizer import TokenizerConfig
from seq2seq.text.tokenizer import Tokenizer
from seq2seq.text.vocabulary.training import train_tokenizer

SENTENCES = [
    "a brown fox jumps over a lazy dog near <s> or </s> or <0x41>",
    "ein Mädchen läuft über die Straße",
    "اللُّغَة العربية جميلة",
    "日本語の文章には空白がない",
    "ภาษาไทยไม่มีช่องว่าง",
    "👩‍👩‍👧 और 👍🏽 क्षेत्र",
    "vie\u0323\u0302t e\u0301 ế",
]
KINDS = ["unigram", "bpe", "char", "word"]
RULES = ["nfkc", "nmt_nfkc", "nfkc_cf", "nmt_nfkc_cf", "identity"]

anything = st.text(alphabet=st.characters(exclude_categories=()))  # surrogates, controls, unassigned: all of it
troublesome = st.text(
    alphabet=st.sampled_from(
        " \t\n\r\x00\x01\u2581\u2585\u2047\ufffd\ufeff\u00a0\u3000\u2028\u200b\u200d\u202e\ud800<s>/unkpdx041"
    )
)
pieced = st.lists(st.sampled_from([*" ".join(SENTENCES).split(), " ", "  ", "</s>", "<pad>", "\u0301"])).map("".join)
texts = anything | troublesome | pieced
samples = [
    *SENTENCES,
    "",
    " a  b ",
    "\u2581a\u2581",
    "<s>",
    "<0x41><0x42>",
    "\u0301",
    "🇩🇪🏳️‍🌈",
    "\u202eabc\u202c",
    "e\u0301\u0323",
]


def _train(kind: str, rule: str, *, byte_fallback: bool) -> Tokenizer:
    return train_tokenizer(
        SENTENCES * 5,
        TokenizerConfig.model_validate(
            {"kind": kind, "vocabulary": 420, "byte_fallback": byte_fallback, "normalisation": rule}
        ),
    )


@pytest.fixture(scope="module")
def total() -> list[Tokenizer]:
    """Tokenizers to which nothing is unknown."""
    return [_train(kind, rule, byte_fallback=True) for kind in KINDS for rule in RULES]


@pytest.fixture(scope="module")
def partial() -> list[Tokenizer]:
    """Tokenizers that know a few characters or words."""
    return [_train(kind, rule, byte_fallback=False) for kind in KINDS for rule in RULES]


def _examples(test):
    for text in samples:
        test = example(text)(test)
    return test


@settings(max_examples=150, deadline=None)
@_examples
@given(text=texts)
def test_bytes_bring_back_everything(total: list[Tokenizer], text: str) -> None:
    for tokenizer in total:
        ids = tokenizer.encode(text)
        assert not set(ids) & {special.PAD, special.UNK, special.BOS, special.EOS}
        assert tokenizer.unknown(text) == []
        assert tokenizer.decode(ids) == tokenizer.normalise(text)
        assert tokenizer.encode_batch(["a", text]) == [tokenizer.encode("a"), ids]


@settings(max_examples=150, deadline=None)
@_examples
@given(text=texts)
def test_what_is_known_comes_back_and_what_is_not_is_named(partial: list[Tokenizer], text: str) -> None:
    for tokenizer in partial:
        ids = tokenizer.encode(text)
        assert not set(ids) & {special.PAD, special.BOS, special.EOS}
        unknown = tokenizer.unknown(text)
        normal = tokenizer.normalise(text)
        assert len(unknown) == ids.count(special.UNK)
        assert all(stretch in normal for stretch in unknown)
        if not unknown:
            assert tokenizer.decode(ids) == normal
        else:
            assert "⁇" in tokenizer.decode(ids)


@settings(max_examples=60, deadline=None)
@given(text=texts, seed=st.integers(0, 2**32), alpha=st.sampled_from([0.05, 0.3, 1.0, 2.0]))
def test_samples_spell_the_same_text(total: list[Tokenizer], text: str, seed: int, alpha: float) -> None:
    for tokenizer in total:
        ids = tokenizer.sample(text, rng=np.random.default_rng(seed), alpha=alpha, candidates=8)
        assert tokenizer.decode(ids) == tokenizer.normalise(text)


@settings(max_examples=150, deadline=None)
@given(text=texts)
def test_identity_changes_nothing_but_spaces(total: list[Tokenizer], text: str) -> None:
    """The promise of :meth:`Tokenizer.normalise`, written another way."""
    tokenizer = next(t for t in total if t.normalisation == "identity")
    utf8 = "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)
    assert tokenizer.normalise(text) == " ".join(word for word in utf8.replace("\u2581", " ").split(" ") if word)


letters = st.builds("{}{}".format, st.sampled_from("aBeÄßＡｱΩش日ก"), st.sampled_from(["", "", "\u0301", "\u0308"]))
others = st.sampled_from(" ,.ﬁ①½\u00a0")


@settings(max_examples=150, deadline=None)
@given(text=st.lists(letters | others).map("".join))
def test_nfkc_is_that_of_unicode_up_to_one_mark_a_letter(total: list[Tokenizer], text: str) -> None:
    tokenizer = next(t for t in total if t.normalisation == "nfkc")
    assert tokenizer.normalise(text) == " ".join(unicodedata.normalize("NFKC", text).split())


@settings(max_examples=150, deadline=None)
@given(text=texts)
def test_normal_text_has_no_space_at_its_ends_nor_two_in_a_row(total: list[Tokenizer], text: str) -> None:
    for tokenizer in total:
        normal = tokenizer.normalise(text)
        assert normal == normal.strip(" ")
        assert "  " not in normal
        assert "\u2581" not in normal
