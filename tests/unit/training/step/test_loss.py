"""The chunked loss equals torch's cross-entropy, and so do its gradients."""

import pytest
import torch
from torch.nn import functional

from seq2seq.training.step import loss
from seq2seq.training.step.loss import sequence_loss


def problem(rows: int = 37, size: int = 6, vocabulary: int = 19) -> tuple[torch.Tensor, ...]:
    return (
        torch.randn(rows, size, dtype=torch.float64).float().requires_grad_(),
        torch.randint(0, vocabulary, (rows,)),
        torch.randn(vocabulary, size).requires_grad_(),
        torch.randn(vocabulary).requires_grad_(),
    )


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("chunk", [1, 19 * 5, 1 << 21])
def test_equals_torch(monkeypatch: pytest.MonkeyPatch, smoothing: float, chunk: int) -> None:
    monkeypatch.setattr(loss, "_CHUNK_LOGITS", chunk)
    features, labels, weight, bias = problem()
    found = sequence_loss(features, labels, weight, bias, smoothing=smoothing)
    logits = functional.linear(features, weight, bias)
    expected = functional.cross_entropy(logits, labels, label_smoothing=smoothing, reduction="sum")
    torch.testing.assert_close(found.smoothed, expected)
    torch.testing.assert_close(found.nll, functional.cross_entropy(logits, labels, reduction="sum"))
    ours = torch.autograd.grad(found.smoothed * 0.3, (features, weight, bias))
    theirs = torch.autograd.grad(expected * 0.3, (features, weight, bias))
    for one, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(one, other, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("chunk", [1, 19 * 5, 1 << 21])
def test_r_drop_draws_two_views_to_each_other(monkeypatch: pytest.MonkeyPatch, smoothing: float, chunk: int) -> None:
    """The mean of both cross-entropies, and half of the weight times the mean of both divergences."""
    monkeypatch.setattr(loss, "_CHUNK_LOGITS", chunk)
    features, labels, weight, bias = problem(rows=38)
    labels = labels[:19].repeat(2)
    found = sequence_loss(features, labels, weight, bias, smoothing=smoothing, r_drop=3.0)
    logits = functional.linear(features, weight, bias)
    p, q = logits.log_softmax(dim=1).chunk(2)
    apart = sum(functional.kl_div(a, b, log_target=True, reduction="sum") for a, b in ((p, q), (q, p))) / 2
    expected = functional.cross_entropy(logits, labels, label_smoothing=smoothing, reduction="sum") / 2 + 1.5 * apart
    torch.testing.assert_close(found.smoothed, expected)
    torch.testing.assert_close(found.nll, functional.cross_entropy(logits, labels, reduction="sum") / 2)
    ours = torch.autograd.grad(found.smoothed * 0.3, (features, weight, bias))
    theirs = torch.autograd.grad(expected * 0.3, (features, weight, bias))
    for one, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(one, other, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("r_drop", [0.0, 3.0])
def test_no_token_costs_nothing(r_drop: float) -> None:
    """A process may have a batch in which nothing is asked, while others have tokens."""
    features, labels, weight, bias = problem(rows=0)
    found = sequence_loss(features, labels, weight, bias, smoothing=0.1, r_drop=r_drop)
    assert found.smoothed.item() == found.nll.item() == 0
    gradients = torch.autograd.grad(found.smoothed, (features, weight, bias))
    assert [gradient.shape for gradient in gradients] == [features.shape, weight.shape, bias.shape]
    assert not any(gradient.any() for gradient in gradients)


@pytest.mark.parametrize("r_drop", [0.0, 3.0])
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_under_autocast_the_products_alone_are_rounded(
    monkeypatch: pytest.MonkeyPatch, smoothing: float, r_drop: float
) -> None:
    """bfloat16 has 8 bits: the loss and its gradients are near those of float32, and weights' gradients stay in it."""
    monkeypatch.setattr(loss, "_CHUNK_LOGITS", 19 * 5)
    features, labels, weight, bias = problem(rows=38)
    exact = sequence_loss(features, labels, weight, bias, smoothing=smoothing, r_drop=r_drop)
    expected = torch.autograd.grad(exact.smoothed, (features, weight, bias))
    with torch.autocast("cpu", torch.bfloat16):
        half = features.to(torch.bfloat16)
        rounded = sequence_loss(half, labels, weight, bias, smoothing=smoothing, r_drop=r_drop)
        found = torch.autograd.grad(rounded.smoothed, (half, weight, bias))
    assert rounded.smoothed.dtype == rounded.nll.dtype == torch.float32
    assert [gradient.dtype for gradient in found] == [torch.bfloat16, torch.float32, torch.float32]
    torch.testing.assert_close(rounded.smoothed, exact.smoothed, rtol=0.01, atol=0)
    torch.testing.assert_close(rounded.nll, exact.nll, rtol=0.01, atol=0)
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one.float(), other, atol=0.02 * float(other.abs().max()), rtol=0.02)


def test_a_label_of_no_probability_costs_a_finite_sum() -> None:
    features = torch.tensor([[1.0]], requires_grad=True)
    weight, bias = torch.tensor([[1e4], [0.0]]), torch.zeros(2)
    found = sequence_loss(features, torch.tensor([1]), weight, bias)
    assert found.nll.item() == pytest.approx(1e4)


def test_no_gradient_is_made_where_none_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Validation pays for one product with the projection, not for three."""
    products = []
    multiply = torch.mm
    monkeypatch.setattr(torch, "mm", lambda *args, **kwargs: products.append(1) or multiply(*args, **kwargs))
    features, labels, weight, bias = problem()
    with torch.no_grad():
        assert not sequence_loss(features, labels, weight, bias).smoothed.requires_grad
    assert not products
    sequence_loss(features, labels, weight, bias)
    assert products
