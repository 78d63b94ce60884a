"""Shards by their names."""

from pathlib import Path

import pytest

from seq2seq.shards.shard import Shard, find_parts


def test_shards_are_counted_from_one() -> None:
    assert (Shard.parse("3/8"), str(Shard(3, 8))) == (Shard(3, 8), "3/8")
    assert Shard(3, 8).part(Path("a/out.de")) == Path("a/out.de.part-00003-of-00008")


@pytest.mark.parametrize("text", ["", "3", "/8", "0/8", "9/8", "1/0", "-1/8", "1/8/2", "a/b", "1.5/8", "٣/٨"])
def test_others_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="1/8" if text in ("0/8", "9/8") else "I/N"):
        Shard.parse(text)


def test_parts_are_found_by_their_names_alone(tmp_path: Path) -> None:
    found = ("out.part-00002-of-00003", "out.part-00001-of-00003.json")
    others = ("out", "out.part-1-of-3", "xout.part-00003-of-00003", ".out.part-00003-of-00003.new")
    for name in (*found, *others, "out.part-00003-of-00003.txt"):
        (tmp_path / name).touch()
    assert list(find_parts(tmp_path / "out")) == [Shard(1, 3), Shard(2, 3)]
