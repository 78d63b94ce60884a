from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seq2seq.config.data import DataConfig, FilterConfig
from seq2seq.config.sides import SideKind, Sides
from seq2seq.data.preparing import filter_rows as filtering
from seq2seq.data.preparing.filter_rows import Digests, open_digests, write_digests
from seq2seq.data.reading.sources import find_splits

Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def digests(write: Write, tmp_path: Path) -> Callable[[str], Digests]:
    def digests(content: str) -> Digests:
        source = find_splits(DataConfig(train=str(write("a.tsv", content))), ("train",))["train"]
        assert source is not None
        source.read(tmp_path / "a.arrow")
        write_digests(tmp_path / "a.arrow", tmp_path)
        return open_digests(tmp_path)

    return digests


@pytest.fixture
def filter_rows(tmp_path: Path) -> Callable[..., filtering.Selection]:
    return partial(filtering.filter_rows, scratch=tmp_path)


CONTENT = "one\teins\n\u00a0\tzwei\none\teins\none\tEins\nthree\t\none\teins\n \u3000\t\n"


def test_empty_sides_and_duplicates(
    digests: Callable[[str], Digests], filter_rows: Callable[..., filtering.Selection]
) -> None:
    found = digests(CONTENT)
    chosen = filter_rows(found, DataConfig(), hold_out={}, seed=1)
    assert chosen.train.tolist() == [0, 3]
    assert chosen.held_out == {}
    assert chosen.removed == {"empty": 3, "duplicate": 2}
    chosen = filter_rows(found, DataConfig(filters=FilterConfig(duplicates=False)), hold_out={}, seed=1)
    assert chosen.train.tolist() == [0, 2, 3, 5]
    assert chosen.removed == {"empty": 3}


def test_the_sides_of_a_pair_are_not_run_together(digests: Callable[[str], Digests]) -> None:
    found = digests("ab\tc\na\tbc\n")
    assert found.pair[0] != found.pair[1]


def test_held_out_rows_are_sampled_by_the_seed_and_never_trained_on(
    digests: Callable[[str], Digests], filter_rows: Callable[..., filtering.Selection]
) -> None:
    found = digests("".join(f"source {n % 50}\ttarget {n}\n" for n in range(100)))
    wanted = {"dev": 500, "test": 500}
    chosen = filter_rows(found, DataConfig(), hold_out=wanted, seed=1)
    dev, test = chosen.held_out["dev"], chosen.held_out["test"]
    assert len(dev) == len(test) == 10  # a tenth at most, each
    assert not set(dev.tolist()) & set(test.tolist())
    out = {row % 50 for row in (*dev.tolist(), *test.tolist())}
    assert {row % 50 for row in chosen.train.tolist()}.isdisjoint(out)
    assert chosen.removed["held out"] == 20
    assert len(chosen.train) == 80 - chosen.removed["text stands in what is held out"]
    again = filter_rows(found, DataConfig(), hold_out=wanted, seed=1)
    assert np.array_equal(again.train, chosen.train)
    others = [filter_rows(found, DataConfig(), hold_out=wanted, seed=seed).held_out["dev"] for seed in range(2, 5)]
    assert any(not np.array_equal(other, dev) for other in others)
    assert len(filter_rows(found, DataConfig(), hold_out={"dev": 3}, seed=1).held_out["dev"]) == 3


def test_the_end_is_held_out_where_text_is_continuous(
    digests: Callable[[str], Digests], filter_rows: Callable[..., filtering.Selection]
) -> None:
    found = digests("".join(f"source {n}\ttarget {n}\n" for n in range(100)))
    chosen = filter_rows(found, DataConfig(hold_out="end"), hold_out={"dev": 5, "test": 10}, seed=1)
    assert chosen.held_out["dev"].tolist() == [95, 96, 97, 98, 99]
    assert chosen.held_out["test"].tolist() == list(range(85, 95))
    assert chosen.train.tolist() == list(range(85))


