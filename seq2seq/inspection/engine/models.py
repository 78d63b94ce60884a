"""The checks of single rows, with the models of typical rows that they need, learnt from a sample of one split."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from seq2seq.config.data import DataConfig
from seq2seq.config.sides import TEXTS, Sides
from seq2seq.data.reading.infer_columns import looks_labelled
from seq2seq.inspection.checks import characters, columns, numbers, pairs
from seq2seq.inspection.checks.language import SideLanguages, SideScripts
from seq2seq.inspection.checks.markup import brackets, differences, markup, placeholders
from seq2seq.inspection.checks.misaligned import Aligner
from seq2seq.inspection.checks.other_language import OtherLanguages
from seq2seq.inspection.checks.pairs import TypicalLengths
from seq2seq.inspection.checks.punctuation import FinalMarks
from seq2seq.inspection.checks.repeated_words import RepeatedWords
from seq2seq.inspection.engine.batch import Batch
from seq2seq.inspection.engine.reading import ReadSplit, sampled_split
from seq2seq.inspection.engine.spans import MarkedTexts
from seq2seq.inspection.engine.tally import Tally
from seq2seq.inspection.engine.texts import Texts
from seq2seq.inspection.series import sequences
from seq2seq.progress import Progress
from seq2seq.text.markup.recognise import Markup

SAMPLE: Final = 100_000
SAMPLE_BYTES: Final = 12 << 20
"""Most bytes of text in the sample, about."""
_SEED: Final = 1


class Models:
    """Models of typical rows: the same for the same rows, whoever learns them."""

    def __init__(self, config: DataConfig, sides: Sides, splits: tuple[ReadSplit, ...]) -> None:
        self._declared = frozenset(map(Markup, (*config.markup, *config.protect)))
        self._sides = sides
        self._pairs = sides == TEXTS
        self._sampled = split = sampled_split(splits)
        rows_sampled = max(1, min(SAMPLE, SAMPLE_BYTES * split.ledger.rows // max(split.path.stat().st_size, 1)))
        paired = np.flatnonzero(split.paired(slice(None)))
        if not len(paired):
            paired = np.arange(split.ledger.rows)
        rows = np.sort(np.random.default_rng(_SEED).permutation(paired)[:rows_sampled])
        sample = split.texts(rows)
        texts = {side: Texts(sample[side]) for side in sides.text}
        marked = {side: MarkedTexts(of_side, self._declared) for side, of_side in texts.items()}
        plain = {side: of_side.plain for side, of_side in marked.items()}
        self._typical = TypicalLengths.from_sample(texts, plain)
        self._scripts = {side: SideScripts(of_side) for side, of_side in plain.items()}
        self._messages = self._pairs and markup.are_program_messages(marked["source"], marked["target"])
        self._other_languages = OtherLanguages(plain)
        self._labelled: list[str] = []
        if self._pairs:
            self._languages = SideLanguages(plain["source"], plain["target"])
            self._repeated_words = RepeatedWords(plain, self._other_languages.main)
            self._final_marks = FinalMarks(marked["source"], marked["target"])
            self._aligner = Aligner(plain["source"], plain["target"], _parity(rows), seed=_SEED)
            self._labelled = looks_labelled(sample["target"])

    def check(self, split: ReadSplit, tally: Tally, rows: range, bar: Progress) -> None:
        """Check the batches that begin within ``rows``: the split's ledger gets the findings, the tally all rows."""
        if split is self._sampled:
            tally.labelled = self._labelled
        for batch in split.batches(self._declared, rows):
            self._check(batch)
            tally.digests.add(batch)
            for number, side in enumerate(("source", "target")):
                tally.words[number] += self._words(batch, side)
            if tally.labels is not None:
                tally.labels.add(batch)
            if tally.common_markup is not None:
                tally.common_markup.add(batch)
            if tally.ranks is not None:
                inside = slice(batch.first, batch.first + len(batch))
                parity = _parity(np.arange(inside.start, inside.stop))
                tally.ranks[inside], tally.judged[inside] = self._aligner.rank(batch, parity)
            bar.advance(len(batch))

    def _words(self, batch: Batch, side: str) -> int:
        """Words of a side of a batch; of vectors, steps."""
        if side in self._sides.vectors:
            return sum(map(len, batch.vectors(side)))
        return int(batch.side(side).words.counts.sum()) if side in self._sides.text else len(batch)

    def _check(self, batch: Batch) -> None:
        """Run the checks that see one batch at a time."""
        columns.check_header(batch)
        characters.check_empty(batch, self._sides.filled)
        markup.check_missing(batch, self._sides.text)
        for side in self._sides.text:
            characters.check_characters(batch, side)
            markup.check_markup(batch, side, self._sides.text, messages=self._messages)
            pairs.check_lengths(batch, side, self._typical)
        for side in self._sides.vectors:
            sequences.check_sequences(batch, side)
        if self._pairs:
            batch.paired &= ~batch.source.blank & ~batch.target.blank
            pairs.check_copies(batch, self._typical)
            pairs.check_ratio(batch, self._typical)
            numbers.check_numbers(batch)
            placeholders.check_placeholders(batch)
            differences.check_markup_pairs(batch)
            self._final_marks.check(batch)
            brackets.check_brackets(batch)
            self._repeated_words.check(batch)
            self._languages.check(batch, self._scripts, self._other_languages)
        else:
            reported = np.zeros(len(batch), np.bool_)
            for side, typical in self._scripts.items():
                reported |= typical.check(batch, side, reported)
            self._other_languages.check(batch, reported)


def _parity(rows: NDArray[np.int64]) -> NDArray[np.int8]:
    """(N,) the half of the sample, 0 or 1, of each row: pseudo-random."""
    return ((rows * 0x9E3779B1 >> 16) & 1).astype(np.int8)
