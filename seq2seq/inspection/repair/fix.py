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

from seq2seq import log
from seq2seq.config.data import DataConfig
from seq2seq.data.preparing.filter_rows import record_batches
from seq2seq.data.tables.problems import CHARACTER
from seq2seq.data.tables.registered import is_registered
from seq2seq.errors import ConfigError, DataError
from seq2seq.files.opening import without_compression
from seq2seq.inspection.checks.catalogue import CHECKS
from seq2seq.inspection.checks.characters import EMPTY
from seq2seq.inspection.engine.collect import MALFORMED
from seq2seq.inspection.engine.example import visible
from seq2seq.inspection.engine.result import Inspection, Split
from seq2seq.inspection.repair import rewrite
from seq2seq.inspection.repair.text_repair import REPAIRABLE
from seq2seq.progress import show_progress
from seq2seq.text.markup.recognise import Markup
from seq2seq.wording import plural

INSPECTION: Final = Path("inspection/inspection.json")
LEFT_OUT: Final = Path("inspection/left_out.tsv")
CHANGED: Final = Path("inspection/changed.tsv")
"""Report inside the new folder; in a subfolder, because all tables of a folder may be read as one split."""
_ALWAYS: Final = frozenset({"encoding"})
"""Checks whose rows are always left out: they cannot be copied."""


@dataclass
class Fixed:
    """The result of fixing a split."""

    files: list[str] = field(default_factory=list)
    """Names of the new files, within the folder."""
    kept: int = 0
    """Rows in the new files."""
    repaired: int = 0
    """Rows in the new files that were repaired."""
    left_out: Counter[str] = field(default_factory=Counter)
    """Rows left out, by the name of the check."""

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {"files": self.files, "kept": self.kept, "mended": self.repaired, "left_out": dict(self.left_out)}

    def __str__(self) -> str:
        """``11,990 rows kept (12 repaired), 10 left out: duplicate 8, empty 2``."""
        reasons = ", ".join(f"{name} {count:,}" for name, count in self.left_out.most_common())
        out = f", {self.left_out.total():,} left out: {reasons}" if self.left_out else ", none left out"
        return f"{plural(self.kept, 'row')} kept ({self.repaired:,} repaired){out}"


