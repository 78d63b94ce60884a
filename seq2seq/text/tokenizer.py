"""Text to token ids and back, by a sentencepiece model (Kudo and Richardson 2018).

The ids of :mod:`seq2seq.special` are never made from text: text that spells ``<s>`` or ``<0x41>`` is read as the
characters that it is made of.
"""

import hashlib
import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

import sentencepiece

from seq2seq import special
from seq2seq.errors import ModelError
from seq2seq.text.model_proto import append_pieces, describe
from seq2seq.text.sampling import choose, merge

if TYPE_CHECKING:
    import numpy as np

SPACE: Final = "\u2581"
"""sentencepiece's mark for a space inside a piece; in text it is read as a space."""
_MOST_CANDIDATES: Final = 512
"""sentencepiece searches for no more."""
_MANY: Final = 256
"""Texts from which threads of sentencepiece pay: to start them takes as long as to encode some ten sentences."""
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class Tokenizer:
    """One vocabulary: a sentencepiece model whose first ids are PAD, UNK, BOS and EOS.

    It pickles (for worker processes) as the bytes of its model.

    Attributes:
        kind: ``unigram``, ``bpe``, ``word`` or ``char``.
        normalisation: name of the rule that :meth:`normalise` follows, such as ``nmt_nfkc``.
        size: tokens in the vocabulary, special ones included.
        symbols: pieces that stay whole and unchanged wherever they occur in a text, and their ids.
        fingerprint: SHA-256 of the model, in hexadecimal.
    """

    def __init__(self, model: bytes, *, where: str = "the tokenizer") -> None:
        """Read a serialised sentencepiece model.

        Args:
            model: what :meth:`to_bytes` returned, or the content of a ``.model`` file.
            where: named in the error message.

        Raises:
            ModelError: the model is damaged, or its special ids are not those of this package.
        """
        processor = sentencepiece.SentencePieceProcessor()
        try:
            processor.LoadFromSerializedProto(model)
            self.kind, self.normalisation, symbols = describe(model)
        except (RuntimeError, LookupError, UnicodeDecodeError) as error:
            raise ModelError(
                f"{where}: not a sentencepiece model, or a damaged one.\n"
                "  Copy the model folder again, or train again; the tokenizer cannot be restored from the weights.",
                code="model.damaged",
            ) from error
        ids = (processor.pad_id(), processor.unk_id(), processor.bos_id(), processor.eos_id())
        if ids != (special.PAD, special.UNK, special.BOS, special.EOS):
            raise ModelError(
                f"{where}: its pad, unk, bos and eos ids are {ids}, but must be "
                f"{(special.PAD, special.UNK, special.BOS, special.EOS)}.\n"
                "  Train the sentencepiece model with --pad_id=0 --unk_id=1 --bos_id=2 --eos_id=3.",
                code="model.other-tokenizer",
            )
        self._model = model
        self._processor = processor
        self.size: int = processor.get_piece_size()
        self.symbols: dict[str, int] = {symbol: processor.piece_to_id(symbol) for symbol in symbols}
        self.fingerprint = hashlib.sha256(model).hexdigest()

    @classmethod
    def load(cls, path: Path) -> "Tokenizer":
        """Read a sentencepiece ``.model`` file; raises :class:`ModelError` if it is missing or damaged."""
        try:
            model = path.read_bytes()
        except OSError as error:
            raise ModelError(
                f"{path}: cannot read the tokenizer: {error.strerror}.", code="model.unreadable"
            ) from error
        return cls(model, where=str(path))

    @classmethod
    def from_bytes(cls, model: bytes) -> "Tokenizer":
        """The tokenizer that :meth:`to_bytes` wrote."""
        return cls(model)

    def to_bytes(self) -> bytes:
        """The sentencepiece model, serialised."""
        return self._model

    def save(self, path: Path) -> None:
        """Write the model to ``path``, where sentencepiece's own tools can read it too."""
        path.write_bytes(self._model)

    def __reduce__(self) -> tuple[type["Tokenizer"], tuple[bytes]]:
        """Pickle as the model."""
        return type(self), (self._model,)

    def __repr__(self) -> str:
        """Kind, size, normalisation and the start of the fingerprint."""
        return f"Tokenizer({self.kind}, {self.size} tokens, {self.normalisation}, {self.fingerprint[:8]})"

    def encode(self, text: str) -> list[int]:
        """The token ids of ``text``, without BOS and EOS; the empty list for blank text."""
        ids: list[int] = self._processor.encode(readable(text))
        return ids

    def encode_batch(self, texts: Sequence[str]) -> list[list[int]]:
        """:meth:`encode` for many texts at once, on all cores: the order and the ids are the same."""
        if len(texts) < _MANY:
            return [self.encode(text) for text in texts]
        ids: list[list[int]] = self._processor.encode([readable(text) for text in texts])
        return ids

    def sample(self, text: str, *, rng: "np.random.Generator", alpha: float, candidates: int) -> list[int]:
        """Token ids of a segmentation of ``text`` sampled at random: subword regularisation.

        ``unigram`` samples from the ``candidates`` likeliest segmentations, each with a probability proportional to
        p ** ``alpha`` (Kudo 2018, section 3.2). ``bpe`` drops each merge with probability ``alpha`` (BPE-dropout,
        Provilkov et al. 2020). ``char`` and ``word`` have one segmentation only.

        The sample is a function of the state of ``rng`` alone.

        Args:
            text: what :meth:`encode` takes.
            rng: the source of randomness.
            alpha: above zero; towards infinity, unigram always takes the best segmentation. From one on, BPE leaves
                characters.
            candidates: segmentations to sample from, at least one; only unigram uses it, up to 512.
        """
        if self.kind == "unigram":
            best: list[list[int]] = self._processor.nbest_encode(
                readable(text), nbest_size=min(candidates, _MOST_CANDIDATES)
            )
            if self.symbols:
                held = frozenset(best[0]) & frozenset(self.symbols.values())
                best = [ids for ids in best if all(ids.count(symbol) == best[0].count(symbol) for symbol in held)]
            if len(best) == 1:
                return best[0]
            # An unknown character is unknown to every candidate alike, so that its score makes no difference.
            scores = [sum(map(self._scores.__getitem__, ids)) for ids in best]
            return best[choose(scores, alpha=alpha, rng=rng)]
        if self.kind == "bpe":
            pieces = []
            for part in self.split_symbols(self._processor.normalize(readable(text))):
                pieces += [part] if part in self.symbols else merge(part, self._ranks, dropout=alpha, rng=rng)
            return self._ids(pieces)
        return self.encode(text)

    def decode(self, ids: Sequence[int]) -> str:
        """The text of ``ids``. PAD, BOS and EOS are ignored; UNK becomes ⁇, bytes that are no UTF-8 become U+FFFD.

        No space is left at either end, and U+2581 never stands in the result.
        """
        text: str = self._processor.decode([int(i) for i in ids if i not in _SILENT])
        # Bytes that spell U+2581 come out as it: a word outside the vocabulary of a `word` model with byte fallback.
        return text.replace(SPACE, " ").strip(" ")

    def pieces(self, ids: Sequence[int]) -> list[str]:
        """The tokens themselves, U+2581 for a space: what a person looks at."""
        pieces: list[str] = self._processor.id_to_piece([int(i) for i in ids])
        return pieces

    def normalise(self, text: str) -> str:
        """The part of ``text`` that the model sees and a decoder can restore.

        In this order: lone surrogates become U+FFFD; U+2581 becomes a space; the rule named by ``normalisation`` is
        applied (``nfkc``: Unicode's NFKC; ``nmt_``: control characters vanish, other white space and U+FFFD become
        spaces; ``_cf``: case is folded; ``identity``: nothing); runs of spaces shrink to one; those at the ends vanish.
        sentencepiece's NFKC is a table, the longest match first: unlike Unicode's, it neither reorders several marks on
        one letter nor joins a mark to what a ligature was taken apart into.

        ``decode(encode(text)) == normalise(text)`` whenever no token of ``text`` is UNK.
        """
        normal: str = self._processor.normalize(readable(text))
        return normal.replace(SPACE, " ").strip(" ")

    def unknown(self, text: str) -> list[str]:
        """The stretches of the normalised text that become UNK, in order: runs of unknown characters (or words)."""
        ids = self.encode(text)
        if special.UNK not in ids:
            return []
        pieces: list[str] = self._processor.encode(readable(text), out_type=str)
        unknown = [piece for piece, i in zip(pieces, ids, strict=True) if i == special.UNK]
        return [piece.replace(SPACE, " ").strip(" ") for piece in unknown]

    def spell(self, piece: str) -> list[int]:
        """The tokens that stand where ``piece`` would, if it were one: what :meth:`encode` makes of its characters.

        Args:
            piece: U+2581 for a space, as in :meth:`pieces`; without one in front, it continues the word before it.
        """
        ids = self.encode(piece)
        if piece.startswith(SPACE) or not ids:
            return ids
        # Text is read as if a space stood before it, which here is none: the first token loses it.
        (first,) = self.pieces(ids[:1])
        rest = first.removeprefix(SPACE)
        if not rest:
            return ids[1:]
        return [self._vocabulary.get(rest, ids[0]), *ids[1:]]

    def extended(self, pieces: Sequence[tuple[str, float]], symbols: Sequence[str] = ()) -> "Tokenizer":
        """A tokenizer with more pieces, whose ids follow those there are.

        Args:
            pieces: new ones (U+2581 for a space) and their scores: log-probabilities, or minus their rank (bpe).
            symbols: new pieces that stay whole and unchanged.
        """
        size = self.size + len(pieces) + len(symbols)
        return Tokenizer(append_pieces(self._model, pieces, symbols, size=size))

    def split_symbols(self, text: str) -> list[str]:
        """The symbols of a text, and the stretches before, between and after them: every second part is a symbol."""
        return self._symbols.split(text) if self.symbols else [text]

    def has(self, piece: str) -> bool:
        """Whether a piece is one token."""
        return piece in self._vocabulary

    def token(self, piece: str) -> int | None:
        """The id of a piece; None: it is not one token."""
        return self._vocabulary.get(piece)

    def score(self, token: int) -> float:
        """Log-probability of a token in nats (unigram), or minus its rank among the merges (bpe)."""
        return self._scores[token]

    def _ids(self, pieces: Sequence[str]) -> list[int]:
        """Ids of pieces as sentencepiece gives them: one UNK for a run of unknown pieces, or the bytes of each."""
        ids: list[int] = []
        for piece in pieces:
            token = self._vocabulary.get(piece, special.UNK)
            if token != special.UNK:
                ids.append(token)
            elif self._bytes:
                ids.extend(self._bytes[byte] for byte in piece.encode())
            elif not ids or ids[-1] != special.UNK:
                ids.append(token)
        return ids

    @cached_property
    def _symbols(self) -> re.Pattern[str]:
        """Matches symbols, the longest first, as sentencepiece does."""
        return re.compile(f"({'|'.join(map(re.escape, sorted(self.symbols, key=len, reverse=True)))})")

    @cached_property
    def _scores(self) -> list[float]:
        """Log-probability of every token in nats (unigram), or minus its rank among the merges (bpe)."""
        scores: list[float] = self._processor.get_score(list(range(self.size)))
        return scores

    @cached_property
    def _vocabulary(self) -> dict[str, int]:
        """Ids of the pieces that text is made of: neither special ones nor bytes."""
        pieces = self.pieces(range(self.size))
        return {piece: i for i, piece in enumerate(pieces) if i >= len(special.NAMES) and not self.is_byte(i)}

    @cached_property
    def _ranks(self) -> dict[str, float]:
        """Order in which BPE makes its pieces."""
        return {piece: -self._scores[i] for piece, i in self._vocabulary.items()}

    @cached_property
    def _bytes(self) -> list[int]:
        """Ids of the 256 bytes in order, or nothing without byte fallback."""
        return [i for i in range(self.size) if self.is_byte(i)]

    def is_byte(self, token: int) -> bool:
        """Whether a token is one byte of a character that the vocabulary lacks."""
        return bool(self._processor.is_byte(token))


_SILENT: Final = frozenset({special.PAD, special.BOS, special.EOS})


def readable(text: str) -> str:
    """Text as sentencepiece can take it: U+2581 as the space it is read as, lone surrogates (no UTF-8) as U+FFFD."""
    if text.isascii():
        return text
    return _SURROGATE.sub("\ufffd", text.replace(SPACE, " "))
