"""Trees: children right of their parents, leaves apart, the chosen path seen."""

import pytest
from support.svg import elements, hints, sides, texts

from seq2seq.report.drawings.tree import Node, Tree

TREE = Tree(
    title="beam",
    nodes=[
        Node(label="<s>", chosen=True),
        Node(label="a", parent=0, value=-0.1, edge="0.90", chosen=True),
        Node(label="b", parent=0, value=-2.3, edge="0.10"),
        Node(label="c", parent=1, value=-0.5),
        Node(label="d", parent=1, value=-0.31, chosen=True),
    ],
)


def boxes(tree: Tree) -> dict[str, tuple[float, float, float, float]]:
    return dict(zip(hints(tree, "rect", "node"), map(sides, elements(tree, "rect", "node")), strict=True))


def test_children_lie_right_of_their_parents_and_leaves_below_each_other() -> None:
    found = boxes(TREE)
    for node in TREE.nodes:
        if node.parent is not None:
            left, _, width, _ = found[TREE.nodes[node.parent].label]
            assert found[node.label][0] > left + width
    assert found["c"][1] < found["d"][1] < found["b"][1]
    assert found["a"][1] == pytest.approx((found["c"][1] + found["d"][1]) / 2, abs=0.1)


def test_the_chosen_path_is_emphasised() -> None:
    assert hints(TREE, "rect", "node chosen") == ["<s>", "a", "d"]
    assert len(elements(TREE, "path", "link chosen")) == 2
    assert len(elements(TREE, "path", "link")) == 4


def test_labels_and_figures_are_written() -> None:
    assert {"<s>", "a", "0.90", "−0.31"} <= set(texts(TREE))


def test_table_names_paths() -> None:
    assert TREE.table().rows[4] == ["<s> a d", -0.31, "", "yes"]
    assert TREE.description() == "5 nodes. Chosen: <s> a d."


def test_a_deep_tree_is_drawn() -> None:
    nodes = [Node(label="x", parent=place - 1 if place else None) for place in range(1500)]
    assert len(elements(Tree(title="t", nodes=nodes), "rect", "node")) == 1500


@pytest.mark.parametrize("parent", [1, 2, -1])
def test_parents_stand_before_their_children(parent: int) -> None:
    with pytest.raises(ValueError, match="node 1"):
        Tree(title="t", nodes=[Node(label="a"), Node(label="b", parent=parent)])
