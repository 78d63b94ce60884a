"""From a recipe's `model` section to modules: the only place where names of components become classes."""

from collections.abc import Mapping
from typing import Final, Literal, overload

from torch import nn

from seq2seq.config.model import (
    AttentionConfig,
    DecoderConfig,
    EncoderConfig,
    ForecasterConfig,
    ManyToManyConfig,
    ManyToOneConfig,
    ModelConfig,
    OneToManyConfig,
    SynthesizerConfig,
)
from seq2seq.config.sides import SideKind
from seq2seq.models.attention import Attention
from seq2seq.models.bridge import Bridge
from seq2seq.models.cells.base import Cell
from seq2seq.models.classifier import Classifier
from seq2seq.models.decoder import Attentive, DecoderStack, FixedContext, InputFeeding, Readout
from seq2seq.models.distributions import Distribution, Gaussian, Quantiles, StudentT
from seq2seq.models.dropout import Dropout, WordDropout
from seq2seq.models.encoder import Encoder, TagReader
from seq2seq.models.forecaster import Forecaster
from seq2seq.models.initialise import initialise
from seq2seq.models.pooling import Pooling
from seq2seq.models.projection import Projection
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.models.synthesizer import Synthesizer
from seq2seq.registry import ATTENTION, CELLS, POOLING
from seq2seq.series.steps import OWN
from seq2seq.special import NAMES, PAD

Model = Seq2Seq | Classifier | Synthesizer | Forecaster
"""A model that can be trained."""

_DISTRIBUTIONS: Final[Mapping[str, type[Distribution]]] = {
    "student_t": StudentT, "gaussian": Gaussian, "quantiles": Quantiles,
}  # fmt: skip


@overload
def build_model(
    config: ManyToManyConfig | OneToManyConfig,
    source_vocabulary: int,
    target_vocabulary: int,
    *,
    source: SideKind = SideKind.TEXT,
) -> Seq2Seq: ...
@overload
def build_model(
    config: ManyToOneConfig, source_vocabulary: int, target_vocabulary: int, *, source: SideKind = SideKind.TEXT
) -> Classifier: ...
@overload
def build_model(config: SynthesizerConfig, source_vocabulary: int, target_vocabulary: int) -> Synthesizer: ...
@overload
def build_model(
    config: ForecasterConfig, source_vocabulary: int, target_vocabulary: int, *, season: int, channels: int = 1
) -> Forecaster: ...
@overload
def build_model(
    config: ModelConfig,
    source_vocabulary: int,
    target_vocabulary: int,
    *,
    source: SideKind = SideKind.TEXT,
    season: int = 1,
    channels: int = 1,
) -> Model: ...
def build_model(
    config: ModelConfig,
    source_vocabulary: int,
    target_vocabulary: int,
    *,
    source: SideKind = SideKind.TEXT,
    season: int = 1,
    channels: int = 1,
) -> Model:
    """Build and initialise a model.

    Args:
        config: its shape; the rules that span its settings have been checked with the recipe.
        source_vocabulary: V of the source side; of vectors and series, the numbers of a step.
        target_vocabulary: V of the target side; the same for a joint vocabulary; of vectors, the numbers of a step.
        source: kind of the source.
        season: steps per season, of series; 1: there is none.
        channels: of series that are read and continued together.

    Returns:
        A model whose parameters are sampled from torch's global generator.
    """
    match config:
        case ManyToManyConfig():
            return _many_to_many(config, source_vocabulary, target_vocabulary, source)
        case ManyToOneConfig():
            return _many_to_one(config, source_vocabulary, target_vocabulary, source)
        case OneToManyConfig():
            return _one_to_many(config, source_vocabulary, target_vocabulary)
        case SynthesizerConfig():
            return _synthesizer(config, source_vocabulary, target_vocabulary)
        case ForecasterConfig():
            return _forecaster(config, source_vocabulary - channels, season, channels)
        case _:
            raise TypeError(f"no model is built from a {type(config).__name__}")


