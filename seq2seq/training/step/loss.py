"""Cross-entropy in nats, straight from features: the logits of a whole batch never exist at once.

A vocabulary of thousands makes the logits by far the largest tensor of a step, and reading and writing them several
times costs as much as computing them. Here a chunk of rows is projected, turned into a loss, and turned in place into
its gradient before the next one; only the gradients of the features and of the projection are saved, which are small.
The gradient is thus computed in the forward pass, and only scaled in the backward pass.

With label smoothing e (Szegedy et al. 2016, section 7) over V tokens, a token y costs

    (1 - e) (lse - z_y) + e (lse - mean z),      lse = log sum exp z,      z = W x + b

and as mean z = mean(W) x + mean(b), smoothing touches no logit: it adds e / V to the column sums alone.

With R-Drop (Liang et al. 2021, section 2.1) every token has two views, which differ by their dropout masks. Beside the
losses of both, weight a is given to how far apart their distributions p and q are,

    a / 2 (KL(p || q) + KL(q || p)) = a / 2 sum (p - q) d,      d = log p - log q

with the gradients a / 2 (p (d - KL(p || q)) + p - q) and a / 2 (q (-d - KL(q || p)) + q - p) of their logits. As every
token counts once, all of it is halved.

Under autocast the features come in bfloat16: the three matrix products are then in bfloat16, and all between and all
sums are in float32, as autocast would have it.
"""

from typing import Any, NamedTuple

import torch
from torch import Tensor

from seq2seq.models.decoder import DecoderState

_CHUNK_LOGITS = 1 << 21
"""Logits per chunk (a count): 8 MiB in float32, small for the cache, large for the matrix product."""
_CHUNK_LOGITS_GPU = 1 << 25
"""Logits per chunk on a GPU, where starting a kernel is expensive: 128 MiB."""


class Losses(NamedTuple):
    """Sums over the tokens (or labels) of a batch, in nats."""

    smoothed: Tensor
    """The training loss, label smoothing included; carries the gradient."""
    nll: Tensor
    """Negative log-likelihood, without label smoothing, for reports."""
    state: DecoderState | None = None
    """Decoder state from which the next window of a text starts."""


def sequence_loss(
    features: Tensor, labels: Tensor, weight: Tensor, bias: Tensor, *, smoothing: float = 0.0, r_drop: float = 0.0
) -> Losses:
    """Sum the cross-entropy of labels under softmax(W x + b).

    Args:
        features: (N, E), one row per target token; no padding. With R-Drop (2 N, E): one view after the other.
        labels: (N,) ids; as many as features.
        weight: (V, E), W.
        bias: (V,), b.
        smoothing: share of the probability spread evenly over the vocabulary.
        r_drop: weight of the distance of the two views (0: there is one).
    """
    # Inside the function gradients are always off: whether any are wanted is known only here.
    wanted = torch.is_grad_enabled()
    with torch.autocast(features.device.type, enabled=False):  # it would cast what must stay in float32
        smoothed, nll = _ChunkedCrossEntropy.apply(features, labels, weight, bias, smoothing, r_drop, wanted)  # type: ignore[no-untyped-call]
    return Losses(smoothed / 2, nll / 2) if r_drop else Losses(smoothed, nll)


