"""The page's words and the attention between them, in Node."""

from pathlib import Path
from typing import Any

import pytest
from support import node

SCRIPT = Path(__file__).parents[2] / "support" / "words.mjs"


def run(source: list[str], target: list[str], alignment: list[tuple[int, int, float]]) -> Any:
    return node.run_module(SCRIPT, {"source": source, "target": target, "alignment": alignment})


def test_pieces_are_joined_to_words() -> None:
    found = run(["▁The", "▁dog", "s", "."], ["▁", "D", "i", "e", "▁", "H"], [])
    assert [word["text"] for word in found["sources"]] == ["The", "dogs."]
    assert [word["pieces"] for word in found["sources"]] == [[0], [1, 2, 3]]
    assert [word["text"] for word in found["targets"]] == ["Die", "H"]
    assert run(["狗", "在"], ["▁"], [])["sources"] == [{"text": "狗在", "pieces": [0, 1]}]
    assert run([], ["▁"], []) == {"sources": [], "targets": [], "weights": []}


def test_bytes_are_joined_to_characters() -> None:
    found = run(["▁a", "<0xF0>", "<0x9F>", "<0x90>", "<0xB6>", "b"], [], [])
    assert [word["text"] for word in found["sources"]] == ["a🐶b"]


def test_attention_is_the_mean_over_the_pieces_of_a_word() -> None:
    # "dogs" is two pieces on each side; source 3 is the end of the sentence.
    alignment = [(0, 0, 0.9), (1, 1, 0.5), (1, 2, 0.3), (2, 1, 0.2), (2, 3, 0.7)]
    found = run(["▁The", "▁dog", "s"], ["▁Die", "▁Hund", "e"], alignment)
    assert [{name: pytest.approx(value) for name, value in one.items()} for one in found["weights"]] == [
        {"0": 0.9},
        {"1": 0.5},
    ]
