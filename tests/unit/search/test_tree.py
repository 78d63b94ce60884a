"""The tree of a search: its outputs are in it, with their probabilities, and what became of everything else is true."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.config.decoding import DecodingConfig
from seq2seq.search.decode import score_targets, search
from seq2seq.search.steppers.prompt import PrefixStepper
from seq2seq.search.steppers.recording import RecordingStepper
from seq2seq.search.tree import TreeNode, search_tree
from seq2seq.special import EOS
from tests.support.toy_stepper import ToyStepper

SOURCE = [4, 5, 6]


def path(nodes: list[TreeNode], place: int | None) -> tuple[int, ...]:
    tokens: list[int] = []
    while place is not None:
        tokens.insert(0, nodes[place].token)
        place = nodes[place].parent
    return tuple(tokens)


def settings(beam: int) -> DecodingConfig:
    return DecodingConfig(beam=beam, nbest=beam, max_length_ratio=1.0, max_length_extra=2)


@given(st.integers(0, 50), st.integers(1, 4), st.lists(st.integers(4, 6), max_size=2))
def test_outputs_and_their_rivals_are_in_the_tree(seed: int, beam: int, prompt: list[int]) -> None:
    model = ToyStepper(seed=seed)
    recorder = RecordingStepper(model)
    (outputs,) = search(PrefixStepper(recorder, prompt), [SOURCE], settings(beam))
    nodes = search_tree(recorder.roots, outputs, prompt)
    paths = [path(nodes, place) for place in range(len(nodes))]
    ended = {(*prompt, *output.tokens, EOS) for output in outputs if output.finished}
    assert {tokens for tokens, node in zip(paths, nodes, strict=True) if node.fate == "finished"} == ended
    assert len(set(paths)) == len(paths)
    best = (*prompt, *outputs[0].tokens, *([EOS] if outputs[0].finished else []))
    assert [tokens for tokens, node in zip(paths, nodes, strict=True) if node.best] == [
        best[: length + 1] for length in range(len(best))
    ]
    deepest = max(len(tokens) for tokens in paths if tokens[-1] != EOS)
    parents = {node.parent for node in nodes}
    for place, (tokens, node) in enumerate(zip(paths, nodes, strict=True)):
        before = 0.0 if node.parent is None else nodes[node.parent].log_prob
        assert node.log_prob == pytest.approx(before + np.log(node.probability))
        assert node.parent is None or node.parent < place
        assert (node.fate == "continued") == (place in parents)
        assert (node.fate == "live") == (node.fate in ("live", "pruned") and len(tokens) == deepest)
        assert sum(len(other) == len(tokens) and other[-1] != EOS for other in paths) <= beam
        if node.fate == "finished":
            assert node.log_prob == pytest.approx(score_targets(model, [SOURCE], [tokens[:-1]])[0])


def test_of_two_searches_it_is_that_of_the_best_output() -> None:
    recorder = RecordingStepper(ToyStepper(seed=3))
    (first,) = search(PrefixStepper(recorder, [4]), [SOURCE], settings(2))
    (second,) = search(PrefixStepper(recorder, [5]), [SOURCE], settings(2))
    assert {node.token for node in search_tree(recorder.roots, first, [4]) if node.parent is None} == {4}
    assert {node.token for node in search_tree(recorder.roots, second, [5]) if node.parent is None} == {5}
    assert search_tree(recorder.roots, first, [6]) == []


def test_an_output_that_was_cut_is_live() -> None:
    recorder = RecordingStepper(ToyStepper(seed=1, end=-50.0))
    (outputs,) = search(recorder, [SOURCE], settings(2))
    nodes = search_tree(recorder.roots, outputs)
    assert not outputs[0].finished
    assert [node.fate for node in nodes if node.best][-1] == "live"
    assert "finished" not in {node.fate for node in nodes}
