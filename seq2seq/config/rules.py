"""The rules that span several settings: each names the contradiction and how to resolve it."""

import re
from collections import Counter
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final, Literal

from seq2seq.config.data import DataConfig, VectorsConfig
from seq2seq.config.decoding import DecodingConfig
from seq2seq.config.initial_model import InitialModelConfig
from seq2seq.config.model import ManyToOneConfig, ModelConfig
from seq2seq.config.problems import Problem, problem_at
from seq2seq.config.sides import TEXTS, SideKind, Sides
from seq2seq.config.tokenizer import SYMBOL_CLASSES, TokenizerConfig
from seq2seq.config.training import TrainingConfig
from seq2seq.special import NAMES

_HUB: Final = re.compile(r"hf://(datasets/)?[\w.-]+(/[\w.-]+)?(@[^#\s]+)?(#\S+)?")
_NO_SYMBOL: Final = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2581\ud800-\udfff]")
_RESERVED: Final = re.compile(r"<0x[0-9A-F]{2}>|⟦<?\d+>?⟧")
"""How bytes are spelt, and the symbols of :mod:`seq2seq.text.protection`."""
_SEEDS: Final = 2**63


def data_rules(data: DataConfig, sides: Sides) -> Iterator[Problem]:
    """Yield contradictions within the `data` section, or with the task."""
    if data.sources:
        yield from _source_rules(data, sides)
    elif data.path is None and data.train is None:
        remedy = "set 'path' (a folder, bundled:// or hf:// data set) or 'train' (a file)"
        yield problem_at("data", f"nothing to train on; {remedy}", "data.path", "data.train")
    if data.path is not None:
        if data.path.startswith("hf://") and not _HUB.fullmatch(data.path):
            shape = "hf://user/name[@revision][#configuration]"
            yield problem_at("data.path", f"'{data.path}' is not of the form {shape}")
        yield from _scheme("data.path", data.path, ("hf", "bundled"))
    for split in ("train", "dev", "test"):
        location = getattr(data, split)
        if isinstance(location, str):
            yield from _scheme(f"data.{split}", location, ("bundled",))
    if data.replay is not None and (data.replay.data is None) == (not data.replay.sources):
        yield problem_at("data.replay", "needs 'data' or 'sources', one of them")
    if data.replay is not None and isinstance(data.replay.data, str):
        yield from _scheme("data.replay.data", data.replay.data, ("hf", "bundled"))
    columns = [data.columns.source, data.columns.target, data.columns.group]
    if not data.has_steps and len({type(column) for column in columns if column is not None}) > 1:
        remedy = "use names where the files have a header, else positions"
        yield problem_at("data.columns", f"mixes names and positions; {remedy}")
    if data.columns.source == data.columns.target:
        yield problem_at("data.columns.target", "is the same column as 'source'; name another", "data.columns.source")
    if data.languages is not None and data.languages[0] == data.languages[1]:
        yield problem_at("data.languages", "names one language twice; name that of the source and that of the target")
    if data.columns.source is None and sides.source is not SideKind.TAGS:
        what = "can be null only where text is generated; name the column of the text"
        yield problem_at("data.columns.source", what, "task")
    if data.swap and len(sides.text) < len(sides):
        what = "exchanges two texts, and here is one; set it to false, and name the columns"
        yield problem_at("data.swap", what, "task")
    if data.labels is not None and sides.target is not SideKind.LABEL:
        yield problem_at("data.labels", "names labels, and there are none here; set it to null", "task")
    if data.soft_labels:
        if sides.target is not SideKind.LABEL:
            yield problem_at("data.soft_labels", "are for labels, and there are none here; set it to false", "task")
        elif data.path is None and data.dev is None:
            what = "is needed where labels have probabilities: a file with plain labels"
            yield problem_at("data.dev", what, "data.soft_labels")
    if data.target_languages and sides != TEXTS:
        what = "are chosen by tags at the head of a source text, and there is none here; leave it out"
        yield problem_at("data.target_languages", what, "task")
    if data.casing is not None and sides.source is not SideKind.TEXT:
        yield problem_at("data.casing", "is for texts that are read; set it to null", "task")
    if data.stream is not None:
        if sides.source in (SideKind.VECTORS, SideKind.SERIES):
            yield problem_at("data.stream", "is for texts: the scaling of numbers is learnt from all data", "task")
        elif data.path is None and data.dev is None:
            yield problem_at("data.dev", "is needed where the training split is a stream; name a file", "data.stream")
        if sides.target is SideKind.LABEL and data.labels is None:
            yield problem_at("data.labels", "is needed where labels come in a stream; name all of them", "data.stream")
        if data.sources or data.replay is not None:
            what = "is for one corpus; set it to null, or leave out the others"
            yield problem_at("data.stream", what, "data.sources", "data.replay")
    if data.path is not None and data.train is None and not data.splits.train:
        yield problem_at("data.splits.train", "names no split to train on; remove it for the usual names", "data.train")