def _many_to_many(config: ManyToManyConfig, source_vocabulary: int, target_vocabulary: int, kind: SideKind) -> Seq2Seq:
    encoder = _encoder(
        config, config.encoder, outputs_read=config.attention is not None, reverse_source=config.reverse_source
    )
    source = _reader(config, source_vocabulary, kind)
    shared = source if config.tied == "all" and isinstance(source, nn.Embedding) else None
    target = shared or nn.Embedding(target_vocabulary, config.embedding, padding_idx=PAD)
    bridge = _bridge(config.bridge, config.decoder, size=encoder.size, layers=config.encoder.layers)
    if config.attention:
        beside = config.embedding if config.attention.embeddings else 0
        decoder: FixedContext | Attentive | InputFeeding = _attending(config, config.attention, encoder.size + beside)
    else:
        decoder = _fixed(config, config.decoder, encoder.size if config.feed_context else 0)
    return _seq2seq(config, source, target, encoder, bridge, decoder)


def _many_to_one(
    config: ManyToOneConfig, source_vocabulary: int, target_vocabulary: int, source: SideKind
) -> Classifier:
    pooling = POOLING.load_class(config.pooling, Pooling)
    encoder = _encoder(config, config.encoder, outputs_read=pooling.reads_outputs, reverse_source=False)
    model = Classifier(
        embedding=_reader(config, source_vocabulary, source),
        encoder=encoder,
        pooling=pooling(encoder.size),
        head=nn.Linear(encoder.size, target_vocabulary - len(NAMES)),  # no label is PAD, UNK, BOS or EOS
        word_dropout=WordDropout(config.dropout.word),
        embedding_dropout=_embedding_dropout(config),
        output_dropout=nn.Dropout(config.dropout.output),
        naive_bayes=config.naive_bayes,
        naive_bayes_per=config.naive_bayes_per,
    )
    initialise(model, config.initialisation)
    return model


def _one_to_many(config: OneToManyConfig, source_vocabulary: int, target_vocabulary: int) -> Seq2Seq:
    tags = TagReader(config.embedding)
    source, target = (
        nn.Embedding(size, config.embedding, padding_idx=PAD) for size in (source_vocabulary, target_vocabulary)
    )
    bridge = _bridge("linear", config.decoder, size=tags.size, layers=1)
    fed = tags.size if config.feed_context else 0
    return _seq2seq(config, source, target, tags, bridge, _fixed(config, config.decoder, fed))


def _synthesizer(config: SynthesizerConfig, tags: int, channels: int) -> Synthesizer:
    reader, distribution = TagReader(config.embedding), _DISTRIBUTIONS[config.distribution]()
    model = Synthesizer(
        tags=nn.Embedding(tags, config.embedding, padding_idx=PAD),
        reader=reader,
        steps=Projection(channels, config.embedding),
        bridge=_bridge("linear", config.decoder, size=reader.size, layers=1),
        decoder=_fixed(config, config.decoder, reader.size if config.feed_context else 0),
        head=nn.Linear(config.embedding, channels * distribution.parameters + 1),
        distribution=distribution,
        embedding_dropout=_embedding_dropout(config),
        feed_context=config.feed_context,
    )
    initialise(model, config.initialisation)
    return model


def _forecaster(config: ForecasterConfig, known: int, season: int, channels: int) -> Forecaster:
    encoder = _encoder(config, config.encoder, outputs_read=config.attention is not None, reverse_source=False)
    if config.attention:
        decoder: FixedContext | Attentive = _attentive(config, config.decoder, config.attention, encoder.size)
    else:
        decoder = _fixed(config, config.decoder, 0)
    distribution = _DISTRIBUTIONS[config.distribution]()
    read = OWN * channels + known
    model = Forecaster(
        source=Projection(read, config.embedding),
        target=Projection(read, config.embedding),
        encoder=encoder,
        bridge=_bridge(config.bridge, config.decoder, size=encoder.size, layers=config.encoder.layers),
        decoder=decoder,
        head=nn.Linear(config.embedding + (read if config.autoregression else 0), channels * distribution.parameters),
        distribution=distribution,
        embedding_dropout=_embedding_dropout(config),
        season=season,
        channels=channels,
        autoregression=config.autoregression,
    )
    initialise(model, config.initialisation)
    return model


