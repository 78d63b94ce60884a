"""Bilingual files are read as they were written, and whatever they hold they are read or refused."""

import re
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from support.bilingual import WRITERS

from seq2seq.data.reading.infer_columns import infer_columns
from seq2seq.data.reading.sources import find_splits
from seq2seq.errors import DataError

# No control characters, line ends of other kinds or halves of surrogate pairs: no format holds all of them.
CHARACTERS = st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters="\ufffe\uffff\x85")
TEXTS = st.text(st.one_of(CHARACTERS, st.sampled_from('<>&"\\\n {}%')), min_size=1, max_size=30)
SETTINGS = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def plain(text: str) -> str:
    """A text as rows have it: on one line, and in files of translations without spaces at its ends."""
    return re.sub(r"[ \t]*\n\s*", " ", text).strip()


@pytest.mark.parametrize("name", WRITERS)
@SETTINGS
@given(pairs=st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=8))
@example(pairs=[("<b>&amp;</b> {0}", 'a "b" \\n'), ("one two three four five", "x\ny")])
def test_what_is_written_is_read(tmp_path: Path, name: str, pairs: list[tuple[str, str]]) -> None:
    if name == "a.xlsx":
        pytest.importorskip("openpyxl")
        pairs = [(f"x{source}", f"x{target}") for source, target in pairs]  # no formulas, numbers or empty cells
    pairs = [pair for pair in pairs if all(map(plain, pair))] or [("a", "b")]
    path = tmp_path / name
    path.write_bytes(WRITERS[name](pairs))
    source = find_splits(infer_columns([str(path)]), ("train",))["train"]
    assert source is not None
    found = source.examples()
    read = list(zip(found.sources, found.targets, strict=True))
    assert [tuple(map(plain, pair)) for pair in read] == [tuple(map(plain, pair)) for pair in pairs]


@cache
def written(name: str) -> bytes:
    return WRITERS[name]([("Close the {0}.", "Schließ den {0}."), ("Open it.", "Öffne ihn.")] * 3)


@pytest.mark.parametrize("name", WRITERS)
@SETTINGS
@given(data=st.data())
def test_damaged_files_are_read_or_refused(tmp_path: Path, name: str, data: st.DataObject) -> None:
    if name == "a.xlsx":
        pytest.importorskip("openpyxl")
    content = bytearray(written(name))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content)))
        end = data.draw(st.integers(place, min(len(content), place + 40)))
        content[place:end] = data.draw(st.binary(max_size=8))
    path = tmp_path / name
    path.write_bytes(content)
    try:
        source = find_splits(infer_columns([str(path)]), ("train",))["train"]
        assert source is not None
        source.examples()
    except DataError as error:
        assert name in str(error)  # noqa: PT017 - whether it raises is open
