"""The findings of an inspection, in lines for people."""

import textwrap
from collections.abc import Sequence
from typing import Final

from seq2seq.config.sides import SideKind
from seq2seq.inspection.engine.finding import Finding, Severity
from seq2seq.inspection.engine.result import Inspection, Split
from seq2seq.wording import listed, plural

_WIDTH: Final = 100
_LABELS: Final = 10
"""Most labels that are listed; the others are counted."""
_LONG: Final = 30
"""Most characters of a label that are shown."""
_FEW: Final = 0.0005
"""Least share that is shown."""


def lines(inspection: Inspection) -> list[str]:
    """The splits, then every finding: its title, number of rows, examples and remedy."""
    splits = [line for split in inspection.splits for line in _split(split, inspection)]
    return [*splits, *finding_lines(inspection.findings)]


def finding_lines(findings: Sequence[Finding]) -> list[str]:
    """Every finding, by check, and their number."""
    if not findings:
        return ["", "Nothing found."]
    groups: dict[tuple[str, Severity, bool], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.check.name, finding.severity, finding.typical), []).append(finding)
    return [*(line for group in groups.values() for line in ("", *_group(group))), "", _summary(findings)]


def _summary(findings: Sequence[Finding]) -> str:
    """The number of kinds of findings, by severity."""
    kinds = {(finding.severity, finding.check.name) for finding in findings}
    counts = {severity: sum(kind == severity for kind, _ in kinds) for severity in Severity}
    parts = [f"{plural(count, 'kind')} of {severity}" for severity, count in counts.items() if count]
    stops = " Training stops at errors." if counts[Severity.ERROR] else ""
    return f"{', '.join(parts) or 'Nothing'} found.{stops}"


def _split(split: Split, inspection: Inspection) -> list[str]:
    """The contents of a split."""
    ledger, rows = split.ledger, max(split.ledger.rows, 1)
    sides = inspection.sides
    means = [
        f"{count / rows:.1f} {'steps' if side in sides.vectors else 'words'} per {side}"
        for side, count in zip(("source", "target"), split.words, strict=True)
        if side in (*sides.text, *sides.vectors)
    ]
    bad = f", {ledger.malformed:,} malformed" if ledger.malformed else ""
    facts = "; ".join(
        [f"{plural(ledger.rows, 'row')}{bad} from {split.source.name}", *([", ".join(means)] if means else [])]
    )
    shown = [f"{split.name:<5}  {facts}"]
    shown.extend(f"       {note}" for note in split.notes)
    if inspection.sides.target is SideKind.LABEL:
        labels = [
            f"{textwrap.shorten(label, _LONG)} {count:,} ({count / rows:.1%})" for label, count in split.labels.items()
        ]
        shown.append(f"       {listed(labels, _LABELS, quote=str)}")
    return shown


def _group(group: list[Finding]) -> list[str]:
    """One check, and its findings in each split."""
    check, severity = group[0].check, group[0].severity
    shown = [f"{severity.upper()}  {check.title} ({check.name})"]
    for finding in group:
        share = finding.rows / max(finding.of, 1) if check.unit == "row" else 0.0
        part = f" ({share:.1%})" if share >= _FEW else ""
        shown.append(f"  {finding.split}: {plural(finding.rows, check.unit)}{part}")
        for example in finding.examples:
            shown += [f"    {line}" for line in str(example).splitlines()]
            shown += [f"      {side + ':':<8}{text}" for side, text in example.excerpts()]
        if finding.rows > len(finding.examples) > 0 and len(finding.examples) > 1:
            shown.append("    ...")
    remedy = (
        "Most rows are like this, so it is taken to be a property of the data." if group[0].typical else check.remedy
    )
    return [*shown, *textwrap.wrap(remedy, _WIDTH, initial_indent="  -> ", subsequent_indent="     ")]
