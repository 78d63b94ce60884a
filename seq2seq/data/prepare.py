"""From a recipe's data section to tokenised splits on disk, cached under a fingerprint of all that decides them.

The folder of a fingerprint holds the tokenizers, and Arrow files of each split (see :mod:`seq2seq.data.split`).
"""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, cast, get_args

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from seq2seq import log
from seq2seq.config.data import DataConfig
from seq2seq.config.tokenizer import TokenizerConfig
from seq2seq.data import tokenise
from seq2seq.data.cache import cache_folder, open_or_build
from seq2seq.data.raw import RawSplit, Source
from seq2seq.data.report import Report, SplitReport
from seq2seq.data.select import EMPTY, Digests, Selection, batches, digest, select
from seq2seq.data.sources import SplitName, find_splits
from seq2seq.data.split import Split
from seq2seq.errors import DataError
from seq2seq.text.tokenizer import Tokenizers
from seq2seq.text.vocabulary import coverage, train_tokenizer

FORMAT: Final = 1
"""Version of what is prepared; part of every fingerprint."""


@dataclass(frozen=True)
class Prepared:
    """Data ready to be batched."""

    tokenizers: Tokenizers
    train: Split
    dev: Split
    test: Split | None
    fingerprint: str
    """Digest of the data, the tokenizers and the settings; the name of the folder below the cache."""
    report: Report
    folder: Path
    """Where it lies on disk."""


def prepare(
    data: DataConfig, tokenizer: TokenizerConfig, *, seed: int, tokenizers: Tokenizers | None = None
) -> Prepared:
    """Read, filter and tokenise the splits of a recipe; or open what an earlier run prepared.

    Args:
        data: where the splits are, and which rows stay.
        tokenizer: how to train the tokenizers, on what stays of the training split.
        seed: decides which examples are held out where there is no development split, and which sentences the
            tokenizer is trained on where there are very many.
        tokenizers: take these instead of training new ones.

    Raises:
        DataError: the data is not there, or wrong (file, line, mend).
        ConfigError: the settings contradict each other, or the vocabulary is too small.
    """
    sources = find_splits(data)
    contents = {name: source.fingerprint() for name, source in sources.items() if source is not None}
    fingerprint = _fingerprint(contents, data, tokenizer, seed, tokenizers)
    folder, about, cached = open_or_build(
        cache_folder(data.cache),
        fingerprint,
        lambda partial: _build(partial, sources, contents, data, tokenizer, seed, tokenizers),
    )
    report = Report.from_dict(cast(dict[str, Any], about["report"]))
    log.say("data" + (f" (prepared before, in {folder})" if cached else ""))
    for line in report.lines():
        log.say(f"  {line}")
    for line in report.warnings():
        log.warn(line)
    splits = cast(dict[str, dict[str, list[str]]], about["splits"])
    opened = {name: Split([folder / path for path in of["paths"]], of["files"]) for name, of in splits.items()}
    return Prepared(
        tokenizers=tokenizers or Tokenizers.load(folder),
        train=opened["train"],
        dev=opened["dev"],
        test=opened.get("test"),
        fingerprint=fingerprint,
        report=report,
        folder=folder,
    )


def _fingerprint(
    contents: dict[SplitName, list[str]],
    data: DataConfig,
    tokenizer: TokenizerConfig,
    seed: int,
    tokenizers: Tokenizers | None,
) -> str:
    """Digest of all that decides what is prepared: content, settings, tokenizers; not the place of the cache."""
    decides = {
        "format": FORMAT,
        "seed": seed,
        "splits": {name: contents.get(name) for name in get_args(SplitName)},
        "data": data.model_dump(
            mode="json", include={"columns", "swap", "extra_columns", "skip_bad", "dev_size", "filters"}
        ),
        # Sampling happens while training.
        "tokenizer": tokenizers.fingerprint if tokenizers else tokenizer.model_dump(mode="json", exclude={"sampling"}),
    }
    return hashlib.blake2b(json.dumps(decides, sort_keys=True).encode(), digest_size=16).hexdigest()


