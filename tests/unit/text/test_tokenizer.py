"""A tokenizer: ids, pieces, sampling, what is unknown, and how it travels."""

import copy
import multiprocessing
import pickle
import threading
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import sentencepiece
from support.refused import refused

from seq2seq import special
from seq2seq.config.tokenizer import TokenizerConfig
from seq2seq.errors import ModelError
from seq2seq.text.tokenizer import Tokenizer
from seq2seq.text.vocabulary.pair import VocabularyPair
from seq2seq.text.vocabulary.training import train_tokenizer

WORDS = [
    "small",
    "smaller",
    "smallest",
    "walk",
    "walks",
    "walked",
    "walking",
    "tree",
    "trees",
    "house",
    "houses",
    "near",
]
SENTENCES = [" ".join(WORDS[(i * k + k) % len(WORDS)] for k in range(1, 8)) for i in range(200)]
KINDS = ["unigram", "bpe", "char", "word"]


@pytest.fixture(scope="module")
def tokenizers() -> dict[str, Tokenizer]:
    return {kind: train_tokenizer(SENTENCES, config(kind, 60)) for kind in KINDS} | {
        f"{kind} bytes": train_tokenizer(SENTENCES, config(kind, 320, byte_fallback=True)) for kind in KINDS
    }


@pytest.fixture(scope="module", params=KINDS)
def tokenizer(request: pytest.FixtureRequest, tokenizers: dict[str, Tokenizer]) -> Tokenizer:
    return tokenizers[request.param]


def config(
    kind: str, vocabulary: int, *, byte_fallback: bool = False, normalisation: str = "nmt_nfkc"
) -> TokenizerConfig:
    return TokenizerConfig.model_validate(
        {"kind": kind, "vocabulary": vocabulary, "byte_fallback": byte_fallback, "normalisation": normalisation}
    )


def draw(tokenizer: Tokenizer, seed: int, *, alpha: float = 0.3) -> list[list[int]]:
    rng = np.random.default_rng(seed)
    return [tokenizer.sample(text, rng=rng, alpha=alpha, candidates=8) for text in SENTENCES]


def test_it_knows_its_kind_size_and_normalisation(tokenizer: Tokenizer) -> None:
    assert tokenizer.kind in KINDS
    assert tokenizer.kind in repr(tokenizer)
    assert tokenizer.normalisation == "nmt_nfkc"
    assert tokenizer.pieces(range(4)) == list(special.NAMES)
    assert max(map(max, tokenizer.encode_batch(SENTENCES))) < tokenizer.size


@pytest.mark.parametrize("rule", ["nfkc", "nmt_nfkc", "nfkc_cf", "nmt_nfkc_cf", "identity"])
def test_the_normalisation_is_recorded_in_the_model(rule: str) -> None:
    assert train_tokenizer(SENTENCES[:20], config("char", 40, normalisation=rule)).normalisation == rule


def test_text_comes_back(tokenizer: Tokenizer) -> None:
    for text, ids in zip(SENTENCES, tokenizer.encode_batch(SENTENCES), strict=True):
        assert ids == tokenizer.encode(text)
        assert tokenizer.decode(ids) == text == tokenizer.normalise(text)


@pytest.mark.parametrize("text", ["", " ", "\t \n", "\u2581", "\u2581 \u2581"])
def test_blank_text_has_no_tokens(tokenizer: Tokenizer, text: str) -> None:
    assert tokenizer.encode(text) == []
    assert tokenizer.normalise(text) == tokenizer.decode([]) == ""
    assert tokenizer.sample(text, rng=np.random.default_rng(0), alpha=0.3, candidates=8) == []


def test_the_empty_batch_is_empty(tokenizer: Tokenizer) -> None:
    assert tokenizer.encode_batch([]) == []


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("  small \t  trees \n", "small trees"),
        ("small\u00a0trees\u3000walk", "small trees walk"),
        ("ｓｍａｌｌ", "small"),
        ("cafe\u0301", "caf\u00e9"),
        ("small\u2581trees", "small trees"),
        ("small\x07 trees", "small trees"),
        ("small \ud83d trees", "small trees"),
    ],
)
def test_normalise_says_what_is_left(tokenizer: Tokenizer, text: str, normal: str) -> None:
    assert tokenizer.normalise(text) == normal


def test_identity_normalises_spaces_alone() -> None:
    tokenizer = train_tokenizer(SENTENCES[:20], config("char", 40, normalisation="identity"))
    assert tokenizer.normalise("  Ｓmall  e\u0301 ﬁ\t\x07 \ud83d ") == "Ｓmall e\u0301 ﬁ\t\x07 \ufffd"


