"""Two text files, aligned line by line."""

from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

from seq2seq.data.reading.misalignment import Misalignment, find_misalignments, line_lengths
from seq2seq.data.tables.lines import Span, block_edges, read_blocks
from seq2seq.data.tables.problems import BadRows
from seq2seq.data.tables.rows import Rows
from seq2seq.errors import DataError
from seq2seq.files.opening import is_plain
from seq2seq.wording import plural

CHUNK = 10_000
"""Lines read at a time."""


def read_aligned(source: Path, target: Path, bad: BadRows, spans: Sequence[Span] = ()) -> Iterator[Rows]:
    """Rows of two files aligned line by line; ``spans``: of a part of each."""
    one, other = spans or (None, None)
    left, right = _stream(source, bad, one), _stream(target, bad, other)
    for first in count(one.first if one else 1, CHUNK):
        sources, targets = next(left), next(right)
        if len(sources) != len(targets):
            bad.report_misaligned(source, *_misaligned(source, target))
        rows = Rows()
        for number, (text, opposite) in enumerate(zip(sources, targets, strict=False), first):
            if text is not None and opposite is not None:
                rows.add(number, text, opposite, None)
        yield rows
        if len(sources) != len(targets) or not sources:
            return


def cut_aligned(source: Path, target: Path, size: int) -> list[tuple[Span, Span]] | None:
    """Parts of two files, of about so many bytes, that :func:`read_aligned` reads alone; None: it has to read all."""
    if not (is_plain(source) and is_plain(target)):
        return None
    left, right = (block_edges(path, lines=CHUNK) for path in (source, target))
    if left.lines != right.lines:  # it says where they diverge
        return None
    spans = left.spans(size)
    return list(zip(spans, right.spans_at([span.first for span in spans]), strict=True))


def _stream(path: Path, bad: BadRows, span: Span | None) -> Iterator[list[str | None]]:
    """The lines of a file, ``CHUNK`` at a time, bad ones as None; then empty lists for ever."""
    for block in read_blocks(path, bad, lines=CHUNK, span=span):
        numbered = enumerate(block.lines, block.first)
        yield [None if number in block.bad else line for number, line in numbered] if block.bad else [*block.lines]
    while True:
        yield []


def _misaligned(source: Path, target: Path) -> tuple[list[int], DataError]:
    """Lines at which two files of different length lose their alignment (none: unknown), and the error about it."""
    lengths = {path: line_lengths(path) for path in (source, target)}
    counts = {path: len(found) for path, found in lengths.items()}
    if not all(counts.values()):
        empty = source if not counts[source] else target
        return [], DataError(
            f"{empty}: the file is empty, while the other side has {plural(max(counts.values()), 'line')}.",
            code="data.empty-file",
        )
    shorter = min(counts, key=lambda path: counts[path])
    first = [f"{path}: {plural(found, 'line')}" for path, found in counts.items()]
    text = f"{source}:{counts[shorter] + 1}: the two files are not aligned.\n  {first[0]}\n  {first[1]}"
    misalignments: list[Misalignment] = []
    if abs(counts[source] - counts[target]) * 10 > max(counts.values()):
        text += "\n  They differ by a tenth or more: are they the two sides of the same text?"
    elif misalignments := find_misalignments(lengths[source], lengths[target]):
        places = "; ".join(
            _describe(place, source, target, first=not number) for number, place in enumerate(misalignments)
        )
        text += f"\n  By the lengths of the lines {places}. Compare both files there."
    else:
        text += "\n  The lengths of the lines do not tell where; compare both files from the end backwards."
    text += "\n  A missing or split line cannot be skipped: every pair after it would be wrong."
    return [misalignment.line for misalignment in misalignments], DataError(text, code="data.misaligned")


def _describe(misalignment: Misalignment, source: Path, target: Path, *, first: bool) -> str:
    """A misalignment in words: ``at about line 1,200 one line is missing in b.de``."""
    shorter = target if misalignment.lines < 0 else source
    many = abs(misalignment.lines)
    lines = "one line is" if many == 1 else f"{many:,} lines are"
    place = f"at about line {misalignment.line:,}"
    if first:
        place = f"they run together up to about line {misalignment.line:,}, and then"
    return f"{place} {lines} missing in {shorter.name} (or too many in the other file)"