def vector_rules(
    data: DataConfig,
    tokenizer: TokenizerConfig,
    model: ModelConfig,
    training: TrainingConfig,
    sides: Sides,
) -> Iterator[Problem]:
    """Yield what does not go with sources that are vectors."""
    if not sides.text and tokenizer != TokenizerConfig():
        yield problem_at("tokenizer", "is for text, and there is none here; remove it", "data.vectors")
    yield from step_rules(data, "target", sides.target.value)
    if model.dropout.word:
        what = "drops words of sources, and there are none here; set it to 0, or use model.dropout.embedding"
        yield problem_at("model.dropout.word", what, "data.vectors")
    if isinstance(model, ManyToOneConfig) and model.naive_bayes:
        yield problem_at("model.naive_bayes", "counts words, and there are none here; set it to 0", "data.vectors")
    if training.guided_alignment:
        what = "learns which words of a source a word translates, and there are none here; set it to 0"
        yield problem_at("training.guided_alignment", what, "data.vectors")


def step_rules(data: DataConfig, side: Literal["source", "target"], what_it_holds: str) -> Iterator[Problem]:
    """Yield what does not go with tables of one row per step; ``side`` has what the rows of a sequence have alike."""
    vectors, usual = data.vectors or VectorsConfig(), VectorsConfig()
    for name in ("series", "time"):
        if vectors.channels is None and getattr(vectors, name) != getattr(usual, name):
            what = "is a column of tables with one row per step; name their columns of numbers, too"
            yield problem_at(f"data.vectors.{name}", what, "data.vectors.channels")
    if vectors.channels is not None and isinstance(getattr(data.columns, side), int):
        none = ", or set it to null" if side == "source" else ""
        what = (
            f"is a position, where one row per step has columns by name; name the column of the {what_it_holds}{none}"
        )
        yield problem_at(f"data.columns.{side}", what, "data.vectors.channels")


def _source_rules(data: DataConfig, sides: Sides) -> Iterator[Problem]:
    """Yield contradictions among several sources."""
    if sides != TEXTS:
        yield problem_at("data.sources", "are for translation of text; set 'path' or 'train'", "task")
    for name in ("path", "train", "dev", "test", "languages"):
        if getattr(data, name) is not None:
            yield problem_at(f"data.{name}", "is set beside 'sources'; set it in them", "data.sources")
    if data.swap:
        yield problem_at("data.swap", "is set beside 'sources'; set it in them", "data.sources")
    for number, source in enumerate(data.sources):
        if source.path is None and source.train is None:
            yield problem_at(f"data.sources.{number}", "nothing to train on; set 'path' or 'train'", "data.sources")
    shares = [source.share for source in data.sources]
    total = sum(share for share in shares if share is not None)
    if total > 1 or (None not in shares and abs(total - 1) > 1e-6) or (None in shares and total == 1):
        remedy = "leave one without a share, which takes the rest" if None not in shares else "lower them"
        yield problem_at("data.sources", f"their shares add up to {total:g}; {remedy}")


