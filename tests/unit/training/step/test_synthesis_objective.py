"""The loss of synthesizers: every step of every target once."""

import pytest
from support import synthesis
from support.synthesis import inputs

from seq2seq.data.batching.batch import Batch
from seq2seq.training.step.synthesis_objective import SynthesisObjective

TARGETS = [[[0.5, -1.0]], [[1.0, 0.0]] * 5, [[-0.5, 0.3], [0.2, 0.1], [0.9, -2.0]]]


def test_the_loss_of_a_batch_is_the_sum_of_those_of_its_targets() -> None:
    objective = SynthesisObjective(synthesis.synthesizer()).eval()

    def loss(some: Batch) -> float:
        return float(objective(*inputs(some)).nll)

    whole = synthesis.batch(*TARGETS)
    parts = [synthesis.batch([[0.0, 0.0]], one).halves()[1] for one in TARGETS]  # each with the tag of the second
    assert objective.units(whole) == 9
    assert loss(whole) == pytest.approx(sum(map(loss, whole.halves())), rel=1e-5)
    assert loss(synthesis.batch(TARGETS[0], TARGETS[1], TARGETS[0], TARGETS[2])) == pytest.approx(
        2 * loss(synthesis.batch(TARGETS[0])) + loss(parts[1]) + loss(parts[2]), rel=1e-5
    )
