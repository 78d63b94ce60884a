"""From a recipe's data section to tokenised splits on disk, cached under a fingerprint of all that decides them.

The folder of a fingerprint holds the tokenizers, and Arrow files of each split (:mod:`seq2seq.data.preparing.split`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path
from typing import Any, Final, cast

from seq2seq import log
from seq2seq.config.data import DataConfig, FilterConfig, StreamConfig
from seq2seq.config.sides import TEXTS, SideKind, Sides
from seq2seq.config.tokenizer import TokenizerConfig
from seq2seq.data.preparing.build import LENGTHS, build
from seq2seq.data.preparing.cache import cache_folder, open_or_build
from seq2seq.data.preparing.fingerprint import fingerprint_of
from seq2seq.data.preparing.known_tags import require_known
from seq2seq.data.preparing.read import REPLAY
from seq2seq.data.preparing.report import Report, SplitReport
from seq2seq.data.preparing.shard_list import version
from seq2seq.data.preparing.split import Split
from seq2seq.data.preparing.vocabularies import Preparation
from seq2seq.data.reading.raw_split import Source
from seq2seq.data.reading.sources import find_replay, find_splits
from seq2seq.errors import DataError
from seq2seq.files.pipes import is_pipe
from seq2seq.text.sketch import Sketch
from seq2seq.text.vocabulary.extension import VocabularyExtension
from seq2seq.text.vocabulary.labels import LabelVocabulary
from seq2seq.text.vocabulary.pair import VocabularyPair
from seq2seq.text.vocabulary.series import SeriesFormat
from seq2seq.wording import plural

_ANY_LENGTH: Final = 2**31 - 1


@dataclass(frozen=True)
class Prepared:
    """Data ready to be batched."""

    tokenizers: VocabularyPair
    train: Split
    """The training split; after it, the other data that are mixed in."""
    new: int
    """Rows of the training split itself."""
    firsts: tuple[int, ...]
    """The first row of each of its sources, and of what is replayed."""
    dev: Split
    test: Split | None
    fingerprint: str
    """Digest of the data, the tokenizers and the settings; the name of the folder below the cache."""
    sketch: Sketch
    """Sketch of the texts of ``train``, by which they are recognised later."""
    report: Report
    folder: Path
    shards: int | None = None
    """Shards of the stream of which ``train`` is a sample; None: it is no sample."""


@dataclass(frozen=True)
class PreparedShards:
    """Some shards of a training split, ready to be batched."""

    train: Split
    sketch: Sketch
    report: SplitReport
    folder: Path


def prepare(
    data: DataConfig,
    tokenizer: TokenizerConfig,
    *,
    seed: int,
    sides: Sides = TEXTS,
    tokenizers: VocabularyPair | None = None,
    extension: VocabularyExtension | None = None,
    whole: bool = False,
) -> Prepared:
    """Read, filter and tokenise the splits of a recipe; or open what an earlier run prepared.

    Of a training split that is a stream (``data.stream``), a sample is prepared.

    Args:
        data: where the splits are, and which rows stay.
        tokenizer: how to train the tokenizers, on what stays of the training split.
        sides: what an example consists of.
        whole: texts of any length stay, to be read in windows.
        seed: decides which examples are held out where there is no development split, and which sentences the
            tokenizer is trained on where there are very many.
        tokenizers: use these instead of training new ones.
        extension: how ``tokenizers`` are changed first.

    Raises:
        DataError: the data is not there, or wrong (file, line, remedy).
        ConfigError: the settings contradict each other, or the vocabulary is too small.
    """
    if sides.target is SideKind.SERIES:  # settings bound the length of windows, and some are alike
        data = data.model_copy(update={"filters": FilterConfig(max_length=_ANY_LENGTH, duplicates=False)})
    form = tokenizers.source if tokenizers is not None and isinstance(tokenizers.source, SeriesFormat) else None
    sources = {str(name): source for name, source in find_splits(data, sides=sides, form=form).items()}
    train_source = sources["train"]
    if tokenizers is None and train_source is not None:
        tokenizers = train_source.tokenizers
    preparation = Preparation(data, tokenizer, sides, seed, tokenizers, extension, whole)
    sources[REPLAY] = find_replay(data, sides=sides)
    others = _sample_shards(sources, data.stream) if data.stream is not None else []
    _warn_of_pipes(sources)
    fingerprint, folder, about, cached = _find_or_build(sources, preparation, others)
    report = Report.from_dict(cast(dict[str, Any], about["report"]))
    log.say("data" + (f" (prepared before, in {folder})" if cached else ""))
    for line in report.lines():
        log.say(f"  {line}")
    for code, text in report.warnings(sample=bool(others)):
        log.warn(text, code=code)
    splits = cast(dict[str, dict[str, list[str]]], about["splits"])
    replayed = _open(folder, splits[REPLAY]) if REPLAY in splits else None
    own = _open(folder, splits["train"])
    train = _open(folder, splits["train"], replayed)
    return Prepared(
        tokenizers=tokenizers if tokenizers and extension is None else VocabularyPair.load(folder),
        train=train,
        new=len(own),
        firsts=(*_firsts(own, sources["train"]), *[len(own)] * bool(replayed)),
        dev=_open(folder, splits["dev"]),
        test=_open(folder, splits["test"]) if "test" in splits else None,
        fingerprint=fingerprint,
        sketch=Sketch.from_dict(about["sketch"]),
        report=report,
        folder=folder,
        shards=len(others) or None,
    )


def prepare_shards(
    data: DataConfig,
    tokenizer: TokenizerConfig,
    shards: Sequence[str],
    *,
    seed: int,
    tokenizers: VocabularyPair,
    sides: Sides = TEXTS,
    whole: bool = False,
) -> PreparedShards:
    """Read, filter and tokenise some shards of a training split; or open what was prepared before.

    The development split is that of the sample, which :func:`prepare` has prepared.

    Args:
        data: the corpus, like all others as in :func:`prepare`.
        tokenizer: as the tokenizers were trained.
        shards: their names.
        seed: of the run.
        tokenizers: those of the sample.
        sides: what an example consists of.
        whole: texts of any length stay.

    Raises:
        NoExamples: no row of them is left.
        DataError: a shard is missing or wrong.
    """
    data = data.model_copy(update={"dev_size": 0, "test_size": 0})  # nothing is held out of them
    train = find_splits(data, ("train",), sides=sides)["train"]
    assert train is not None
    train = _of_shards(train, shards)
    if sides.source is SideKind.TAGS:
        assert isinstance(tokenizers.source, LabelVocabulary)
        train = require_known(train, tokenizers.source)
    preparation = Preparation(data, tokenizer, sides, seed, tokenizers, None, whole)
    _, folder, about, _ = _find_or_build({"train": train}, preparation, [])
    report = Report.from_dict(cast(dict[str, Any], about["report"]))
    splits = cast(dict[str, dict[str, list[str]]], about["splits"])
    return PreparedShards(_open(folder, splits["train"]), Sketch.from_dict(about["sketch"]), report.train, folder)


def _find_or_build(
    sources: dict[str, Source | None], preparation: Preparation, others: list[tuple[str, int | str]]
) -> tuple[str, Path, dict[str, Any], bool]:
    """Fingerprint and folder of what is prepared, what is known of it, and whether it was there."""
    contents = {name: source.fingerprint() for name, source in sources.items() if source is not None}
    fingerprint = fingerprint_of(contents, preparation, others)
    folder, about, cached = open_or_build(
        cache_folder(preparation.data.cache),
        fingerprint,
        lambda scratch: build(scratch, sources, contents, preparation),
    )
    return fingerprint, folder, about, cached


def _open(folder: Path, names: dict[str, list[str]], then: Split | None = None) -> Split:
    lengths = names.get(LENGTHS)  # data that an earlier version prepared have none
    paths = [folder / path for path in names["paths"]]
    return Split(paths, names["files"], then, lengths=folder / lengths[0] if lengths else None)


def _firsts(own: Split, source: Source | None) -> tuple[int, ...]:
    """The first row of each source of the training split."""
    parts = source.parts if source is not None else ()
    return tuple(own.first_rows(list(accumulate([0, *parts[:-1]]))))


def _sample_shards(sources: dict[str, Source | None], stream: StreamConfig) -> list[tuple[str, int | str]]:
    """Leave a sample of the shards in the training split, evenly spread over all.

    Returns:
        Names and versions of all shards: a run is resumed on no others.
    """
    train = sources["train"]
    assert train is not None
    if sources["dev"] is None:
        raise DataError(
            f"{train.name}: there is no development split, and none can be held out of a stream (data.stream).",
            settings="Give one: --set data.dev=FILE",
            code="data.stream-without-dev",
        )
    labels, size = [origin.label for origin in train.origins], min(stream.sample, len(train.origins))
    sources["train"] = _of_shards(train, [labels[number * len(labels) // size] for number in range(size)])
    _require_filled(train)
    return [(origin.label, version(origin)) for origin in train.origins]


def _of_shards(train: Source, shards: Sequence[str]) -> Source:
    """The shards of some names."""
    origins = {origin.label: origin for origin in train.origins}
    if gone := [label for label in shards if label not in origins]:
        raise DataError(
            f"{', '.join(gone)}: gone, while training reads it as a stream (data.stream). Put it back, and resume.",
            code="data.changed",
        )
    name = f"{train.name} ({len(shards):,} of {plural(len(origins), 'shard')})"
    return replace(train, name=name, origins=tuple(origins[label] for label in shards))


def _require_filled(train: Source) -> None:
    """Refuse a shard with an empty file, such as a download that failed leaves."""
    for origin in train.origins:
        if not all(path.stat().st_size for path in origin.paths):
            raise DataError(
                f"{origin.label}: it is empty, and a stream (data.stream) trains on every shard. Remove it.",
                code="data.empty-file",
            )


def _warn_of_pipes(sources: dict[str, Source | None]) -> None:
    """Say what pipes among the data mean for a run that is to be resumed."""
    present = [source for source in sources.values() if source is not None]
    paths = [path for source in present for origin in source.origins for path in origin.paths]
    pipes = [str(path) for path in paths if is_pipe(path)]
    if pipes:
        log.warn(
            f"{', '.join(pipes)}: a pipe is read once, and its copy is deleted when this process ends. To resume the "
            "run, or to evaluate on the same data later, give a file.",
            code="data.pipe",
        )
