"""Labels with probabilities in a column of labels: read once, so that all that follows can rely on them."""

from collections.abc import Mapping

from seq2seq.data.tables import problems
from seq2seq.data.tables.problems import BadRows
from seq2seq.data.tables.rows import Rows
from seq2seq.text.vocabulary.soft_labels import read_soft_label, renamed, write_soft_label
from seq2seq.wording import listed


def keep_soft_labels(rows: Rows, names: Mapping[str, str] | None, where: str, bad: BadRows) -> None:
    """Put names, by what stands in the data, in the place of labels; bad rows go into ``bad``.

    Args:
        rows: whose targets are labels, with probabilities or without.
        names: of what stands in the data; None: labels stand there as they are.
        where: the data, in messages.
        bad: gets the rows whose label cannot be read, or has no name.
    """
    keep = []
    for index, target in enumerate(rows.targets):
        if not target.strip():  # an empty label is another matter
            keep.append(index)
            continue
        try:
            found = read_soft_label(target)
        except ValueError as error:
            bad.refuse(where, rows.lines[index], problems.SOFT_LABEL, f"label {target.strip()[:80]!r} {error}")
            continue
        if names is not None and (others := [label for label in found if label not in names]):
            what = f"label {listed(others, 3)} is not one of data.labels: {', '.join(map(repr, names))}"
            bad.refuse(where, rows.lines[index], problems.LABEL, what)
            continue
        if names is not None:
            found = renamed(found, names)
        rows.targets[index] = write_soft_label(found) if len(found) > 1 else next(iter(found))
        keep.append(index)
    rows.keep(keep)