def _seq2seq(
    config: ManyToManyConfig | OneToManyConfig,
    source: nn.Embedding | Projection,
    target: nn.Embedding,
    encoder: Encoder | TagReader,
    bridge: Bridge,
    decoder: FixedContext | Attentive | InputFeeding,
) -> Seq2Seq:
    """A network of its parts, with a projection, initialised, and its weights tied."""
    projection = nn.Linear(config.embedding, target.num_embeddings)
    model = Seq2Seq(
        source_embedding=source,
        target_embedding=target,
        encoder=encoder,
        bridge=bridge,
        decoder=decoder,
        projection=projection,
        word_dropout=WordDropout(config.dropout.word),
        embedding_dropout=_embedding_dropout(config),
        feed_context=config.feed_context,
    )
    initialise(model, config.initialisation)
    if config.tied != "none":
        projection.weight = target.weight
    return model


def _reader(config: ModelConfig, vocabulary: int, kind: SideKind) -> nn.Embedding | Projection:
    """What maps the tokens of a source, or its vectors, into the space that an encoder reads."""
    if kind is SideKind.VECTORS:
        return Projection(vocabulary, config.embedding)
    return nn.Embedding(vocabulary, config.embedding, padding_idx=PAD)


def _embedding_dropout(config: ModelConfig) -> Dropout:
    return Dropout(config.dropout.embedding, variational=config.dropout.variational)


def _layer_dropout(config: ModelConfig) -> Dropout:
    return Dropout(config.dropout.layer, variational=config.dropout.variational)


def _readout(config: ModelConfig, inputs: int) -> Readout:
    dropout = Dropout(config.dropout.output, variational=config.dropout.variational)
    return Readout(inputs, config.embedding, dropout)


def _encoder(config: ModelConfig, shape: EncoderConfig, *, outputs_read: bool, reverse_source: bool) -> Encoder:
    return Encoder(
        shape,
        CELLS.load_class(shape.cell, Cell),
        config.embedding,
        residual=config.residual,
        layer_norm=config.layer_norm,
        outputs_read=outputs_read,
        reverse_source=reverse_source,
        dropout=_layer_dropout(config),
    )


def _bridge(kind: Literal["linear", "copy", "zero"], decoder: DecoderConfig, *, size: int, layers: int) -> Bridge:
    state_tensors = CELLS.load_class(decoder.cell, Cell).state_tensors
    return Bridge(kind, decoder, size=size, layers=layers, state_tensors=state_tensors)


def _stack(config: ModelConfig, shape: DecoderConfig, inputs: int, *, extra: int) -> DecoderStack:
    return DecoderStack(
        shape,
        CELLS.load_class(shape.cell, Cell),
        inputs,
        extra=extra,
        residual=config.residual,
        layer_norm=config.layer_norm,
        dropout=_layer_dropout(config),
    )


def _fixed(config: ModelConfig, shape: DecoderConfig, fed: int) -> FixedContext:
    """A decoder that is ``fed`` so many numbers of the context at every step."""
    stack = _stack(config, shape, config.embedding + fed, extra=0)
    return FixedContext(stack, _readout(config, shape.hidden + fed))


def _attending(config: ManyToManyConfig, attending: AttentionConfig, memory: int) -> Attentive | InputFeeding:
    decoder = _attentive(config, config.decoder, attending, memory)
    return InputFeeding(decoder) if attending.input_feeding else decoder


def _attentive(config: ModelConfig, shape: DecoderConfig, attending: AttentionConfig, memory: int) -> Attentive:
    stack = _stack(config, shape, config.embedding * (2 if attending.input_feeding else 1), extra=memory)
    attention = ATTENTION.load_class(attending.score, Attention)(attending, shape.hidden, memory)
    return Attentive(stack, attention, _readout(config, shape.hidden + memory))
