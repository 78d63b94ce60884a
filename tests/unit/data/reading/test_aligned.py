import gzip
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from support.refused import refused

from seq2seq.data.reading import aligned
from seq2seq.data.reading.aligned import read_aligned
from seq2seq.data.reading.misalignment import Misalignment, find_misalignments
from seq2seq.data.tables.problems import BadRows
from seq2seq.errors import DataError

Write = Callable[[str, str | bytes], Path]
Together = Callable[[object], list[tuple[int, str, str, str | None]]]


def corpus(pairs: int, seed: int) -> tuple[list[str], list[str]]:
    """Sentences of correlated lengths."""
    rng = random.Random(seed)
    lengths = [max(3, round(rng.gauss(60, 20))) for _ in range(pairs)]
    return ["x" * n for n in lengths], ["y" * max(3, round(1.15 * n + rng.gauss(0, 8))) for n in lengths]


def test_pairs(write: Write, bad: BadRows, together: Together) -> None:
    paths = write("a.en", "one\n\nthree"), write("a.de", "eins\r\nzwei\r\n\r\n")
    assert together(read_aligned(*paths, bad)) == [
        (1, "one", "eins", None),
        (2, "", "zwei", None),
        (3, "three", "", None),
    ]


def test_a_bad_line_takes_its_partner_along(write: Write, bad: BadRows, together: Together) -> None:
    paths = write("a.en", b"one\n\xff\nthree\nfour\n"), write("a.de", "eins\nzwei\ndr\x85ei\nvier\n")
    assert [row[0] for row in together(read_aligned(*paths, bad))] == [1, 4]
    assert [line.split(": ")[0] for line in bad.first] == [f"{paths[0]}:2", f"{paths[1]}:3"]


@pytest.mark.parametrize("chunk", [1, 2, 3])
def test_chunks_stay_in_step(
    write: Write, bad: BadRows, together: Together, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aligned, "CHUNK", chunk)
    numbers = [str(number) for number in range(7)]
    paths = write("a.en", "\n".join(numbers)), write("a.de", "\n".join(numbers))
    assert together(read_aligned(*paths, bad)) == [(n + 1, str(n), str(n), None) for n in range(7)]
    paths[1].write_text("\n".join(numbers[:6]))
    with pytest.raises(DataError) as caught:
        together(read_aligned(*paths, bad))
    assert caught.value.code == "data.misaligned"


@pytest.mark.parametrize("side", ["source", "target"])
def test_a_missing_line_is_located(write: Write, bad: BadRows, together: Together, side: str) -> None:
    source, target = corpus(2000, seed=3)
    del (source if side == "source" else target)[1233]
    paths = write("a.en", "\n".join(source)), write("a.de", "\n".join(target))
    with pytest.raises(DataError) as error:
        together(read_aligned(*paths, bad))
    text = str(error.value)
    counts = (1999, 2000) if side == "source" else (2000, 1999)
    assert text.startswith(f"{paths[0]}:2000: the two files are not aligned.\n")
    assert f"{paths[0]}: {counts[0]:,} lines\n  {paths[1]}: {counts[1]:,} lines" in text
    located = int(text.split("up to about line ")[1].split(",\n")[0].split(", and")[0].replace(",", ""))
    assert abs(located - 1234) <= 15
    assert "cannot be skipped" in text


def test_files_that_do_not_belong_together(write: Write, bad: BadRows, together: Together) -> None:
    paths = write("a.en", "\n".join(corpus(500, seed=1)[0])), write("a.de", "\n".join(corpus(300, seed=2)[1]))
    with pytest.raises(DataError) as caught:
        together(read_aligned(*paths, bad))
    assert caught.value.code == "data.misaligned"


def test_lengths_that_tell_nothing(write: Write, bad: BadRows, together: Together) -> None:
    paths = write("a.en", "same\n" * 100), write("a.de", "same\n" * 99)
    with pytest.raises(DataError) as caught:
        together(read_aligned(*paths, bad))
    assert caught.value.code == "data.misaligned"


def test_an_empty_side(write: Write, bad: BadRows, together: Together) -> None:
    paths = write("a.en", "one\ntwo\n"), write("a.de", "")
    with refused("data.empty-file", "a.de:", "2 lines"):
        together(read_aligned(*paths, bad))


@pytest.mark.parametrize("cut", ["source", "target"])
def test_a_gzip_file_that_was_cut_is_reported_as_such(write: Write, bad: BadRows, together: Together, cut: str) -> None:
    packed = gzip.compress("\n".join(str(n * n) for n in range(300_000)).encode())
    whole, part = write("a.en", "one\ntwo\n"), write("a.de.gz", packed[: len(packed) // 2])
    with refused("data.damaged", "a.de.gz: ", "line "):
        together(read_aligned(*((part, whole) if cut == "source" else (whole, part)), bad))


@pytest.mark.parametrize("shorter_at_the_end", ["source", "target"])
def test_two_faults_are_both_located(write: Write, bad: BadRows, together: Together, shorter_at_the_end: str) -> None:
    """One line missing in the middle of the targets, and ten at the end of either side."""
    source, target = corpus(3000, seed=4)
    del target[1199]
    del (source if shorter_at_the_end == "source" else target)[-10:]
    misalignments = find_misalignments(
        np.array(list(map(len, source)), np.int32), np.array(list(map(len, target)), np.int32)
    )
    assert [place.lines for place in misalignments] == [-1, 10 if shorter_at_the_end == "source" else -10]
    assert abs(misalignments[0].line - 1200) <= 15
    assert abs(misalignments[1].line - 2991) <= 2
    paths = write("a.en", "\n".join(source)), write("a.de", "\n".join(target))
    with pytest.raises(DataError) as error:
        together(read_aligned(*paths, bad))
    assert "one line is missing in a.de" in str(error.value)
    assert f"10 lines are missing in a.{'en' if shorter_at_the_end == 'source' else 'de'}" in str(error.value)


def test_misalignments_in_both_files_and_at_the_end_alone() -> None:
    source, target = (np.array(list(map(len, side)), np.int32) for side in corpus(3000, seed=5))
    misalignments = find_misalignments(source, np.delete(target, [999, 1999]))
    assert [place.lines for place in misalignments] == [-1, -1]
    assert all(abs(place.line - line) <= 15 for place, line in zip(misalignments, (1000, 2001), strict=True))
    assert find_misalignments(source, target[:-10]) == [Misalignment(2991, -10)]
    assert find_misalignments(source, np.sort(target)[:-10]) == []
