"""Likelihood of given texts under a model: each by itself, or all as one continuous text."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from seq2seq import openmp
from seq2seq.config.training import WindowsConfig
from seq2seq.data.batching.batch import collate
from seq2seq.evaluation.likelihood import Likelihood
from seq2seq.inference.engines.torch.forced import log_probs
from seq2seq.inference.engines.torch.stepper import TorchStepper
from seq2seq.inference.generator import Generator, text_bytes
from seq2seq.inference.workers import length_batches
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.special import BOS, EOS, PAD
from seq2seq.text.vocabulary.pair import VocabularyPair

_ROWS = 64
"""Most texts of a batch."""
_WINDOW = 256
"""Tokens of a continuous text that are read at a time; the state is carried, so it changes no result."""


def measure_generator(
    generator: Generator,
    texts: Sequence[tuple[str, str]],
    windows: WindowsConfig | None,
    *,
    advance: Callable[[int], None] | None = None,
) -> Likelihood:
    """:func:`measure` in the way a generator was trained: with ``windows``, its texts are one text, read in order.

    A model that was trained without carrying its state is also measured without it.
    """
    stepper = generator.stepper
    assert isinstance(stepper, TorchStepper)  # as opened by :func:`seq2seq.scoring.splits.open_to_score`
    return measure(
        stepper.model,
        generator.tokenizers,
        texts,
        continuous=windows is not None,
        forget=windows.tokens if windows is not None and not windows.carry_state else None,
        device=stepper.device,
        advance=advance,
    )


@torch.inference_mode()
def measure(
    model: Seq2Seq,
    tokenizers: VocabularyPair,
    texts: Sequence[tuple[str, str]],
    *,
    continuous: bool,
    forget: int | None = None,
    device: torch.device | str = "cpu",
    advance: Callable[[int], None] | None = None,
) -> Likelihood:
    """Sum the log-probabilities of texts, given as tags and text, under a model in evaluation mode.

    ``continuous`` texts are read in order as one text, and the state is reset after ``forget`` of its tokens, as in
    training (``None``: never). ``advance`` is called with the number of texts finished since its last call.
    """
    sources = tokenizers.source.encode_batch([tags for tags, _ in texts])
    targets = tokenizers.target.encode_batch([text for _, text in texts])
    nats = 0.0
    if continuous:
        nats = _stream(model, [token for ids in targets for token in (*ids, EOS)], device, forget)
        if advance:
            advance(len(texts))
    else:
        for rows in length_batches([(row, len(ids) + 1) for row, ids in enumerate(targets)], _ROWS):
            batch = collate([sources[row] for row in rows], [targets[row] for row in rows]).to(device)
            features = model(batch.source, batch.source_lengths, batch.target[:, :-1])
            nats += _nats(model, features, batch.target[:, 1:])
            if advance:
                advance(len(rows))
    tokens = sum(len(ids) + 1 for ids in targets)
    return Likelihood(nats, tokens, text_bytes(tokenizers.target, (text for _, text in texts)), len(texts))


def _stream(model: Seq2Seq, stream: Sequence[int], device: torch.device | str, forget: int | None) -> float:
    """Nats of one continuous text."""
    labels = torch.tensor(stream, dtype=torch.int64, device=device)[None]
    tokens = torch.cat([labels.new_full((1, 1), BOS), labels[:, :-1]], dim=1)
    tokens = tokens.masked_fill(tokens == EOS, BOS)
    memory, initial = model.encode(labels.new_full((1, 1), EOS), torch.ones(1, dtype=torch.int64, device=device))
    nats, state, size = 0.0, initial, forget or _WINDOW
    for start in range(0, labels.size(1), size):
        decoded = model.decode(tokens[:, start : start + size], memory, state)
        state = decoded.state if forget is None else initial
        nats += _nats(model, decoded.features, labels[:, start : start + size])
    return nats


def _nats(model: Seq2Seq, features: Tensor, labels: Tensor) -> float:
    """Nats of (B, T) labels after (B, T, E) features, without padding."""
    openmp.adapt(features.device)
    real = labels != PAD
    return -float(log_probs(model, features[real], labels[real]).sum())
