"""Whether padding, or the other examples of a batch, change what a model computes for an example."""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray

from seq2seq.data.batching.batch import collate
from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.learning.losses import batch_losses
from seq2seq.diagnostics.subject import Example, Subject

SAME: Final = 1e-4
"""Nats per token by which a loss may differ: a step over padding changes a loss by a hundred times this. Losses are
computed in float64, since a network whose states explode makes a difference of 1e-7, by which sums in float32 are
rounded differently in batches of other shapes, as large as a leak."""
SAMPLE: Final = 32
"""Examples that are compared, of all lengths."""


def measure_padding(subject: Subject) -> list[Finding]:
    """Compare the loss of examples alone with that in one padded batch."""
    order = np.argsort([len(one.source_ids) + len(one.target_ids) for one in subject.examples])
    chosen = order[np.unique(np.linspace(0, len(order) - 1, num=min(SAMPLE, len(order)), dtype=int))]
    examples = [subject.examples[int(row)] for row in chosen]
    if subject.windows:  # whose contexts have one length, usually
        examples = [
            one._replace(source_ids=one.source_ids[row % max(len(one.source_ids) // 2, 1) :])
            for row, one in enumerate(examples)
        ]
    return [judge_padding(padding_differences(subject.model, examples), subject.unit)]


def padding_differences(model: torch.nn.Module, examples: Sequence[Example]) -> NDArray[np.float64]:
    """(N,) nats per token, label or step, by which the loss of each example alone differs from that among the others.

    Args:
        model: in evaluation mode; a copy of it computes, in float64 and on the CPU.
        examples: of different lengths.
    """
    model = deepcopy(model).cpu().double()
    whole = collate([one.source_ids for one in examples], [one.target_ids for one in examples])
    together, units = batch_losses(model, whole)
    alone = np.array([batch_losses(model, collate([one.source_ids], [one.target_ids]))[0][0] for one in examples])
    differences: NDArray[np.float64] = np.abs(together - alone) / np.maximum(units, 1)
    return differences


def judge_padding(differences: NDArray[np.float64], unit: str = "token") -> Finding:
    """A verdict on the largest difference, in nats per ``unit``."""
    largest = float(differences.max()) if len(differences) else 0.0
    about: dict[str, Any] = {
        "measure": "padding",
        "title": "Influence of padding and of the rest of the batch",
        "value": largest,
        "unit": f"nats per {unit}",
        "details": {"examples": len(differences), "changed": int((differences > SAME).sum())},
    }
    if largest > SAME:
        return Finding(
            **about,
            verdict=Verdict.TROUBLE,
            trouble="padding.leaks",
            sentence=f"The loss of {int((differences > SAME).sum())} of {len(differences)} examples depends on what "
            f"they are batched with, by up to {largest:.2g} nats per {unit}.",
            remedy="Mask padding in attention and pooling, and read only as many steps as a text is long: a component "
            "of your own (a cell, an attention, a pooling) most likely does not.",
        )
    return Finding(
        **about,
        verdict=Verdict.FINE,
        sentence=f"The loss of {len(differences)} examples is the same alone and in a padded batch.",
    )
