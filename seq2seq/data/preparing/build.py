"""Splits from their sources to tokenised files, in three steps: read all, choose the rows of each, tokenise each."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seq2seq.config.sides import TEXTS, SideKind
from seq2seq.data.preparing import tokenise
from seq2seq.data.preparing.count_labels import count_labels, require_known_label
from seq2seq.data.preparing.filter_rows import EMPTY, Digests, filter_rows, record_batches
from seq2seq.data.preparing.protect import protected_texts
from seq2seq.data.preparing.read import REPLAY, read
from seq2seq.data.preparing.report import Report, SplitReport
from seq2seq.data.preparing.split import Split
from seq2seq.data.preparing.vocabularies import Preparation, vocabularies
from seq2seq.data.reading.raw_split import RawSplit, Source
from seq2seq.errors import DataError, NoExamples
from seq2seq.machine import cores
from seq2seq.progress import show_progress
from seq2seq.text.sketch import Sketch
from seq2seq.text.tokenizer import Tokenizer
from seq2seq.text.vocabulary.channels import Channels
from seq2seq.text.vocabulary.pair import VocabularyPair
from seq2seq.text.vocabulary.series import SeriesFormat
from seq2seq.text.vocabulary.training import coverage
from seq2seq.wording import plural

LENGTHS: Final = "lengths"
"""The key of the file of a split's lengths, beside those of its files."""


@dataclass(frozen=True, slots=True)
class SplitPlan:
    """A split on its way from texts to token ids."""

    name: str
    raw: RawSplit
    """The rows that were read; of a split that is held out, those of the training split."""
    texts: Path
    """Arrow file of their texts."""
    digests: Digests
    rows: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    """Numbers of the rows that stay, ascending; none before they are chosen."""
    removed: dict[str, int] | None = None
    """Rows that each rule left out; None: the split is evaluated on, and no rule applies."""
    held_out: bool = False
    """Whether the rows are taken from the training split."""
    paths: list[Path] = field(default_factory=list)
    """Tokenised files, in order."""

    @property
    def trained_on(self) -> bool:
        """Whether the model learns from it."""
        return self.removed is not None

    @property
    def text_digests(self) -> NDArray[np.uint64]:
        """Digests of the texts that stay."""
        return self.digests.text[self.rows]


def build(
    folder: Path, sources: Mapping[str, Source | None], contents: Mapping[str, list[str]], preparation: Preparation
) -> dict[str, object]:
    """Fill a folder with the tokenizers and the tokenised splits.

    Args:
        folder: an empty one.
        sources: of the splits, by name; the training split is among them.
        contents: fingerprints of the sources.
        preparation: decides how.

    Returns:
        What is needed to open the folder, as JSON: names of files, the report, and a sketch of the training texts.

    Raises:
        DataError: a source cannot be read or changes meanwhile, or no usable row is left of it.
    """
    with TemporaryDirectory(dir=folder) as scratch:
        found = _read_splits(Path(scratch), sources, contents, preparation)
        _require_equal_channels(found, preparation.tokenizers)
        plans = _choose_rows(found, preparation)
        train = plans[0]
        tokenizers, fit = vocabularies(train.texts, train.rows, preparation, train.raw.name)
        tokenizers.save(folder)
        reports: dict[str, SplitReport] = {}
        sketch = Sketch()
        with show_progress("tokenising", total=sum(len(plan.rows) for plan in plans), unit="examples") as bar:
            for plan in plans:
                outcome = _tokenise(plan, folder, preparation, bar.advance)
                reports[plan.name] = _report(plan, outcome.counts, train, tokenizers, preparation)
                sketch |= outcome.sketch
    if "dev" in reports:
        require_known_label(reports["dev"], tokenizers.target)
    report = Report(
        train=reports["train"],
        dev=reports.get("dev"),
        test=reports.get("test"),
        replay=reports.get(REPLAY),
        growth=tuple(fit),
        source_vocabulary=tokenizers.source.size,
        target_vocabulary=tokenizers.target.size,
        joint=tokenizers.joint,
        channels=train.raw.width,
        writes_vectors=preparation.sides.target is SideKind.VECTORS,
        series=str(tokenizers.source) if isinstance(tokenizers.source, SeriesFormat) else None,
    )
    files = {
        plan.name: {
            "paths": [path.name for path in plan.paths],
            "files": list(plan.raw.files),
            LENGTHS: [_write_lengths(plan, plans, folder)],
        }
        for plan in plans
    }
    return {"splits": files, "report": report.to_dict(), "sketch": sketch.to_dict()}


