"""The tokenizer in JavaScript is that of :mod:`seq2seq.text.tokenizer`: the same ids, texts and unknown characters."""

import base64
import csv
import io
import random
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import sentencepiece
from support import node
from support.hostile_text import hostile_texts

from seq2seq import special
from seq2seq.config.tokenizer import TokenizerConfig
from seq2seq.resources import data_folder
from seq2seq.text.tokenizer import Tokenizer
from seq2seq.text.vocabulary.training import train_tokenizer

SCRIPT = Path(node.__file__).with_name("tokenizer.mjs")
OTHER_SCRIPTS = [
    "a brown fox jumps over the lazy dog near <s> or </s> or <0x41>",
    "اللُّغَة العربية جميلة",
    "日本語の文章には空白がない",
    "ภาษาไทยไม่มีช่องว่าง",
    "👩‍👩‍👧 और 👍🏽 क्षेत्र",
    "vie\u0323\u0302t e\u0301 ế",
]
SYMBOLS = ("⟦1⟧", "⟦<1⟧", "to", "toma", "ﬁ", "a b", "\u0301", "wo", "ow")
KINDS = ("unigram", "bpe", "char", "word")
RULES = ("nmt_nfkc", "nfkc", "nfkc_cf", "nmt_nfkc_cf", "identity")

Ids = list[list[int]]