def _build(
    folder: Path,
    sources: dict[SplitName, Source | None],
    contents: dict[SplitName, list[str]],
    data: DataConfig,
    tokenizer: TokenizerConfig,
    seed: int,
    tokenizers: Tokenizers | None,
) -> dict[str, object]:
    """Fill a folder; returns what :func:`prepare` needs to know to open it."""
    raw: dict[SplitName, RawSplit] = {}
    texts: dict[SplitName, Path] = {}
    digests: dict[str, Digests] = {}
    for name, source in sources.items():
        if source is not None:
            texts[name] = folder / f"{name}.text"
            raw[name] = source.read(texts[name])
            source.require_unchanged(contents[name])
            digests[name] = digest(texts[name])
    chosen = select(digests["train"], data, hold_out="dev" not in raw, seed=seed)
    _require(raw["train"].name, len(raw["train"]), len(chosen.train), chosen.removed)
    if chosen.dev is not None and not len(chosen.dev):
        raise DataError(
            f"{raw['train'].name}: a single usable row, of which none can be held out for dev.\n"
            "  Give a development split: --set data.dev=FILE"
        )
    if tokenizers is None:
        tokenizers = _train(texts["train"], chosen.train, tokenizer, seed, raw["train"].name)
    tokenizers.save(folder)

    rows: dict[SplitName, tuple[SplitName, NDArray[np.int64]]] = {"train": ("train", chosen.train)}
    if chosen.dev is not None:
        rows["dev"] = ("train", chosen.dev)
    rows |= {name: (name, np.arange(len(split))) for name, split in raw.items() if name != "train"}
    splits: dict[str, dict[str, object]] = {}
    reports: dict[str, SplitReport] = {}
    with log.progress("tokenising", total=sum(len(of) for _, of in rows.values()), unit="pairs") as bar:
        for name, (origin, of) in rows.items():
            training = name == "train"
            paths, counts = tokenise.tokenise(
                texts[origin],
                of,
                folder / name,
                folder,
                workers=data.workers or os.cpu_count() or 1,
                max_length=data.filters.max_length if training else None,
                max_ratio=data.filters.max_ratio if training else None,
                drop_empty=training,
                advance=bar.advance,
            )
            splits[name] = {"paths": [path.name for path in paths], "files": list(raw[origin].files)}
            reports[name] = _report(name, raw[origin], of, counts, digests, chosen, held_out=name != origin)
    train = reports["train"]
    _require(train.name, train.rows, train.kept, train.removed)
    for name in ("dev", "test"):
        if name in splits:
            reports[name] = _cover(reports[name], folder, splits[name], tokenizers)
    for path in texts.values():
        path.unlink()
    report = Report(
        train=train,
        dev=reports["dev"],
        test=reports.get("test"),
        source_vocabulary=tokenizers.source.size,
        target_vocabulary=tokenizers.target.size,
        joint=tokenizers.joint,
    )
    return {"splits": splits, "report": report.to_dict()}


def _train(path: Path, chosen: NDArray[np.int64], config: TokenizerConfig, seed: int, where: str) -> Tokenizers:
    """Train one tokenizer on both sides, or one on each; messages name ``where`` the text is from."""
    if config.joint:
        log.say(f"training a tokenizer: {config.kind}, {config.vocabulary:,} tokens, both sides")
        joint = train_tokenizer(_sentences(path, chosen, ("source", "target")), config, seed=seed, where=where)
        return Tokenizers(joint, joint)
    log.say(f"training two tokenizers: {config.kind}, {config.vocabulary:,} tokens each")
    return Tokenizers(
        source=train_tokenizer(_sentences(path, chosen, ("source",)), config, seed=seed, where=where),
        target=train_tokenizer(_sentences(path, chosen, ("target",)), config, seed=seed, where=where),
    )


def _sentences(path: Path, chosen: NDArray[np.int64], columns: tuple[str, ...]) -> Iterator[str]:
    """Sentences of the chosen rows, file order, both sides of a row together."""
    first = 0
    for batch in batches(path):
        low, high = np.searchsorted(chosen, (first, first + batch.num_rows))
        kept = batch.take(pa.array(chosen[low:high] - first))
        for sides in zip(*(kept.column(column).to_pylist() for column in columns), strict=True):
            yield from sides
        first += batch.num_rows


def _report(
    name: str,
    raw: RawSplit,
    rows: NDArray[np.int64],
    counts: dict[str, int],
    digests: dict[str, Digests],
    chosen: Selection,
    *,
    held_out: bool,
) -> SplitReport:
    """What became of a split."""
    removed: dict[str, int] = {}
    empty = in_train = 0
    if name == "train":
        rules = (EMPTY, tokenise.TOO_LONG, tokenise.RATIO)
        removed = {**chosen.removed, **{rule: counts[rule] for rule in rules if rule != EMPTY}}
        removed[EMPTY] += counts[EMPTY]  # those of which only the tokenizer saw that they are blank
    elif not held_out:
        empty = int(digests[name].empty.sum())
        in_train = int(np.isin(digests[name].source, digests["train"].source[chosen.train]).sum())
    return SplitReport(
        name=f"{raw.name}, held out" if held_out else raw.name,
        rows=len(rows) if held_out else len(raw),
        kept=counts[tokenise.KEPT],
        source_tokens=counts[tokenise.SOURCE_TOKENS],
        target_tokens=counts[tokenise.TARGET_TOKENS],
        unknown_tokens=counts[tokenise.UNKNOWN],
        byte_tokens=counts[tokenise.BYTES],
        skipped=0 if held_out else raw.skipped,
        joined=0 if held_out else raw.joined,
        removed=removed,
        empty=empty,
        in_train=in_train,
    )


def _cover(report: SplitReport, folder: Path, split: dict[str, object], tokenizers: Tokenizers) -> SplitReport:
    """Say what of dev or test the vocabulary lacks, if anything."""
    if not report.unknown_tokens and not report.byte_tokens:
        return report
    opened = Split([folder / path for path in cast(list[str], split["paths"])], cast(list[str], split["files"]))
    sides = (
        ("source", coverage(tokenizers.source, (pair[0] for pair in opened.pairs()))),
        ("target", coverage(tokenizers.target, (pair[1] for pair in opened.pairs()))),
    )
    lacking = [f"{side}: {found}" for side, found in sides if found.unknown_tokens or found.byte_tokens]
    return replace(report, coverage="; ".join(lacking))


def _require(name: str, rows: int, kept: int, removed: dict[str, int]) -> None:
    """Refuse a training split of which nothing is left."""
    if kept:
        return
    rules = "\n".join(f"  {rule}: {count:,}" for rule, count in removed.items() if count)
    raise DataError(
        f"{name}: no usable row is left of {rows:,}. Left out:\n{rules}\n"
        "  The rules stand under data.filters (max_length, max_ratio, duplicates)."
    )
