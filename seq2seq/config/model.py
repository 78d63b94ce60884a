"""The shape of the network."""

from typing import Annotated, Literal

from pydantic import NonNegativeFloat, PositiveInt

from seq2seq.config.base import Share, Strict
from seq2seq.config.one_of import OneOf
from seq2seq.registry import ATTENTION, CELLS, POOLING

CellName = Annotated[str, OneOf(CELLS)]


class EncoderConfig(Strict):
    """The encoder: a stack of recurrent layers over the source."""

    cell: CellName = "lstm"
    """Kind of recurrent cell."""
    layers: PositiveInt = 1
    """Stacked layers."""
    hidden: PositiveInt = 256
    """Units of a layer, per direction."""
    bidirectional: bool = True
    """Read the source in both directions; the outputs are concatenated."""


class DecoderConfig(Strict):
    """The decoder: a stack of unidirectional layers over the target."""

    cell: CellName = "lstm"
    """Kind of recurrent cell."""
    layers: PositiveInt = 1
    """Stacked layers. With attention, the first asks and the others read what it was told (GNMT, Wu et al. 2016)."""
    hidden: PositiveInt = 512
    """Units of a layer."""


class AttentionConfig(Strict):
    """How the decoder looks back at the source (`model.attention: null` is a fixed context)."""

    score: Annotated[str, OneOf(ATTENTION)] = "general"
    """Luong et al. 2015 (dot, general) or Bahdanau et al. 2015 (additive)."""
    heads: PositiveInt = 1
    """Attention heads; each has its share of `size`."""
    size: PositiveInt | None = None
    """Size of queries and keys over all heads (`null`: the decoder's hidden size)."""
    input_feeding: bool = False
    """Feed the last attentional state into the next step (Luong et al. 2015, section 3.3). Training then loops over
    time: several times slower."""


class DropoutConfig(Strict):
    """What is dropped while training."""

    embedding: Share = 0.2
    """Units of the embeddings."""
    word: Share = 0.0
    """Whole tokens of what is read, replaced by the unknown token."""
    layer: Share = 0.2
    """Units between recurrent layers."""
    output: Share = 0.2
    """Units before the last layer: the projection onto the vocabulary, or onto the labels."""
    variational: bool = False
    """One mask a sentence instead of one a step (Gal and Ghahramani 2016), for embeddings, layers and output."""


class InitialisationConfig(Strict):
    """Where the weights start."""

    orthogonal: bool = True
    """Orthogonal recurrent matrices, gate by gate (Saxe et al. 2014)."""
    forget_bias: float = 1.0
    """Bias of the LSTM's forget gate (Jozefowicz et al. 2015)."""


class ModelConfig(Strict):
    """What every model has; the sections of the tasks (:mod:`seq2seq.config.recipe`) add what is theirs."""

    embedding: PositiveInt = 256
    """Size of the token embeddings."""
    residual: bool = False
    """Add a layer's input to its output, between layers of equal size."""
    layer_norm: bool = False
    """Normalise the outputs of every recurrent layer (Ba et al. 2016)."""
    dropout: DropoutConfig = DropoutConfig()
    """What is dropped while training."""
    initialisation: InitialisationConfig = InitialisationConfig()
    """Where the weights start."""


class ManyToManyConfig(ModelConfig):
    """The `model` section: an encoder and a decoder."""

    tied: Literal["none", "target", "all"] = "none"
    """Share the output projection with the target embedding (`target`), and both with the source embedding (`all`;
    needs a joint vocabulary)."""
    encoder: EncoderConfig = EncoderConfig()
    """The encoder."""
    decoder: DecoderConfig = DecoderConfig()
    """The decoder."""
    attention: AttentionConfig | None = AttentionConfig()
    """Attention; `null` leaves the decoder with the encoder's final state alone."""
    bridge: Literal["linear", "copy", "zero"] = "linear"
    """How the encoder's final states start the decoder: through a layer each for h and c, as they are (sizes must
    agree), or not at all."""
    feed_context: bool = False
    """Give the fixed context to the decoder at every step as well (Cho et al. 2014). For `attention: null`."""
    reverse_source: bool = False
    """Feed the source backwards (Sutskever et al. 2014, section 3.3)."""


class ManyToOneConfig(ModelConfig):
    """The `model` section: an encoder, pooled into one vector, and a head with an output for each label."""

    encoder: EncoderConfig = EncoderConfig()
    """The encoder."""
    pooling: Annotated[str, OneOf(POOLING)] = "attention"
    """How the encoder's outputs become one vector: the final state, the mean or the maximum over the text, or a mean
    weighted by what is worth attending to (Yang et al. 2016, section 2.2)."""
    naive_bayes: NonNegativeFloat = 0.0
    """Weight of naive Bayes: every token votes by itself, and the sum joins the logits where the model is used, not
    where it is trained (Wang and Manning 2012; joined as by Mesnil et al. 2015). For few examples (0: off)."""
    naive_bayes_per: Literal["text", "occurrence"] = "text"
    """How often a token votes: once per text that it is in, as it is counted, or each time that it occurs, as in models
    that were trained before there was a choice."""


class OneToManyConfig(ModelConfig):
    """The `model` section: a decoder, started from embedded tags, or from nothing."""

    tied: Literal["none", "target"] = "target"
    """Share the output projection with the embedding."""
    decoder: DecoderConfig = DecoderConfig()
    """The decoder."""
    feed_context: bool = False
    """Give the embedded tags to the decoder at every step as well."""
