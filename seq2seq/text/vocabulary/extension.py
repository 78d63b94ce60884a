"""Vocabularies of a model that is fine-tuned on other text."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from seq2seq.errors import ConfigError
from seq2seq.special import NAMES, UNK
from seq2seq.text.tokenizer import Tokenizer
from seq2seq.text.vocabulary.channels import Channels
from seq2seq.text.vocabulary.extend import extend_vocabulary
from seq2seq.text.vocabulary.labels import LabelVocabulary
from seq2seq.text.vocabulary.pair import Vocabulary, VocabularyPair
from seq2seq.text.vocabulary.series import SeriesFormat


@dataclass(frozen=True)
class VocabularyExtension:
    """Changes of vocabularies."""

    pieces: int
    """Number of pieces that are added to each vocabulary of text."""
    labels: Literal["auto", "add", "replace"]
    """Labels of the new data are added to the old ones, or replace them; `auto` replaces them if the new data have two
    or more labels, and none that is known."""


def extend_vocabularies(
    before: VocabularyPair,
    extension: VocabularyExtension,
    texts: Callable[[tuple[str, ...]], Iterable[str]],
    where: str,
    *,
    symbols: Sequence[str] = (),
) -> VocabularyPair:
    """Vocabularies for new text, whose tokens keep the ids that they have (except where labels are replaced).

    Args:
        before: the vocabularies there are.
        extension: what is added.
        texts: the new text of some sides, ``("source",)`` for instance.
        where: names the text in error messages.
        symbols: pieces that the vocabularies of text need; those that they lack are added.

    Raises:
        DataError: there is no text to learn from.
        ConfigError: a vocabulary is of a kind that cannot be extended; or symbols are missing, and no pieces are added.
    """
    if before.joint and isinstance(before.source, Tokenizer):
        with_symbols = _with_symbols(before.source, symbols, extension)
        if not extension.pieces:
            return before
        joint = extend_vocabulary(with_symbols, list(texts(("source", "target"))), extension.pieces, where=where)
        return VocabularyPair(joint, joint)

    def of(side: str, vocabulary: Vocabulary) -> Vocabulary:
        if isinstance(vocabulary, LabelVocabulary):
            return _names(vocabulary, extension, texts((side,)))
        if isinstance(vocabulary, Tokenizer):
            vocabulary = _with_symbols(vocabulary, symbols, extension)
        if not extension.pieces:
            return vocabulary
        if not isinstance(vocabulary, Tokenizer):
            problem = f"extend_vocabulary: a vocabulary of kind '{vocabulary.kind}' ({side}) cannot be extended"
            raise ConfigError("initial_model", [problem], code="config.vocabulary-not-extensible")
        return extend_vocabulary(vocabulary, list(texts((side,))), extension.pieces, where=where)

    return VocabularyPair(of("source", before.source), of("target", before.target))


def _with_symbols(before: Tokenizer, symbols: Sequence[str], extension: VocabularyExtension) -> Tokenizer:
    """A vocabulary with the symbols that it lacks; a ConfigError if none may be added, or one is a piece already."""
    missing = [symbol for symbol in symbols if symbol not in before.symbols]
    if missing and not extension.pieces:
        problem = (
            f"data.protect, data.terms, tokenizer.symbols: the model's vocabulary lacks {len(missing)} of "
            f"{len(symbols)} symbols, such as '{missing[0]}'; --extend-vocabulary 500 "
            "(initial_model.extend_vocabulary) adds them"
        )
        raise ConfigError("recipe", [problem], code="finetune.no-symbols")
    if taken := [symbol for symbol in missing if before.has(symbol)]:
        problem = f"tokenizer.symbols: '{taken[0]}' is a token of the model's vocabulary already; remove it"
        raise ConfigError("recipe", [problem], code="finetune.no-symbols")
    return before.extended((), missing) if missing else before


def _names(before: LabelVocabulary, extension: VocabularyExtension, texts: Iterable[str]) -> LabelVocabulary:
    """Tags with those of the new data; or labels, by the rule."""
    new = LabelVocabulary.collect(texts, separated=before.separated)
    if not before.separated:
        strange = len(new.names) > 1 and not set(new.names) & set(before.names)
        if extension.labels == "replace" or (extension.labels == "auto" and strange):
            return new
    return before.extended(new.names)


def token_origins(before: Vocabulary, after: Vocabulary) -> list[list[int]]:
    """For every token of a vocabulary, those of an older one that it stands for.

    That is the token itself where the older one has it, else the tokens by which that one writes it; nothing for names
    that are new, and for what it cannot write: if all that was unknown began as UNK, it would all begin the same.
    """
    if isinstance(after, Channels | SeriesFormat):  # no row of a weight stands for a vector
        return []
    if isinstance(after, LabelVocabulary) or isinstance(before, LabelVocabulary):
        assert isinstance(before, LabelVocabulary)
        assert isinstance(after, LabelVocabulary)
        known = {name: number for number, name in enumerate(before.names, len(NAMES))}
        return [[token] for token in range(len(NAMES))] + [
            [known[name]] if name in known else [] for name in after.names
        ]
    old, new = before.pieces(range(before.size)), after.pieces(range(after.size))
    shared = next((i for i, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), len(old))
    assert shared == len(old), "the older vocabulary begins the newer one"
    if shared == len(new):
        return [[token] for token in range(shared)]
    assert isinstance(before, Tokenizer)
    written = ([token for token in before.spell(piece) if token != UNK] for piece in new[shared:])
    return [*([token] for token in range(shared)), *written]
