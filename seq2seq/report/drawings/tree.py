"""A tree from left to right: the hypotheses of a beam search, and which of them was chosen."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from seq2seq.report.drawings.svg import FONT, WIDTH, Picture
from seq2seq.report.table import Table
from seq2seq.report.writing import figure, shortened, text_width

LONGEST: Final = 24
"""Most characters of a label in the picture."""
_HEAD: Final = 26
_BOX: Final = 22
_ROW: Final = 46
_BEND: Final = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Node:
    """A node of a tree; its parent stands before it in the list of nodes."""

    label: str
    """A token, or what it stands for."""
    parent: int | None = None
    """Place of the parent in the list; None: a root."""
    value: float | None = None
    """Figure below the node: its log-probability."""
    edge: str = ""
    """Label of the edge from the parent: the probability of the step."""
    chosen: bool = False
    """Whether it lies on the path that is emphasised."""


@dataclass(frozen=True, kw_only=True)
class Tree:
    """Nodes, each right of its parent.

    Raises:
        ValueError: a node's parent does not stand before it.
    """

    title: str
    nodes: Sequence[Node]
    value_label: str = "log-probability (nats)"
    """What the figures below the nodes are."""
    digits: int = 2
    """Decimals of these figures."""

    def __post_init__(self) -> None:
        for place, node in enumerate(self.nodes):
            if node.parent is not None and not 0 <= node.parent < place:
                raise ValueError(f"the parent of node {place} of the tree {self.title!r} does not stand before it")

    def svg(self) -> Markup:
        """The picture."""
        depths, rows = self._depths(), self._rows()
        widths = [
            14 + max(text_width(text, FONT) for text in (shortened(node.label, LONGEST), self._figure(node)))
            for node in self.nodes
        ]
        edges, lefts, right = self._columns(depths, widths)
        middles = [_HEAD + _ROW * row + _BOX / 2 for row in rows]
        size = (max(right + 4, WIDTH), _HEAD + _ROW * (max(rows, default=0) + 1))
        picture = Picture(width=size[0], height=size[1], title=self.title, description=self.description())
        picture.text(f"below each node: {self.value_label}", (2, FONT), "label")
        # What is chosen is drawn last, above the other edges where they meet.
        for place, node in sorted(enumerate(self.nodes), key=lambda numbered: numbered[1].chosen):
            style = " chosen" if node.chosen else ""
            left, middle = lefts[depths[place]], middles[place]
            if node.parent is not None:
                begin = lefts[depths[node.parent]] + widths[node.parent]
                end = left - edges[depths[place]]
                picture.path(_link(begin, middles[node.parent], end, middle) + f"H{left:.1f}", f"link{style}")
                picture.text(node.edge, (left - 5, middle - 5), "note", anchor="end")
            picture.rectangle((left, middle - _BOX / 2), (widths[place], _BOX), f"node{style}", hint=node.label)
            centre = left + widths[place] / 2
            picture.text(shortened(node.label, LONGEST), (centre, middle + FONT / 3), anchor="middle")
            picture.text(self._figure(node), (centre, middle + _BOX / 2 + FONT), "tick", anchor="middle")
        return picture.markup()

    def table(self) -> Table:
        """A row for each node with the labels that lead to it."""
        rows = [
            [" ".join(self._path(place)), node.value, node.edge, "yes" if node.chosen else ""]
            for place, node in enumerate(self.nodes)
        ]
        return Table(caption=self.title, columns=["path", self.value_label, "edge", "chosen"], rows=rows)

    def description(self) -> str:
        """The path that was chosen, in a sentence."""
        chosen = " ".join(node.label for node in self.nodes if node.chosen)
        return f"{len(self.nodes)} nodes. Chosen: {chosen or 'none'}."

    def _figure(self, node: Node) -> str:
        return "" if node.value is None else figure(node.value, self.digits)

    def _path(self, place: int | None) -> list[str]:
        labels = []
        while place is not None:
            labels.append(self.nodes[place].label)
            place = self.nodes[place].parent
        return labels[::-1]

    def _depths(self) -> list[int]:
        depths: list[int] = []
        for node in self.nodes:
            depths.append(0 if node.parent is None else depths[node.parent] + 1)
        return depths

    def _rows(self) -> list[float]:
        """Height of every node, in rows: leaves one below the other, parents in the middle of their children."""
        children: list[list[int]] = [[] for _ in self.nodes]
        for place, node in enumerate(self.nodes):
            if node.parent is not None:
                children[node.parent].append(place)
        rows = [0.0] * len(self.nodes)
        leaves = 0
        waiting = [place for place, node in enumerate(self.nodes) if node.parent is None][::-1]
        order = []
        while waiting:
            place = waiting.pop()
            order.append(place)
            waiting += children[place][::-1]
            if not children[place]:
                rows[place] = leaves
                leaves += 1
        for place in reversed(order):
            if below := children[place]:
                rows[place] = (rows[below[0]] + rows[below[-1]]) / 2
        return rows

    def _columns(
        self, depths: Sequence[int], widths: Sequence[float]
    ) -> tuple[Mapping[int, float], Sequence[float], float]:
        """For each depth, the width of its edges' labels and its left border; and the right border of all."""
        labels, boxes = defaultdict[int, float](float), defaultdict[int, float](float)
        for node, depth, width in zip(self.nodes, depths, widths, strict=True):
            labels[depth] = max(labels[depth], text_width(node.edge, FONT) + 8)
            boxes[depth] = max(boxes[depth], width)
        lefts, right = [], 2.0
        for depth in range(len(boxes)):
            lefts.append(right + (labels[depth] + _BEND if depth else 0))
            right = lefts[-1] + boxes[depth]
        return labels, lefts, right


def _link(x1: float, y1: float, x2: float, y2: float) -> str:
    """Commands of a curve between two points, level at both ends, which bends just before the second."""
    start, bend = max(x1, x2 - _BEND), x2 - _BEND / 2
    return f"M{x1:.1f} {y1:.1f}H{start:.1f}C{bend:.1f} {y1:.1f} {bend:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
