"""From a recipe's data section to tokenised splits on disk, cached under a fingerprint of all that decides them.

The folder of a fingerprint holds the tokenizers, and Arrow files of each split (:mod:`seq2seq.data.preparing.split`).
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import accumulate
from pathlib import Path
from typing import Any, Final, cast, get_args

from seq2seq import log
from seq2seq.config.data import DataConfig, FilterConfig, StreamConfig
from seq2seq.config.sides import TEXTS, SideKind, Sides
from seq2seq.config.tokenizer import TokenizerConfig
from seq2seq.data.preparing.build import LENGTHS, build
from seq2seq.data.preparing.cache import cache_folder, open_or_build
from seq2seq.data.preparing.known_tags import require_known
from seq2seq.data.preparing.read import REPLAY
from seq2seq.data.preparing.report import Report
from seq2seq.data.preparing.shard_list import version
from seq2seq.data.preparing.split import Split
from seq2seq.data.preparing.vocabularies import Preparation
from seq2seq.data.reading.raw_split import Source
from seq2seq.data.reading.sources import SplitName, find_replay, find_splits
from seq2seq.errors import DataError
from seq2seq.files.digest import content_digest
from seq2seq.files.pipes import is_pipe
from seq2seq.text.sketch import Sketch
from seq2seq.text.vocabulary.extension import VocabularyExtension
from seq2seq.text.vocabulary.labels import LabelVocabulary
from seq2seq.text.vocabulary.pair import VocabularyPair
from seq2seq.text.vocabulary.series import SeriesFormat
from seq2seq.wording import plural

FORMAT: Final = 5
"""Version of what is prepared; part of every fingerprint."""
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


def prepare(
    data: DataConfig,
    tokenizer: TokenizerConfig,
    *,
    seed: int,
    sides: Sides = TEXTS,
    tokenizers: VocabularyPair | None = None,
    extension: VocabularyExtension | None = None,
    whole: bool = False,
    shards: Sequence[str] | None = None,
) -> Prepared:
    """Read, filter and tokenise the splits of a recipe; or open what an earlier run prepared.

    Args:
        data: where the splits are, and which rows stay.
        tokenizer: how to train the tokenizers, on what stays of the training split.
        sides: what an example consists of.
        whole: texts of any length stay, to be read in windows.
        seed: decides which examples are held out where there is no development split, and which sentences the
            tokenizer is trained on where there are very many.
        tokenizers: use these instead of training new ones.
        extension: how ``tokenizers`` are changed first.
        shards: names of the shards of the training split that are prepared, where it is a stream (``None``: a sample).

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
    others = _choose_shards(sources, data.stream, shards) if data.stream is not None else []
    if shards is not None and tokenizers is not None and sides.source is SideKind.TAGS:
        assert sources["train"] is not None
        assert isinstance(tokenizers.source, LabelVocabulary)
        sources["train"] = require_known(sources["train"], tokenizers.source)
    _warn_of_pipes(sources)
    contents = {name: source.fingerprint() for name, source in sources.items() if source is not None}
    fingerprint = _fingerprint(contents, preparation, others)
    folder, about, cached = open_or_build(
        cache_folder(data.cache), fingerprint, lambda scratch: build(scratch, sources, contents, preparation)
    )
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


def _open(folder: Path, names: dict[str, list[str]], then: Split | None = None) -> Split:
    lengths = names.get(LENGTHS)  # data that an earlier version prepared have none
    paths = [folder / path for path in names["paths"]]
    return Split(paths, names["files"], then, lengths=folder / lengths[0] if lengths else None)


def _firsts(own: Split, source: Source | None) -> tuple[int, ...]:
    """The first row of each source of the training split."""
    parts = source.parts if source is not None else ()
    return tuple(own.first_rows(list(accumulate([0, *parts[:-1]]))))


def _choose_shards(
    sources: dict[str, Source | None], stream: StreamConfig, wanted: Sequence[str] | None
) -> list[tuple[str, int | str]]:
    """Leave some shards in the training split, by their names; None: a sample, evenly spread over all.

    Returns:
        Names and versions of all shards, for the sample: a run is resumed on no others.
    """
    train = sources["train"]
    assert train is not None
    if sources["dev"] is None:
        raise DataError(
            f"{train.name}: there is no development split, and none can be held out of a stream (data.stream).",
            settings="Give one: --set data.dev=FILE",
            code="data.stream-without-dev",
        )
    origins = {origin.label: origin for origin in train.origins}
    labels, size = list(origins), min(stream.sample, len(origins))
    shards = [labels[number * len(labels) // size] for number in range(size)] if wanted is None else wanted
    if gone := [label for label in shards if label not in origins]:
        raise DataError(
            f"{', '.join(gone)}: gone, while training reads it as a stream (data.stream). Put it back, and resume.",
            code="data.changed",
        )
    name = f"{train.name} ({len(shards):,} of {plural(len(origins), 'shard')})"
    sources["train"] = replace(train, name=name, origins=tuple(origins[label] for label in shards))
    if wanted is None:
        _require_filled(train)
        return [(label, version(origin)) for label, origin in origins.items()]
    sources["test"] = None
    return []


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


def _fingerprint(contents: dict[str, list[str]], preparation: Preparation, others: list[tuple[str, int | str]]) -> str:
    """Digest of all that decides what is prepared: content, settings, tokenizers; not the place of the cache.

    ``others`` are the shards of a stream that come later.
    """
    deciding = {"columns", "swap", "extra_columns", "skip_bad", "dev_size", "test_size", "hold_out", "unit", "labels"}
    # Left out where they are not set, so that a run from before they existed can be resumed.
    added = preparation.data.model_dump(
        mode="json",
        include={"casing", "languages", "target_languages", "terms", "vectors", "forecast", "soft_labels"},
        exclude_defaults=True,
    )
    reading = {"columns", "splits", "swap", "languages", "tags"}
    if preparation.data.sources:
        added["sources"] = [one.model_dump(mode="json", include=reading) for one in preparation.data.sources]
    if preparation.data.terms is not None:
        added["glossary"] = _glossary_digest(Path(preparation.data.terms.glossary))
    replay = preparation.data.replay
    if replay is not None and replay.languages is not None:
        added["replay languages"] = replay.languages
    decides: dict[str, Any] = {
        "format": FORMAT,
        "seed": preparation.seed,
        "sides": [kind.value for kind in preparation.sides],
        "whole": preparation.whole,
        "splits": {name: contents.get(name) for name in (*get_args(SplitName), REPLAY)},
        "data": preparation.data.model_dump(mode="json", include={*deciding, "filters"}) | added,
        # Sampling happens while training.
        "tokenizer": preparation.tokenizers.fingerprint
        if preparation.tokenizers
        else preparation.tokenizer.model_dump(mode="json", exclude={"sampling", "symbols"}),
        "growth": None if preparation.extension is None else asdict(preparation.extension),
        "replay": None if replay is None else replay.columns.model_dump(mode="json"),
    }
    if others:
        decides["stream"] = others
        # A run that met a bad row in a later shard can be resumed without it: the sample is the same.
        decides["data"] = decides["data"] | {"skip_bad": False}
    if preparation.protection is not None:
        decides["protection"] = asdict(preparation.protection)
    return hashlib.blake2b(json.dumps(decides, sort_keys=True).encode(), digest_size=16).hexdigest()


def _glossary_digest(path: Path) -> str:
    """Digest of a glossary; of one that is gone, nothing: training needs it, and scoring does not."""
    return content_digest((path,)) if path.exists() else ""
