"""From a recipe's data section to tokenised splits on disk, cached under a fingerprint of all that decides them.

The folder of a fingerprint holds the tokenizers, and Arrow files of each split (:mod:`seq2seq.data.preparing.split`).
"""

import hashlib
import json
import os
from collections import Counter
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final, cast, get_args

import numpy as np
from numpy.typing import NDArray

from seq2seq import log
from seq2seq.config.data import DataConfig
from seq2seq.config.sides import TEXTS, SideKind, Sides
from seq2seq.config.tokenizer import TokenizerConfig
from seq2seq.data.preparing import tokenise
from seq2seq.data.preparing.cache import cache_folder, open_or_build
from seq2seq.data.preparing.filter_rows import EMPTY, Digests, digest, record_batches, select, select_replay
from seq2seq.data.preparing.report import Report, SplitReport
from seq2seq.data.preparing.split import Split
from seq2seq.data.preparing.vocabularies import Plan, vocabularies
from seq2seq.data.reading.raw_split import RawSplit, Source
from seq2seq.data.reading.sources import SplitName, find_replay, find_splits
from seq2seq.errors import DataError
from seq2seq.formats.pipes import is_pipe
from seq2seq.progress import show_progress
from seq2seq.text.sketch import Sketch
from seq2seq.text.tokenizer import Tokenizer
from seq2seq.text.vocabulary import coverage
from seq2seq.text.vocabulary_extension import VocabularyExtension
from seq2seq.text.vocabulary_pair import VocabularyPair

FORMAT: Final = 5
"""Version of what is prepared; part of every fingerprint."""
REPLAY: Final = "replay"
"""The name of the other data that are mixed into training, where splits have names."""


@dataclass(frozen=True)
class Prepared:
    """Data ready to be batched."""

    tokenizers: VocabularyPair
    train: Split
    """The training split; behind it, the other data that are mixed in."""
    new: int
    """Rows of the training split itself."""
    dev: Split
    test: Split | None
    fingerprint: str
    """Digest of the data, the tokenizers and the settings; the name of the folder below the cache."""
    sketch: Sketch
    """By which the texts of ``train`` are recognised later."""
    report: Report
    folder: Path
    """Where it lies on disk."""


def prepare(
    data: DataConfig,
    tokenizer: TokenizerConfig,
    *,
    seed: int,
    sides: Sides = TEXTS,
    tokenizers: VocabularyPair | None = None,
    extension: VocabularyExtension | None = None,
    whole: bool = False,
) -> Prepared:
    """Read, filter and tokenise the splits of a recipe; or open what an earlier run prepared.

    Args:
        data: where the splits are, and which rows stay.
        tokenizer: how to train the tokenizers, on what stays of the training split.
        sides: what an example consists of.
        whole: keep texts of any length, to be read in windows.
        seed: decides which examples are held out where there is no development split, and which sentences the
            tokenizer is trained on where there are very many.
        tokenizers: take these instead of training new ones ...
        extension: ... after they have been changed in this way.

    Raises:
        DataError: the data is not there, or wrong (file, line, mend).
        ConfigError: the settings contradict each other, or the vocabulary is too small.
    """
    plan = Plan(data, tokenizer, sides, seed, tokenizers, extension, whole)
    sources = {str(name): source for name, source in find_splits(data, sides=sides).items()}
    sources[REPLAY] = find_replay(data, sides=sides)
    _warn_of_pipes(sources)
    contents = {name: source.fingerprint() for name, source in sources.items() if source is not None}
    fingerprint = _fingerprint(contents, plan)
    folder, about, cached = open_or_build(
        cache_folder(data.cache),
        fingerprint,
        lambda partial: _build(partial, sources, contents, plan),
    )
    report = Report.from_dict(cast(dict[str, Any], about["report"]))
    log.say("data" + (f" (prepared before, in {folder})" if cached else ""))
    for line in report.lines():
        log.say(f"  {line}")
    for line in report.warnings():
        log.warn(line)
    splits = cast(dict[str, dict[str, list[str]]], about["splits"])
    replayed = _open(folder, splits[REPLAY]) if REPLAY in splits else None
    train = _open(folder, splits["train"], replayed)
    opened = {name: _open(folder, of) for name, of in splits.items() if name in ("dev", "test")}
    return Prepared(
        tokenizers=tokenizers if tokenizers and extension is None else VocabularyPair.load(folder),
        train=train,
        new=len(train) - (len(replayed) if replayed else 0),
        dev=opened["dev"],
        test=opened.get("test"),
        fingerprint=fingerprint,
        sketch=Sketch.from_dict(about["sketch"]),
        report=report,
        folder=folder,
    )