def test_case_folding_reaches_the_decoded_text() -> None:
    tokenizer = train_tokenizer(SENTENCES[:20], config("char", 40, normalisation="nfkc_cf"))
    assert tokenizer.decode(tokenizer.encode("SMALL Trees")) == "small trees"


@pytest.mark.parametrize("kind", [*KINDS, *(f"{kind} bytes" for kind in KINDS)])
@pytest.mark.parametrize("spelling", ["<s>", "</s>", "<unk>", "<pad>", "<0x41>", "＜s＞", "a</s>b", "<s><s>"])
def test_spelling_a_special_token_does_not_make_one(tokenizers: dict[str, Tokenizer], kind: str, spelling: str) -> None:
    tokenizer = tokenizers[kind]
    for text in (spelling, f"small {spelling} trees", f"small{spelling}"):
        ids = tokenizer.encode(text)
        assert not {special.PAD, special.BOS, special.EOS} & set(ids)
        if "bytes" in kind:
            assert tokenizer.decode(ids) == tokenizer.normalise(text)


def test_letters_of_a_special_token_are_learnt_as_letters() -> None:
    tokenizer = train_tokenizer(["a <s>b</s> <unk> <pad> <0x41>"] * 20, config("char", 60))
    text = "<unk> <0x14> </s> bad"
    assert tokenizer.decode(tokenizer.encode(text)) == text


@pytest.mark.parametrize("kind", KINDS)
def test_the_byte_pieces_of_text_are_bytes(tokenizers: dict[str, Tokenizer], kind: str) -> None:
    tokenizer = tokenizers[f"{kind} bytes"]
    ids = tokenizer.encode("😀")
    assert tokenizer.decode(ids) == "😀"
    assert [tokenizer.pieces([i])[0] for i in ids if tokenizer.is_byte(i)][-4:] == [
        "<0xF0>",
        "<0x9F>",
        "<0x98>",
        "<0x80>",
    ]
    assert tokenizer.decode(ids[:-1]).endswith("\ufffd"), "bytes that are no UTF-8 stay visible"
    assert tokenizer.unknown("😀") == []


def test_special_ids_are_not_shown_but_unk_is(tokenizer: Tokenizer) -> None:
    ids = tokenizer.encode("small trees")
    framed = [special.BOS, *ids, special.EOS, special.PAD, special.PAD]
    assert tokenizer.decode(framed) == "small trees"
    assert tokenizer.decode(np.array(framed)) == "small trees"
    assert tokenizer.decode([special.UNK]) == "⁇"
    assert tokenizer.decode([*ids, special.UNK]) == ("small trees ⁇" if tokenizer.kind == "word" else "small trees⁇")


def test_unknown_names_what_is_lost(tokenizers: dict[str, Tokenizer]) -> None:
    for kind in ("unigram", "bpe", "char"):
        assert tokenizers[kind].unknown("small ж trжes жж") == ["ж", "ж", "жж"]
        assert tokenizers[kind].decode(tokenizers[kind].encode("small ж trжes")) == "small ⁇ tr⁇es"
    assert tokenizers["word"].unknown("small bush tree a hedge") == ["bush", "a hedge"]
    assert tokenizers["word"].decode(tokenizers["word"].encode("small bush tree")) == "small ⁇ tree"
    assert tokenizers["unigram"].unknown("small trees") == []


@pytest.mark.parametrize("kind", ["unigram", "bpe", "unigram bytes", "bpe bytes"])
def test_samples_vary_but_spell_the_same_text(tokenizers: dict[str, Tokenizer], kind: str) -> None:
    tokenizer = tokenizers[kind]
    first, second = draw(tokenizer, 1), draw(tokenizer, 2)
    assert first != second
    assert first != tokenizer.encode_batch(SENTENCES)
    assert [tokenizer.decode(ids) for ids in first] == SENTENCES


@pytest.mark.parametrize("kind", ["char", "word"])
def test_one_segmentation_is_all_there_is(tokenizers: dict[str, Tokenizer], kind: str) -> None:
    assert draw(tokenizers[kind], 1) == tokenizers[kind].encode_batch(SENTENCES)


def test_one_candidate_is_the_best(tokenizers: dict[str, Tokenizer]) -> None:
    tokenizer = tokenizers["unigram"]
    rng = np.random.default_rng(0)
    for text in SENTENCES[:20]:
        assert tokenizer.sample(text, rng=rng, alpha=0.1, candidates=1) == tokenizer.encode(text)


def test_there_may_be_more_candidates_than_sentencepiece_searches_for(tokenizers: dict[str, Tokenizer]) -> None:
    ids = tokenizers["unigram"].sample(SENTENCES[0], rng=np.random.default_rng(0), alpha=0.1, candidates=10_000)
    assert tokenizers["unigram"].decode(ids) == SENTENCES[0]


