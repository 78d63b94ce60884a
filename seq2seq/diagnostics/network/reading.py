"""The examples that these measures look at, and the model reading a batch of them."""

from collections.abc import Iterator, Sequence
from typing import Final

import torch
from torch import Tensor

from seq2seq.data.batching.batch import Batch
from seq2seq.diagnostics.network.trace import Trace, traced
from seq2seq.diagnostics.subject import Example, Subject
from seq2seq.models.build import Model
from seq2seq.models.classifier import Classifier
from seq2seq.models.forecaster import Forecaster
from seq2seq.models.synthesizer import Synthesizer
from seq2seq.training.step.forecast_objective import ForecastObjective
from seq2seq.training.step.objective import LabelObjective, Objective, SequenceObjective
from seq2seq.training.step.synthesis_objective import SynthesisObjective

EXAMPLES: Final = 64
"""Most examples. Means over 64 sentences of a dozen tokens are within a few per cent of those over all."""
STEPS: Final = 200
"""Longer sides are cut after so many tokens: every step costs time, and gradients by lag are known long before."""
TOKENS: Final = 4096
"""Most tokens of all examples together, which bounds the time."""
_ROWS: Final = 32


def sample(subject: Subject, name: str) -> tuple[Example, ...]:
    """The examples of the measure ``name``: at most :data:`EXAMPLES`, cut and limited as above."""
    order = subject.generator(name).permutation(len(subject.examples))[:EXAMPLES]
    chosen: list[Example] = []
    tokens = 0
    for row in order:
        example = subject.examples[row]
        # A series is continued from its end.
        read = example.source_ids[-STEPS:] if subject.windows else example.source_ids[:STEPS]
        cut = example._replace(source_ids=read, target_ids=example.target_ids[:STEPS])
        tokens += len(cut.source_ids) + len(cut.target_ids) + 2
        if chosen and tokens > TOKENS:
            break
        chosen.append(cut)
    return tuple(chosen)


def read_all(subject: Subject, examples: Sequence[Example]) -> Iterator[Trace]:
    """Traces of a model that reads examples batch by batch, without gradients."""
    for batch in batches(subject, examples):
        yield read_batch(subject.model, batch, gradients=False)[0]


def batches(subject: Subject, examples: Sequence[Example]) -> Iterator[Batch]:
    """The examples in batches of similar length; none without a target that the model knows."""
    objective = objective_of(subject.model)
    for _, batch in subject.batches(examples, rows=_ROWS):
        if objective.units(batch):
            yield batch


def read_batch(model: Model, batch: Batch, *, gradients: bool) -> tuple[Trace, Tensor]:
    """A model that reads a batch under teacher forcing: its trace, and the loss that training would lower, in nats.

    Args:
        model: in evaluation mode.
        batch: of whichever task; rows whose label the model does not know are left out.
        gradients: keep what gradients with respect to states and embeddings need.
    """
    with torch.set_grad_enabled(gradients), traced(model) as trace:
        losses = objective_of(model)(batch.source, batch.source_lengths, batch.target)
    for one in trace.cells:
        if one.side == "decoder":  # which is run over padding, too
            one.lengths = batch.target_lengths.to(one.lengths.device)
    return trace, losses.smoothed


def objective_of(model: Model) -> Objective:
    """The training objective without regularisation: cross-entropy, summed over tokens or labels."""
    if isinstance(model, Classifier):
        return LabelObjective(model, smoothing=0.0)
    if isinstance(model, Forecaster):
        return ForecastObjective(model)
    if isinstance(model, Synthesizer):
        return SynthesisObjective(model)
    return SequenceObjective(model, smoothing=0.0)
