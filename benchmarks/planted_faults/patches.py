"""Changes of the code that plant a fault: each a function without arguments that gives a context."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from unittest.mock import patch

import torch
from torch import Tensor, nn

from seq2seq.inference.engines.torch.load import load_folder
from seq2seq.models.attention import Attention, AttentionOutput
from seq2seq.models.build import build_model
from seq2seq.models.cells.fused import FusedCell
from seq2seq.models.cells.lstm import LSTM
from seq2seq.models.classifier import Classifier
from seq2seq.models.encoder import Encoder, EncoderOutput
from seq2seq.models.initialise import initialise
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.special import EOS, PAD
from seq2seq.training.step.objective import SequenceObjective

Patch = Callable[[], AbstractContextManager[None]]


def recurrent_scale(scale: float) -> Patch:
    """Recurrent matrices start as ``scale`` times an orthogonal matrix."""
    return _after_initialisation(FusedCell, lambda cell: cell.weights.recurrent.mul_(scale))


def frozen_recurrence(scale: float) -> Patch:
    """Recurrent matrices are ``scale`` times an orthogonal matrix, and stay so."""

    def change(cell: FusedCell) -> None:
        cell.weights.recurrent.mul_(scale)
        cell.weights.recurrent.requires_grad_(requires_grad=False)

    return _after_initialisation(FusedCell, change)


def gate_bias(size: float) -> Patch:
    """Input and output gates start closed, and forget gates open, by a bias of this size."""

    def change(cell: LSTM) -> None:
        bias, hidden = cell.weights.input_bias, cell.hidden
        bias[:hidden] = -size
        bias[hidden : 2 * hidden] = size
        bias[3 * hidden :] = -size

    return _after_initialisation(LSTM, change)


def _after_initialisation(kind: type[Any], change: Callable[[Any], object]) -> Patch:
    """Change a cell after it has been initialised."""
    initialise_cell = kind.initialise

    def changed(self: Any, config: Any) -> None:
        initialise_cell(self, config)
        with torch.no_grad():
            change(self)

    return lambda: _replaced(kind, "initialise", changed)


def initial_scale(scale: float) -> Patch:
    """All weights start ``scale`` times too large."""
    original = initialise

    def changed(model: nn.Module, config: Any) -> None:
        original(model, config)
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.mul_(scale)

    return lambda: _named("seq2seq.models.build.initialise", changed)


def frozen(*parts: str) -> Patch:
    """Parts of the model never learn."""
    original = build_model

    def changed(*args: Any) -> Any:
        model = original(*args)
        for name in parts:
            getattr(model, name).requires_grad_(requires_grad=False)
        return model

    return lambda: _named("seq2seq.training.trainer.build_model", changed)


@contextmanager
def unmasked_attention() -> Iterator[None]:
    """Attention also weighs padding."""
    forward = Attention.forward

    def changed(self: Attention, queries: Tensor, keys: Tensor, memory: Tensor, mask: Tensor) -> AttentionOutput:
        return forward(self, queries, keys, memory, torch.ones_like(mask))

    with _replaced(Attention, "forward", changed):
        yield


@contextmanager
def unmasked_pooling() -> Iterator[None]:
    """A classifier pools over padding, too."""
    forward = Classifier.forward

    def changed(self: Classifier, source: Tensor, lengths: Tensor) -> Tensor:
        return forward(self, source.masked_fill(source == PAD, EOS), torch.full_like(lengths, source.size(1)))

    with _replaced(Classifier, "forward", changed):
        yield


@contextmanager
def padded_lengths() -> Iterator[None]:
    """The encoder reads padding as if it were text."""
    forward = Encoder.forward

    def changed(self: Encoder, embedded: Tensor, lengths: Tensor) -> EncoderOutput:
        return forward(self, embedded, torch.full_like(lengths, embedded.size(1)))

    with _replaced(Encoder, "forward", changed):
        yield


def without_eos(share: float) -> Patch:
    """The ends of a ``share`` of the targets are not learnt, as if they were padding."""
    forward = SequenceObjective.forward

    def changed(self: SequenceObjective, source: Tensor, lengths: Tensor, target: Tensor, *state: Any) -> Any:
        if self.training:
            dropped = torch.rand(target.size(0), 1) < share
            target = target.masked_fill((target == EOS) & dropped, PAD)
        return forward(self, source, lengths, target, *state)

    return lambda: _replaced(SequenceObjective, "forward", changed)


@contextmanager
def deaf_encoder() -> Iterator[None]:
    """The encoder's outputs and states are zeros."""
    forward = Encoder.forward

    def changed(self: Encoder, embedded: Tensor, lengths: Tensor) -> EncoderOutput:
        read = forward(self, embedded, lengths)
        return EncoderOutput(read.outputs * 0, tuple(part * 0 for part in read.final))

    with _replaced(Encoder, "forward", changed):
        yield


def untied(share: float) -> Patch:
    """Embeddings of a ``share`` of the target tokens have changed places since the projection was tied to them."""
    load = load_folder

    def changed(path: Any) -> Any:
        loaded = load(path)
        model = loaded.model
        assert isinstance(model, Seq2Seq)
        weight = model.target_embedding.weight.detach().clone()
        generator = torch.Generator().manual_seed(1)
        chosen = (torch.rand(len(weight), generator=generator) < share).nonzero()[:, 0]
        chosen = chosen[chosen > EOS]
        weight[chosen] = weight[chosen.roll(1)]
        model.target_embedding = nn.Embedding.from_pretrained(weight, freeze=False, padding_idx=PAD)
        return loaded

    return lambda: _named("seq2seq.diagnostics.subject.load_folder", changed)


@contextmanager
def _replaced(owner: object, name: str, value: object) -> Iterator[None]:
    with patch.object(owner, name, value):
        yield


@contextmanager
def _named(target: str, value: object) -> Iterator[None]:
    with patch(target, value):
        yield
