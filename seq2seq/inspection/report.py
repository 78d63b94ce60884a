"""What an inspection found, in lines for people."""

import textwrap
from typing import Final

from seq2seq.config.sides import SideKind
from seq2seq.inspection.engine.finding import Finding, Severity
from seq2seq.inspection.engine.inspect import Inspection, Split

_WIDTH: Final = 100
_LABELS: Final = 10
"""Labels that are named; the rest is counted."""
_LONG: Final = 30
"""Characters of a label that are shown."""
_FEW: Final = 0.0005
"""A share that is not worth saying."""


def lines(inspection: Inspection) -> list[str]:
    """The splits, then every finding: what, how many rows, where, and what to do."""
    found = [line for split in inspection.splits for line in _split(split, inspection)]
    findings = inspection.findings
    if not findings:
        return [*found, "", "Nothing found."]
    groups: dict[tuple[str, Severity, bool], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.check.name, finding.severity, finding.usual), []).append(finding)
    for group in groups.values():
        found += ["", *_group(group)]
    return [*found, "", summary(inspection)]


def summary(inspection: Inspection) -> str:
    """How many kinds of findings there are, by how bad they are."""
    kinds = {(finding.severity, finding.check.name) for finding in inspection.findings}
    counts = {severity: sum(kind == severity for kind, _ in kinds) for severity in Severity}
    told = [f"{count} kind{'s' if count != 1 else ''} of {severity}" for severity, count in counts.items() if count]
    stops = " Training stops at errors." if counts[Severity.ERROR] else ""
    return f"{', '.join(told) or 'Nothing'} found.{stops}"


def _split(split: Split, inspection: Inspection) -> list[str]:
    """What a split consists of."""
    ledger, rows = split.ledger, max(split.ledger.rows, 1)
    means = [
        f"{words / rows:.1f} words a {side}"
        for side, words in zip(("source", "target"), split.words, strict=True)
        if side in inspection.sides.text
    ]
    bad = f", {ledger.malformed:,} malformed" if ledger.malformed else ""
    told = [f"{split.name:<5}  {ledger.rows:,} rows{bad} from {split.source.name}; {', '.join(means)}"]
    told.extend(f"       {note}" for note in split.notes)
    if inspection.sides.target is SideKind.LABEL:
        shown = [
            f"{textwrap.shorten(label, _LONG)} {count:,} ({count / rows:.1%})"
            for label, count in list(split.labels.items())[:_LABELS]
        ]
        more = f", and {len(split.labels) - _LABELS:,} more labels" if len(split.labels) > _LABELS else ""
        told.append(f"       {', '.join(shown)}{more}")
    return told


def _group(group: list[Finding]) -> list[str]:
    """One check, and what it found in each split."""
    check, severity = group[0].check, group[0].severity
    told = [f"{severity.upper()}  {check.title} ({check.name})"]
    for finding in group:
        share = finding.rows / max(finding.of, 1) if check.unit == "row" else 0.0
        part = f" ({share:.1%})" if share >= _FEW else ""
        told.append(f"  {finding.split}: {finding.rows:,} {check.unit}{'s' if finding.rows != 1 else ''}{part}")
        for example in finding.examples:
            first, *rest = str(example).splitlines()
            told += [f"    {first}", *(f"    {line}" for line in rest)]
            told += [f"      {side + ':':<8}{text}" for side, text in example.excerpts()]
        if finding.rows > len(finding.examples) > 0 and len(finding.examples) > 1:
            told.append("    ...")
    mend = "So it is with most rows: it is taken for what these data are like." if group[0].usual else check.mend
    return [*told, *textwrap.wrap(mend, _WIDTH, initial_indent="  -> ", subsequent_indent="     ")]
