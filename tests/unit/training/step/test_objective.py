"""What training lowers: the loss of texts and of labels, against plain sums."""

import math
from dataclasses import replace

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from seq2seq.config.model import DecoderConfig, DropoutConfig, EncoderConfig, ManyToOneConfig, OneToManyConfig
from seq2seq.data.batching.batch import Batch, collate
from seq2seq.models.build import build_model
from seq2seq.models.decoder import DecoderState
from seq2seq.special import BOS, EOS, PAD
from seq2seq.training.step.objective import LabelObjective, SequenceObjective

V = 15
LABELS = 3
NO_DROPOUT = DropoutConfig(embedding=0.0, layer=0.0, output=0.0)
START = torch.tensor([[EOS]]), torch.ones(1, dtype=torch.int64)


def generator(cell: str = "lstm", *, smoothing: float = 0.0) -> SequenceObjective:
    shape = DecoderConfig.model_validate({"cell": cell, "hidden": 9, "layers": 2})
    config = OneToManyConfig(embedding=8, decoder=shape, dropout=NO_DROPOUT)
    return SequenceObjective(build_model(config, 7, V), smoothing=smoothing)


def classifier(*, smoothing: float = 0.0, weights: Tensor | None = None) -> LabelObjective:
    config = ManyToOneConfig(embedding=8, encoder=EncoderConfig(hidden=5), dropout=NO_DROPOUT)
    return LabelObjective(build_model(config, V, 4 + LABELS), smoothing=smoothing, weights=weights)


def text(count: int) -> Tensor:
    """(1, count + 1) BOS and tokens, EOS among them."""
    ids = torch.randint(4, V, (1, count + 1))
    ids[:, 0] = BOS
    ids[:, [4, 5, 11]] = EOS
    return ids


class TestText:
    @pytest.mark.parametrize("cell", ["rnn_tanh", "gru", "lstm"])
    @pytest.mark.parametrize("size", [1, 3, 7, 40])
    def test_reading_in_windows_costs_what_reading_at_once_costs(self, cell: str, size: int) -> None:
        objective = generator(cell).eval()
        ids = text(23)
        whole = objective(*START, ids)
        nats, state = 0.0, None
        for first in range(0, 23, size):
            losses = objective(*START, ids[:, first : first + size + 1], state)
            nats += losses.nll.item()
            state = losses.state
        assert nats == pytest.approx(whole.nll.item(), rel=1e-5)
        assert state is not None
        for part, other in zip(state.layers, whole.state.layers, strict=True):
            torch.testing.assert_close(part, other, atol=1e-5, rtol=1e-4)

    def test_a_state_that_is_not_carried_is_lost(self) -> None:
        objective = generator().eval()
        ids = text(23)
        carried = objective(*START, ids[:, :12]).state
        rest = [objective(*START, ids[:, 11:], state).nll.item() for state in (carried, None)]
        assert rest[0] != rest[1]

    def test_the_text_after_an_end_begins_as_every_text_does(self) -> None:
        """An EOS is foretold; what is read in its place is BOS."""
        objective = generator().eval()
        ids = torch.tensor([[BOS, 7, 8, EOS, 9, EOS]])
        read = torch.tensor([[BOS, 7, 8, BOS, 9]])
        model = objective.model
        memory, state = model.encode(*START)
        logits = model.project(model.decode(read, memory, state).features)
        expected = functional.cross_entropy(logits[0], torch.tensor([7, 8, EOS, 9, EOS]), reduction="sum")
        assert objective(*START, ids).nll.item() == pytest.approx(expected.item(), rel=1e-5)

    def test_padding_costs_nothing(self) -> None:
        objective = generator().eval()
        texts = [[7, 8, 9, 10], [11], []]
        together = collate([[], [], []], texts)
        alone = [collate([[]], [ids]) for ids in texts]
        nats = [objective(batch.source, batch.source_lengths, batch.target).nll.item() for batch in alone]
        losses = objective(together.source, together.source_lengths, together.target)
        assert losses.nll.item() == pytest.approx(sum(nats), rel=1e-5)
        assert objective.units(together) == 8 == sum(map(objective.units, alone))

    def test_a_row_of_which_nothing_is_asked(self) -> None:
        """The last stream of a split may end early."""
        objective = generator().eval()
        source = torch.tensor([[EOS], [EOS]]), torch.ones(2, dtype=torch.int64)
        target = torch.tensor([[BOS, 7, 8], [9, PAD, PAD]])
        assert objective(*source, target).nll.item() == pytest.approx(
            objective(*START, target[:1]).nll.item(), rel=1e-5
        )

    def test_the_gradient_ends_where_the_window_begins(self) -> None:
        objective = generator()
        ids = text(11)
        first = objective(*START, ids[:, :6]).state
        assert isinstance(first, DecoderState)
        assert all(part.requires_grad for part in first.layers)
        detached = first.detach()
        assert not any(part.requires_grad for part in detached.layers)
        objective(*START, ids[:, 5:], detached).smoothed.backward()
        assert objective.model.bridge.maps[0][0].weight.grad is None  # type: ignore[index]

    def test_smoothing_is_for_training_alone(self) -> None:
        torch.manual_seed(0)
        objective = generator(smoothing=0.2)
        ids = text(11)
        learnt, judged = objective(*START, ids), objective.eval()(*START, ids)
        assert judged.smoothed.item() == judged.nll.item() == pytest.approx(learnt.nll.item(), rel=1e-5)
        assert learnt.smoothed.item() != pytest.approx(learnt.nll.item(), rel=1e-3)

    def test_r_drop_without_dropout_changes_nothing(self) -> None:
        objective = generator(smoothing=0.2)
        ids = text(11)
        plain = objective(*START, ids)
        objective.r_drop = 5.0
        twice = objective(*START, ids)
        torch.testing.assert_close(twice.smoothed, plain.smoothed)
        torch.testing.assert_close(twice.nll, plain.nll)

    def test_r_drop_carries_the_states_of_both_views(self) -> None:
        objective = generator()
        ids = text(23)
        whole = objective(*START, ids)
        objective.r_drop = 5.0
        first = objective(*START, ids[:, :12])
        assert first.state is not None
        assert first.state.layers[0].size(0) == 2
        rest = objective(*START, ids[:, 11:], first.state)
        torch.testing.assert_close(first.nll + rest.nll, whole.nll)

    def test_r_drop_costs_what_dropout_makes_different_and_is_for_training_alone(self) -> None:
        objective = generator()
        objective.model.embedding_dropout.rate = 0.5
        ids = text(23)
        found = {}
        for weight in (1e-9, 1.0, 3.0):
            torch.manual_seed(0)
            objective.r_drop = weight
            found[weight] = objective(*START, ids).smoothed.item()
        assert found[1.0] > found[1e-9] + 1e-3
        assert found[3.0] - found[1e-9] == pytest.approx(3 * (found[1.0] - found[1e-9]), rel=1e-3)
        judged = objective.eval()(*START, ids)
        assert judged.smoothed.item() == judged.nll.item()


