"""A cleaned copy of a corpus, and a report of what it leaves out and why."""

import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TextIO

import numpy as np

from seq2seq.config.data import DataConfig
from seq2seq.data.preparing.filter_rows import record_batches
from seq2seq.errors import ConfigError, DataError
from seq2seq.formats.problems import CHARACTER
from seq2seq.inspection.checks.characters import EMPTY
from seq2seq.inspection.engine.collect import MALFORMED
from seq2seq.inspection.engine.example import visible
from seq2seq.inspection.engine.inspect import CHECKS, Inspection, Split
from seq2seq.inspection.repair.mend import MENDABLE
from seq2seq.inspection.repair.rewrite import (
    BLANK,
    KEEP,
    MEND,
    UNCERTAIN,
    Done,
    Left,
    Mended,
    Orders,
    UncertainError,
    rewrite,
)
from seq2seq.progress import show_progress
from seq2seq.text.markup.recognise import Markup

INSPECTION: Final = Path("inspection/inspection.json")
LEFT_OUT: Final = Path("inspection/left_out.tsv")
CHANGED: Final = Path("inspection/changed.tsv")
"""Within the new folder, and in a folder of their own: all tables in a folder may be read as one split."""
_ALWAYS: Final = frozenset({"encoding"})
"""What is left out whatever is asked for: it cannot be copied as it is."""


@dataclass
class Fixed:
    """What became of a split."""

    files: list[str] = field(default_factory=list)
    """Names of the new files, within the folder."""
    kept: int = 0
    """Rows in them."""
    mended: int = 0
    """Of those, rows that were mended."""
    left_out: Counter[str] = field(default_factory=Counter)
    """Rows left out, by the name of the check."""

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {**vars(self), "left_out": dict(self.left_out)}

    def __str__(self) -> str:
        """``11,990 rows kept (12 mended), 10 left out: duplicate 8, empty 2``."""
        reasons = ", ".join(f"{name} {count:,}" for name, count in self.left_out.most_common())
        out = f", {self.left_out.total():,} left out: {reasons}" if self.left_out else ", none left out"
        return f"{self.kept:,} rows kept ({self.mended:,} mended){out}"