@pytest.mark.parametrize("kind", ["unigram", "bpe"])
def test_a_draw_is_a_function_of_the_generator_alone(tokenizers: dict[str, Tokenizer], kind: str) -> None:
    """Whatever was sampled before, in whichever thread or process: this is what makes training resumable."""
    tokenizer = tokenizers[kind]
    expected = {seed: draw(tokenizer, seed) for seed in range(4)}
    assert draw(tokenizer, 1) == expected[1]
    found: dict[int, list[list[int]]] = {}
    threads = [threading.Thread(target=lambda s=seed: found.update({s: draw(tokenizer, s)})) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == expected
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply(draw, (tokenizer, 3)) == expected[3]


def test_unigram_draws_in_proportion_to_probability_to_the_alpha(tokenizers: dict[str, Tokenizer]) -> None:
    """Against the definition of Kudo 2018: softmax of alpha times the summed scores of the n best."""
    tokenizer, text, alpha, count = tokenizers["unigram"], "smaller trees walked", 0.4, 6_000
    processor = sentencepiece.SentencePieceProcessor(model_proto=tokenizer.to_bytes())
    best = processor.nbest_encode(text, nbest_size=5)
    scores = alpha * np.array([sum(processor.get_score(ids)) for ids in best])
    expected = np.exp(scores - scores.max()) / np.exp(scores - scores.max()).sum()
    rng = np.random.default_rng(3)
    samples = Counter(tuple(tokenizer.sample(text, rng=rng, alpha=alpha, candidates=5)) for _ in range(count))
    found = np.array([samples[tuple(ids)] / count for ids in best])
    assert sum(samples.values()) == count == sum(samples[tuple(ids)] for ids in best)
    np.testing.assert_allclose(found, expected, atol=0.03)  # over 4 standard errors of the largest share


def test_bpe_dropout_goes_from_all_merges_to_none(tokenizers: dict[str, Tokenizer]) -> None:
    tokenizer = tokenizers["bpe"]
    assert draw(tokenizer, 1, alpha=1e-9) == tokenizer.encode_batch(SENTENCES)
    lengths = [np.mean([len(ids) for ids in draw(tokenizer, 1, alpha=alpha)]) for alpha in (1e-9, 0.1, 0.5, 1.0)]
    assert lengths == sorted(lengths)
    characters = tokenizer.pieces(draw(tokenizer, 1, alpha=1.0)[0])
    assert characters == list("▁" + SENTENCES[0].replace(" ", "▁"))


def test_it_survives_pickle_file_and_bytes(tokenizer: Tokenizer, tmp_path: Path) -> None:
    tokenizer.save(tmp_path / "a.model")
    for other in (
        pickle.loads(pickle.dumps(tokenizer)),
        copy.deepcopy(tokenizer),
        Tokenizer.load(tmp_path / "a.model"),
        Tokenizer.from_bytes(tokenizer.to_bytes()),
    ):
        assert other.fingerprint == tokenizer.fingerprint
        assert (other.kind, other.size, other.normalisation) == (
            tokenizer.kind,
            tokenizer.size,
            tokenizer.normalisation,
        )
        assert other.encode_batch(SENTENCES) == tokenizer.encode_batch(SENTENCES)


def test_fingerprints_tell_vocabularies_apart(tokenizers: dict[str, Tokenizer]) -> None:
    assert len({tokenizer.fingerprint for tokenizer in tokenizers.values()}) == len(tokenizers)


@pytest.mark.parametrize("damage", ["empty", "truncated", "noise", "one byte short"])
def test_a_damaged_model_is_an_error_that_names_the_file(
    tokenizers: dict[str, Tokenizer], tmp_path: Path, damage: str
) -> None:
    model = tokenizers["unigram"].to_bytes()
    path = tmp_path / "tokenizer.model"
    path.write_bytes(
        {"empty": b"", "truncated": model[: len(model) // 2], "noise": b"\xff" * 99, "one byte short": model[:-1]}[
            damage
        ]
    )
    with refused("model.damaged", "tokenizer.model:"):
        Tokenizer.load(path)


def test_a_missing_model_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    with refused("model.unreadable", "none.model: ", "No such file"):
        Tokenizer.load(tmp_path / "none.model")


def test_a_model_with_other_special_ids_is_refused(tmp_path: Path) -> None:
    prefix = tmp_path / "foreign"
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(SENTENCES), model_prefix=str(prefix), vocab_size=20, minloglevel=3
    )
    with refused("model.other-tokenizer", "foreign.model:", "(-1, 0, 1, 2)"):
        Tokenizer.load(prefix.with_suffix(".model"))


def test_a_joint_pair_is_one_object_and_one_file(tokenizers: dict[str, Tokenizer], tmp_path: Path) -> None:
    pair = VocabularyPair(tokenizers["bpe"], tokenizers["bpe"])
    pair.save(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["tokenizer.model"]
    for other in (VocabularyPair.load(tmp_path), pickle.loads(pickle.dumps(pair))):
        assert other.joint
        assert other.source is other.target
        assert other.fingerprint == pair.fingerprint


def test_a_separate_pair_keeps_its_sides(tokenizers: dict[str, Tokenizer], tmp_path: Path) -> None:
    pair = VocabularyPair(tokenizers["bpe"], tokenizers["unigram"])
    pair.save(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["source.model", "target.model"]
    for other in (VocabularyPair.load(tmp_path), pickle.loads(pickle.dumps(pair))):
        assert not other.joint
        assert (other.source.kind, other.target.kind) == ("bpe", "unigram")
        assert other.fingerprint == pair.fingerprint
    assert pair.fingerprint != VocabularyPair(pair.target, pair.source).fingerprint


def test_a_folder_without_tokenizer_says_so(tokenizers: dict[str, Tokenizer], tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        VocabularyPair.load(tmp_path)
    assert caught.value.code == "model.no-tokenizer"
    tokenizers["bpe"].save(tmp_path / "source.model")
    with refused("model.unreadable", "target.model:"):
        VocabularyPair.load(tmp_path)


# ------------------------------------------------------------------------------------------------------------- symbols

SYMBOLS = ("｟1｠", "｟<1｠", "ﬁx", "ABC", "<b>")
SYMBOL_TEXT = "small ｟1｠ tree (｟<1｠house) ﬁx near ABC<b>trees ｟1｠"


@pytest.fixture(scope="module", params=["unigram", "bpe", "char"])
def symbolic(request: pytest.FixtureRequest) -> Tokenizer:
    texts = [*SENTENCES, SYMBOL_TEXT, "small fix (a b c) A"]
    return train_tokenizer(texts, config(request.param, 90), symbols=SYMBOLS)


def test_a_symbol_is_one_token_that_is_not_normalised(symbolic: Tokenizer) -> None:
    assert set(symbolic.symbols) == set(SYMBOLS)
    pieces = symbolic.pieces(symbolic.encode(SYMBOL_TEXT))
    assert [piece for piece in pieces if piece in SYMBOLS] == ["｟1｠", "｟<1｠", "ﬁx", "ABC", "<b>", "｟1｠"]
    assert symbolic.decode(symbolic.encode(SYMBOL_TEXT)) == SYMBOL_TEXT
    assert symbolic.normalise(SYMBOL_TEXT) == SYMBOL_TEXT
    assert symbolic.normalise("ﬁ ﬁx") == "fi ﬁx"


def test_no_sample_splits_a_symbol(symbolic: Tokenizer) -> None:
    rng = np.random.default_rng(1)
    for _ in range(50):
        ids = symbolic.sample(SYMBOL_TEXT, rng=rng, alpha=0.2, candidates=64)
        counts = Counter(piece for piece in symbolic.pieces(ids) if piece in SYMBOLS)
        assert counts == {"｟1｠": 2, "｟<1｠": 1, "ﬁx": 1, "ABC": 1, "<b>": 1}
        assert symbolic.decode(ids) == SYMBOL_TEXT


def test_symbols_are_read_back_and_added(symbolic: Tokenizer) -> None:
    again = pickle.loads(pickle.dumps(symbolic))
    assert again.symbols == symbolic.symbols
    more = symbolic.extended([("▁zebra", -30.0)], ["｟2｠"])
    assert more.symbols == {**symbolic.symbols, "｟2｠": symbolic.size + 1}
    assert more.pieces(more.encode("ab｟2｠"))[-1] == "｟2｠"
    assert more.encode(SYMBOL_TEXT) == symbolic.encode(SYMBOL_TEXT)


def test_symbols_are_told_from_text(symbolic: Tokenizer) -> None:
    assert symbolic.split_symbols("a ｟<1｠b｟1｠") == ["a ", "｟<1｠", "b", "｟1｠", ""]
    assert train_tokenizer(SENTENCES, config("bpe", 60)).split_symbols("a ｟1｠") == ["a ｟1｠"]


def test_a_vocabulary_must_hold_its_symbols() -> None:
    with refused("config.vocabulary-too-small"):
        train_tokenizer(SENTENCES, config("char", 10), symbols=tuple(f"｟{n}｠" for n in range(20)))
