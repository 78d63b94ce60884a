"""What an inspection says, in a form that is easy to compare."""

from seq2seq.inspection.engine.result import Inspection


def lines_of(found: Inspection, split: str | None = None) -> dict[str, set[int]]:
    """Lines of each check's examples, of all splits or of one; all of them only if all were kept."""
    lines: dict[str, set[int]] = {}
    for finding in found.findings:
        if split in (None, finding.split):
            lines.setdefault(finding.check.name, set()).update(example.line for example in finding.examples)
    return lines


def said(found: Inspection, check: str, split: str | None = None) -> list[str]:
    """What is said of each example of a check."""
    return [
        example.what
        for finding in found.findings
        if finding.check.name == check and split in (None, finding.split)
        for example in finding.examples
    ]
