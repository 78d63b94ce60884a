"""The graphs compute what the modules do: every cell, score, bridge, pooling and depth."""

from typing import Any

import numpy as np
import onnx
import pytest
import torch
from support.exported import SOURCE_VOCABULARY, TARGET_VOCABULARY, built, exported, exported_classifier, many_to_many

from seq2seq.config.model import ManyToManyConfig, ManyToOneConfig, OneToManyConfig
from seq2seq.export.onnx import networks
from seq2seq.export.onnx.networks import OVER_SHORTLISTS, graphs
from seq2seq.export.onnx.weights import WeightFile
from seq2seq.inference.engines.torch.stepper import TorchStepper
from seq2seq.models.classifier import Classifier
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.search.stepper import Proposal, Stepper, by_token, step_whole
from seq2seq.special import BOS, EOS, PAD

SOURCES = [[5, 6, 7, 8, 22], [9], [4, 4, 4, 4, 4, 4, 4], [10, 11]]
CELLS = ("lstm", "gru", "rnn_tanh", "rnn_relu", "ssru", "minlstm")
TOLERANCE = 1e-5


def cells(encoder: str, decoder: str, *, layers: int = 1, directions: int = 2) -> dict[str, Any]:
    """Encoder and decoder, of which M = H = 8."""
    return {
        "encoder": {"cell": encoder, "hidden": 8 // directions, "layers": layers, "bidirectional": directions == 2},
        "decoder": {"cell": decoder, "hidden": 8, "layers": layers},
    }


SHAPES: dict[str, dict[str, Any]] = {
    **{cell: cells(cell, cell) for cell in CELLS},
    **{f"{cell}, two layers": cells(cell, cell, layers=2) for cell in CELLS},
    **{f"{cell}, forwards": cells(cell, cell, directions=1) for cell in CELLS},
    "lstm to gru": cells("lstm", "gru"),
    "gru to lstm": cells("gru", "lstm"),
    "three layers": cells("lstm", "lstm", layers=3),
    "three to two": {
        **cells("lstm", "lstm"),
        "encoder": {"hidden": 4, "layers": 3},
        "decoder": {"hidden": 8, "layers": 2},
    },
    "residual": {**cells("gru", "lstm", layers=3), "residual": True},
    "normalised": {**cells("gru", "lstm", layers=2), "layer_norm": True},
    "normalised residual": {**cells("lstm", "gru", layers=3), "layer_norm": True, "residual": True},
    "reversed": {**cells("lstm", "lstm", layers=2), "reverse_source": True},
    "reversed, one direction": {**cells("gru", "gru", directions=1), "reverse_source": True},
    "copied": {**cells("lstm", "lstm", layers=2), "bridge": "copy"},
    "from zero": {**cells("lstm", "lstm", layers=2), "bridge": "zero"},
    "tied": {"encoder": {"hidden": 4}, "decoder": {"hidden": 8}, "tied": "target"},
    **{
        f"{score}, {heads} heads{', input feeding' if feeding else ''}": {
            **cells("lstm", "gru", layers=2),
            "attention": {"score": score, "heads": heads, "input_feeding": feeding},
        }
        for score in ("dot", "general", "additive")
        for heads in (1, 2)
        for feeding in (False, True)
    },
    "with embeddings": {**cells("lstm", "gru", layers=2), "attention": {"embeddings": True}},
    "with embeddings, two heads, reversed": {
        **cells("gru", "lstm"),
        "attention": {"score": "additive", "heads": 2, "embeddings": True},
        "reverse_source": True,
    },
    "with embeddings, input feeding": {
        **cells("lstm", "lstm"),
        "attention": {"score": "dot", "size": 14, "embeddings": True, "input_feeding": True},
    },
    "attention of another size": {"attention": {"score": "general", "size": 6, "heads": 2}},
    "additive of another size": {"attention": {"score": "additive", "size": 6}},
    **{f"fixed {cell}": {**cells(cell, cell, layers=2), "attention": None} for cell in CELLS},
    **{f"fed {cell}": {**cells(cell, cell, layers=2), "attention": None, "feed_context": True} for cell in CELLS},
}


def same(found: Proposal, expected: Proposal) -> None:
    """Equal to rounding; tokens that are as likely may change places."""
    np.testing.assert_allclose(found.log_probs, expected.log_probs, atol=TOLERANCE)
    order, other = np.argsort(found.tokens), np.argsort(expected.tokens)
    np.testing.assert_array_equal(
        np.take_along_axis(found.tokens, order, 1), np.take_along_axis(expected.tokens, other, 1)
    )
    np.testing.assert_allclose(
        np.take_along_axis(found.log_probs, order, 1), np.take_along_axis(expected.log_probs, other, 1), atol=TOLERANCE
    )
    assert (found.attention is None) is (expected.attention is None)
    if found.attention is not None and expected.attention is not None:
        np.testing.assert_allclose(found.attention, expected.attention, atol=TOLERANCE)


def walk(one: Stepper[Any], other: Stepper[Any], sources: list[list[int]]) -> None:
    """Take the same steps with both, in which rows are repeated, reordered and dropped, and sentences end."""
    everything = one.vocabulary
    mine, theirs = one.start(sources), other.start(sources)
    rows = len(sources)
    rng = np.random.default_rng(0)
    for chosen in ([0, 0, 1, 1, 2, 2, 3, 3], [1, 0, 2, 3, 5, 4, 6, 6], [6, 0, 3, 5, 0], [2, 1, 1], [0]):
        tokens = rng.integers(4, everything, rows)
        wholes = [step_whole(stepper, tokens, state)[0] for stepper, state in ((one, mine), (other, theirs))]
        found, mine = one.step(tokens, mine, everything)
        expected, theirs = other.step(tokens, theirs, everything)
        same(found, expected)
        assert found.tokens.shape == (rows, everything - 2)
        for whole in wholes:
            np.testing.assert_allclose(by_token(found, everything).log_probs, whole.log_probs, atol=TOLERANCE)
            np.testing.assert_array_equal(whole.tokens, np.tile(np.arange(everything), (rows, 1)))
            assert (whole.attention is None) is (found.attention is None)
        mine, theirs = one.select(mine, np.array(chosen)), other.select(theirs, np.array(chosen))
        rows = len(chosen)


@pytest.mark.parametrize("shape", SHAPES)
def test_encoder_and_step_equal_torch(shape: str) -> None:
    model = built(many_to_many(**SHAPES[shape]))
    assert isinstance(model, Seq2Seq)
    walk(exported(model), TorchStepper(model), SOURCES)


@pytest.mark.parametrize("fed", [True, False])
@pytest.mark.parametrize("cell", CELLS)
def test_what_starts_from_tags_equals_torch(cell: str, fed: bool) -> None:
    config = {"embedding": 6, "decoder": {"cell": cell, "hidden": 8, "layers": 2}, "feed_context": fed}
    model = built(OneToManyConfig.model_validate(config))
    assert isinstance(model, Seq2Seq)
    walk(exported(model), TorchStepper(model), [[5, 6], [], [7], [8, 9, 10]])


@pytest.mark.parametrize(
    "shape", ["lstm", "gru, two layers", "additive, 2 heads", "fed lstm", "dot, 1 heads, input feeding"]
)
def test_stepping_equals_teacher_forcing(shape: str) -> None:
    model = built(many_to_many(**SHAPES[shape]))
    assert isinstance(model, Seq2Seq)
    stepper = exported(model)
    source, target = [5, 6, 7], [8, 9, 4, 4, 12]
    with torch.inference_mode():
        features = model(torch.tensor([[*source, EOS]]), torch.tensor([4]), torch.tensor([[BOS, *target]]))
        expected = torch.log_softmax(model.project(features)[0], dim=1).numpy()
    state = stepper.start([source])
    for place, token in enumerate([BOS, *target]):
        proposal, state = stepper.step(np.array([token]), state, stepper.vocabulary)
        np.testing.assert_allclose(proposal.log_probs[0], expected[place, proposal.tokens[0]], atol=TOLERANCE)


@pytest.mark.parametrize("int8", [False, True], ids=["float32", "int8"])
@pytest.mark.parametrize(
    "shape",
    [
        "lstm, two layers",
        "rnn_relu",
        "normalised residual",
        "reversed",
        "additive, 2 heads",
        "with embeddings",
        "fed gru",
    ],
)
def test_neighbours_and_padding_change_nothing(shape: str, int8: bool) -> None:
    """Of integers too: no scale is that of the batch. What is left is the order in which sums are rounded."""
    model = built(many_to_many(**SHAPES[shape]))
    assert isinstance(model, Seq2Seq)
    stepper = exported(model, int8=int8)
    tokens = np.array([5, 6, 7, 8])
    _, state = stepper.step(np.full(4, BOS), stepper.start(SOURCES), 1)
    together, _ = stepper.step(tokens, state, stepper.vocabulary)
    for row, source in enumerate(SOURCES):
        _, state = stepper.step(np.array([BOS]), stepper.start([source]), 1)
        alone, _ = stepper.step(tokens[row : row + 1], state, stepper.vocabulary)
        # On another CPU, an activation at the edge between two integers may fall on the other side.
        atol = 5e-3 if int8 else TOLERANCE
        np.testing.assert_allclose(alone.log_probs[0], together.log_probs[row], atol=atol)


POOLINGS = ("last", "mean", "max", "attention")


def classifier(**changes: object) -> Classifier:
    config = ManyToOneConfig.model_validate({"embedding": 6, "encoder": {"hidden": 4}, **changes})
    model = built(config)
    assert isinstance(model, Classifier)
    return model


def logits(model: Classifier, sources: list[list[int]]) -> Any:
    longest = max(map(len, sources)) + 1
    batch = torch.tensor([[*source, EOS, *[PAD] * (longest - len(source) - 1)] for source in sources])
    with torch.inference_mode():
        return model(batch, torch.tensor([len(source) + 1 for source in sources])).numpy()


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("pooling", POOLINGS)
def test_a_classifier_equals_torch(pooling: str, cell: str) -> None:
    for layers, norm, votes in ((1, False, 0.0), (2, True, 0.5)):
        encoder = {"cell": cell, "hidden": 4, "layers": layers}
        model = classifier(pooling=pooling, encoder=encoder, layer_norm=norm, residual=norm, naive_bayes=votes)
        network = exported_classifier(model)
        np.testing.assert_allclose(network.logits(SOURCES), logits(model, SOURCES), atol=TOLERANCE)
        for source in SOURCES:
            np.testing.assert_allclose(network.logits([source]), logits(model, [source]), atol=TOLERANCE)


@pytest.mark.parametrize("pooling", POOLINGS)
def test_a_rounded_classifier_is_close_and_knows_no_neighbours(pooling: str) -> None:
    model = classifier(pooling=pooling, encoder={"cell": "gru", "hidden": 4, "layers": 2})
    rounded = exported_classifier(model, int8=True).logits(SOURCES)
    exact = logits(model, SOURCES)
    assert 0 < np.abs(rounded - exact).max() < 0.1
    alone = np.concatenate([exported_classifier(model, int8=True).logits([source]) for source in SOURCES])
    np.testing.assert_allclose(rounded, alone, atol=5e-3)


@pytest.mark.parametrize("shape", SHAPES)
def test_int8_drifts_little(shape: str) -> None:
    model = built(many_to_many(**SHAPES[shape]))
    assert isinstance(model, Seq2Seq)
    exact, rounded = TorchStepper(model), exported(model, int8=True)
    mine, theirs = rounded.start(SOURCES), exact.start(SOURCES)
    for token in (BOS, 5, 17):
        found, mine = rounded.step(np.full(4, token), mine, TARGET_VOCABULARY)
        expected, theirs = exact.step(np.full(4, token), theirs, TARGET_VOCABULARY)
        one, other = (np.take_along_axis(p.log_probs, np.argsort(p.tokens), 1) for p in (found, expected))
        assert np.abs(one - other).mean() < 0.03
        assert np.abs(one - other).max() < 0.2


@pytest.mark.parametrize("shape", ["lstm", "gru", "reversed", "additive, 2 heads, input feeding", "fed lstm"])
@pytest.mark.parametrize("side", ["source", "target"])
def test_one_large_embedding_costs_the_others_nothing(shape: str, side: str) -> None:
    """A rare token far from all others must not take the others' digits: its row of the table has its own scale."""

    def drift(factor: float) -> float:
        model = built(many_to_many(**{**SHAPES[shape], "embedding": 32, "tied": "none"}))
        assert isinstance(model, Seq2Seq)
        with torch.no_grad():
            getattr(model, f"{side}_embedding").weight[12] *= factor
        exact, rounded = TorchStepper(model), exported(model, int8=True)
        theirs, mine = exact.start(SOURCES), rounded.start(SOURCES)
        found = []
        for token in (BOS, 5, 17, 8):
            step, mine = rounded.step(np.full(4, token), mine, TARGET_VOCABULARY)
            expected, theirs = exact.step(np.full(4, token), theirs, TARGET_VOCABULARY)
            one, other = (np.take_along_axis(p.log_probs, np.argsort(p.tokens), 1) for p in (step, expected))
            found.append(np.abs(one - other).mean())
        return float(np.mean(found))

    assert drift(40.0) < 1.5 * drift(1.0)


@pytest.mark.parametrize("int8", [False, True])
def test_the_graphs_are_onnx(int8: bool) -> None:
    """By the standard's own checker, whose types and shapes agree from end to end."""
    models = [built(many_to_many(**SHAPES[shape])) for shape in ("lstm", "additive, 2 heads, input feeding", "fed gru")]
    for model in [*models, classifier(pooling="attention", naive_bayes=0.5)]:
        for graph in graphs(model, int8=int8).values():
            onnx.checker.check_model(graph)
            onnx.shape_inference.infer_shapes(graph, check_type=True, strict_mode=not int8, data_prop=True)


def test_only_the_graphs_that_are_wanted_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    model = built(many_to_many(**SHAPES["lstm"]))
    every = graphs(model, int8=False, shortlist=True)
    assert {name for name in every if name not in graphs(model, int8=False)} == set(OVER_SHORTLISTS)

    def make(*_: object, **__: object) -> None:
        raise AssertionError

    for name in ("greedy", "beam", "sampling"):
        monkeypatch.setitem(networks._AFTER_ENCODER, name, make)
    wanted = ("encoder", "step", "step.shortlist")
    assert graphs(model, int8=False, shortlist=True, names=wanted) == {name: every[name] for name in wanted}


def test_weights_are_stored_once_and_in_a_quarter() -> None:
    model = built(ManyToManyConfig(embedding=64, encoder={"hidden": 64}, decoder={"hidden": 128}))  # type: ignore[arg-type]
    sizes = {}
    for int8 in (False, True):
        weights = WeightFile("weights.bin")
        moved = [weights.move(graph) for graph in graphs(model, int8=int8).values()]
        sizes[int8] = len(weights.to_bytes()) + sum(graph.ByteSize() for graph in moved)
    parameters = sum(parameter.numel() for parameter in model.parameters())
    assert SOURCE_VOCABULARY < 64
    assert parameters * 4 < sizes[False] < parameters * 5
    assert sizes[True] < sizes[False] / 2
