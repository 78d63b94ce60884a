from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from seq2seq.config.data import DataConfig, FilterConfig
from seq2seq.data.select import Digests, digest, select
from seq2seq.data.sources import find_splits

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
    chosen = select(found, DataConfig(), hold_out=False, seed=1)
    assert chosen.train.tolist() == [0, 3]
    assert chosen.dev is None
    assert chosen.removed == {"empty": 3, "duplicate": 2}
    chosen = select(found, DataConfig(filters=FilterConfig(duplicates=False)), hold_out=False, seed=1)
    assert chosen.train.tolist() == [0, 2, 3, 5]
    assert chosen.removed == {"empty": 3}


def test_the_sides_of_a_pair_are_not_run_together(digests: Callable[[str], Digests]) -> None:
    found = digests("ab\tc\na\tbc\n")
    assert found.pair[0] != found.pair[1]


def test_held_out_rows_are_drawn_by_the_seed_and_never_trained_on(digests: Callable[[str], Digests]) -> None:
    found = digests("".join(f"source {n % 50}\ttarget {n}\n" for n in range(100)))
    config = DataConfig(dev_size=500)
    chosen = select(found, config, hold_out=True, seed=1)
    assert chosen.dev is not None
    assert len(chosen.dev) == 10  # a tenth at most
    assert {row % 50 for row in chosen.train.tolist()}.isdisjoint(row % 50 for row in chosen.dev.tolist())
    assert chosen.removed["held out for dev"] == 10
    assert len(chosen.train) == 90 - chosen.removed["source stands in the held-out dev"]
    again = select(found, config, hold_out=True, seed=1)
    assert np.array_equal(again.train, chosen.train)
    others = [select(found, config, hold_out=True, seed=seed).dev for seed in range(2, 5)]
    assert any(not np.array_equal(other, chosen.dev) for other in others if other is not None)
    few = select(found, DataConfig(dev_size=3), hold_out=True, seed=1)
    assert few.dev is not None
    assert len(few.dev) == 3
