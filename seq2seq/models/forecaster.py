"""The network that continues a series: numbers in, a distribution of each next number out.

It predicts increments, in units of the mean absolute increment of the context, so that level and unit of a series do
not matter, and a series that trends is continued from its last value. A step reads what is known before it: the last
increment, the level beside the last value of the context, the mean increment of the context, whether the last value was
observed, the increment of a season ago, and what is ``known`` of the next step (calendar, covariates).

Series of several channels are read together, and continued together: each channel has a scale and a distribution of its
own, and all are given by one state.

Letters: B series, L longest context, H horizon, C channels, K known numbers per step, N numbers read per step,
E embedding, P parameters of a distribution, S steps that an encoder reads.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from seq2seq.models.bridge import Bridge
from seq2seq.models.decoder import Attentive, DecoderState, FixedContext, Memory
from seq2seq.models.distributions import Distribution
from seq2seq.models.dropout import Dropout
from seq2seq.models.encoder import Encoder, first_steps
from seq2seq.models.projection import Projection
from seq2seq.series.steps import CLIP


class SeriesScale(NamedTuple):
    """The scale of each channel of each series, from its context alone."""

    last: Tensor
    """(B, 1, C) last value, the origin of levels."""
    unit: Tensor
    """(B, 1, C) mean absolute increment; 1 for a constant context."""
    trend: Tensor
    """(B, 1, C) mean increment, in units."""


class Forecaster(nn.Module):
    """Projections of steps, encoder, bridge, decoder, and a head with the parameters of a distribution.

    ``season`` is in steps; 1: there is none. Series have ``channels`` each. With ``autoregression``, the head reads
    what the step read beside what the decoder makes of it.
    """

    def __init__(
        self,
        *,
        source: Projection,
        target: Projection,
        encoder: Encoder,
        bridge: Bridge,
        decoder: FixedContext | Attentive,
        head: nn.Linear,
        distribution: Distribution,
        embedding_dropout: Dropout,
        season: int,
        channels: int = 1,
        autoregression: bool = False,
    ) -> None:
        super().__init__()
        self.source = source
        self.target = target
        self.encoder = encoder
        self.bridge = bridge
        self.decoder = decoder
        self.head = head
        self.distribution = distribution
        self.embedding_dropout = embedding_dropout
        self.season = season
        self.channels = channels
        self.autoregression = autoregression

    def scale(self, context: Tensor, lengths: Tensor) -> SeriesScale:
        """The scale of contexts (B, L, C) of the given lengths (B,), at least 2, without missing values."""
        last = _at(context, lengths[:, None] - 1)
        real = first_steps(lengths - 1, context.size(1) - 1)
        increments = context.diff(dim=1).masked_fill(~real[..., None], 0.0)
        count = (lengths - 1)[:, None, None]
        unit = increments.abs().sum(dim=1, keepdim=True) / count
        unit = torch.where(unit > 0, unit, torch.ones_like(unit))
        return SeriesScale(last, unit, increments.sum(dim=1, keepdim=True) / count / unit)

    def forward(self, values: Tensor, lengths: Tensor, known: Tensor, horizon: int) -> tuple[Tensor, Tensor]:
        """Teacher forcing.

        Args:
            values: (B, L + H, C) contexts, each followed by its horizon at once, then padding; NaN: one is missing.
            lengths: (B,) steps of each context, at least 2.
            known: (B, L + H, K) what is known of each step.
            horizon: H.

        Returns:
            (B, H, C, P) raw parameters of the distribution of each increment, and (B, H, C) the increments, in units;
            NaN where a value is missing.
        """
        filled, observed = fill(values)
        scale = self.scale(filled, lengths)
        # The step before the last of each context is the last that is encoded: the decoder reads on from there.
        before = torch.arange(int(lengths.max()) - 1, device=values.device).expand(len(values), -1)
        memory, state = self.encode(self._read(filled, observed, known, before, scale), lengths - 1)
        places = lengths[:, None] - 1 + torch.arange(horizon, device=values.device)
        read = self._read(filled, observed, known, places, scale)
        raw, _ = self.decode(read, memory, state)
        increments = (_at(filled, places + 1) - _at(filled, places)) / scale.unit
        missing = ~(_at(observed, places + 1) & _at(observed, places))
        return raw.unflatten(2, (self.channels, -1)), increments.masked_fill(missing, float("nan"))

    def encode(self, source: Tensor, lengths: Tensor) -> tuple[Memory, DecoderState]:
        """Read the numbers (B, S, N) of contexts up to the step before their last; ``lengths`` (B,) are those steps."""
        encoded = self.encoder(self.embedding_dropout(self.source(source)), lengths)
        state = DecoderState(self.bridge(encoded.final))
        mask = first_steps(lengths.to(source.device), source.size(1))
        if isinstance(self.decoder, FixedContext):
            return Memory(mask), state
        return Memory(mask, encoded.outputs, self.decoder.attention.project(encoded.outputs)), state

    def decode(self, read: Tensor, memory: Memory, state: DecoderState) -> tuple[Tensor, DecoderState]:
        """Read the numbers (B, T, N) of steps: (B, T, C P) raw parameters of what comes after them, and the state."""
        decoded = self.decoder(self.embedding_dropout(self.target(read)), memory, state)
        features = torch.cat([decoded.features, read], dim=-1) if self.autoregression else decoded.features
        return self.head(features), decoded.state

    def _read(self, filled: Tensor, observed: Tensor, known: Tensor, places: Tensor, scale: SeriesScale) -> Tensor:
        """(B, T, N) what is read at ``places`` (B, T) to predict the places after them."""

        def increment(at: Tensor) -> Tensor:
            here, before = _at(filled, at.clamp(min=1)), _at(filled, at.clamp(min=1) - 1)
            return torch.where(at[..., None] >= 1, (here - before) / scale.unit, 0.0).clamp(-CLIP, CLIP)

        level = (_at(filled, places) - scale.last) / scale.unit
        ago = increment(places + 1 - self.season) if self.season > 1 else torch.zeros_like(level)
        own = [increment(places), level.asinh(), scale.trend.expand_as(level), _at(observed, places).float(), ago]
        after = (places + 1).clamp(max=known.size(1) - 1)[..., None].expand(-1, -1, known.size(2))
        return torch.cat([torch.stack(own, dim=3).flatten(2), known.gather(1, after)], dim=2)

    def parameter_count(self) -> int:
        """Trainable numbers."""
        return sum(parameter.numel() for parameter in self.parameters())


def fill(values: Tensor) -> tuple[Tensor, Tensor]:
    """(B, L, C) values, the last one observed in the place of a missing one (the first, before it); and which were."""
    observed = ~values.isnan()
    places = torch.arange(values.size(1), device=values.device)[:, None].expand_as(values)
    latest = torch.where(observed, places, -1).cummax(dim=1).values
    first = observed.float().argmax(dim=1, keepdim=True)
    return values.gather(1, torch.where(latest >= 0, latest, first)).nan_to_num(), observed


def _at(values: Tensor, places: Tensor) -> Tensor:
    """(B, T, C) values (B, L, C) at places (B, T)."""
    return values.gather(1, places[..., None].expand(-1, -1, values.size(2)))