@pytest.fixture(scope="module")
def sentences() -> list[str]:
    """Both sides of a part of the phrasebook, and a few sentences in other scripts."""
    with (data_folder() / "phrasebook" / "train.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[:1_500]
    return [text for row in rows for text in row] + OTHER_SCRIPTS * 20


@pytest.fixture(scope="module")
def words(sentences: list[str]) -> list[str]:
    return sorted({word for sentence in sentences for word in sentence.split()})


def train(
    sentences: Sequence[str],
    kind: str,
    rule: str = "nmt_nfkc",
    *,
    byte_fallback: bool = False,
    symbols: tuple[str, ...] = (),
) -> Tokenizer:
    settings = {"kind": kind, "vocabulary": 900, "byte_fallback": byte_fallback, "normalisation": rule}
    return train_tokenizer(sentences, TokenizerConfig.model_validate(settings), symbols=symbols)


def random_ids(size: int, count: int) -> Ids:
    """What no encoder writes: half of a character's bytes, special ids anywhere."""
    rng = random.Random(size)
    return [[rng.randrange(rng.choice((5, 300, size))) % size for _ in range(rng.randrange(12))] for _ in range(count)]


def assert_same(tokenizers: Sequence[Tokenizer], texts: list[str]) -> None:
    """What both make of texts and of random ids."""
    given = [
        {
            "model": base64.b64encode(tokenizer.to_bytes()).decode(),
            "texts": texts,
            "ids": random_ids(tokenizer.size, min(len(texts), 1_000)),
        }
        for tokenizer in tokenizers
    ]
    for tokenizer, ids, found in zip(
        tokenizers, (part["ids"] for part in given), node.run_module(SCRIPT, given), strict=True
    ):
        encoded = tokenizer.encode_batch(texts)
        assert (found["kind"], found["size"]) == (tokenizer.kind, tokenizer.size)
        for name, inputs, expected in [
            ("encoded", texts, encoded),
            ("normalised", texts, map(tokenizer.normalise, texts)),
            ("unknown", texts, map(tokenizer.unknown, texts)),
            ("decoded", encoded + ids, map(tokenizer.decode, encoded + ids)),
            ("pieces", ids, map(tokenizer.pieces, ids)),
        ]:
            rows = zip(inputs, found[name], expected, strict=True)
            assert [(tokenizer, name, *row) for row in rows if row[1] != row[2]][:3] == []


@pytest.mark.parametrize("kind", KINDS)
def test_ten_thousand_texts(kind: str, sentences: list[str], words: list[str]) -> None:
    assert_same([train(sentences, kind, symbols=SYMBOLS)], hostile_texts(10_000, words, seed=KINDS.index(kind)))


def test_byte_fallback(sentences: list[str], words: list[str]) -> None:
    tokenizers = [train(sentences, kind, byte_fallback=True, symbols=SYMBOLS) for kind in KINDS]
    assert_same(tokenizers, hostile_texts(1_000, words, seed=4))


def test_normalisation_rules(sentences: list[str], words: list[str]) -> None:
    assert_same([train(sentences, "char", rule) for rule in RULES], hostile_texts(1_000, words, seed=5))


def test_added_pieces(sentences: list[str], words: list[str]) -> None:
    """Appended to the model, as fine-tuning does it: its last fields repeat the first."""
    added = [("\u2581zebra", -3.5), ("ł", -4.0), ("łł", -5.0)]
    tokenizers = [train(sentences[::3], kind).extended(added, ["⟦2⟧"]) for kind in KINDS]
    texts = ["zebra łłł ⟦2⟧łł⟦2⟧ zebras ⟦2", *hostile_texts(300, [*words, "zebra", "łł", "⟦2⟧"], seed=6)]
    assert_same(tokenizers, texts)


def test_symbols_inside_of_pieces(sentences: list[str], words: list[str]) -> None:
    """Added later, they stand in pieces that there are: these are not made of them."""
    extended = []
    for tokenizer in (train(sentences, "unigram"), train(sentences, "bpe")):
        pieces = [piece for piece in tokenizer.pieces(range(300, tokenizer.size)) if len(piece) > 3]
        symbols = {piece[:-1] for piece in pieces if not tokenizer.has(piece[:-1]) and "\u2581" not in piece}
        assert len(symbols) > 5
        extended.append(tokenizer.extended([], sorted(symbols)))
    assert_same(extended, hostile_texts(500, words, seed=12))


def test_sums_of_scores_are_those_of_32_bits(sentences: list[str]) -> None:
    """Of segmentations whose scores differ by less, the first one found is taken."""
    rng = random.Random(13)
    made = {"".join(rng.choices("бгд", k=rng.randint(1, 4))) for _ in range(80)}
    pieces = [(piece, -4 + rng.randrange(8) * 2.0**-22) for piece in sorted(made)]
    symbols = sorted({"".join(rng.choices("жз", k=rng.randint(1, 7))) for _ in range(40)})
    tokenizer = train(sentences[::4], "unigram").extended(pieces, symbols)
    alphabets = ("бгд", "жз", "бгджз ")
    assert_same([tokenizer], ["".join(rng.choices(rng.choice(alphabets), k=rng.randrange(60))) for _ in range(2_000)])


def test_very_long_words(sentences: list[str], words: list[str]) -> None:
    """Scores of unigram beyond where sentencepiece counts from zero again; and bpe in n log n."""
    rng = random.Random(8)
    texts = ["".join(rng.choices(words, k=9_000)), "ż" * 9_000 + "".join(rng.choices("abcdeż", k=9_000))]
    assert_same([train(sentences, kind) for kind in ("unigram", "bpe")], texts)


def trained_by_sentencepiece(sentences: Sequence[str], kind: str, **options: Any) -> bytes:
    """A model with options that our training does not have, but our model folders may."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(sentences),
        model_writer=model,
        model_type=kind,
        vocab_size=500,
        hard_vocab_limit=False,
        pad_id=special.PAD,
        unk_id=special.UNK,
        bos_id=special.BOS,
        eos_id=special.EOS,
        minloglevel=3,
        **options,
    )
    return model.getvalue()


@pytest.mark.parametrize(
    "options",
    [
        {"treat_whitespace_as_suffix": True},
        {"add_dummy_prefix": False},
        {"remove_extra_whitespaces": False, "allow_whitespace_only_pieces": True},
        {"split_by_whitespace": False, "max_sentencepiece_length": 30},
        {"control_symbols": ["<control>", "fox"], "unk_surface": "?"},
    ],
    ids=lambda options: next(iter(options)),
)
def test_other_settings_of_sentencepiece(options: dict[str, Any], sentences: list[str], words: list[str]) -> None:
    tokenizers = [Tokenizer(trained_by_sentencepiece(sentences[::4], kind, **options)) for kind in KINDS]
    assert_same(tokenizers, hostile_texts(300, words, seed=9))


def test_own_rules_of_normalisation(tmp_path: Path, sentences: list[str], words: list[str]) -> None:
    """To nothing, to several spaces, of several characters; and back, in decoded text."""
    rules = {"a": " ", "o": "", "e r": "  x  ", "ü": "ue", "u": "\u2581"}
    back = {"x": "er", "t": "  ", "s": ""}
    for name, table in (("rules", rules), ("back", back)):
        lines = ["\t".join(" ".join(f"{ord(c):X}" for c in side) for side in pair) for pair in table.items()]
        (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    files = {
        "normalization_rule_tsv": str(tmp_path / "rules"),
        "denormalization_rule_tsv": str(tmp_path / "back"),
    }
    assert_same(
        [Tokenizer(trained_by_sentencepiece(sentences[::4], "unigram", **files))], hostile_texts(500, words, seed=10)
    )


def test_pieces_that_are_not_used(sentences: list[str], words: list[str]) -> None:
    """A restricted vocabulary (`spm_encode --vocabulary`): bpe takes other pieces apart again."""
    tokenizers = []
    for kind in KINDS:
        model = trained_by_sentencepiece(sentences[::4], kind)
        whole = sentencepiece.SentencePieceProcessor(model_proto=model)
        for i in range(50, whole.get_piece_size(), 3):
            piece = whole.id_to_piece(i).encode()
            entry = b"\n" + bytes([len(piece)]) + piece + b"\x15" + struct.pack("<f", whole.get_score(i))
            assert model.count(bytes([len(entry)]) + entry) == 1
            model = model.replace(bytes([len(entry)]) + entry, bytes([len(entry) + 2]) + entry + b"\x18\x05")
        assert sentencepiece.SentencePieceProcessor(model_proto=model).is_unused(50)
        tokenizers.append(Tokenizer(model))
    assert_same(tokenizers, hostile_texts(300, words, seed=11))


def test_damaged_models_are_refused(sentences: list[str]) -> None:
    model = train(sentences[::10], "char").to_bytes()
    cut = [model[:length] for length in (0, 1, 100, len(model) // 2, len(model) - 1)]
    found = node.run_module(
        SCRIPT, {"damaged": [base64.b64encode(data).decode() for data in (*cut, b"plain text", b"\xff" * 99)]}
    )
    assert all(found), found
