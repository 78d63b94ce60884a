"""The network that writes vectors: tags in, a distribution of each number of the next step out, and of the end.

A step is a vector of scaled numbers. The decoder reads the step before, zeros at first: the mean of the training data.
Its state is all that a step knows of the tags and of the steps before it; given that, the numbers of the step are
independent of each other. After every step the sequence ends, or not: sequences of all lengths have a probability, and
these add up to 1.

Letters: B sequences, S tags, T steps, F numbers of a step, E embedding, P parameters of a distribution.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from seq2seq.models.bridge import Bridge
from seq2seq.models.decoder import DecoderState, FixedContext, Memory
from seq2seq.models.distributions import Distribution
from seq2seq.models.dropout import Dropout
from seq2seq.models.encoder import TagReader, real_steps
from seq2seq.models.projection import Projection


class StepOutput(NamedTuple):
    """What follows some steps."""

    parameters: Tensor
    """(B, T, F, P) raw parameters of the distribution of each number of the next step."""
    end: Tensor
    """(B, T) log-odds that the next step is the last."""
    state: DecoderState
    """The state after the last step."""


class Synthesizer(nn.Module):
    """Embedded tags, bridge, decoder, and a head with the parameters of the distributions and the end.

    Attributes:
        channels: F.
    """

    def __init__(
        self,
        *,
        tags: nn.Embedding,
        reader: TagReader,
        steps: Projection,
        bridge: Bridge,
        decoder: FixedContext,
        head: nn.Linear,
        distribution: Distribution,
        embedding_dropout: Dropout,
        feed_context: bool,
    ) -> None:
        super().__init__()
        self.tags = tags
        self.reader = reader
        self.steps = steps
        self.bridge = bridge
        self.decoder = decoder
        self.head = head
        self.distribution = distribution
        self.embedding_dropout = embedding_dropout
        self.feed_context = feed_context
        self.channels = steps.linear.in_features

    def encode(self, source: Tensor, lengths: Tensor) -> tuple[Memory, DecoderState]:
        """Read tags.

        Args:
            source: (B, S) ids, EOS-ended, PAD-filled.
            lengths: (B,) their numbers, EOS included.

        Returns:
            What is fed to every step, and the first state of the decoder.
        """
        encoded = self.reader(self.embedding_dropout(self.tags(source)), lengths)
        context = encoded.final[0][:, -1] if self.feed_context else None
        return Memory(real_steps(source, lengths), context=context), DecoderState(self.bridge(encoded.final))

    def decode(self, read: Tensor, memory: Memory, state: DecoderState) -> StepOutput:
        """Read the numbers (B, T, F) of steps, zeros before the first: what follows each."""
        decoded = self.decoder(self.embedding_dropout(self.steps(read)), memory, state)
        raw = self.head(decoded.features)
        parameters = raw[..., :-1].unflatten(2, (self.channels, self.distribution.parameters))
        return StepOutput(parameters, raw[..., -1], decoded.state)

    def forward(self, source: Tensor, lengths: Tensor, target: Tensor) -> StepOutput:
        """Teacher forcing: tags as of :meth:`encode` and (B, T, F) targets, NaN on padding: what precedes each step."""
        memory, state = self.encode(source, lengths)
        before = torch.cat([torch.zeros_like(target[:, :1]), target[:, :-1].nan_to_num()], dim=1)
        return self.decode(before, memory, state)

    def nll(self, written: StepOutput, target: Tensor) -> Tensor:
        """(B, T) negative log-likelihoods, in nats, of (B, T, F) targets, NaN on padding; 0 there.

        Of each step: the log-density of its numbers, and the log-probability that it is the last, or is not.
        """
        real = ~target[..., 0].isnan()
        last = real & ~torch.cat([real[:, 1:], torch.zeros_like(real[:, :1])], dim=1)
        # Padding is replaced before its loss is computed: the gradient of what is masked is NaN otherwise.
        numbers = self.distribution.loss(written.parameters.float(), target.nan_to_num()).sum(dim=2)
        ends = functional.binary_cross_entropy_with_logits(written.end.float(), last.float(), reduction="none")
        return (numbers + ends).masked_fill(~real, 0.0)

    def parameter_count(self) -> int:
        """Trainable numbers."""
        return sum(parameter.numel() for parameter in self.parameters())
