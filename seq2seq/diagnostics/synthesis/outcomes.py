"""What a synthesizer says of its examples, and what it samples in their place; computed once for all measures.

Letters: N examples, T steps, F numbers of a step, P parameters of a distribution.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from seq2seq.config.decoding import SynthesisConfig
from seq2seq.data.batching.batch import Ids, collate
from seq2seq.diagnostics.subject import Example, Subject, once_per_subject
from seq2seq.inference.engines.torch.synthesizer import TorchSynthesizer
from seq2seq.inference.synthesis.synthesizer import Synthesized, VectorSynthesizer
from seq2seq.inference.workers import length_batches
from seq2seq.models.synthesizer import Synthesizer
from seq2seq.series.series import Floats

_ROWS = 32
LONGER = 2
"""Sampled sequences are cut off after so many times the steps of the longest example."""


@dataclass(frozen=True, eq=False)
class Predicted:
    """What follows from the tags and the true steps before each step of an example."""

    parameters: Floats
    """(T, F, P) raw parameters of the distribution of each number."""
    nats: Floats
    """(T,) negative log-likelihood of each step, and of whether the sequence then ends."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """A sequence that was sampled in the place of an example, from its tags."""

    steps: Floats
    """(T, F) scaled numbers."""
    ended: bool
    """Whether the network ended it; otherwise, it was cut off."""


def network_of(subject: Subject) -> Synthesizer:
    """The network of a subject that writes vectors."""
    assert isinstance(subject.model, Synthesizer)
    return subject.model


def numbers_of(example: Example) -> Floats:
    """(T, F) scaled numbers of an example."""
    return np.asarray(example.target_ids, np.float64)


@once_per_subject
def predicted(subject: Subject) -> list[Predicted]:
    """Those of all examples of a subject."""
    return predict(subject, subject.examples, [one.source_ids for one in subject.examples])


@torch.no_grad()
def predict(subject: Subject, examples: Sequence[Example], tags: Sequence[Ids]) -> list[Predicted]:
    """Those of examples, with the ids of tags in place of their own."""
    model = network_of(subject)
    found: dict[int, Predicted] = {}
    for rows in length_batches([(row, len(one.target_ids)) for row, one in enumerate(examples)], _ROWS):
        batch = collate([tags[row] for row in rows], [examples[row].target_ids for row in rows]).to(subject.device)
        written = model(batch.source, batch.source_lengths, batch.target)
        nats = model.nll(written, batch.target)
        for place, row in enumerate(rows):
            steps = len(examples[row].target_ids)
            found[row] = Predicted(
                written.parameters[place, :steps].double().cpu().numpy(), nats[place, :steps].double().cpu().numpy()
            )
    return [found[row] for row in range(len(examples))]


def known(subject: Subject) -> list[Example]:
    """The examples of a subject whose tags the model knows, from which it can sample."""
    return [one for one in subject.examples if not subject.loaded.tokenizers.source.unknown(one.source)]


@once_per_subject
def drawn(subject: Subject) -> list[Drawn]:
    """A sequence in the place of each of the :func:`known` examples, at a temperature of 1."""
    network = TorchSynthesizer(network_of(subject), subject.device)
    synthesizer = VectorSynthesizer.from_folder(subject.loaded, network, workers=1)
    examples = known(subject)
    longest = max((len(one.target_ids) for one in examples), default=1)
    config = SynthesisConfig(temperature=1.0, max_steps=LONGER * longest, seed=subject.seed)
    entries = [(one.source, number) for number, one in enumerate(examples)]
    return [_scaled(synthesizer, one) for one in synthesizer.generate_numbered(entries, config)]


def _scaled(synthesizer: VectorSynthesizer, one: Synthesized) -> Drawn:
    channels = synthesizer.channels
    return Drawn((one.vectors - channels.mean) / channels.deviation, one.note is None)
