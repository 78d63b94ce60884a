"""The pairs that the benchmark of copied markup makes: the same spans on both sides, other names in the test set."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))
import protect

PAIRS = protect.read(Path(__file__).parents[3] / "data" / "phrasebook" / "dev.tsv")


def test_both_sides_have_the_same_markup() -> None:
    aligner = protect.Aligner(PAIRS)
    train, test = (list(protect.marked(PAIRS, aligner, split)) for split in ("train", "test"))
    for pairs in (train, test):
        spans = [tuple(protect.counted(text) for text in pair) for pair in pairs]
        assert sum(source == target for source, target in spans) > 0.97 * len(PAIRS)  # dates differ, too
        assert sum(source.total() for source, _ in spans) > len(PAIRS)
        assert 0.2 < sum(pair == plain for pair, plain in zip(pairs, PAIRS, strict=True)) / len(PAIRS) < 0.5
    assert not any(f"{{{name}}}" in source for name in protect.NAMES["test"] for source, _ in train)
    assert list(protect.marked(PAIRS, aligner, "train")) == train
