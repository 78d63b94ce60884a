"""Small networks that continue series, and series for them."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from seq2seq.config.model import AttentionConfig, DecoderConfig, EncoderConfig
from seq2seq.models.attention import Attention
from seq2seq.models.bridge import Bridge
from seq2seq.models.cells.base import Cell
from seq2seq.models.decoder import Attentive, DecoderStack, FixedContext, Readout
from seq2seq.models.distributions import Distribution, StudentT
from seq2seq.models.dropout import Dropout
from seq2seq.models.encoder import Encoder
from seq2seq.models.forecaster import Forecaster
from seq2seq.models.projection import Projection
from seq2seq.registry import ATTENTION, CELLS
from seq2seq.series.steps import OWN

H, K = 3, 2
NAN = float("nan")


def forecaster(
    *,
    attends: bool = False,
    season: int = 1,
    distribution: Distribution | None = None,
    channels: int = 1,
    autoregression: bool = False,
) -> Forecaster:
    torch.manual_seed(1)
    cell, drop, shape = CELLS.load_class("lstm", Cell), Dropout(0.0), DecoderConfig(hidden=6)
    family = distribution or StudentT()
    encoder = Encoder(
        EncoderConfig(hidden=5), cell, 4, residual=False, layer_norm=False, outputs_read=attends,
        reverse_source=False, dropout=drop,
    )  # fmt: skip
    stack = DecoderStack(
        shape, cell, 4, extra=encoder.size if attends else 0, residual=False, layer_norm=False, dropout=drop
    )
    decoder: FixedContext | Attentive = FixedContext(stack, Readout(6, 4, drop))
    if attends:
        attention = ATTENTION.load_class("general", Attention)(AttentionConfig(), 6, encoder.size)
        decoder = Attentive(stack, attention, Readout(6 + encoder.size, 4, drop))
    return Forecaster(
        source=Projection(OWN * channels + K, 4),
        target=Projection(OWN * channels + K, 4),
        encoder=encoder,
        bridge=Bridge("linear", shape, size=encoder.size, layers=1, state_tensors=2),
        decoder=decoder,
        head=nn.Linear(4 + (OWN * channels + K if autoregression else 0), channels * family.parameters),
        distribution=family,
        embedding_dropout=drop,
        season=season,
        channels=channels,
        autoregression=autoregression,
    ).eval()


def series(lengths: list[int], *, seed: int = 0, channels: int = 1) -> tuple[Tensor, Tensor, Tensor]:
    """Values (B, L + H, channels), lengths and known numbers; padding is NaN."""
    torch.manual_seed(seed)
    values = torch.full((len(lengths), max(lengths) + H, channels), NAN)
    known = torch.randn(len(lengths), max(lengths) + H, K)
    for row, length in enumerate(lengths):
        values[row, : length + H] = torch.randn(length + H, channels).cumsum(0) * 3 + 100
    return values, torch.tensor(lengths), known


def monthly_csv(path: Path, lengths: Mapping[str, int]) -> Path:
    """A long table of monthly series that rise and have a season, by name, from January 2020."""
    rows = ["unique_id,ds,y"]
    for number, (name, length) in enumerate(lengths.items()):
        for step in range(length):
            value = (100 + 20 * np.sin(2 * np.pi * step / 12) + step) * 10**number
            rows.append(f'"{name}",{2020 + step // 12}-{step % 12 + 1:02}-01,{value:.2f}')
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path
