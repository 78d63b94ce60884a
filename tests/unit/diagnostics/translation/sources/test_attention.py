"""Figures of attention have the values that are known for simple weights."""

import numpy as np
import pytest
import torch

from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.subject import Subject
from seq2seq.diagnostics.translation.sources import attention as module
from seq2seq.diagnostics.translation.sources.attention import (
    attention,
    attention_gain,
    diagonality,
    equal_attention,
    relative_entropy,
)
from seq2seq.diagnostics.translation.teacher_forcing import force, nats_of
from seq2seq.models.attention import AttentionOutput
from seq2seq.models.seq2seq import Seq2Seq


def test_entropy_is_1_for_equal_weights_and_0_for_one() -> None:
    weights = np.array([[0.25] * 4, [0, 0, 1, 0], [0.5, 0.5, 0, 0]])
    assert relative_entropy(weights) == pytest.approx([1.0, 0.0, 0.5])


def test_the_order_of_the_source_has_a_correlation_of_1() -> None:
    straight = np.eye(6)
    assert diagonality(straight) == pytest.approx(1.0)
    assert diagonality(straight[::-1]) == pytest.approx(-1.0)
    assert diagonality(np.full((6, 7), 1 / 7)) is None
    assert diagonality(straight[:2]) is None


def test_equal_attention_sees_the_mean_of_all_outputs(subject: Subject) -> None:
    model = subject.model
    assert isinstance(model, Seq2Seq)
    memory = torch.arange(24.0).view(2, 3, 4)
    mask = torch.tensor([[True, True, True], [True, True, False]])
    layer = model.decoder.attention
    assert isinstance(layer, torch.nn.Module)
    with equal_attention(model):
        handle = next(iter(layer._forward_hooks.values()))
        context, weights = handle(layer, (torch.zeros(2, 5, 4), memory, memory, mask), None)
    assert context[:, 2].tolist() == [[4, 5, 6, 7], [14, 15, 16, 17]]
    assert weights[1, 4].tolist() == [0.5, 0.5, 0]


def test_what_attention_brings_is_a_difference_of_losses(subject: Subject) -> None:
    before = nats_of(subject, subject.examples)[0]
    gain, loss = attention_gain(subject)
    tokens = sum(one.nats.size for one in force(subject, subject.examples))
    with equal_attention(subject.model):
        equal = nats_of(subject, subject.examples)[0]
    assert loss == pytest.approx(before.sum() / tokens)
    assert gain == pytest.approx((equal - before).sum() / tokens)
    assert gain > 0.05
    assert nats_of(subject, subject.examples)[0] == pytest.approx(before)  # attention is as it was


def _attend(monkeypatch: pytest.MonkeyPatch, subject: Subject, weights_of: object) -> tuple[Finding, ...]:
    """Findings where attention has other weights, and the source is used."""

    def hook(_: object, inputs: tuple[torch.Tensor, ...], __: object) -> AttentionOutput:
        queries, _, memory, mask = inputs
        weights = weights_of(mask)[:, None].expand(-1, queries.size(1), -1)  # type: ignore[operator]
        return AttentionOutput(weights @ memory, weights)

    assert isinstance(subject.model, Seq2Seq)
    layer = subject.model.decoder.attention
    assert isinstance(layer, torch.nn.Module)
    for name in ("has_learnt", "uses_source"):
        monkeypatch.setattr(module, name, lambda _: True)
    handle = layer.register_forward_hook(hook)
    try:
        return attention(subject)
    finally:
        handle.remove()


def test_equal_weights_are_diffuse(subject: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    sharpness, end, order = _attend(monkeypatch, subject, lambda mask: mask / mask.sum(dim=1, keepdim=True))
    assert (sharpness.verdict, sharpness.trouble) == (Verdict.TROUBLE, "attention.diffuse")
    assert sharpness.value == pytest.approx(1.0, abs=1e-3)
    assert end.verdict is Verdict.FINE
    assert order.value is None


def test_weights_on_the_end_are_named(subject: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    def last(mask: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.one_hot(mask.sum(dim=1) - 1, mask.size(1)).float()

    sharpness, end, _ = _attend(monkeypatch, subject, last)
    assert sharpness.verdict is Verdict.FINE
    assert (end.verdict, end.trouble, end.value) == (Verdict.TROUBLE, "attention.on-end", 100.0)
