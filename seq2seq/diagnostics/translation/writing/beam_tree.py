"""A recorded beam as a drawing."""

from typing import Final

import numpy as np

from seq2seq.report.drawings.tree import Node, Tree
from seq2seq.search.steppers.recording import BeamNode
from seq2seq.special import EOS
from seq2seq.text.tokenizer import SPACE
from seq2seq.text.vocabulary.pair import Vocabulary

START = "start"
END = "end"
_UNLIKELY: Final = 0.01
"""Probability below which a token that nothing followed is left out."""


def beam_tree(root: BeamNode, best: BeamNode, vocabulary: Vocabulary, *, title: str) -> Tree:
    """All prefixes of a search; tokens that nothing else competed with stand in one node.

    Args:
        root: the empty prefix.
        best: the end of the output that won.
        vocabulary: of the tokens.
        title: of the drawing.
    """
    chosen = set()
    place: BeamNode | None = best
    while place is not None:
        chosen.add(id(place))
        place = place.parent
    nodes: list[Node] = []
    waiting: list[tuple[BeamNode, int | None]] = [(root, None)]
    while waiting:
        first, parent = waiting.pop()
        run = [first]
        while first is not root and len(run[-1].children) == 1:
            run.extend(run[-1].children.values())
        step = first.log_prob - (first.parent.log_prob if first.parent is not None else 0.0)
        nodes.append(
            Node(
                label=START if first is root else _text([node.token for node in run], vocabulary),
                parent=parent,
                value=round(run[-1].log_prob, 4),
                edge="" if first is root else "<1%" if np.exp(step) < 0.005 else f"{np.exp(step):.0%}",
                chosen=id(run[-1]) in chosen,
            )
        )
        children = sorted(
            (node for node in run[-1].children.values() if _drawn(node, chosen)), key=lambda node: node.log_prob
        )
        waiting += [(child, len(nodes) - 1) for child in children]
    return Tree(title=title, nodes=nodes)


def _drawn(node: BeamNode, chosen: set[int]) -> bool:
    """Whether a prefix was more than a stopgap, for which the beam had room."""
    step = node.log_prob - (node.parent.log_prob if node.parent is not None else 0.0)
    return bool(node.children) or node.token == EOS or id(node) in chosen or np.exp(step) >= _UNLIKELY


def _text(tokens: list[int], vocabulary: Vocabulary) -> str:
    """The text of some tokens, and their end."""
    text = "".join(vocabulary.pieces([token for token in tokens if token != EOS])).replace(SPACE, " ")
    return f"{text} {END}".strip() if EOS in tokens else text.strip() or SPACE
