from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from seq2seq.config.data import DataConfig, FilterConfig
from seq2seq.config.sides import SideKind, Sides
from seq2seq.data.preparing.filter_rows import Digests, digest, filter_rows
from seq2seq.data.reading.sources import find_splits

Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def digests(write: Write, tmp_path: Path) -> Callable[[str], Digests]:
    def digests(content: str) -> Digests:
        source = find_splits(DataConfig(train=str(write("a.tsv", content))), ("train",))["train"]
        assert source is not None
        source.read(tmp_path / "a.arrow")
        return digest(tmp_path / "a.arrow")

    return digests


CONTENT = "one\teins\n\u00a0\tzwei\none\teins\none\tEins\nthree\t\none\teins\n \u3000\t\n"


def test_empty_sides_and_duplicates(digests: Callable[[str], Digests]) -> None:
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


def test_held_out_rows_are_sampled_by_the_seed_and_never_trained_on(digests: Callable[[str], Digests]) -> None:
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


def test_the_end_is_held_out_where_text_is_continuous(digests: Callable[[str], Digests]) -> None:
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
    tagged = digest(tmp_path / "t.arrow", Sides(SideKind.TAGS, SideKind.TEXT))
    assert tagged.empty.tolist() == [False, False, True]  # a text without tags is whole
    labelled = digest(tmp_path / "t.arrow", Sides(SideKind.TEXT, SideKind.LABEL))
    assert labelled.empty.tolist() == [False, True, True]
    assert labelled.text[0] == labelled.text[2] != tagged.text[0]