def test_what_tells_examples_apart_is_the_text(write: Write, tmp_path: Path) -> None:
    """Of labelled text it is the source; of tagged text the target, since many tunes have the same tags."""
    source = find_splits(DataConfig(train=str(write("t.tsv", "K:G\tabc\n\tdef\nK:G\t \n"))), ("train",))["train"]
    assert source is not None
    source.read(tmp_path / "t.arrow")
    for folder in ("tagged", "labelled"):
        (tmp_path / folder).mkdir()
    write_digests(tmp_path / "t.arrow", tmp_path / "tagged", Sides(SideKind.TAGS, SideKind.TEXT))
    tagged = open_digests(tmp_path / "tagged")
    assert tagged.empty.tolist() == [False, False, True]  # a text without tags is whole
    write_digests(tmp_path / "t.arrow", tmp_path / "labelled", Sides(SideKind.TEXT, SideKind.LABEL))
    labelled = open_digests(tmp_path / "labelled")
    assert labelled.empty.tolist() == [False, True, True]
    assert labelled.text[0] == labelled.text[2] != tagged.text[0]


def test_which_rows_are_held_out_is_what_it_was_in_earlier_versions(
    filter_rows: Callable[..., filtering.Selection],
) -> None:
    """So that data that are prepared again, by a newer version, are the same."""
    numbers = np.arange(500, dtype=np.uint64)
    found = Digests(numbers % np.uint64(400), numbers % np.uint64(450), numbers % 50 == 7)
    chosen = filter_rows(found, DataConfig(), hold_out={"dev": 5, "test": 4}, seed=3)
    assert {name: rows.tolist() for name, rows in chosen.held_out.items()} == {
        "dev": [47, 193, 256, 281, 342],
        "test": [40, 199, 201, 373],
    }
    assert chosen.removed == {"empty": 10, "duplicate": 49, "held out": 9, "text stands in what is held out": 2}


DIGESTS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 2), st.booleans()), min_size=1, max_size=120)


@given(DIGESTS, st.booleans(), st.booleans(), st.integers(0, 20), st.lists(st.integers(0, 30), max_size=5))
@settings(deadline=None)
def test_what_passes_in_parts_is_chosen_as_if_it_were_whole(
    rows: list[tuple[int, int, bool]], duplicates: bool, end: bool, dev: int, evaluated: list[int]
) -> None:
    text, more, empty = (np.array(column) for column in zip(*rows, strict=True))
    found = Digests(text.astype(np.uint64), (3 * text + more).astype(np.uint64), empty)
    config = DataConfig(filters=FilterConfig(duplicates=duplicates), hold_out="end" if end else "random")
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as scratch:
        patch.setattr(filtering, "_CHUNK", 7)
        patch.setattr(filtering, "_PARTITION", 10)
        chosen = filtering.filter_rows(
            found,
            config,
            hold_out={"dev": dev} if dev else {},
            seed=1,
            scratch=Path(scratch),
            evaluated=[np.array(evaluated, dtype=np.uint64)],
        )
        known = found.count_known(np.array(evaluated, dtype=np.uint64), chosen.train)
        left = [path.name for path in Path(scratch).iterdir()]
        train, held_out = chosen.train.tolist(), [row for rows in chosen.held_out.values() for row in rows.tolist()]
    first: dict[object, int] = {}
    for row, key in enumerate(found.pair.tolist()):
        if not empty[row]:
            first.setdefault(key if duplicates else row, row)
    usable = sorted(first.values())
    assert held_out == sorted(held_out)
    assert set(held_out) <= set(usable)
    if dev:
        assert len(held_out) == (min(dev, max(1, len(usable) // 10)) if len(usable) > 1 else 0)
    if end and held_out:
        assert held_out == usable[-len(held_out) :]
    excluded = {int(text[row]) for row in held_out} | set(evaluated)
    assert train == [row for row in usable if row not in held_out and text[row] not in excluded]
    assert known == 0
    removed = Counter(chosen.removed)
    assert sum(removed.values()) == len(rows) - len(train)
    assert sorted(left) == ["keep", "rows"]  # no partition is left on the disk


def test_texts_that_are_known_are_counted_each_time() -> None:
    found = Digests(np.array([5, 9, 5, 2], dtype=np.uint64), np.zeros(4, np.uint64), np.zeros(4, np.bool_))
    texts = np.array([5, 5, 2, 9, 1], dtype=np.uint64)
    assert found.count_known(texts, np.array([0, 2, 3])) == 3
    assert found.count_known(texts[:0], np.array([0, 2, 3])) == 0