def _read_splits(
    scratch: Path, sources: Mapping[str, Source | None], contents: Mapping[str, list[str]], preparation: Preparation
) -> dict[str, SplitPlan]:
    """Read all texts, each split into a folder of its own."""
    data, plans = preparation.data, dict[str, SplitPlan]()
    for name, source in sources.items():
        if source is not None:
            (scratch / name).mkdir()
            raw, texts, digests = read(name, source, scratch / name, data, workers=data.workers or cores())
            source.require_unchanged(contents[name])
            plans[name] = SplitPlan(name, raw, texts, digests)
    return plans


def _require_equal_channels(read: Mapping[str, SplitPlan], given: VocabularyPair | None) -> None:
    """Refuse vectors that have other channels than those of the training split, or of the model that is fine-tuned."""
    width, of = read["train"].raw.width, read["train"].raw.name
    for known in (given.source, given.target) if given else ():
        if isinstance(known, Channels):
            width, of = known.width, "the model"
    for plan in read.values():
        if plan.raw.width != width:
            raise DataError(
                f"{plan.raw.name}: steps of {plan.raw.width} numbers, and {of} has {width} channels.\n"
                "  All data of a model have the same channels, in the same order.",
                code="data.other-channels",
            )


def _choose_rows(read: dict[str, SplitPlan], preparation: Preparation) -> list[SplitPlan]:
    """Filter what is trained on, and hold out the splits that have no source; the training split comes first."""
    data = preparation.data
    given = [replace(read[name], rows=np.arange(len(read[name].raw))) for name in ("dev", "test") if name in read]
    for plan in given:
        if plan.digests.empty.all():
            raise DataError(
                f"{plan.raw.name}: nothing to evaluate on; every row is empty ({plural(len(plan.raw), 'row')}).",
                code="data.nothing-to-evaluate",
            )
    sizes = {"dev": data.dev_size, "test": data.test_size}
    hold_out = {name: size for name, size in sizes.items() if name not in read and size}
    train = read["train"]
    if data.soft_labels and hold_out:
        raise DataError(
            f"{train.raw.name}: nothing is held out where labels have probabilities (data.soft_labels), and there is "
            f"no {' or '.join(hold_out)} split.",
            settings="Give one, with plain labels: --set data.dev=FILE",
            code="data.soft-without-dev",
        )
    chosen = filter_rows(train.digests, data, hold_out=hold_out, seed=preparation.seed, scratch=train.texts.parent)
    train = replace(train, rows=chosen.train, removed=chosen.removed)
    _require_rows(train.raw.name, len(train.raw), len(train.rows), chosen.removed)
    if not all(map(len, chosen.held_out.values())):
        raise DataError(
            f"{train.raw.name}: too few usable rows ({len(train.rows):,}) to hold some out for dev.\n"
            "  Give a development split: --set data.dev=FILE",
            code="data.too-few-rows",
        )
    held_out = [
        replace(train, name=name, rows=rows, removed=None, held_out=True, paths=[])
        for name, rows in chosen.held_out.items()
    ]
    plans = [train, *held_out, *given]
    if REPLAY in read:
        replay, evaluated = read[REPLAY], [plan.text_digests for plan in plans[1:]]
        chosen = filter_rows(
            replay.digests,
            data,
            hold_out={},
            seed=preparation.seed,
            scratch=replay.texts.parent,
            evaluated=evaluated,
        )
        plans.append(replace(replay, rows=chosen.train, removed=chosen.removed))
    return plans