class _ChunkedCrossEntropy(torch.autograd.Function):
    """See the module's docstring."""

    @staticmethod
    def forward(
        ctx: Any,
        features: Tensor,
        labels: Tensor,
        weight: Tensor,
        bias: Tensor,
        smoothing: float,
        r_drop: float,
        wanted: bool,
    ) -> tuple[Tensor, Tensor]:
        """Sum the losses; save the gradients if any are wanted."""
        x, w, b = features, weight.to(features.dtype), bias.to(features.dtype)
        exact = x.dtype == weight.dtype
        vocabulary = w.size(0)
        wants_gradient = wanted and any(ctx.needs_input_grad)
        smoothed = bias.new_zeros(())
        nll = bias.new_zeros(())
        grad_x = torch.empty_like(x) if wants_gradient else None
        grad_w = torch.zeros_like(weight) if wants_gradient else None
        grad_b = torch.zeros_like(bias) if wants_gradient else None
        mean_w, mean_b = weight.mean(dim=0), bias.mean()
        views = 2 if r_drop else 1
        rows = x.size(0) // views
        size = max(1, min(rows, (_CHUNK_LOGITS_GPU if x.is_cuda else _CHUNK_LOGITS) // (views * vocabulary)))
        # Two buffers for all chunks: fresh memory of this size costs a page fault every 4 KiB.
        logits_buffer, probs_buffer = (like.new_empty(views * size, vocabulary) for like in (x, weight))
        by_view = x.view(views, rows, x.size(1))
        grad_by_view = None if grad_x is None else grad_x.view_as(by_view)
        for start in range(0, rows, size):
            part = by_view[:, start : start + size].flatten(0, 1)
            label = labels.view(views, rows)[:, start : start + size].flatten()[:, None]
            logits = torch.addmm(b, part, w.t(), out=logits_buffer[: part.size(0)])
            probs = torch.softmax(logits, dim=1, dtype=probs_buffer.dtype, out=probs_buffer[: part.size(0)])
            # The largest probability is at least 1 / V, so this logarithm is safe where that of p(y) is not.
            lse = logits.amax(dim=1, keepdim=True) - probs.amax(dim=1, keepdim=True).log()
            cost = lse - logits.gather(1, label)
            nll += cost.sum()
            smoothed += (1 - smoothing) * cost.sum()
            if smoothing:
                smoothed += smoothing * (lse[:, 0] - part.to(mean_w.dtype) @ mean_w - mean_b).sum()
            apart = None
            if r_drop:
                distance, apart = _distance(logits, lse, probs, wants_gradient=wants_gradient)
                smoothed += r_drop * distance
            if grad_by_view is not None and grad_w is not None and grad_b is not None:
                grad = probs.scatter_add_(1, label, probs.new_full(label.shape, smoothing - 1))
                if apart is not None:
                    grad.add_(apart, alpha=r_drop)
                grad_b += grad.sum(dim=0)
                if exact:
                    grad_w.addmm_(grad.t(), part)
                else:
                    grad = grad.to(part.dtype)
                    grad_w += grad.t() @ part
                for of_view, into in zip(grad.chunk(views), grad_by_view, strict=True):
                    torch.mm(of_view, w, out=into[start : start + size])
        if grad_x is not None and grad_w is not None and grad_b is not None:
            if smoothing:
                grad_x -= smoothing * mean_w
                grad_w -= smoothing / vocabulary * x.sum(dim=0, dtype=grad_w.dtype)
                grad_b -= smoothing / vocabulary * x.size(0)
            ctx.save_for_backward(grad_x, grad_w, grad_b)
        ctx.mark_non_differentiable(nll)
        return smoothed, nll

    @staticmethod
    def backward(ctx: Any, *upstream: Tensor) -> tuple[Tensor | None, ...]:
        """Scale the gradients from the forward pass."""
        grad_x, grad_w, grad_b = ctx.saved_tensors
        scale = upstream[0]
        return grad_x * scale, None, grad_w * scale, grad_b * scale, None, None, None


def _distance(logits: Tensor, lse: Tensor, probs: Tensor, *, wants_gradient: bool) -> tuple[Tensor, Tensor | None]:
    """Sum (KL(p || q) + KL(q || p)) / 2 over the tokens of a chunk, one view after the other.

    Args:
        logits: (2 N, V).
        lse: (2 N, 1) their log sum exp.
        probs: (2 N, V) their softmax.
        wants_gradient: whether the gradient is computed.

    Returns:
        The sum, and its gradient (2 N, V) with respect to the logits, if that is wanted.
    """
    p, q = probs.chunk(2)
    z, other = logits.to(probs.dtype).chunk(2)
    d = (z - other).sub_(lse[: len(p)] - lse[len(p) :])
    apart = p - q
    p_from_q, q_from_p = (p * d).sum(dim=1, keepdim=True), (q * d).sum(dim=1, keepdim=True).neg_()
    distance = (p_from_q + q_from_p).sum() / 2
    if not wants_gradient:
        return distance, None
    of_p = torch.addcmul(apart, p, d - p_from_q)
    of_q = torch.addcmul(apart, q, d + q_from_p).neg_()
    return distance, torch.cat([of_p, of_q]).div_(2)