def _open(folder: Path, of: dict[str, list[str]], then: Split | None = None) -> Split:
    return Split([folder / path for path in of["paths"]], of["files"], then)


def _warn_of_pipes(sources: dict[str, Source | None]) -> None:
    """Say what pipes among the data mean for a run that is to be resumed."""
    found = [source for source in sources.values() if source is not None]
    paths = [path for source in found for origin in source.origins for path in origin.paths]
    pipes = [str(path) for path in paths if is_pipe(path)]
    if pipes:
        log.warn(
            f"{', '.join(pipes)}: a pipe is read once, and kept until this process ends. To resume the run, or to "
            "evaluate on the same data later, give a file."
        )


def _fingerprint(contents: dict[str, list[str]], plan: Plan) -> str:
    """Digest of all that decides what is prepared: content, settings, tokenizers; not the place of the cache."""
    deciding = {"columns", "swap", "extra_columns", "skip_bad", "dev_size", "test_size", "hold_out", "unit", "labels"}
    decides = {
        "format": FORMAT,
        "seed": plan.seed,
        "sides": [kind.value for kind in plan.sides],
        "whole": plan.whole,
        "splits": {name: contents.get(name) for name in (*get_args(SplitName), REPLAY)},
        "data": plan.data.model_dump(mode="json", include={*deciding, "filters"}),
        # Sampling happens while training.
        "tokenizer": plan.tokenizers.fingerprint
        if plan.tokenizers
        else plan.tokenizer.model_dump(mode="json", exclude={"sampling"}),
        "growth": None if plan.extension is None else asdict(plan.extension),
        "replay": None if plan.data.replay is None else plan.data.replay.columns.model_dump(mode="json"),
    }
    return hashlib.blake2b(json.dumps(decides, sort_keys=True).encode(), digest_size=16).hexdigest()


def _build(
    folder: Path, sources: dict[str, Source | None], contents: dict[str, list[str]], plan: Plan
) -> dict[str, object]:
    """Fill a folder; returns what :func:`prepare` needs to know to open it."""
    data, sides = plan.data, plan.sides
    raw: dict[str, RawSplit] = {}
    texts: dict[str, Path] = {}
    digests: dict[str, Digests] = {}
    for name, source in sources.items():
        if source is not None:
            texts[name] = folder / f"{name}.text"
            raw[name] = source.read(texts[name])
            source.require_unchanged(contents[name])
            digests[name] = digest(texts[name], sides)
    wanted = {"dev": data.dev_size, "test": data.test_size}
    made = {name: size for name, size in wanted.items() if name not in raw and size}
    for name in raw.keys() - {"train", REPLAY}:
        if digests[name].empty.all():
            raise DataError(f"{raw[name].name}: all {len(raw[name]):,} rows are empty; there is nothing to judge by.")
    chosen = select(digests["train"], data, hold_out=made, seed=plan.seed)
    _require(raw["train"].name, len(raw["train"]), len(chosen.train), chosen.removed)
    if not all(map(len, chosen.held_out.values())):
        raise DataError(
            f"{raw['train'].name}: too few usable rows ({len(chosen.train):,}) to hold some out for dev.\n"
            "  Give a development split: --set data.dev=FILE"
        )
    tokenizers, fit = vocabularies(texts["train"], chosen.train, plan, raw["train"].name)
    tokenizers.save(folder)

    rows: dict[str, tuple[str, NDArray[np.int64]]] = {"train": ("train", chosen.train)}
    rows |= {name: ("train", of) for name, of in chosen.held_out.items()}
    rows |= {name: (name, np.arange(len(split))) for name, split in raw.items() if name in ("dev", "test")}
    removed = {"train": chosen.removed}
    if REPLAY in raw:
        texts_judged = [digests["train"].text[of] for of in chosen.held_out.values()]
        texts_judged += [digests[name].text for name in ("dev", "test") if name in digests]
        older = select_replay(digests[REPLAY], data, texts_judged)
        rows[REPLAY], removed[REPLAY] = (REPLAY, older.train), older.removed
    splits: dict[str, dict[str, object]] = {}
    reports: dict[str, SplitReport] = {}
    with show_progress("tokenising", total=sum(len(of) for _, of in rows.values()), unit="examples") as bar:
        for split, (origin, of) in rows.items():
            training = split in removed
            paths, counts = tokenise.tokenise(
                texts[origin],
                of,
                folder / split,
                folder,
                workers=data.workers or os.cpu_count() or 1,
                max_length=data.filters.max_length if training and not plan.whole else None,
                max_ratio=data.filters.max_ratio if training and sides == TEXTS else None,
                filled=sides.filled if training else (),
                advance=bar.advance,
            )
            splits[split] = {"paths": [path.name for path in paths], "files": list(raw[origin].files)}
            held_out = split != origin
            reports[split] = _report(raw[origin], of, counts, removed.get(split), held_out=held_out)
            if not training and not held_out:
                in_train = int(np.isin(digests[split].text, digests["train"].text[chosen.train]).sum())
                reports[split] = replace(reports[split], empty=int(digests[split].empty.sum()), in_train=in_train)
            if sides.target is SideKind.LABEL:
                reports[split] = replace(reports[split], labels=_labels(paths))
    for of_it in [reports[name] for name in removed]:
        _require(of_it.name, of_it.rows, of_it.kept, of_it.removed)
    for judged in ("dev", "test"):
        if judged in splits:
            reports[judged] = _cover(reports[judged], folder, splits[judged], tokenizers)
    for path in texts.values():
        path.unlink()
    trained_on = [folder / str(name) for split in removed for name in cast(list[str], splits[split]["paths"])]
    report = Report(
        train=reports["train"],
        dev=reports["dev"],
        test=reports.get("test"),
        replay=reports.get(REPLAY),
        growth=tuple(fit),
        source_vocabulary=tokenizers.source.size,
        target_vocabulary=tokenizers.target.size,
        joint=tokenizers.joint,
    )
    return {"splits": splits, "report": report.to_dict(), "sketch": _sketch(trained_on, sides.key).to_dict()}


