"""The vocabularies that a data set is prepared with."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from seq2seq import log
from seq2seq.config.data import CasingConfig, DataConfig, VectorsConfig
from seq2seq.config.sides import TEXTS, SideKind, Sides
from seq2seq.config.tokenizer import TokenizerConfig
from seq2seq.data.preparing.filter_rows import record_batches
from seq2seq.data.preparing.protect import protected_texts
from seq2seq.text.casing import draw_casing
from seq2seq.text.protection import Protection
from seq2seq.text.tags import all_tags
from seq2seq.text.term_annotation import TERM_SYMBOLS
from seq2seq.text.tokenizer import Tokenizer
from seq2seq.text.vocabulary.channels import Channels
from seq2seq.text.vocabulary.extension import VocabularyExtension, extend_vocabularies
from seq2seq.text.vocabulary.labels import LabelVocabulary
from seq2seq.text.vocabulary.pair import Vocabulary, VocabularyPair
from seq2seq.text.vocabulary.soft_labels import read_soft_label
from seq2seq.text.vocabulary.training import coverage, train_tokenizer
from seq2seq.wording import plural


@dataclass(frozen=True)
class Preparation:
    """Everything that decides how splits are prepared."""

    data: DataConfig
    tokenizer: TokenizerConfig
    sides: Sides
    seed: int
    tokenizers: VocabularyPair | None
    """Vocabularies to use instead of learning new ones."""
    extension: VocabularyExtension | None
    """Changes of ``tokenizers``; None: none."""
    whole: bool
    """Whether texts of any length stay."""

    @property
    def protection(self) -> Protection | None:
        """The text that is copied."""
        return Protection.from_config(self.data, self.tokenizer)

    @property
    def symbols(self) -> tuple[str, ...]:
        """Strings that are one token each: those that are copied, tags, and marks of annotated terms."""
        protection, terms = self.protection, TERM_SYMBOLS if self.data.terms else ()
        return (*(protection.symbols if protection else ()), *all_tags(self.data), *terms)


def vocabularies(
    path: Path, chosen: NDArray[np.int64], preparation: Preparation, where: str
) -> tuple[VocabularyPair, list[str]]:
    """The vocabularies to prepare with: learnt from the chosen rows of a file, or given, or extended from those given.

    Returns:
        The vocabularies; and of those that are extended, how they fit the new text, one line each.
    """
    if preparation.tokenizers is None:
        return _train(path, chosen, preparation, where), []
    if preparation.extension is None:
        return preparation.tokenizers, []
    extension = preparation.extension
    if extension.labels == "auto" and preparation.data.replay is not None:
        extension = replace(extension, labels="add")  # the labels of old data are needed
    before = preparation.tokenizers

    def sentences(sides: tuple[str, ...]) -> Iterator[str]:
        return _sentences(path, chosen, preparation, sides)

    after = extend_vocabularies(before, extension, sentences, where, symbols=preparation.symbols)
    lines = []
    for side in ("source", "target"):
        old, new = getattr(before, side), getattr(after, side)
        if isinstance(old, Tokenizer):
            lines.append(f"{side}: {coverage(old, sentences((side,)))}")
            if new is not old:
                more = plural(new.size - old.size, "more piece")
                lines.append(f"        with {more}: {coverage(new, sentences((side,)))}")
        elif isinstance(old, LabelVocabulary) and new.names != old.names:
            kept = sum(name in old.names for name in new.names)
            lines.append(
                f"{side}: {plural(kept, 'name')} kept, {len(new.names) - kept} new, {len(old.names) - kept} dropped"
            )
    if not extension.pieces and any("unknown (" in line or "of them bytes" in line for line in lines):
        lines.append("--extend-vocabulary 500 (initial_model.extend_vocabulary) adds tokens for what is missing.")
    return after, lines


def _train(path: Path, chosen: NDArray[np.int64], preparation: Preparation, where: str) -> VocabularyPair:
    """Learn one vocabulary for both sides, or one for each; messages name ``where`` the text is from."""
    config, sides = preparation.tokenizer, preparation.sides

    def sentences(*columns: str) -> Iterator[str]:
        texts = _sentences(path, chosen, preparation, columns)
        casing = preparation.data.casing
        return texts if casing is None else _recased(texts, casing, preparation.seed)

    if sides == TEXTS and config.joint:
        log.say(f"training a tokenizer: {config.kind}, {config.vocabulary:,} tokens, both sides")
        texts = sentences("source", "target")
        joint = train_tokenizer(texts, config, symbols=preparation.symbols, seed=preparation.seed, where=where)
        return VocabularyPair(joint, joint)

    def learn(side: str, kind: SideKind) -> Vocabulary:
        if kind is SideKind.VECTORS:
            vectors = preparation.data.vectors or VectorsConfig()
            return Channels.collect(_sentences(path, chosen, preparation, (side,)), scaling=vectors.scaling)
        if kind is not SideKind.TEXT:
            return LabelVocabulary.collect(
                _sentences(path, chosen, preparation, (side,)), separated=kind is SideKind.TAGS
            )
        log.say(f"training a tokenizer: {config.kind}, {config.vocabulary:,} tokens, {side}")
        return train_tokenizer(sentences(side), config, symbols=preparation.symbols, seed=preparation.seed, where=where)

    return VocabularyPair(learn("source", sides.source), learn("target", sides.target))


def _recased(texts: Iterable[str], casing: CasingConfig, seed: int) -> Iterator[str]:
    """The texts, some in other letter case, as they will be trained on."""
    rng = np.random.default_rng(seed)
    for text in texts:
        change = draw_casing(casing, rng)
        yield text if change is None else change(text)


def _sentences(
    path: Path, chosen: NDArray[np.int64], preparation: Preparation, sides: tuple[str, ...]
) -> Iterator[str]:
    """Sentences of the chosen rows, file order, both sides of a row together; then labels that a sample may lack."""
    first = 0
    soft = preparation.data.soft_labels and sides == ("target",)  # a name for each label with a probability
    for batch in record_batches(path):
        low, high = np.searchsorted(chosen, (first, first + batch.num_rows))
        texts = protected_texts(batch.take(pa.array(chosen[low:high] - first)), preparation.protection)
        for row in zip(*(getattr(texts, side) for side in sides), strict=True):
            yield from chain.from_iterable(map(read_soft_label, row)) if soft else row
        first += batch.num_rows
    if preparation.data.stream is not None and preparation.sides.target is SideKind.LABEL and sides == ("target",):
        yield from (preparation.data.labels or {}).values()
