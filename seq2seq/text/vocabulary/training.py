"""Training a vocabulary, and counting what it cannot represent.

Memory is bounded: of a long stream, a random sample is taken (reservoir sampling, Vitter 1985, algorithm R).
The result is a function of the sentences, their order, the settings and the seed.
"""

import io
import random
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

import sentencepiece

from seq2seq import log, special
from seq2seq.config.tokenizer import TokenizerConfig
from seq2seq.errors import ConfigError, DataError
from seq2seq.text.tokenizer import Tokenizer, readable
from seq2seq.wording import plural

_SPELLING: Final = re.compile(r"<(?=(?:s|/s|unk|pad|0x[0-9A-F]{2})>)")
_TOO_SMALL: Final = re.compile(r"smaller than required_chars\. \d+ vs (\d+)")
_NO_TEXT: Final = re.compile(r"!sentences_\.empty\(\)|\(all_chars_count\) > \(0\)")
_LONGEST: Final = 1 << 16
"""Bytes of the longest sentence that is learnt from; sentencepiece's own bound (4192) leaves out long paragraphs."""
_THREADS: Final = 8
"""Fixed, whatever the machine: sums of floats over another number of threads give another vocabulary."""


def train_tokenizer(
    sentences: Iterable[str],
    config: TokenizerConfig,
    *,
    symbols: Sequence[str] = (),
    seed: int = 1,
    characters: int = 16_000_000,
    where: str = "recipe",
) -> Tokenizer:
    """Learn a vocabulary from sentences (chain both sides for a joint one).

    A vocabulary larger than the text can fill shrinks, and says so.

    Args:
        sentences: raw text; read once. Blank ones are passed over.
        config: kind, size and normalisation.
        symbols: pieces that stay whole and unchanged wherever they occur in a text.
        seed: decides which sentences are sampled when the text is longer than ``characters``.
        characters: text held in memory at most. Training takes some 35 bytes for each where words are separated by
            spaces, 75 where they are not.
        where: names the text, or the recipe, in an error message.

    Raises:
        ConfigError: the vocabulary is too small for the characters (or the bytes) that it must hold.
        DataError: there is no text to learn from.
    """
    smallest = len(special.NAMES) + (256 if config.byte_fallback else 0) + len(symbols) + 1
    if config.vocabulary < smallest:
        raise _too_small(config, smallest, where)
    # sentencepiece skips text that spells a special token, so that its letters would not count; a space prevents that.
    sample = [_SPELLING.sub("< ", readable(text)) for text in _reservoir(sentences, characters, seed)]
    model = io.BytesIO()
    try:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(sample),
            model_writer=model,
            model_type=config.kind,
            vocab_size=config.vocabulary,
            hard_vocab_limit=False,
            byte_fallback=config.byte_fallback,
            normalization_rule_name=config.normalisation,
            character_coverage=config.character_coverage,
            max_sentence_length=_LONGEST,
            num_threads=_THREADS,
            pad_id=special.PAD,
            unk_id=special.UNK,
            bos_id=special.BOS,
            eos_id=special.EOS,
            pad_piece=special.NAMES[special.PAD],
            unk_piece=special.NAMES[special.UNK],
            bos_piece=special.NAMES[special.BOS],
            eos_piece=special.NAMES[special.EOS],
            unk_surface=" \u2047" if config.kind == "word" else "\u2047",
            user_defined_symbols=list(symbols),
            minloglevel=3,
        )
    except RuntimeError as error:
        if needed := _TOO_SMALL.search(str(error)):
            raise _too_small(config, int(needed[1]), where) from error
        if _NO_TEXT.search(str(error)):
            raise _no_text(where) from error
        raise DataError(
            f"{where}: sentencepiece cannot train a tokenizer on this text: {error}", code="data.cannot-train-tokenizer"
        ) from error
    tokenizer = Tokenizer.from_bytes(model.getvalue())
    if tokenizer.size < smallest:  # sentencepiece before 0.2.3 trains on nothing but characters that it passes over
        raise _no_text(where)
    if tokenizer.size < config.vocabulary:
        log.say(
            f"tokenizer: the text fills {tokenizer.size:,} of the {config.vocabulary:,} tokens asked for "
            f"({config.kind}); the vocabulary shrinks to that."
        )
    return tokenizer