def check_new(out: Path) -> None:
    """Refuse a folder that exists and is not empty.

    Raises:
        ConfigError: it is not empty, or is a file.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ConfigError(f"--fix {out}", ["already exists; name a new folder"], code="inspection.folder-exists")


def check_names(names: str) -> frozenset[str]:
    """The checks that ``--fix-only`` names, separated by commas.

    Raises:
        ConfigError: there is no such check, or it changes nothing.
    """
    chosen = frozenset(filter(None, (name.strip() for name in names.split(","))))
    able = sorted(name for name, check in CHECKS.items() if check.fix != "kept")
    problems = [
        f"'{name}' {'finds what --fix keeps' if name in CHECKS else 'is no check'}" for name in sorted(chosen - {*able})
    ]
    if problems or not chosen:
        *others, last = problems or ["names no check"]
        message = [*others, f"{last}; choose from {', '.join(able)}"]
        raise ConfigError(f"--fix-only {names}", message, code="inspection.unknown-check")
    return chosen


def fix(
    inspection: Inspection, config: DataConfig, out: Path, *, only: frozenset[str] | None = None
) -> dict[str, Fixed]:
    """Write a cleaned copy of a corpus, in its formats; returns the result, by split.

    Its files have not changed since the inspection, and were read as ``config`` says. The folder ``out`` is new, and
    exists only when it is complete. Findings of the checks ``only`` (None: all) are repaired or left out.

    Raises:
        ConfigError: ``out`` already exists.
        DataError: nothing would be left of a split.
    """
    check_new(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        fixed: dict[str, Fixed] = {}
        taken: set[str] = set()
        (folder / LEFT_OUT).parent.mkdir()
        with (
            (folder / LEFT_OUT).open("w", encoding="utf-8", newline="\n") as left_out,
            (folder / CHANGED).open("w", encoding="utf-8", newline="\n") as changed,
        ):
            left_out.write("file\tline\tcheck\ttext\n")
            changed.write("file\tline\tchecks\tbefore\tafter\n")
            for split in inspection.splits:
                fixed[split.name] = _fix_split(split, config, folder, left_out, changed, taken, only)
        content = {**inspection.to_dict(), "fixed": {name: of.to_dict() for name, of in fixed.items()}}
        (folder / INSPECTION).write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        folder.chmod(0o755)
        if out.exists():
            out.rmdir()
        folder.rename(out)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return fixed


def _fix_split(
    split: Split,
    config: DataConfig,
    folder: Path,
    left_out: TextIO,
    changed: TextIO,
    taken: set[str],
    only: frozenset[str] | None,
) -> Fixed:
    fixed = Fixed()
    checks = split.ledger.left_out()[1]
    origins = split.source.origins
    declared = tuple(map(Markup, (*config.markup, *config.protect)))
    with show_progress(f"writing {split.name}", total=split.ledger.rows, unit="rows") as bar:
        for number, origin in enumerate(origins):
            copied = bool(origin.paths) and not is_registered(rewrite.kind_of(origin.paths[0]))
            plan = _plan(split, number, only, declared, by_line=copied)
            if copied:
                names = [_name(path, split.name, taken, shards=len(origins) > 1) for path in origin.paths]
                outcomes = rewrite.rewrite(origin.paths, [folder / name for name in names], plan)
            else:
                stem = without_compression(origin.paths[0].name) if origin.paths else split.name
                names = [_name(Path(stem).with_suffix(".jsonl"), split.name, taken, shards=False)]
                if origin.paths:
                    log.say(f"{origin.label}: files of this format are not written; the clean rows are in {names[0]}")
                outcomes = _write_jsonl(split, number, config, folder / names[0], plan)
            fixed.files += names
            for outcome in outcomes:
                bar.advance()
                if isinstance(outcome, rewrite.LeftOut):
                    special = {rewrite.BLANK: EMPTY, rewrite.UNCERTAIN: MALFORMED[CHARACTER]}
                    check = special[outcome.action] if outcome.action in special else checks[outcome.action - 1]
                    left_out.write(_row(origin.label, outcome.line, check.name, outcome.text))
                    fixed.left_out[check.name] += 1
                    continue
                fixed.kept += 1
                if isinstance(outcome, rewrite.Repaired):
                    fixed.repaired += 1
                    names_of = ",".join(outcome.checks)
                    changed.write(_row(origin.label, outcome.line, names_of, outcome.before, outcome.after))
    if not fixed.kept:
        raise DataError(
            f"{split.source.name}: nothing would be left of {split.name}: {fixed}.\n"
            "  Fix what is reported, then try again.",
            code="inspection.nothing-left",
        )
    return fixed


def _plan(
    split: Split, number: int, only: frozenset[str] | None, declared: tuple[Markup, ...], *, by_line: bool
) -> rewrite.RepairPlan:
    """The repair plan of one file: line by line, or row by row and then the malformed rows."""
    ledger = split.ledger
    verdict, checks = ledger.left_out(only)
    actions = verdict.astype(np.int64)
    repairs = ledger.repairs_of(REPAIRABLE)
    if only is not None:
        repairs &= np.uint8(sum(1 << bit for bit, name in enumerate(REPAIRABLE) if name in only))
    actions[(actions == rewrite.KEEP) & (repairs > 0)] = rewrite.REPAIR
    mine = ledger.file == number
    lost = np.array(ledger.lost, np.int64).reshape(-1, 3)
    lost = lost[lost[:, 1] == number]
    named = np.array([only is None or check.name in only | _ALWAYS for check in checks], np.bool_)
    lost_actions = np.where(named[lost[:, 2]], lost[:, 2] + 1, rewrite.KEEP) if len(lost) else lost[:, 2]
    lines = np.concatenate([ledger.line[mine].astype(np.int64), lost[:, 0]])
    actions = np.concatenate([actions[mine], lost_actions])
    bits = np.concatenate([repairs[mine], np.zeros(len(lost), np.uint8)])
    if by_line:  # a line may have several faults, and so may either of two aligned lines
        lines, first = np.unique(lines, return_index=True)
        actions, bits = actions[first], bits[first]
    return rewrite.RepairPlan(lines, actions, bits, declared)


def _name(path: Path, split: str, taken: set[str], *, shards: bool) -> str:
    """The name of a file within the new folder: its own, if no other file has it."""
    name = f"{path.parent.name or split}/{path.name}" if shards else path.name
    while name in taken:
        name = f"{split}-{name}"
    taken.add(name)
    return name


def _row(file: str, line: int, name: str, *texts: str) -> str:
    """A row of a report; tabs, line ends and invisible characters are escaped."""
    escaped = (visible(text.replace("\\", "\\\\")) for text in texts)
    return "\t".join([file, str(line), name, *escaped]) + "\n"


def _write_jsonl(
    split: Split, number: int, config: DataConfig, to: Path, plan: rewrite.RepairPlan
) -> Iterator[rewrite.Outcome]:
    """Write rows as JSON Lines, under the names of their columns or languages."""
    planned = zip(plan.lines.tolist(), plan.actions.tolist(), plan.repairs.tolist(), strict=True)
    columns = (config.columns.source, config.columns.target)
    source, target = columns if isinstance(columns[1], str) else config.languages or ("source", "target")
    names = (target, source) if split.source.swap else (source, target)  # undo swapping
    labels = {name: label for label, name in (split.source.labels or {}).items()}  # undo renaming
    with to.open("w", encoding="utf-8", newline="\n") as sink:
        for batch in record_batches(split.path):
            fields = (batch.column(name).to_pylist() for name in ("file", "source", "target"))
            for file, *texts in zip(*fields, strict=True):
                if file != number:
                    continue
                line, action, bits = next(planned)
                new, outcome = rewrite.repair_value(line, texts, action, bits, plan, "\t".join)
                if not isinstance(outcome, rewrite.LeftOut):
                    row = dict(zip(names, (new[0], labels.get(new[1], new[1])), strict=True))
                    sink.write(json.dumps(row, ensure_ascii=False) + "\n")
                yield outcome
    yield from (rewrite.LeftOut(line, action, "") for line, action, _ in planned if action != rewrite.KEEP)  # malformed