def _tokenise(
    plan: SplitPlan, folder: Path, preparation: Preparation, advance: Callable[[int], None]
) -> tokenise.Outcome:
    """Write the tokenised files of a split; returns what was counted."""
    filters, sides = preparation.data.filters, preparation.sides
    paths, outcome = tokenise.tokenise(
        plan.texts,
        plan.rows,
        folder / plan.name,
        folder,
        workers=preparation.data.workers or cores(),
        max_length=filters.max_length if plan.trained_on and not preparation.whole else None,
        max_ratio=filters.max_ratio if plan.trained_on and sides == TEXTS else None,
        filled=sides.filled if plan.trained_on else (),
        protection=preparation.protection,
        soft_labels=preparation.data.soft_labels and plan.trained_on,
        sketched=sides.key if plan.trained_on else None,
        advance=advance,
    )
    plan.paths.extend(paths)
    return outcome


def _write_lengths(plan: SplitPlan, plans: Sequence[SplitPlan], folder: Path) -> str:
    """Write the lengths of a split, those of the other data that follow the training split included: a file's name."""
    then = [other.paths for other in plans if other.name == REPLAY and plan.name == "train"]
    name = f"{plan.name}.{LENGTHS}"
    Split([*plan.paths, *chain.from_iterable(then)], ()).write_lengths(folder / name)
    return name


def _report(
    plan: SplitPlan, counts: Counter[str], train: SplitPlan, tokenizers: VocabularyPair, preparation: Preparation
) -> SplitReport:
    """The report on a split; raises a DataError if no row is left to train on."""
    raw = plan.raw
    removed: dict[str, int] = {}
    if plan.removed is not None:
        removed = {**plan.removed, **{rule: counts[rule] for rule in (tokenise.TOO_LONG, tokenise.RATIO)}}
        removed[EMPTY] += counts[EMPTY]  # those of which only the tokenizer saw that they are blank
    soft = preparation.data.soft_labels and plan.trained_on
    report = SplitReport(
        name=f"{raw.name}, held out" if plan.held_out else raw.name,
        rows=len(plan.rows) if plan.held_out else len(raw),
        kept=counts[tokenise.KEPT],
        source_tokens=counts[tokenise.SOURCE_TOKENS],
        target_tokens=counts[tokenise.TARGET_TOKENS],
        unknown_tokens=counts[tokenise.UNKNOWN],
        byte_tokens=counts[tokenise.BYTES],
        skipped=0 if plan.held_out else raw.skipped,
        notes=() if plan.held_out else raw.notes,
        removed=removed,
        protected=counts[tokenise.PROTECTED],
        unprotected=counts[tokenise.UNPROTECTED],
        labels=count_labels(plan.paths, soft=soft) if preparation.sides.target is SideKind.LABEL else {},
    )
    if plan.trained_on:
        _require_rows(report.name, report.rows, report.kept, removed)
        return report
    if not plan.held_out:
        in_train = train.digests.count_known(plan.text_digests, train.rows)
        report = replace(report, empty=int(plan.digests.empty.sum()), in_train=in_train)
    if report.unknown_tokens or report.byte_tokens:
        report = replace(report, coverage=_coverage(plan, tokenizers, preparation))
    return report


def _coverage(plan: SplitPlan, tokenizers: VocabularyPair, preparation: Preparation) -> str | None:
    """The parts of a split that the vocabularies lack, in words."""

    def texts(side: str) -> Iterator[str]:
        for batch in chain.from_iterable(map(record_batches, plan.paths)):
            yield from getattr(protected_texts(batch, preparation.protection), side)

    coverages = [
        (side, coverage(vocabulary, texts(side)))
        for side, vocabulary in (("source", tokenizers.source), ("target", tokenizers.target))
        if isinstance(vocabulary, Tokenizer)
    ]
    lacking = [f"{side}: {covered}" for side, covered in coverages if covered.unknown_tokens or covered.byte_tokens]
    return "; ".join(lacking) or None


def _require_rows(name: str, rows: int, kept: int, removed: Mapping[str, int]) -> None:
    """Refuse a split without a row to train on."""
    if kept:
        return
    rules = "\n".join(f"  {rule}: {count:,}" for rule, count in removed.items() if count)
    raise NoExamples(
        f"{name}: no usable row is left of {rows:,}. Left out:\n{rules}\n"
        "  The rules are set under data.filters (max_length, max_ratio, duplicates).",
        code="data.no-usable-rows",
    )
