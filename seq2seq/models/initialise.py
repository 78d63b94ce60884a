"""The initial weights.

Components initialise themselves: see :meth:`Cell.initialise <seq2seq.models.cells.base.Cell.initialise>`. Recurrent
matrices are orthogonal, gate by gate: they turn a state without shrinking or stretching it, so that gradients neither
vanish nor explode at first (Saxe et al. 2014). All else is sampled as Glorot and Bengio 2010 propose; embeddings from a
normal distribution of variance 1 / E, which a projection tied to them needs.
"""

from typing import Protocol, runtime_checkable

import torch
from torch import nn

from seq2seq.config.model import InitialisationConfig
from seq2seq.special import PAD


@runtime_checkable
class Component(Protocol):
    """A module that initialises all its parameters, those of the modules in it included."""

    def initialise(self, config: InitialisationConfig) -> None:
        """Sample its parameters, from torch's global generator."""


@torch.no_grad()
def initialise(model: nn.Module, config: InitialisationConfig) -> None:
    """Sample all parameters of a model, from torch's global generator."""
    done: set[nn.Module] = set()
    for module in model.modules():
        if module in done:
            continue
        if isinstance(module, Component):
            module.initialise(config)
            done.update(module.modules())
        else:
            initialise_weights(module)


def initialise_weights(module: nn.Module) -> None:
    """Sample the parameters of an embedding or a linear layer; another module is left as it is."""
    if isinstance(module, nn.Embedding):
        nn.init.normal_(module.weight, std=module.embedding_dim**-0.5)
        module.weight[PAD].zero_()
    elif isinstance(module, nn.Linear):
        nn.init.xavier_uniform_(module.weight)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
