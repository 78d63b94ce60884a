"""The lines of the page's tree of a search, in Node."""

from pathlib import Path
from typing import Any

from support import node

SCRIPT = Path(__file__).parents[2] / "support" / "tree.mjs"


def lines(*nodes: tuple[str | None, int | None]) -> Any:
    return node.run_module(SCRIPT, [{"piece": piece, "parent": parent} for piece, parent in nodes])


def test_pieces_share_a_line_until_others_compete() -> None:
    found = lines(("▁Der", None), ("▁Hund", 0), ("e", 1), ("▁schläft", 1), (None, 3), ("▁Die", None))
    assert found == [
        [["▁Der", "▁Hund"], [[["e"], []], [["▁schläft", None], []]]],
        [["▁Die"], []],
    ]


def test_a_search_without_rivals_is_one_line() -> None:
    assert lines(("▁a", None), ("b", 0), (None, 1)) == [[["▁a", "b", None], []]]
    assert lines() == []
