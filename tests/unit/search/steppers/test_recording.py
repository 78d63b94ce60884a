"""A recorded search writes what it would write anyway, and its tree holds every hypothesis with its probability."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.config.decoding import DecodingConfig
from seq2seq.search.decode import score_targets, search
from seq2seq.search.steppers.prompt import PrefixStepper
from seq2seq.search.steppers.recording import BeamNode, RecordingStepper
from seq2seq.special import BOS, EOS
from tests.support.toy_stepper import ToyStepper

SOURCE = [4, 5, 6]


def _size(node: BeamNode) -> int:
    return 1 + sum(map(_size, node.children.values()))


@given(st.integers(0, 50), st.integers(1, 4), st.booleans())
def test_recording_changes_nothing(seed: int, beam: int, contrary: bool) -> None:
    model = ToyStepper(seed=seed, contrary=contrary)
    config = DecodingConfig(beam=beam, nbest=beam, max_length_ratio=1.0, max_length_extra=2)
    recorder = RecordingStepper(model)
    (outputs,) = search(recorder, [SOURCE], config)
    assert search(model, [SOURCE], config) == [outputs]
    (root,) = recorder.roots
    assert (root.token, root.log_prob) == (BOS, 0.0)
    for output in outputs:
        end = root.end(output.tokens, finished=output.finished)
        assert end.log_prob == pytest.approx(output.log_prob)
        assert end.token == (EOS if output.finished else output.tokens[-1])
    assert _size(root) <= 1 + beam * 7 + len(outputs)  # at most `beam` prefixes per step


def test_a_forced_prefix_has_its_probability_and_rank() -> None:
    model = ToyStepper(seed=3)
    recorder = RecordingStepper(model)
    config = DecodingConfig(beam=2, nbest=2, max_length_ratio=1.0, max_length_extra=2)
    (outputs,) = search(PrefixStepper(recorder, [6, 4]), [SOURCE], config)
    (root,) = recorder.roots
    node = root.end([6, 4], finished=False)
    first, second = (model.log_probs(tuple(SOURCE), prefix) for prefix in ((), (6,)))
    assert node.log_prob == pytest.approx(first[6] + second[4])
    assert node.rank == 1 + sum(
        second[token] > second[4] for token in range(model.vocabulary) if token > 0 and token != BOS
    )
    for output in outputs:
        whole = [6, 4, *output.tokens]
        end = root.end(whole, finished=output.finished)
        if output.finished:
            assert end.log_prob == pytest.approx(score_targets(model, [SOURCE], [whole])[0])


def test_one_source_is_recorded() -> None:
    with pytest.raises(ValueError, match="2"):
        RecordingStepper(ToyStepper()).start([SOURCE, SOURCE])
    assert np.isneginf(
        BeamNode(BOS, 0.0, None, next_log_probs=np.zeros(1), next_tokens=np.array([5])).child(6).log_prob
    )
