"""From a recipe's `model` section to modules: the only place where names become classes."""

from torch import nn

from seq2seq.config.model import ModelConfig
from seq2seq.models.attention import Attention
from seq2seq.models.bridge import Bridge
from seq2seq.models.decoder import Attentive, FixedContext, InputFeeding, Readout, Stack
from seq2seq.models.dropout import Dropout, WordDropout
from seq2seq.models.encoder import Encoder
from seq2seq.models.initialise import initialise
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.special import PAD


def build_model(config: ModelConfig, source_vocabulary: int, target_vocabulary: int) -> Seq2Seq:
    """Build and initialise a model.

    Args:
        config: its shape; the rules that span its settings have been checked with the recipe.
        source_vocabulary: V of the source side.
        target_vocabulary: V of the target side; the same for a joint vocabulary.

    Returns:
        A model whose parameters were drawn from torch's global generator.
    """
    rates = config.dropout
    layer_dropout = Dropout(rates.layer, variational=rates.variational)
    output_dropout = Dropout(rates.output, variational=rates.variational)
    encoder = Encoder(
        config.encoder,
        config.embedding,
        residual=config.residual,
        layer_norm=config.layer_norm,
        outputs_read=config.attention is not None,
        reverse_source=config.reverse_source,
        dropout=layer_dropout,
    )
    source_embedding = nn.Embedding(source_vocabulary, config.embedding, padding_idx=PAD)
    target_embedding = (
        source_embedding if config.tied == "all" else nn.Embedding(target_vocabulary, config.embedding, padding_idx=PAD)
    )
    projection = nn.Linear(config.embedding, target_vocabulary)
    model = Seq2Seq(
        source_embedding=source_embedding,
        target_embedding=target_embedding,
        encoder=encoder,
        bridge=Bridge(config.bridge, config.encoder, config.decoder),
        decoder=_build_decoder(config, encoder.size, layer_dropout, output_dropout),
        projection=projection,
        word_dropout=WordDropout(rates.word),
        embedding_dropout=Dropout(rates.embedding, variational=rates.variational),
        feed_context=config.feed_context,
    )
    initialise(model, config.initialisation)
    if config.tied != "none":
        projection.weight = target_embedding.weight
    return model


def _build_decoder(
    config: ModelConfig, memory: int, layer_dropout: Dropout, output_dropout: Dropout
) -> FixedContext | Attentive | InputFeeding:
    shape = config.decoder
    fed = memory if config.feed_context and config.attention is None else 0
    feeds_back = config.attention is not None and config.attention.input_feeding
    stack = Stack(
        shape,
        config.embedding + (config.embedding if feeds_back else fed),
        extra=0 if config.attention is None else memory,
        residual=config.residual,
        layer_norm=config.layer_norm,
        dropout=layer_dropout,
    )
    if config.attention is None:
        return FixedContext(stack, Readout(shape.hidden + fed, config.embedding, output_dropout))
    attention = Attention(config.attention, shape.hidden, memory)
    decoder = Attentive(stack, attention, Readout(shape.hidden + memory, config.embedding, output_dropout))
    return InputFeeding(decoder) if feeds_back else decoder
