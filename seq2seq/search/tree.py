"""A recorded search as a tree: its hypotheses, how they continue each other, and what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from seq2seq.search.hypothesis import Hypothesis
from seq2seq.search.steppers.recording import BeamNode
from seq2seq.special import EOS

Fate = Literal["continued", "finished", "pruned", "live"]
"""What became of a prefix: others continue it; it is an output; better ones took its place; or it was among the best
when the search stopped."""


@dataclass(frozen=True, slots=True)
class TreeNode:
    """A prefix: the tokens from the root to here."""

    token: int
    """Its last token."""
    parent: int | None
    """Place of the prefix without it, which stands before; None: this is the first token."""
    log_prob: float
    """Of all its tokens, in nats."""
    probability: float
    """Of its last token, after those before."""
    fate: Fate
    best: bool
    """Whether the best output begins so."""


def search_tree(roots: Sequence[BeamNode], outputs: Sequence[Hypothesis], prompt: Sequence[int] = ()) -> list[TreeNode]:
    """The search that the best output comes from, of those that a text needed.

    Args:
        roots: from :class:`~seq2seq.search.steppers.recording.RecordingStepper`.
        outputs: of the text, best first.
        prompt: token ids that all outputs begin with.

    Returns:
        The prefixes, each behind its parent, the likelier first among those with one parent; empty, if nothing was
        searched for.
    """
    root = next((root for root in reversed(roots) if root.find([*prompt, *outputs[0].tokens])), None)
    if root is None:
        return []
    ends = [_end(root, [*prompt, *output.tokens], finished=output.finished) for output in outputs]
    finished = {id(end) for end in ends if end is not None and end.token == EOS}
    best = set()
    place = ends[0]
    while place is not None:
        best.add(id(place))
        place = place.parent
    found: list[TreeNode] = []
    depths: list[int] = []
    waiting: list[tuple[BeamNode, int | None]] = [(root, None)]
    while waiting:
        node, parent = waiting.pop()
        if node is not root:
            before = 0.0 if node.parent is None else node.parent.log_prob
            fate: Fate = "finished" if id(node) in finished else "continued" if node.children else "pruned"
            probability = float(np.exp(node.log_prob - before))
            found.append(TreeNode(node.token, parent, node.log_prob, probability, fate, id(node) in best))
            depths.append(0 if parent is None else depths[parent] + 1)
            parent = len(found) - 1
        # A beam with too few hypotheses is filled up with rows that are none: impossible tokens, or an end.
        children = [one for one in node.children.values() if one.token != EOS or id(one) in finished]
        children = [one for one in children if one.log_prob > -np.inf]
        waiting += [(child, parent) for child in sorted(children, key=lambda child: child.log_prob)]
    return _with_live(found, depths)


def _end(root: BeamNode, tokens: Sequence[int], *, finished: bool) -> BeamNode | None:
    node = root.find(tokens)
    return node.child(EOS) if node is not None and finished else node


def _with_live(nodes: list[TreeNode], depths: Sequence[int]) -> list[TreeNode]:
    """What the search read last was live when it stopped."""
    read = [depth for node, depth in zip(nodes, depths, strict=True) if node.token != EOS]
    deepest = max(read, default=0)
    return [
        replace(node, fate="live") if node.fate == "pruned" and depth == deepest else node
        for node, depth in zip(nodes, depths, strict=True)
    ]
