"""The tree has every prefix of the beam, with unbranched tokens in one node."""

import numpy as np

from seq2seq.diagnostics.subject import Subject
from seq2seq.diagnostics.translation.writing.beam_tree import beam_tree
from seq2seq.search.steppers.recording import BeamNode
from seq2seq.special import BOS, EOS


def test_a_tree_is_drawn_from_its_root(subject: Subject) -> None:
    vocabulary = subject.loaded.tokenizers.target
    pieces = vocabulary.pieces(range(vocabulary.size))
    house, dog, end = [token for token, piece in enumerate(pieces) if len(piece) == 1 and piece.isalpha()][:3]
    root = BeamNode(BOS, 0.0, None, next_log_probs=np.log([0.75, 0.25]), next_tokens=np.array([house, dog]))
    best, other = root.child(house), root.child(dog)
    for node in (best, other):
        node.next_log_probs, node.next_tokens = np.log([0.5]), np.array([end])
    dot = best.child(end)
    dot.next_log_probs, dot.next_tokens = np.log([0.5]), np.array([EOS])
    tree = beam_tree(root, dot.child(EOS), vocabulary, title="The beam")
    written = [pieces[token].replace("▁", " ") for token in (house, end, dog)]
    assert [(node.label, node.parent, node.edge, node.chosen) for node in tree.nodes] == [
        ("start", None, "", True),
        (f"{written[0]}{written[1]} end".strip(), 0, "75%", True),
        (written[2].strip(), 0, "25%", False),
    ]
    assert [node.value for node in tree.nodes] == [0.0, np.log(0.75 / 4).round(4), np.log(0.25).round(4)]
    assert "<svg" in tree.svg()