def _scheme(setting: str, location: str, known: tuple[str, ...]) -> Iterator[Problem]:
    match = re.match(r"([a-zA-Z][\w+.-]*)://", location)
    if match and match[1] not in known:
        ways = ", ".join(["a path", *(f"{scheme}://" for scheme in known)])
        remedy = "; name a whole hub data set in data.path" if match[1] == "hf" else ""
        yield problem_at(setting, f"'{match[1]}://' cannot be read here; accepted: {ways}{remedy}")


def tokenizer_rules(tokenizer: TokenizerConfig, sides: Sides) -> Iterator[Problem]:
    """Yield contradictions within the `tokenizer` section, or does not go with the sides of an example."""
    sampling = tokenizer.sampling
    if sampling is not None:
        if tokenizer.kind not in ("unigram", "bpe"):
            what = f"'{tokenizer.kind}' has one segmentation only; set it to null, or kind to 'unigram' or 'bpe'"
            yield problem_at("tokenizer.sampling", what, "tokenizer.kind")
        if not (sampling.source or sampling.target):
            what = "samples neither side; set 'source' or 'target' to true, or the section to null"
            yield problem_at("tokenizer.sampling", what)
        elif sides.text and not any(getattr(sampling, side) for side in sides.text):
            only = sides.text[0]
            what = f"samples no text: the text is the {only}; set '{only}' to true, or the section to null"
            yield problem_at("tokenizer.sampling", what, "task")
        if tokenizer.kind == "bpe" and sampling.alpha >= 1:
            what = f"is the share of merges dropped for 'bpe': must be less than 1, found {sampling.alpha:g}"
            yield problem_at("tokenizer.sampling.alpha", what, "tokenizer.kind")
    taken = len(NAMES) + (256 if tokenizer.byte_fallback else 0)
    if tokenizer.vocabulary <= taken:
        which = "the special tokens and 256 bytes" if tokenizer.byte_fallback else "the special tokens"
        what = f"must be greater than {taken}, which {which} take; found {tokenizer.vocabulary}"
        yield problem_at("tokenizer.vocabulary", what, "tokenizer.byte_fallback")


def protection_rules(data: DataConfig, tokenizer: TokenizerConfig, sides: Sides) -> Iterator[Problem]:
    """Yield what is wrong with text that is to be copied into translations, and terms."""
    symbols = {"data.protect": data.protect, "data.terms": data.terms, "tokenizer.symbols": tokenizer.symbols}
    for setting, value in symbols.items():
        if value and sides != TEXTS:
            yield problem_at(setting, "is for translations of text, and there are none here; remove it", "task")
        elif value and tokenizer.kind == "word":
            what = "needs tokens within words; set tokenizer.kind to 'unigram', 'bpe' or 'char', or remove it"
            yield problem_at(setting, what, "tokenizer.kind")
    setting = "tokenizer.symbols"
    for symbol, count in Counter(tokenizer.symbols).items():
        if count > 1:
            yield problem_at(setting, f"'{symbol}' occurs {count} times; once is enough")
        if not symbol or _NO_SYMBOL.search(symbol):
            yield problem_at(
                setting, f"{symbol!r} holds a space or a control character, or nothing; name a string without"
            )
        elif symbol in NAMES or _RESERVED.fullmatch(symbol):
            yield problem_at(setting, f"'{symbol}' is reserved; name another string")
        elif symbol not in SYMBOL_CLASSES and (near := get_close_matches(symbol, SYMBOL_CLASSES, cutoff=0.8)):
            yield problem_at(setting, f"'{symbol}' is almost the name of a class; did you mean '{near[0]}'?")


def window_rules(
    training: TrainingConfig, data: DataConfig, tokenizer: TokenizerConfig, sides: Sides
) -> Iterator[Problem]:
    """Yield what does not go with texts that are read as one."""
    if training.batch.windows is None:
        return
    if tokenizer.sampling is not None:
        what = "samples per example, and windows read all texts as one; set one of them to null"
        yield problem_at("tokenizer.sampling", what, "training.batch.windows")
    if data.columns.source is not None:
        alone = sides.source is SideKind.TAGS
        remedy = "data.columns.source to null" if alone else "it to null"
        what = f"reads all texts as one, so that none can have a source of its own; set {remedy}"
        yield problem_at("training.batch.windows", what, "data.columns.source", "task")
    if data.replay is not None:
        what = "samples examples, and windows read all texts as one, in order; set one of them to null"
        yield problem_at("data.replay", what, "training.batch.windows")