def _sketch(paths: list[Path], side: str) -> Sketch:
    """Of the texts on one side of prepared examples."""
    return Sketch.of(
        text for path in paths for batch in record_batches(path) for text in batch.column(side).to_pylist()
    )


def _labels(paths: list[Path]) -> dict[str, int]:
    """How many examples of a prepared split have each label, the commonest first."""
    found: Counter[str] = Counter()
    for path in paths:
        for batch in record_batches(path):
            found.update(label.strip() for label in batch.column("target").to_pylist())
    return dict(found.most_common())


def _report(
    raw: RawSplit, rows: NDArray[np.int64], counts: dict[str, int], removed: dict[str, int] | None, *, held_out: bool
) -> SplitReport:
    """What became of a split; of one that is trained on, ``removed`` says what had been left out before."""
    if removed is not None:
        rules = (tokenise.TOO_LONG, tokenise.RATIO)
        removed = {**removed, **{rule: counts[rule] for rule in rules}}
        removed[EMPTY] += counts[EMPTY]  # those of which only the tokenizer saw that they are blank
    return SplitReport(
        name=f"{raw.name}, held out" if held_out else raw.name,
        rows=len(rows) if held_out else len(raw),
        kept=counts[tokenise.KEPT],
        source_tokens=counts[tokenise.SOURCE_TOKENS],
        target_tokens=counts[tokenise.TARGET_TOKENS],
        unknown_tokens=counts[tokenise.UNKNOWN],
        byte_tokens=counts[tokenise.BYTES],
        skipped=0 if held_out else raw.skipped,
        notes=() if held_out else raw.notes,
        removed=removed or {},
    )


def _cover(report: SplitReport, folder: Path, split: dict[str, object], tokenizers: VocabularyPair) -> SplitReport:
    """Say what of dev or test the vocabulary lacks, if anything."""
    if not report.unknown_tokens and not report.byte_tokens:
        return report
    opened = Split([folder / path for path in cast(list[str], split["paths"])], cast(list[str], split["files"]))
    found = [
        (side, coverage(vocabulary, (pair[number] for pair in opened.pairs())))
        for number, (side, vocabulary) in enumerate((("source", tokenizers.source), ("target", tokenizers.target)))
        if isinstance(vocabulary, Tokenizer)
    ]
    lacking = [f"{side}: {of}" for side, of in found if of.unknown_tokens or of.byte_tokens]
    return replace(report, coverage="; ".join(lacking) or None)


def _require(name: str, rows: int, kept: int, removed: dict[str, int]) -> None:
    """Refuse a training split of which nothing is left."""
    if kept:
        return
    rules = "\n".join(f"  {rule}: {count:,}" for rule, count in removed.items() if count)
    raise DataError(
        f"{name}: no usable row is left of {rows:,}. Left out:\n{rules}\n"
        "  The rules stand under data.filters (max_length, max_ratio, duplicates)."
    )