def check_new(out: Path) -> None:
    """Refuse a folder that is there already.

    Raises:
        ConfigError: it is, and something is in it.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ConfigError(f"--fix {out}", ["is there already; name a new folder"])


def check_names(names: str) -> frozenset[str]:
    """The checks that ``--fix-only`` names, separated by commas.

    Raises:
        ConfigError: there is no such check, or it changes nothing.
    """
    found = frozenset(filter(None, (name.strip() for name in names.split(","))))
    able = sorted(name for name, check in CHECKS.items() if check.fix != "kept")
    problems = [
        f"'{name}' {'finds what --fix keeps' if name in CHECKS else 'is no check'}" for name in sorted(found - {*able})
    ]
    if problems or not found:
        *others, last = problems or ["names no check"]
        raise ConfigError(f"--fix-only {names}", [*others, f"{last}; there is {', '.join(able)}"])
    return found


@dataclass(frozen=True)
class _Reports:
    """What is written down of the rows that do not stay as they are."""

    left_out: TextIO
    changed: TextIO


def fix(
    inspection: Inspection, config: DataConfig, out: Path, *, only: frozenset[str] | None = None
) -> dict[str, Fixed]:
    """Write a cleaned copy, in the formats of the original.

    Args:
        inspection: of the corpus, whose files have not changed since.
        config: how it was read.
        out: a new folder; it is there only when all is written.
        only: checks whose findings are mended or left out; None: all.

    Returns:
        What became of each split.

    Raises:
        ConfigError: ``out`` is there already.
        DataError: nothing would be left of a split.
    """
    check_new(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        done: dict[str, Fixed] = {}
        taken: set[str] = set()
        (folder / LEFT_OUT).parent.mkdir()
        with (
            (folder / LEFT_OUT).open("w", encoding="utf-8", newline="\n") as left_out,
            (folder / CHANGED).open("w", encoding="utf-8", newline="\n") as changed,
        ):
            left_out.write("file\tline\tcheck\ttext\n")
            changed.write("file\tline\tchecks\tbefore\tafter\n")
            for split in inspection.splits:
                done[split.name] = _fix_split(split, config, folder, _Reports(left_out, changed), taken, only)
        content = {**inspection.to_dict(), "fixed": {name: fixed.to_dict() for name, fixed in done.items()}}
        (folder / INSPECTION).write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        folder.chmod(0o755)
        if out.exists():
            out.rmdir()
        folder.rename(out)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return done


def _fix_split(
    split: Split,
    config: DataConfig,
    folder: Path,
    reports: _Reports,
    taken: set[str],
    only: frozenset[str] | None,
) -> Fixed:
    fixed = Fixed()
    _, checks = split.ledger.left_out()
    origins = split.source.origins
    with show_progress(f"writing {split.name}", total=split.ledger.rows, unit="rows") as bar:
        for number, origin in enumerate(origins):
            orders = _orders(split, number, only, tuple(map(Markup, config.markup)))
            if origin.paths:
                names = [_name(path, split.name, taken, shards=len(origins) > 1) for path in origin.paths]
                found = rewrite(origin.paths, [folder / name for name in names], orders)
            else:
                names = [_name(Path(f"{split.name}.jsonl"), split.name, taken, shards=False)]
                found = _write_jsonl(split, number, config, folder / names[0], orders)
            fixed.files += names
            for one in found:
                bar.advance()
                if isinstance(one, Left):
                    special = {BLANK: EMPTY, UNCERTAIN: MALFORMED[CHARACTER]}
                    check = special[one.action] if one.action in special else checks[one.action - 1]
                    reports.left_out.write(_row(origin.label, one.line, check.name, one.text))
                    fixed.left_out[check.name] += 1
                    continue
                fixed.kept += 1
                if isinstance(one, Mended):
                    fixed.mended += 1
                    names_of = ",".join(one.checks)
                    reports.changed.write(_row(origin.label, one.line, names_of, one.before, one.after))
    if not fixed.kept:
        raise DataError(
            f"{split.source.name}: nothing would be left of {split.name}: {fixed}.\n"
            "  Mend what is reported, then try again."
        )
    return fixed


def _orders(split: Split, number: int, only: frozenset[str] | None, declared: tuple[Markup, ...]) -> Orders:
    """What to do with the rows of one file."""
    ledger = split.ledger
    verdict, checks = ledger.left_out(only)
    actions = verdict.astype(np.int64)
    mends = ledger.to_mend(MENDABLE)
    if only is not None:
        mends &= np.uint8(sum(1 << bit for bit, name in enumerate(MENDABLE) if name in only))
    actions[(actions == KEEP) & (mends > 0)] = MEND
    mine = ledger.file == number
    lost = np.array(ledger.lost, np.int64).reshape(-1, 3)
    lost = lost[lost[:, 1] == number]
    named = np.array([only is None or check.name in only | _ALWAYS for check in checks], np.bool_)
    lost_actions = np.where(named[lost[:, 2]], lost[:, 2] + 1, KEEP) if len(lost) else lost[:, 2]
    lines = np.concatenate([ledger.line[mine].astype(np.int64), lost[:, 0]])
    # One line may have more than one mistake, and so may both of two aligned lines.
    lines, first = np.unique(lines, return_index=True)
    bits = np.concatenate([mends[mine], np.zeros(len(lost), np.uint8)])[first]
    return Orders(lines, np.concatenate([actions[mine], lost_actions])[first], bits, declared)


def _name(path: Path, split: str, taken: set[str], *, shards: bool) -> str:
    """Where a file goes, within the new folder: under its own name, if no other file has it."""
    name = f"{path.parent.name or split}/{path.name}" if shards else path.name
    while name in taken:
        name = f"{split}-{name}"
    taken.add(name)
    return name


def _row(file: str, line: int, name: str, *texts: str) -> str:
    """A row of a report; tabs, line ends and characters that cannot be seen are escapes."""
    escaped = (visible(text.replace("\\", "\\\\")) for text in texts)
    return "\t".join([file, str(line), name, *escaped]) + "\n"


def _write_jsonl(split: Split, number: int, config: DataConfig, to: Path, orders: Orders) -> Iterator[Done]:
    """The rows of what is no file (a data set of the hub), as JSON Lines under the names of their columns."""
    todo = zip(orders.actions.tolist(), orders.mends.tolist(), strict=True)
    wanted = dict(zip(orders.lines.tolist(), todo, strict=True))
    source = config.columns.source if isinstance(config.columns.source, str) else "source"
    target = config.columns.target if isinstance(config.columns.target, str) else "target"
    names = (target, source) if split.source.swap else (source, target)  # as they were before they were swapped ...
    labels = {name: label for label, name in (split.source.labels or {}).items()}  # ... and renamed
    with to.open("w", encoding="utf-8", newline="\n") as sink:
        for batch in record_batches(split.path):
            columns = (batch.column(name).to_pylist() for name in ("file", "line", "source", "target"))
            for file, line, *texts in zip(*columns, strict=True):
                if file != number:
                    continue
                action, bits = wanted[line]
                before, checks = list(texts), tuple[str, ...]()
                if action == MEND:
                    mender = orders.mender(bits)
                    try:
                        texts, checks = [mender.text(text) for text in texts], mender.checks
                    except UncertainError:
                        action = UNCERTAIN
                if action not in (KEEP, MEND):
                    yield Left(line, action, "\t".join(before))
                    continue
                row = dict(zip(names, (texts[0], labels.get(texts[1], texts[1])), strict=True))
                sink.write(json.dumps(row, ensure_ascii=False) + "\n")
                yield Mended(line, checks, "\t".join(before), "\t".join(texts)) if texts != before else None