def initial_model_rules(start: InitialModelConfig | None, training: TrainingConfig, sides: Sides) -> Iterator[Problem]:
    """Yield contradictions within the `initial_model` section."""
    if start is None:
        return
    if "decoder" in start.freeze and sides.target is SideKind.LABEL:
        yield problem_at(
            "initial_model.freeze", "there is no decoder where labels are learnt; remove 'decoder'", "task"
        )
    if "encoder" in start.freeze and sides.source is SideKind.TAGS:
        yield problem_at(
            "initial_model.freeze", "there is no encoder where text is generated; remove 'encoder'", "task"
        )
    if start.labels != "auto" and sides.target is not SideKind.LABEL:
        yield problem_at("initial_model.labels", "is about labels, and there are none here; set it to 'auto'", "task")
    if start.l2_sp and training.optimizer.weight_decay:
        what = "pulls towards the initial weights, and weight_decay towards zero; set one of them to 0"
        yield problem_at("initial_model.l2_sp", what, "training.optimizer.weight_decay")


def training_rules(
    training: TrainingConfig, metrics: tuple[str, ...], *, labels: bool, attends: bool, annotated: bool
) -> Iterator[Problem]:
    """Yield contradictions within the `training` section, or is not for this kind of target."""
    if training.validation.metric not in (None, *metrics):
        choices = ", ".join(map(repr, metrics))
        what = f"'{training.validation.metric}' is not measured here; there is {choices}"
        yield problem_at("training.validation.metric", what, "task")
    if training.validation.tokenize != "auto" and "bleu" not in metrics:
        what = "is about the words of translations, and there are none here; set it to 'auto'"
        yield problem_at("training.validation.tokenize", what, "task")
    if training.class_weights is not None and not labels:
        yield problem_at("training.class_weights", "weighs labels, and there are none here; set it to null", "task")
    if training.guided_alignment and not attends:
        what = "guides attention, and there is none here; set it to 0"
        yield problem_at("training.guided_alignment", what, "model.attention")
    if training.guided_alignment and annotated:
        what = "guides attention to terms, away from their annotations in sources; set it to 0"
        yield problem_at("training.guided_alignment", what, "data.terms")
    limits = ("max_steps", "max_epochs", "max_time")
    if all(getattr(training, limit) is None for limit in limits):
        what = "would never end; set at least one of max_steps, max_epochs and max_time"
        yield problem_at("training", what, *(f"training.{limit}" for limit in limits))
    if training.optimizer.momentum and training.optimizer.name != "sgd":
        what = f"is for sgd; '{training.optimizer.name}' has betas[0]; remove it"
        yield problem_at("training.optimizer.momentum", what, "training.optimizer.name")
    schedule, patience = training.schedule, training.validation.patience
    if schedule.name == "plateau" and patience is not None and patience <= schedule.patience:
        what = (
            f"stops training before the 'plateau' schedule lowers the rate: "
            f"must be greater than training.schedule.patience ({schedule.patience}), found {patience}"
        )
        yield problem_at("training.validation.patience", what, "training.schedule.patience", "training.schedule.name")
    if training.seed >= _SEEDS:
        yield problem_at("training.seed", f"must be less than 2**63, found {training.seed}")


def decoding_rules(decoding: DecodingConfig) -> Iterator[Problem]:
    """Yield contradictions within the `decoding` section."""
    if decoding.method == "beam" and decoding.nbest > decoding.beam:
        what = f"must be at most decoding.beam ({decoding.beam}), found {decoding.nbest}"
        yield problem_at("decoding.nbest", what, "decoding.beam", "decoding.method")
    if decoding.seed >= _SEEDS:
        yield problem_at("decoding.seed", f"must be less than 2**63, found {decoding.seed}")
