"""Documents that are made to be slow take time in proportion to their size, and come out as they were.

Time is that of the processor: for four times the size it may be eight times as long, where a reader that compares all
with all takes sixteen times as long.
"""

from collections.abc import Callable
from functools import partial

import pytest
from support.hostile_documents import FAMILIES, OPTIONS, Family, lengthened
from support.processor_time import measured

from seq2seq.documents.open import DocumentReader
from seq2seq.errors import DataError
from seq2seq.formats.segment import Document, Target
from seq2seq.registry import DOCUMENTS

SIZE = {"docx": 60_000, "odt": 60_000, "xlsx": 60_000, "csv": 30_000, "markdown": 4_000, "html": 12_000}
USUAL_SIZE = 20_000
"""Characters of the smallest document."""
GROWTH = 8.0
"""How many times as long four times the size may take."""
UNNOTICED = 0.03
"""Seconds that are too few to be compared."""
TRIES = 4
"""A busy machine may disturb a measurement; it is repeated then."""
BILINGUAL = ("po", "xliff")


def seconds(format: str, data: bytes) -> dict[str, float]:
    """The time that each step takes: reading, writing without a change, and with all words changed."""
    reader = partial(DOCUMENTS.load(format, DocumentReader), **OPTIONS.get(format, {}))
    taken: dict[str, float] = {}

    def timed(step: str, work: Callable[[], Document | bytes]) -> Document | bytes:
        with measured() as spent:
            result = work()
        taken[step] = spent[0]
        return result

    try:
        document = timed("read", lambda: reader(data, "a"))
    except DataError:
        return taken
    assert isinstance(document, Document)
    same = timed("write", lambda: document.write([Target(one.content) for one in document.segments]))
    assert same == data or format in BILINGUAL or "target_column" in OPTIONS.get(format, {})
    timed("change", lambda: document.write([Target(lengthened(one.content)) for one in document.segments]))
    return taken


@pytest.mark.parametrize(
    ("format", "family"),
    [
        pytest.param(format, make, id=f"{format}-{name}")
        for format in FAMILIES
        for name, make in FAMILIES[format].items()
    ],
)
def test_time_grows_as_the_size(format: str, family: Family) -> None:
    size = SIZE.get(format, USUAL_SIZE)
    problems: dict[str, tuple[float, float]] = {}
    for _ in range(TRIES):
        small, large = seconds(format, family(size)), seconds(format, family(4 * size))
        problems = {
            step: (small[step], taken)
            for step, taken in large.items()
            if step in small and taken > max(GROWTH * small[step], UNNOTICED)
        }
        if not problems:
            break
    assert not problems