SOURCES = [[7, 8], [9], [10, 11, 12], [13]]


def labelled(*labels: int) -> Batch:
    """Examples of these labels, from 0; -1: one that the model does not know, -2: none."""
    targets: dict[int, list[int]] = {-1: [1], -2: []}
    return collate(SOURCES[: len(labels)], [targets.get(label, [4 + label]) for label in labels])


def parts(batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
    return batch.source, batch.source_lengths, batch.target


class TestLabels:
    def test_the_loss_is_the_cross_entropy_of_the_label(self) -> None:
        objective = classifier()
        batch = labelled(2, 0, 1)
        logits = objective.model(batch.source, batch.source_lengths)
        expected = sum(-math.log(logits.softmax(1)[row, label].item()) for row, label in enumerate([2, 0, 1]))
        losses = objective(*parts(batch))
        assert losses.nll.item() == pytest.approx(expected, rel=1e-5)
        assert losses.smoothed.item() == pytest.approx(expected, rel=1e-5)
        assert losses.state is None
        assert objective.units(batch) == 3

    @pytest.mark.parametrize("training", [True, False])
    @pytest.mark.parametrize("unknown", [-1, -2])
    def test_unknown_labels_are_left_out(self, unknown: int, training: bool) -> None:
        objective = classifier(smoothing=0.1).train(training)
        some, rest = labelled(2, unknown, 1), labelled(2, 0, 1)
        without = [tensor[[0, 2]] for tensor in parts(rest)]
        for found, expected in zip(objective(*parts(some))[:2], objective(*without)[:2], strict=True):
            torch.testing.assert_close(found, expected)
        assert objective.units(some) == 2

    def test_nothing_but_unknown_labels_costs_nothing(self) -> None:
        objective = classifier().eval()
        batch = labelled(-1, -2)
        assert objective(*parts(batch)).nll.item() == 0.0
        assert objective.units(batch) == 0

    def test_smoothing_is_for_training_alone(self) -> None:
        """(1 - e) of the probability is the label's, e is spread over all labels (Szegedy et al. 2016, section 7)."""
        objective = classifier(smoothing=0.3)
        batch = labelled(2, 0)
        costs = -objective.model(batch.source, batch.source_lengths).log_softmax(1)
        expected = 0.7 * (costs[0, 2] + costs[1, 0]) + 0.3 * costs.mean(dim=1).sum()
        learnt, judged = objective(*parts(batch)), objective.eval()(*parts(batch))
        torch.testing.assert_close(learnt.smoothed, expected)
        torch.testing.assert_close(learnt.nll, costs[0, 2] + costs[1, 0])
        torch.testing.assert_close(judged.smoothed, costs[0, 2] + costs[1, 0])

    def test_weights_are_for_training_alone(self) -> None:
        objective = classifier(weights=torch.tensor([0.5, 1.0, 4.0]))
        batch = labelled(2, 0, 0)
        costs = -objective.model(batch.source, batch.source_lengths).log_softmax(1)
        learnt, judged = objective(*parts(batch)), objective.eval()(*parts(batch))
        torch.testing.assert_close(learnt.smoothed, 4 * costs[0, 2] + 0.5 * (costs[1, 0] + costs[2, 0]))
        torch.testing.assert_close(learnt.nll, costs[0, 2] + costs[1, 0] + costs[2, 0])
        assert judged.smoothed.item() == judged.nll.item() == pytest.approx(learnt.nll.item())

    def test_r_drop(self) -> None:
        """Two texts of one batch, read alone, are the two views of one that stands in it once."""
        objective = classifier(smoothing=0.1, weights=torch.tensor([0.5, 1.0, 4.0]))
        batch = labelled(2, 0)
        plain = objective(*parts(batch))
        objective.r_drop = 2.0
        torch.testing.assert_close(objective(*parts(batch))[:2], plain[:2])
        views = torch.randn(4, LABELS)
        objective.model.forward = lambda *_: views  # type: ignore[method-assign]
        p, q = views.log_softmax(1).chunk(2)
        apart = ((p.exp() - q.exp()) * (p - q)).sum(1)
        costs = -(0.9 * views.log_softmax(1)[range(4), [2, 0, 2, 0]] + 0.1 * views.log_softmax(1).mean(1))
        expected = (costs.view(2, 2).mean(0) + 2.0 / 2 * apart) @ torch.tensor([4.0, 0.5])
        torch.testing.assert_close(objective(*parts(batch)).smoothed, expected)

    def test_labels_with_probabilities_cost_the_expected_cross_entropy(self) -> None:
        """Sum of p log(1 / q); smoothed, of 0.7 p + 0.1; an example weighs what its labels do on average."""
        objective = classifier(smoothing=0.3, weights=torch.tensor([0.5, 1.0, 4.0]))
        batch = labelled(2, 0, 1)
        shares = torch.tensor([[0.25, 0.0, 0.75], [0.0, 0.0, 0.0], [0.5, 0.5, 0.0]])
        soft = replace(batch, target=shares[:, None])
        costs = -objective.model(batch.source, batch.source_lengths).log_softmax(1)
        learnt, judged = objective(*parts(soft)), objective.eval()(*parts(soft))
        own = (shares * costs)[[0, 2]].sum(dim=1)
        smoothed = 0.7 * own + 0.3 * costs[[0, 2]].mean(dim=1)
        torch.testing.assert_close(learnt.smoothed, 3.125 * smoothed[0] + 0.75 * smoothed[1])
        torch.testing.assert_close(learnt.nll, own.sum())
        torch.testing.assert_close(judged.smoothed, own.sum())
        assert objective.units(soft) == 2

    def test_a_certain_label_with_its_probability_is_a_label(self) -> None:
        objective = classifier(smoothing=0.3, weights=torch.tensor([0.5, 1.0, 4.0]))
        batch = labelled(2, 0, 1)
        certain = replace(batch, target=torch.eye(LABELS)[[2, 0, 1]][:, None])
        torch.testing.assert_close(objective(*parts(certain))[:2], objective(*parts(batch))[:2])

    def test_weights_are_no_part_of_what_is_saved(self) -> None:
        objective = classifier(weights=torch.ones(LABELS))
        assert all(name.startswith("model.") for name in objective.state_dict())
