"""Sources of splits: files of every format, pairs of files, folders of shards, data sets of the hub."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from seq2seq import hub
from seq2seq.config.data import AlignedFiles, ColumnsConfig, DataConfig, Location, ReplayConfig, SplitsConfig
from seq2seq.config.sides import TEXTS, SideKind, Sides
from seq2seq.data.reading import hub_data
from seq2seq.data.reading.examples import Examples
from seq2seq.data.reading.find_files import Pair, Piece, existing, locate, resolve, search
from seq2seq.data.reading.mixed import configs_of, mix
from seq2seq.data.reading.raw_split import Origin, Source
from seq2seq.data.reading.readers import Readers, by_names
from seq2seq.data.reading.sequences.windows import find_windows
from seq2seq.data.tables.columns import by_name
from seq2seq.data.tables.problems import BadRows
from seq2seq.data.tables.registered import is_registered
from seq2seq.data.tables.rows import Rows
from seq2seq.errors import ConfigError, DataError, MissingExtra
from seq2seq.files.digest import content_digest
from seq2seq.hints import setting
from seq2seq.text.vocabulary.series import SeriesFormat

if TYPE_CHECKING:
    from datasets import Dataset

SplitName = Literal["train", "dev", "test"]


def find_splits(
    config: DataConfig,
    wanted: Sequence[SplitName] = ("train", "dev", "test"),
    *,
    sides: Sides = TEXTS,
    form: SeriesFormat | None = None,
) -> dict[SplitName, Source | None]:
    """Find splits, without reading them (but series, which are split by time). None: the recipe gives no such split.

    ``form`` is what a model that is trained further reads of series.

    Raises:
        DataError: the recipe gives one, but it is not there.
        MissingExtra: what reads a Parquet file, or a data set of the hub, is not installed.
        ConfigError: columns are given by name and by position at once, or no data is given at all.
    """
    if config.sources:
        found = [find_splits(one, wanted, sides=sides) for one in configs_of(config, config.sources)]
        return {split: mix(config, config.sources, [splits[split] for splits in found]) for split in wanted}
    if sides.target is SideKind.SERIES:
        of_series = find_windows(config, form)
        return {split: of_series[split] for split in wanted}
    if not config.has_steps:
        by_name(config.columns)
    on_hub: dict[str, Dataset] | None = None
    streamed: dict[str, list[hub_data.HubShard]] | None = None
    splits: dict[SplitName, Source | None] = {}
    for split in wanted:
        location: Location | None = getattr(config, split)
        if location is not None:
            splits[split] = _named_outright(location, config, sides)
        elif config.path is None:
            if split == "train":
                raise ConfigError("data", ["path or train: one of them is needed"], code="config.no-data")
            splits[split] = None
        elif config.path.startswith(hub.SCHEME) and config.stream is not None:
            streamed = streamed if streamed is not None else hub_data.stream_hub(config.path)
            splits[split] = _from_stream(config.path, streamed, split, config, sides)
        elif config.path.startswith(hub.SCHEME):
            on_hub = on_hub if on_hub is not None else dict(hub_data.load_hub(config.path))
            splits[split] = from_splits(config.path, on_hub, split, config, sides)
        else:
            splits[split] = _in_folder(existing(config.path), split, config, sides)
    train = splits.get("train")
    if config.soft_labels and train is not None:
        splits["train"] = replace(train, soft_labels=True)
    return splits


def missing(config: DataConfig, *, sides: Sides = TEXTS) -> list[str]:
    """Files of a recipe that are not on this machine, one problem each; the hub is not asked."""
    if config.sources:
        parts = enumerate(configs_of(config, config.sources))
        return [
            problem.replace("data.", f"data.sources.{number}.", 1)
            for number, part in parts
            for problem in missing(part, sides=sides)
        ]
    problems: dict[str, None] = {}  # one folder may lack more than one split
    searches: dict[str, Callable[[], object]]
    searches = {name: partial(find_splits, config, (name,), sides=sides) for name in get_args(SplitName)}
    searches["replay"] = partial(find_replay, config, sides=sides)
    for split, search_for in searches.items():
        own = getattr(config, split)
        location = own.data if isinstance(own, ReplayConfig) else own
        if str(config.path if location is None else location).startswith(hub.SCHEME):
            continue
        try:
            search_for()
        except DataError as error:
            where = f"data.{'path' if own is None else split}"
            problems.update(dict.fromkeys(f"{where}: {error}".split("\n")))
        except MissingExtra:  # whether it can be read here is another question
            continue
    return list(problems)


def find_replay(config: DataConfig, *, sides: Sides = TEXTS) -> Source | None:
    """Find the other data that are mixed into training, without reading them. None: the recipe gives none.

    Raises:
        DataError: the recipe gives some, but they are not there.
    """
    replay = config.replay
    if replay is None:
        return None
    where = replay.data
    if where is None:
        alone = configs_of(config, replay.sources)
        return mix(config, replay.sources, [find_splits(one, ("train",), sides=sides)["train"] for one in alone])
    whole = isinstance(where, str) and (where.startswith(hub.SCHEME) or _is_whole(where, replay.columns, config, sides))
    languages = replay.languages or config.languages
    others = {"path": None, "train": None, "dev": None, "test": None, "columns": replay.columns, "languages": languages}
    adapted = config.model_copy(update={**others, "path" if whole else "train": where})
    return find_splits(adapted, ("train",), sides=sides)["train"]


def read_split(config: DataConfig, split: SplitName, *, sides: Sides = TEXTS) -> Examples | None:
    """Read a split into memory. None: the recipe gives none."""
    source = find_splits(config, (split,), sides=sides)[split]
    return None if source is None else source.examples()


def read_pairs(
    location: Location | Path, config: DataConfig | None = None, *, sides: Sides = TEXTS, split: SplitName | None = None
) -> Examples:
    """Read examples from a file, two aligned files, a folder of shards, or the test split of a whole data set.

    Args:
        location: any of these.
        config: columns, names of splits, labels, and what else says how to read; not where.
        sides: what an example consists of.
        split: which of them to read; if it is given, the location must be a whole data set.

    Raises:
        DataError: it is not there, rows are bad, or there are none.
    """
    where = str(location) if isinstance(location, Path) else location
    nowhere = {"path": None, "train": None, "dev": None, "test": None, "sources": ()}
    common = (config or DataConfig()).model_copy(update=nowhere)
    whole = isinstance(where, str) and (
        split is not None or where.startswith(hub.SCHEME) or _is_whole(where, common.columns, common, sides)
    )
    adapted = common.model_copy(update={"path" if whole else "test": where})
    wanted: SplitName = split or "test"
    source = find_splits(adapted, (wanted,), sides=sides)[wanted]
    if source is None:
        raise DataError(f"{where}: it has no {wanted} split.", code="data.no-such-split")
    return source.examples()


def _is_whole(where: str, columns: ColumnsConfig, config: DataConfig, sides: Sides) -> bool:
    """Whether a folder is a whole data set: one with a test split, or a development split."""
    folder = resolve(where)
    names = (config.splits.test, config.splits.dev)
    endings = _endings(columns, config)
    return folder.is_dir() and any(search(folder, group, endings, side=sides.files) is not None for group in names)


def _endings(columns: ColumnsConfig, config: DataConfig) -> ColumnsConfig:
    """The endings of aligned files: the names of columns, else the languages."""
    if columns != ColumnsConfig() or config.languages is None:
        return columns
    return ColumnsConfig(source=config.languages[0], target=config.languages[1])


def _named_outright(location: Location, config: DataConfig, sides: Sides) -> Source:
    """A split that has a location of its own."""
    name = location.source if isinstance(location, AlignedFiles) else location
    pieces = locate(location, _endings(config.columns, config), side=sides.files)
    return _from_files(name, pieces, config, sides)


def _in_folder(folder: Path, split: SplitName, config: DataConfig, sides: Sides) -> Source | None:
    """A split in the folder of a whole data set."""
    if not folder.is_dir():
        raise DataError(
            f"{folder}: data.path is a folder with a file for each split.",
            settings=f"A single file: {setting('data.train', folder)}",
            code="data.folder-of-splits",
        )
    names: tuple[str, ...] = getattr(config.splits, split)
    files = search(folder, names, _endings(config.columns, config), side=sides.files)
    if files is None:
        if split == "train" or _names_given(config, split):
            raise _not_found(folder, names, split, config.columns)
        return None
    name, pieces = files
    return _from_files(str(folder / name) if len(pieces) > 1 else str(pieces[0]), pieces, config, sides)


def _from_files(name: str, pieces: list[Piece], config: DataConfig, sides: Sides) -> Source:
    readers = Readers(pieces, config, sides)
    origins = tuple(
        Origin(
            str(piece),
            readers.reader(piece),
            partial(content_digest, piece.paths),
            piece.paths,
            apart=isinstance(piece, Pair) or not is_registered(piece.kind),
            cutting=readers.cutting(piece),
        )
        for piece in pieces
    )
    return Source(name, origins, config.skip_bad, config.swap, config.labels, sides=sides)


def _names_given(config: DataConfig, split: SplitName) -> bool:
    """Whether the recipe says what a split is called, so that it has to be there."""
    names: tuple[str, ...] = getattr(config.splits, split)
    return bool(names != SplitsConfig.model_fields[split].default)


def from_splits(
    path: str, splits: "dict[str, Dataset]", split: SplitName, config: DataConfig, sides: Sides
) -> Source | None:
    """A split of a loaded data set."""
    name = _called(path, splits, split, config)
    if name is None:
        return None
    from seq2seq.data.reading.columnar import BATCH, flat_names, read_tables

    dataset = splits[name]
    label = f"{path}[{name}]"
    columns = by_names(label, config, sides, flat_names(dataset.data.schema))

    def read(bad: BadRows) -> Iterator[Rows]:
        tables = dataset.with_format("arrow").iter(batch_size=BATCH)
        return read_tables(label, tables, columns, bad, sides=sides, named=config.labels is None)

    # The fingerprint of a data set as loaded is a digest of its name, configuration and commit.
    origin = Origin(label, read, lambda: str(dataset._fingerprint))
    return Source(label, (origin,), config.skip_bad, config.swap, config.labels, sides=sides)


def _from_stream(
    path: str, splits: dict[str, list[hub_data.HubShard]], split: SplitName, config: DataConfig, sides: Sides
) -> Source | None:
    """A split of a data set that is read shard by shard."""
    name = _called(path, splits, split, config)
    if name is None:
        return None
    from seq2seq.data.reading.columnar import BATCH, flat_names, read_tables

    def read(shard: hub_data.HubShard, bad: BadRows) -> Iterator[Rows]:
        with closing(shard.tables(BATCH)) as tables:  # type: ignore[type-var]
            first = next(tables, None)
            if first is not None:
                columns = by_names(shard.label, config, sides, flat_names(first.schema))
                named = config.labels is None
                yield from read_tables(shard.label, chain([first], tables), columns, bad, sides=sides, named=named)

    def version(shard: hub_data.HubShard) -> str:
        return shard.version

    origins = tuple(Origin(one.label, partial(read, one), partial(version, one)) for one in splits[name])
    return Source(f"{path}[{name}]", origins, config.skip_bad, config.swap, config.labels, sides=sides)


def _called(path: str, splits: Iterable[str], split: SplitName, config: DataConfig) -> str | None:
    """The first of the names of a split that a data set has; None: it has no such split."""
    names: tuple[str, ...] = getattr(config.splits, split)
    name = next((name for name in names if name in splits), None)
    if name is None and (split == "train" or _names_given(config, split)):
        raise DataError(
            f"{path}: no split called {' or '.join(map(repr, names))}. It has: {', '.join(splits)}.",
            settings=f"Name one of them: --set data.splits.{split}=[NAME]",
            code="data.no-such-split",
        )
    return name


def _not_found(folder: Path, names: tuple[str, ...], split: SplitName, columns: ColumnsConfig) -> DataError:
    """The error about a folder that lacks a split."""
    there = sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
    hint = ""
    looked = [f"{names[0]}.tsv (.csv, .jsonl, .parquet)"]
    if isinstance(columns.source, str):
        looked.append(f"{names[0]}.{columns.source} with {names[0]}.{columns.target}")
    else:
        hint = "\n  Two aligned files go by their endings: "
    looked.append(f"a folder {names[0]}")
    others = f"; also {', '.join(names[1:])}" if names[1:] else ""
    by_settings = "--set data.columns.source=en --set data.columns.target=de" if hint else ""
    by_options = "--source-column en --target-column de" if hint else ""
    return DataError(
        f"{folder}: no {split} split. Looked for {', '.join(looked)}{others}.\n"
        f"  There is: {', '.join(there[:12]) or 'nothing'}{', ...' if len(there) > 12 else ''}",
        settings=f"Name it: --set data.splits.{split}=[NAME], or --set data.{split}=FILE{hint}{by_settings}",
        options=f"Name the file instead of the folder.{hint}{by_options}",
        code="data.no-such-split",
    )