def _no_text(where: str) -> DataError:
    return DataError(
        f"{where}: no text to train a tokenizer on: every sentence of the training split is blank.\n"
        "  Check which columns are read as source and target, and what the filters left.",
        code="data.no-text",
    )


def _too_small(config: TokenizerConfig, needed: int, where: str) -> ConfigError:
    parts = "special tokens, 256 bytes and characters" if config.byte_fallback else "special tokens and characters"
    return ConfigError(
        where,
        [
            f"tokenizer.vocabulary: {config.vocabulary} is too small; {parts} alone are {needed}. "
            f"Make it {needed} at least (a few thousand is usual), or lower tokenizer.character_coverage"
        ],
        code="config.vocabulary-too-small",
    )


def _reservoir(sentences: Iterable[str], characters: int, seed: int) -> list[str]:
    """A random sample of the sentences that are not blank, ``characters`` in all; the whole if it is no longer."""
    draw = random.Random(seed).random  # whose sequence Python promises to keep from version to version
    sample: list[str] = []
    held = seen = 0
    full = False
    for sentence in sentences:
        if not sentence or sentence.isspace():
            continue
        seen += 1
        if not full:
            sample.append(sentence)
            held += len(sentence)
        elif (at := int(draw() * seen)) < len(sample):
            held += len(sentence) - len(sample[at])
            sample[at] = sentence
        while held > characters and len(sample) > 1:  # the reservoir shrinks, and keeps its new size
            full = True
            at = int(draw() * len(sample))
            sample[at], sample[-1] = sample[-1], sample[at]
            held -= len(sample.pop())
    return sample


@dataclass
class Coverage:
    """Coverage of a text by a vocabulary."""

    sentences: int = 0
    tokens: int = 0
    """Without BOS and EOS."""
    unknown_tokens: int = 0
    """Tokens that are UNK."""
    byte_tokens: int = 0
    """Tokens that spell a byte of what the vocabulary lacks (byte fallback)."""
    unknown: Counter[str] = field(default_factory=Counter)
    """Characters that became UNK, counted; or words, for a ``word`` vocabulary."""

    @property
    def tokens_per_sentence(self) -> float:
        """Mean length in tokens."""
        return self.tokens / max(self.sentences, 1)

    def __str__(self) -> str:
        """One line for people."""
        text = f"{plural(self.tokens, 'token')}, {self.tokens_per_sentence:.1f} per sentence"
        if self.byte_tokens:
            text += f"; {self.byte_tokens:,} of them bytes ({self.byte_tokens / self.tokens:.3%})"
        if not self.unknown_tokens:
            return f"{text}; none unknown"
        shown = ", ".join(f"{what!r} {plural(count, 'time')}" for what, count in self.unknown.most_common(8))
        more = f", and {plural(len(self.unknown) - 8, 'other')}" if len(self.unknown) > 8 else ""
        return f"{text}; {self.unknown_tokens:,} unknown ({self.unknown_tokens / self.tokens:.3%}): {shown}{more}"


def coverage(tokenizer: Tokenizer, sentences: Iterable[str]) -> Coverage:
    """Count the tokens of a text, and what of it the vocabulary lacks."""
    result = Coverage()
    bytes_of = frozenset(filter(tokenizer.is_byte, range(tokenizer.size)))
    for batch in chunked(sentences, 4096):
        for text, ids in zip(batch, tokenizer.encode_batch(batch), strict=True):
            result.sentences += 1
            result.tokens += len(ids)
            if bytes_of:
                result.byte_tokens += sum(i in bytes_of for i in ids)
            if special.UNK in ids:
                result.unknown_tokens += ids.count(special.UNK)
                for stretch in tokenizer.unknown(text):
                    result.unknown.update(stretch.split(" ") if tokenizer.kind == "word" else stretch)
    return result


def chunked(sentences: Iterable[str], size: int) -> Iterable[list[str]]:
    """The sentences in lists of ``size``, the last one shorter."""
    stream = iter(sentences)
    while batch := list(islice(stream, size)):
        yield batch
