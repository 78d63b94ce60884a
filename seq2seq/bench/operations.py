"""Counts the floating-point operations of a network, part by part, from its weights.

How operations are counted: a multiply and an add for every weight of a matrix and every real token that meets it
(source tokens for the encoder and the attention's keys; target tokens for the decoder, the attention's queries, the
readout and the projection; sentences for the bridge and a classifier's head), and for every score and every weighted
sum of attention over real pairs of positions. A training step needs three times that: the forward pass and the two
products of the backward pass. Padding, embeddings, gates, softmax, dropout and the optimiser do not count: time
spent on them is overhead.

Letters: A attention size, M memory size.
"""

from typing import Final, NamedTuple

import torch
from torch import nn

from seq2seq.machine import seconds
from seq2seq.models.build import Model
from seq2seq.models.classifier import Classifier
from seq2seq.models.decoder import FixedContext
from seq2seq.models.forecaster import Forecaster
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.models.synthesizer import Synthesizer

_MULTIPLY_AND_ADD = 2
_FORWARD_AND_BACKWARD = 3
_PEAK_SIZE: Final = 2048
_ATTEMPTS: Final = 5


class Work(NamedTuple):
    """The input and output of a network: sums over sentences, EOS included, padding excluded."""

    sentences: int
    source: int
    """Source tokens."""
    target: int
    """Target tokens; in a search, of all retained hypotheses."""
    pairs: int
    """Source tokens times target tokens, summed over sentences."""


def matrix_weights(module: nn.Module) -> int:
    """Weights that take part in matrix products: all but biases, vectors and embeddings."""
    embeddings = {id(part.weight) for part in module.modules() if isinstance(part, nn.Embedding)}
    return sum(one.numel() for one in module.parameters() if one.dim() > 1 and id(one) not in embeddings)


def forward_operations(model: Model, work: Work) -> dict[str, int]:
    """Floating-point operations of a forward pass, by part; see the module's docstring.

    Returns:
        ``encoder`` (the bridge with it), ``attention`` (where there is any), ``decoder`` (readout included) and
        ``projection``; of a classifier ``encoder``, ``pooling`` and ``projection`` (its head).
    """
    assert not isinstance(model, Synthesizer | Forecaster)  # refused where models and recipes are read
    products = _labelling(model, work) if isinstance(model, Classifier) else _writing(model, work)
    return {part: _MULTIPLY_AND_ADD * count for part, count in products.items()}


def training_operations(model: Model, work: Work) -> dict[str, int]:
    """Floating-point operations of a training step, by part, as :func:`forward_operations`."""
    return {part: _FORWARD_AND_BACKWARD * count for part, count in forward_operations(model, work).items()}


def _writing(model: Seq2Seq, work: Work) -> dict[str, int]:
    """Multiply-adds of an encoder-decoder."""
    found = {"encoder": matrix_weights(model.encoder) * work.source + matrix_weights(model.bridge) * work.sentences}
    decoder = matrix_weights(model.decoder)
    if not isinstance(model.decoder, FixedContext):
        attention = model.decoder.attention
        decoder -= matrix_weights(attention)
        keys, queries = matrix_weights(attention.key), matrix_weights(attention.query)
        # A score is a sum over A products, the context one over M.
        pairs = (attention.size + attention.memory) * work.pairs
        found["attention"] = keys * work.source + queries * work.target + pairs
    return {**found, "decoder": decoder * work.target, "projection": model.projection.weight.numel() * work.target}


def _labelling(model: Classifier, work: Work) -> dict[str, int]:
    """Multiply-adds of a classifier."""
    pooling = matrix_weights(model.pooling)
    gathered = model.encoder.size if model.pooling.weighs else 0
    return {
        "encoder": matrix_weights(model.encoder) * work.source,
        "pooling": (pooling + gathered) * work.source,
        "projection": model.head.weight.numel() * work.sentences,
    }


def matmul_peak() -> float:
    """Operations per second of a large float32 matrix product on torch's threads: the best of five."""
    one, other = torch.randn(_PEAK_SIZE, _PEAK_SIZE), torch.randn(_PEAK_SIZE, _PEAK_SIZE)
    return 2.0 * _PEAK_SIZE**3 / min(seconds(lambda: one @ other) for _ in range(_ATTEMPTS))
