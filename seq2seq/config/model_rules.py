"""The rules that span settings of the `model` section: each names the contradiction and how to resolve it."""

from collections.abc import Iterator

from seq2seq.config.model import ForecasterConfig, ManyToManyConfig, ModelConfig
from seq2seq.config.problems import Problem, problem_at
from seq2seq.config.sides import TEXTS, Sides
from seq2seq.config.tokenizer import TokenizerConfig


def many_to_many_rules(model: ManyToManyConfig, tokenizer: TokenizerConfig, sides: Sides) -> Iterator[Problem]:
    """Yield contradictions within the `model` section of an encoder and a decoder."""
    if model.tied == "all" and sides != TEXTS:
        what = "'all' is for two texts, and here is one; set it to 'target'"
        yield problem_at("model.tied", what, "data.vectors")
    elif model.tied == "all" and not tokenizer.joint:
        what = "'all' needs one vocabulary for both sides; set tokenizer.joint to true, or this to 'target'"
        yield problem_at("model.tied", what, "tokenizer.joint")
    if model.dropout.variational and model.attention is not None and model.attention.input_feeding:
        what = "one mask per sentence is not available with input feeding; set one of them to false"
        yield problem_at("model.dropout.variational", what, "model.attention.input_feeding")
    if model.attention is None and model.bridge == "zero" and not model.feed_context:
        what = "'zero' without attention hides the source from the decoder; use 'linear', or feed_context: true"
        yield problem_at("model.bridge", what, "model.attention", "model.feed_context")
    if model.attention is not None and model.feed_context:
        what = "is for a fixed context; set attention to null, or this to false"
        yield problem_at("model.feed_context", what, "model.attention")
    yield from _connection_rules(model)


def forecaster_rules(model: ForecasterConfig) -> Iterator[Problem]:
    """Yield contradictions within the `model` section of a forecaster."""
    if model.attention is None and model.bridge == "zero":
        what = "'zero' without attention hides the past from the decoder; use 'linear'"
        yield problem_at("model.bridge", what, "model.attention")
    for name in ("embeddings", "input_feeding"):
        if model.attention is not None and getattr(model.attention, name):
            yield problem_at(f"model.attention.{name}", "is for texts; set it to false", "task")
    if model.dropout.word:
        what = "drops words, and there are none here; set it to 0, or use model.dropout.embedding"
        yield problem_at("model.dropout.word", what, "task")
    yield from _connection_rules(model)


def _connection_rules(model: ManyToManyConfig | ForecasterConfig) -> Iterator[Problem]:
    """Yield sizes of encoder, decoder, bridge and attention that do not go together."""
    encoder, decoder = model.encoder, model.decoder
    read = encoder.hidden * (2 if encoder.bidirectional else 1)
    written = f"{read} (encoder.hidden{' x 2 directions' if encoder.bidirectional else ''})"
    widths: tuple[str, ...] = ("model.encoder.hidden", "model.encoder.bidirectional", "model.decoder.hidden")
    if model.bridge == "copy":
        for name in ("cell", "layers"):
            ours, theirs = getattr(encoder, name), getattr(decoder, name)
            if ours != theirs:
                what = f"'copy' needs equal {name}: the encoder has {ours}, the decoder {theirs}; or use 'linear'"
                yield problem_at("model.bridge", what, f"model.encoder.{name}", f"model.decoder.{name}")
        if read != decoder.hidden:
            what = f"'copy' needs decoder.hidden to be {written}, but it is {decoder.hidden}; or use 'linear'"
            yield problem_at("model.bridge", what, *widths)
    if model.attention is not None:
        size = model.attention.size or decoder.hidden
        if size % model.attention.heads:
            what = f"must divide the size of queries and keys ({size}), found {model.attention.heads}"
            yield problem_at("model.attention.heads", what, "model.attention.size", "model.decoder.hidden")
        if model.attention.embeddings:
            read, written = read + model.embedding, f"{written} + embedding = {read + model.embedding}"
            widths = (*widths, "model.embedding", "model.attention.embeddings")
        if not size % model.attention.heads and read % model.attention.heads:
            what = f"must divide the size of what is attended to, {written}; found {model.attention.heads}"
            yield problem_at("model.attention.heads", what, *widths)
        if model.attention.score == "dot" and read != size:
            name = "attention.size" if model.attention.size else "decoder.hidden"
            what = f"'dot' needs {name} to be {written}, but it is {size}; or use 'general'"
            yield problem_at("model.attention.score", what, *widths, "model.attention.size")
    yield from layer_rules(model, max(encoder.layers, decoder.layers), "model.encoder.layers", "model.decoder.layers")


def layer_rules(model: ModelConfig, layers: int, *settings: str) -> Iterator[Problem]:
    """Yield what asks for several layers where the highest stack has but one."""
    if model.residual and layers == 1:
        more = " or ".join(setting.removeprefix("model.") for setting in settings)
        which = "on each side" if len(settings) > 1 else "only"
        what = f"connects layers, and there is one {which}; set {more}, or this to false"
        yield problem_at("model.residual", what, *settings)
