"""Inspection of a corpus: models of typical rows are learnt from a sample, then every row passes every check once.

Memory is bounded by about 120 bytes per row (place, digests, rank and verdict), the models learnt from the sample, and
one batch of text; the text itself is in a temporary Arrow file.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seq2seq.config.data import DataConfig
from seq2seq.config.sides import TEXTS, SideKind, Sides
from seq2seq.data.preparing.filter_rows import record_batches
from seq2seq.data.reading.infer_columns import looks_labelled
from seq2seq.data.reading.sources import find_splits
from seq2seq.errors import DataError
from seq2seq.inspection.checks import characters, columns, numbers, pairs
from seq2seq.inspection.checks.duplicates import RowDigests, check_duplicates
from seq2seq.inspection.checks.labels import Labels, check_labels
from seq2seq.inspection.checks.language import SideLanguages, SideScripts
from seq2seq.inspection.checks.markup import brackets, differences, markup, placeholders
from seq2seq.inspection.checks.markup.suggestion import CommonMarkup
from seq2seq.inspection.checks.misaligned import Aligner, check_misaligned, find_limits
from seq2seq.inspection.checks.other_language import OtherLanguages
from seq2seq.inspection.checks.pairs import TypicalLengths
from seq2seq.inspection.checks.punctuation import FinalMarks
from seq2seq.inspection.checks.repeated_words import RepeatedWords
from seq2seq.inspection.engine.batch import Batch
from seq2seq.inspection.engine.collect import LINE_COUNT, MalformedRows, collect
from seq2seq.inspection.engine.finding import Finding, Ledger
from seq2seq.inspection.engine.result import Inspection, Split
from seq2seq.inspection.engine.spans import MarkedTexts
from seq2seq.inspection.engine.texts import Texts
from seq2seq.progress import Progress, show_progress
from seq2seq.text.markup.recognise import Markup
from seq2seq.wording import listed

SAMPLE: Final = 100_000
SAMPLE_BYTES: Final = 12 << 20
"""Most bytes of text in the sample, about."""
_SEED: Final = 1


def inspect(config: DataConfig, sides: Sides, folder: Path, *, shown: int = 5) -> Inspection:
    """Check every row of a corpus, by checks that the kinds of its two ``sides`` decide.

    The ``folder`` for temporary files must outlive the result, if that is to be fixed; ``shown`` is the largest number
    of examples per finding.

    Raises:
        DataError: it does not exist, or no row of it can be read.
    """
    sources = {name: source for name, source in find_splits(config, sides=sides).items() if source is not None}
    ledgers = {name: Ledger(name, shown=shown) for name in sources}
    paths = {name: folder / f"{name}.arrow" for name in sources}
    malformed = {name: collect(source, paths[name], ledgers[name]) for name, source in sources.items()}
    readable = [name for name in sources if ledgers[name].rows]
    if not readable:
        findings = [finding for ledger in ledgers.values() for finding in ledger.findings()]
        raise DataError(_nothing_readable(findings), code="inspection.unreadable")
    sampled = readable[0]  # train, unless it cannot be read
    declared = frozenset(map(Markup, (*config.markup, *config.protect)))
    inspector = _Inspector(sides, ledgers[sampled], paths[sampled], malformed[sampled], declared)
    if sides.target is SideKind.LABEL:
        inspector.labels = {name: Labels(soft=source.soft_labels) for name, source in sources.items()}
    if sides == TEXTS and not config.protect:
        inspector.common_markup[sampled] = CommonMarkup()
    splits = []
    with show_progress("inspecting", total=sum(ledger.rows for ledger in ledgers.values()), unit="rows") as bar:
        for name, source in sources.items():
            words = inspector.check_split(name, ledgers[name], paths[name], malformed[name], bar)
            counts = dict(inspector.labels[name].counts.most_common()) if name in inspector.labels else {}
            notes = (*malformed[name].notes(), *inspector.notes(name))
            splits.append(Split(name, source, paths[name], ledgers[name], words, counts, notes))
    inspector.finish({name: ledgers[name] for name in readable})
    for name in readable:
        _show_texts(ledgers[name], paths[name], sides.filled)
    return Inspection(sides, tuple(splits))


class _Inspector:
    """The checks, with the models that they need, learnt from a sample of one split."""

    def __init__(
        self, sides: Sides, ledger: Ledger, path: Path, malformed: MalformedRows, declared: frozenset[Markup]
    ) -> None:
        self._declared = declared
        self._sides = sides
        self._pairs = sides == TEXTS
        self.labels: dict[str, Labels] = {}
        self.common_markup: dict[str, CommonMarkup] = {}
        self._digests: dict[str, RowDigests] = {}
        self._ranks: dict[str, tuple[NDArray[np.float32], NDArray[np.uint8]]] = {}
        rows_sampled = max(1, min(SAMPLE, SAMPLE_BYTES * ledger.rows // max(path.stat().st_size, 1)))
        paired = np.flatnonzero(_paired(ledger, malformed, slice(None)))
        if not len(paired):
            paired = np.arange(ledger.rows)
        rows = np.sort(np.random.default_rng(_SEED).permutation(paired)[:rows_sampled])
        sample = _sample(path, rows)
        texts = {side: Texts(sample[side]) for side in sides.text}
        marked = {side: MarkedTexts(of_side, declared) for side, of_side in texts.items()}
        plain = {side: of_side.plain for side, of_side in marked.items()}
        self._typical = TypicalLengths.from_sample(texts, plain)
        self._scripts = {side: SideScripts(of_side) for side, of_side in plain.items()}
        self._messages = self._pairs and markup.are_program_messages(marked["source"], marked["target"])
        self._other_languages = OtherLanguages(plain)
        if self._pairs:
            self._languages = SideLanguages(plain["source"], plain["target"])
            self._repeated_words = RepeatedWords(plain, self._other_languages.main)
            self._final_marks = FinalMarks(marked["source"], marked["target"])
            self._aligner = Aligner(plain["source"], plain["target"], _parity(rows), seed=_SEED)
            labels = looks_labelled(sample["target"])
            if labels:
                what = f"{len(labels)} different targets, such as {listed(labels)}"
                ledger.add_at(columns.LABELLED, ledger.files[0], 1, what, rows=ledger.rows)

    def check_split(
        self, name: str, ledger: Ledger, path: Path, malformed: MalformedRows, bar: Progress
    ) -> tuple[int, int]:
        """Check all rows of a split; returns the numbers of words of its sources and targets."""
        digests = self._digests[name] = RowDigests(self._sides, ledger.rows)
        ranks = []
        words = [0, 0]
        for batch in _batches(path, ledger, malformed, self._declared):
            self._check(batch)
            digests.add(batch)
            for number, side in enumerate(("source", "target")):
                words[number] += int(batch.side(side).words.counts.sum()) if side in self._sides.text else len(batch)
            if name in self.labels:
                self.labels[name].add(batch)
            if name in self.common_markup:
                self.common_markup[name].add(batch)
            if self._pairs:
                ranks.append(self._aligner.rank(batch, _parity(np.arange(batch.first, batch.first + len(batch)))))
            bar.advance(len(batch))
        if ranks:
            of_batches, judged = zip(*ranks, strict=True)
            self._ranks[name] = np.concatenate(of_batches), np.concatenate(judged)
        return words[0], words[1]

    def _check(self, batch: Batch) -> None:
        """Run the checks that see one batch at a time."""
        columns.check_header(batch)
        characters.check_empty(batch, self._sides.filled)
        markup.check_missing(batch, self._sides.text)
        for side in self._sides.text:
            characters.check_characters(batch, side)
            markup.check_markup(batch, side, self._sides.text, messages=self._messages)
            pairs.check_lengths(batch, side, self._typical)
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

    def notes(self, name: str) -> list[str]:
        """Remarks on a split: what could not be judged, and what is suggested."""
        notes = []
        if name in self._ranks:
            ranks, _ = self._ranks[name]
            judged = int(np.count_nonzero(~np.isnan(ranks)))
            if judged * 2 < len(ranks):
                what = f"{judged:,} of {len(ranks):,} can be judged"
                notes.append(f"too little text to judge whether the pairs belong together ({what})")
        if name in self.common_markup and (suggestion := self.common_markup[name].note()):
            notes.append(suggestion)
        return notes

    def finish(self, ledgers: dict[str, Ledger]) -> None:
        """Run the checks that need all rows."""
        check_duplicates({name: (self._digests[name], ledger) for name, ledger in ledgers.items()})
        if self.labels:
            check_labels({name: (self.labels[name], self._digests[name], ledger) for name, ledger in ledgers.items()})
        if self._ranks:
            limits = find_limits(np.concatenate([ranks for ranks, _ in self._ranks.values()]))
            for name, (ranks, judged) in self._ranks.items():
                check_misaligned(ledgers[name], ranks, judged, limits)


def _nothing_readable(findings: list[Finding]) -> str:
    """The message if no row can be read."""
    first = findings[0]
    where = f", such as\n  {first.examples[0]}" if first.examples else f": {first.check.title}"
    return f"no row can be read{where}\n  {first.check.remedy}"


def _paired(ledger: Ledger, malformed: MalformedRows, rows: slice) -> NDArray[np.bool_]:
    """(N,) whether rows come before the place where their two files diverge."""
    paired = np.ones(len(ledger.line[rows]), np.bool_)
    for file, line in malformed.limits.items():
        paired &= (ledger.file[rows] != file) | (ledger.line[rows] < line)
    return paired


def _parity(rows: NDArray[np.int64]) -> NDArray[np.int8]:
    """(N,) the half of the sample, 0 or 1, of each row: pseudo-random."""
    return ((rows * 0x9E3779B1 >> 16) & 1).astype(np.int8)


def _sample(path: Path, rows: NDArray[np.int64]) -> dict[str, list[str]]:
    """The texts of some rows, which are ascending."""
    sample: dict[str, list[str]] = {"source": [], "target": []}
    first = 0
    for batch in record_batches(path):
        inside = rows[slice(*np.searchsorted(rows, (first, first + batch.num_rows)))] - first
        chosen = batch.take(inside)
        for side, texts in sample.items():
            texts.extend(chosen.column(side).to_pylist())
        first += batch.num_rows
    return sample


def _show_texts(ledger: Ledger, path: Path, sides: tuple[str, ...]) -> None:
    """Set the texts of a split's examples."""
    rows = ledger.shown_rows()
    texts = _sample(path, rows)
    places = enumerate(rows.tolist())
    ledger.show({row: {side: texts[side][number] for side in sides} for number, row in places})


def _batches(path: Path, ledger: Ledger, malformed: MalformedRows, declared: frozenset[Markup]) -> Iterator[Batch]:
    """The rows of a split, batch by batch."""
    first = 0
    for record in record_batches(path):
        stop = first + record.num_rows
        paired = _paired(ledger, malformed, slice(first, stop))
        if not paired.all():
            ledger.leave_out(LINE_COUNT, np.flatnonzero(~paired) + first)
        sources, targets = (record.column(side).to_pylist() for side in ("source", "target"))
        yield Batch(first, sources, targets, paired, ledger, declared)
        first = stop
