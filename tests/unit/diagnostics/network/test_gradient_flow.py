"""Verdicts about gradient flow, on networks whose rates are set by hand."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from seq2seq.config.model import AttentionConfig, DecoderConfig, EncoderConfig, ManyToManyConfig
from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.network.gradient_flow import measure_gradient_flow
from seq2seq.diagnostics.subject import Subject
from seq2seq.models.build import build_model
from seq2seq.models.cells.fused import FusedCell

MODEL = Path(__file__).parents[3] / "fixtures/models/translation-1"


@pytest.fixture(scope="module")
def trained() -> Subject:
    return Subject.open(MODEL, sample=24, device="cpu")


def findings(subject: Subject, cell: str, scale: float, **changes: object) -> dict[str, Finding]:
    """Of a random network whose recurrent matrices are multiplied by a scale, and whose inputs are faint."""
    torch.manual_seed(2)
    config = ManyToManyConfig.model_validate(
        {
            "embedding": 8,
            "encoder": EncoderConfig(cell=cell, hidden=12, bidirectional=False),
            "decoder": DecoderConfig(cell=cell, hidden=12),
            "attention": None,
            **changes,
        }
    )
    sizes = subject.loaded.description.source_vocabulary, subject.loaded.description.target_vocabulary
    model = build_model(config, *sizes).eval()
    with torch.no_grad():
        for module in model.modules():
            if isinstance(module, FusedCell):
                module.weights.recurrent.mul_(scale)
                module.weights.input.mul_(0.01)
    return {one.measure: one for one in measure_gradient_flow(replace(subject, model=model))}


@pytest.mark.parametrize("side", ["encoder", "decoder"])
@pytest.mark.parametrize(
    ("scale", "trouble"), [(0.5, "gradients.vanishing"), (1.0, None), (2.5, "gradients.exploding")]
)
def test_orthogonal_matrices_are_judged_by_their_scale(
    trained: Subject, side: str, scale: float, trouble: str | None
) -> None:
    found = findings(trained, "rnn_tanh", scale)[f"gradient-flow-{side}"]
    assert found.trouble == trouble
    assert found.verdict is (Verdict.FINE if trouble is None else Verdict.TROUBLE)
    (curve,) = found.details["curves"]  # type: ignore[misc]
    if scale <= 1:  # states are small, and the slope of tanh is nearly 1
        assert curve["rate"] == pytest.approx(scale, rel=0.1)  # type: ignore[index, call-overload]
    if scale == 0.5:
        assert found.value == pytest.approx(3.3, rel=0.05)  # 0.5 ** 3.3 is a tenth


def test_attention_is_a_path_of_its_own(trained: Subject) -> None:
    attends = {"attention": AttentionConfig(), "bridge": "zero"}
    found = findings(trained, "rnn_tanh", 0.5, **attends)
    assert {one.verdict for one in found.values()} == {Verdict.FINE}
    found = findings(trained, "rnn_tanh", 0.01, **attends)  # tokens are read one by one
    assert {one.trouble for one in found.values()} == {"gradients.vanishing"}


def test_an_encoder_that_nothing_reads_is_not_judged(trained: Subject) -> None:
    found = findings(trained, "gru", 1.0, bridge="zero")
    encoder = found["gradient-flow-encoder"]
    assert (encoder.verdict, encoder.value) == (Verdict.UNJUDGED, None)


def test_weights_that_have_blown_up_are_the_cause(trained: Subject) -> None:
    found = findings(trained, "lstm", 30.0)
    assert all(one.verdict in (Verdict.WATCH, Verdict.FINE) for one in found.values())
    assert Verdict.WATCH in {one.verdict for one in found.values()}


def test_a_trained_model_remembers(trained: Subject) -> None:
    found = measure_gradient_flow(trained)
    assert [(one.measure, one.verdict) for one in found] == [
        ("gradient-flow-encoder", Verdict.FINE),
        ("gradient-flow-decoder", Verdict.FINE),
    ]
    assert all("<svg" in drawing.svg() for one in found for drawing in one.drawings)
    assert [one.to_dict() for one in found] == [one.to_dict() for one in measure_gradient_flow(trained)]
