"""Where the weights start.

Recurrent matrices are orthogonal, gate by gate: they turn a state without shrinking or stretching it, so that gradients
neither vanish nor explode at the start (Saxe et al. 2014). The LSTM's forget gate starts open (Jozefowicz et al. 2015).
All else is drawn as Glorot and Bengio 2010 propose; embeddings from a normal distribution of variance 1 / E, which a
projection tied to them needs.
"""

import torch
from torch import nn

from seq2seq.config.model import InitialisationConfig
from seq2seq.models.attention import Attention
from seq2seq.models.cells import GATES
from seq2seq.models.recurrent import Layer
from seq2seq.special import PAD


@torch.no_grad()
def initialise(model: nn.Module, config: InitialisationConfig) -> None:
    """Draw all parameters of a model anew, from torch's global generator."""
    for module in model.modules():
        if isinstance(module, nn.Embedding):
            nn.init.normal_(module.weight, std=module.embedding_dim**-0.5)
            module.weight[PAD].zero_()
        elif isinstance(module, nn.Linear):
            nn.init.xavier_uniform_(module.weight)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
        elif isinstance(module, Attention) and module.energy is not None:
            nn.init.xavier_uniform_(module.energy)
        elif isinstance(module, Layer):
            _initialise_layer(module, config)


def _initialise_layer(layer: Layer, config: InitialisationConfig) -> None:
    weights = layer.weights
    for gate in range(GATES[layer.cell]):
        rows = slice(gate * layer.hidden, (gate + 1) * layer.hidden)
        nn.init.xavier_uniform_(weights.input[rows])
        if config.orthogonal:
            nn.init.orthogonal_(weights.recurrent[rows])
        else:
            nn.init.xavier_uniform_(weights.recurrent[rows])
    nn.init.zeros_(weights.input_bias)
    nn.init.zeros_(weights.recurrent_bias)
    if layer.cell == "lstm":
        weights.input_bias[layer.hidden : 2 * layer.hidden].fill_(config.forget_bias)
