"""``seq2seq.train``: what it refuses before it reads data."""

from pathlib import Path

import pytest

import seq2seq


def test_a_split_is_one_location_or_two_aligned_files(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="found 3"):
        seq2seq.train(["a.en", "a.de"], tmp_path / "run", dev=["b.en", "b.de", "b.fr"])
