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
    """Units per layer and direction."""
    bidirectional: bool = True
    """Read the source in both directions; the outputs are concatenated."""


class DecoderConfig(Strict):
    """The decoder: a stack of unidirectional layers over the target."""

    cell: CellName = "lstm"
    """Kind of recurrent cell."""
    layers: PositiveInt = 1
    """Stacked layers. With attention, the first layer computes the query and the others read the context (GNMT, Wu et
    al. 2016, section 3)."""
    hidden: PositiveInt = 512
    """Units per layer."""


class AttentionConfig(Strict):
    """Attention of the decoder over the source (`model.attention: null` is a fixed context)."""

    score: Annotated[str, OneOf(ATTENTION)] = "general"
    """Luong et al. 2015 (dot, general) or Bahdanau et al. 2015 (additive)."""
    heads: PositiveInt = 1
    """Attention heads; `size` is divided among them."""
    size: PositiveInt | None = None
    """Total size of queries and keys (`null`: the decoder's hidden size)."""
    embeddings: bool = False
    """Attend to the source's embeddings, too: the embedding of every token stands beside the encoder's output of it
    (the source-side bridging of Kuang et al. 2018)."""
    input_feeding: bool = False
    """Feed the last attentional state into the next step (Luong et al. 2015, section 3.3). Training then loops over
    time, and is several times slower."""


class DropoutConfig(Strict):
    """Dropout rates in training."""

    embedding: Share = 0.2
    """Units of the embeddings."""
    word: Share = 0.0
    """Whole input tokens, replaced by the unknown token."""
    layer: Share = 0.2
    """Units between recurrent layers."""
    output: Share = 0.2
    """Units before the output projection."""
    variational: bool = False
    """One mask per sentence instead of one per step, for embeddings, layers and output (Gal and Ghahramani 2016)."""


class InitialisationConfig(Strict):
    """Initialisation of the weights."""

    orthogonal: bool = True
    """Orthogonal recurrent matrices, gate by gate (Saxe et al. 2014)."""
    forget_bias: float = 1.0
    """Bias of the LSTM's forget gate (Jozefowicz et al. 2015)."""


class ModelConfig(Strict):
    """Settings of every model; those of each shape are added below."""

    embedding: PositiveInt = 256
    """Size of the token embeddings."""
    residual: bool = False
    """Add a layer's input to its output, between layers of equal size."""
    layer_norm: bool = False
    """Normalise the outputs of every recurrent layer (Ba et al. 2016)."""
    dropout: DropoutConfig = DropoutConfig()
    """Dropout rates."""
    initialisation: InitialisationConfig = InitialisationConfig()
    """Initialisation of the weights."""


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
    """Attention (`null`: the decoder sees only the encoder's final state)."""
    bridge: Literal["linear", "copy", "zero"] = "linear"
    """Initial decoder state: a linear layer of the encoder's final h and c each, a copy of them (sizes must agree), or
    zero."""
    feed_context: bool = False
    """Feed the fixed context into every decoder step (Cho et al. 2014). For `attention: null`."""
    reverse_source: bool = False
    """Reverse the source (Sutskever et al. 2014, section 3.3)."""


class ManyToOneConfig(ModelConfig):
    """The `model` section: an encoder, pooled into one vector, and a linear head with one output per label."""

    encoder: EncoderConfig = EncoderConfig()
    """The encoder."""
    pooling: Annotated[str, OneOf(POOLING)] = "attention"
    """Pooling of the encoder's outputs: the final state, the mean or maximum over the text, or a mean weighted by
    learnt attention (Yang et al. 2016, section 2.2)."""
    naive_bayes: NonNegativeFloat = 0.0
    """Weight of naive Bayes log-ratios, added to the logits at inference, not in training (Wang and Manning 2012; added
    as by Mesnil et al. 2015). Useful for few examples (0: off)."""
    naive_bayes_per: Literal["text", "occurrence"] = "text"
    """Count each distinct token of a text once, as in training, or at every occurrence, as older models did."""


class OneToManyConfig(ModelConfig):
    """The `model` section: a decoder conditioned on embedded tags, or on nothing."""

    tied: Literal["none", "target"] = "target"
    """Share the output projection with the embedding."""
    decoder: DecoderConfig = DecoderConfig()
    """The decoder."""
    feed_context: bool = False
    """Feed the embedded tags into every decoder step."""


class SeriesEncoderConfig(EncoderConfig):
    """The encoder: a stack of recurrent layers over the steps of a series."""

    hidden: PositiveInt = 32
    """Units per layer and direction."""
    bidirectional: bool = False
    """Read the series in both directions; the outputs are concatenated."""


class SeriesDecoderConfig(DecoderConfig):
    """The decoder: a stack of unidirectional layers over the steps to be forecast."""

    hidden: PositiveInt = 32
    """Units per layer."""


class SeriesDropoutConfig(DropoutConfig):
    """Dropout rates in training."""

    embedding: Share = 0.0
    """Units of the projections of steps."""
    layer: Share = 0.1
    """Units between recurrent layers."""
    output: Share = 0.1
    """Units before the parameters of a distribution."""


class SynthesizerDecoderConfig(DecoderConfig):
    """The decoder: a stack of unidirectional layers over the steps of a target."""

    hidden: PositiveInt = 128
    """Units per layer."""


class SynthesizerConfig(ModelConfig):
    """The `model` section: a decoder, conditioned on embedded tags or on nothing, that writes vectors.

    It reads its last vector, and gives a distribution of each number of the next one, and the probability that the
    sequence then ends. Given what came before, the numbers of a step are independent of each other.
    """

    embedding: PositiveInt = 32
    """Size of the embeddings of tags, and of the projection of a step."""
    decoder: SynthesizerDecoderConfig = SynthesizerDecoderConfig()
    """The decoder."""
    feed_context: bool = True
    """Feed the embedded tags into every decoder step."""
    distribution: Literal["gaussian", "student_t"] = "gaussian"
    """Distribution of each number: normal, or Student's t, whose tails have room for what is rare."""
    dropout: SeriesDropoutConfig = SeriesDropoutConfig()
    """Dropout rates."""


class ForecasterConfig(ModelConfig):
    """The `model` section: an encoder reads a series, and a decoder continues it by a distribution of each next step.

    Both predict increments, in units of the mean absolute increment of what is read.
    """

    embedding: PositiveInt = 24
    """Size of the projection of a step: of its value, and of what is known in advance."""
    encoder: SeriesEncoderConfig = SeriesEncoderConfig()
    """The encoder."""
    decoder: SeriesDecoderConfig = SeriesDecoderConfig()
    """The decoder."""
    attention: AttentionConfig | None = None
    """Attention (`null`: the decoder sees only the encoder's final state)."""
    bridge: Literal["linear", "copy", "zero"] = "linear"
    """Initial decoder state: a linear layer of the encoder's final h and c each, a copy of them (sizes must agree), or
    zero."""
    distribution: Literal["student_t", "gaussian", "quantiles"] = "student_t"
    """Distribution of each increment: Student's t, whose tails have room for what is rare; normal; or 11 quantiles, of
    any shape."""
    autoregression: bool = False
    """What a step reads, such as the last increment and that of a season ago, also reaches the distribution of the next
    increment past the recurrent layers, by a linear layer (Lai et al. 2018, LSTNet): for few or short series."""
    dropout: SeriesDropoutConfig = SeriesDropoutConfig()
    """Dropout rates."""
