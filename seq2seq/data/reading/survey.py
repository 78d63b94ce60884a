"""A look at data without a recipe: their task, where their columns are, and what decides the size of a model."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import chain, islice
from pathlib import Path
from typing import Final, NamedTuple

from seq2seq.config.data import DataConfig, Location, VectorsConfig
from seq2seq.config.default_recipe import default_recipe
from seq2seq.config.forecast import ForecastConfig
from seq2seq.config.overrides import Overrides, as_texts, sets
from seq2seq.config.recipe import RECIPES
from seq2seq.config.sides import TEXTS, SideKind, Sides
from seq2seq.config.sized import CorpusFacts
from seq2seq.data.reading.find_files import DOCUMENTS, SEQUENCES, endings, resolve
from seq2seq.data.reading.infer_columns import infer_columns, looks_labelled
from seq2seq.data.reading.sources import find_splits
from seq2seq.data.tables.problems import BadRows
from seq2seq.errors import DataError
from seq2seq.files.opening import without_compression
from seq2seq.series.forecasting import read_to_forecast, usual_horizon
from seq2seq.series.reading.recognise import holds_series
from seq2seq.text.scripts import WITHOUT_SPACES, count_letters
from seq2seq.text.vocabulary.soft_labels import likeliest
from seq2seq.wording import listed

_ROWS: Final = 500_000
"""Maximum number of rows that are read."""
_SAMPLE: Final = 10_000
"""Rows from which task, letters and words are inferred."""
_CHARACTERS_PER_TOKEN: Final = 4.0
_DENSE: Final = 1.5
"""Characters per token where a character is a word or a syllable."""
_SHORT: Final = 30
"""Largest mean length of targets, in characters, for which words are spelt letter by letter."""
_UNBALANCED: Final = 3.0


class Survey(NamedTuple):
    """The result of :func:`survey`."""

    task: str
    """Of the recipe."""
    config: DataConfig
    """Where the data lie, and their columns."""
    facts: CorpusFacts | None
    """Of the training split (None: tunes, whose recipe is fixed)."""


def survey(
    data: Sequence[str],
    task: str | None = None,
    columns: Mapping[str, str | int] | None = None,
    *,
    dev: Location | None = None,
    test: Location | None = None,
    overrides: Overrides = (),
) -> Survey:
    """Look at data without a recipe.

    Args:
        data: a table, a text file, a folder, `hf://user/name`; or two aligned files, sources first.
        task: of the data, if it is known.
        columns: `source` and `target`, by name or position from 0, if they are known.
        dev: development split (None: some rows are held out).
        test: test split, scored when training ends.
        overrides: settings that will be changed; those of `data` say how series and vectors are read.

    Raises:
        DataError: the data are missing or unreadable, or their columns cannot be inferred.
        ConfigError: the data are series or vectors, and a setting is wrong.
    """
    steps = sets(overrides, "data.vectors.channels")
    if task is None and not columns and len(data) == 1 and not steps:
        task = "forecasting" if are_series(data[0], overrides) else None
    if task == "forecasting":
        return _series(data, columns, dev, test, overrides)
    suffixes = _suffixes(data[0])
    if (sequences := find_sequences(data, task, columns, overrides)) is not None:
        task, config, sides = sequences
    elif task is None:
        task, config = _infer_task(data, suffixes, columns)
        sides = RECIPES[task].usual_sides
    else:
        sides = RECIPES[task].usual_sides
        config = infer_columns(data, sides, given=columns)
    tunes = task == "generation" and suffixes == {".abc"}
    facts = None if tunes else corpus_facts(config, sides)
    return Survey(task, config.model_copy(update={"dev": dev, "test": test}), facts)


def find_sequences(
    data: Sequence[str],
    task: str | None,
    columns: Mapping[str, str | int | None] | None,
    overrides: Overrides = (),
) -> tuple[str, DataConfig, Sides] | None:
    """Task, places and sides of data that are sequences of vectors; None: others are.

    They are files of such sequences, or tables with one row per step, if settings name the channels. Arguments and
    errors are those of :func:`survey`.
    """
    task, steps = task or "classification", sets(overrides, "data.vectors.channels")
    kind = RECIPES[task]
    if not (kind.reads_vectors or kind.writes_vectors) or not (steps or _holds_sequences(_suffixes(data[0]))):
        return None
    sides = kind.usual_sides if kind.writes_vectors else kind.usual_sides._replace(source=SideKind.VECTORS)
    config = infer_columns(data, sides, given=columns, steps=steps)
    if kind.reads_vectors:
        config = config.model_copy(update={"vectors": VectorsConfig()})
    own = [text for text in as_texts(overrides) if text.startswith(("data.", "data="))]
    if own:
        changed = default_recipe(task, config, CorpusFacts(rows=1, tokens=1, shared_letters=0.0), own).data
        config = config.model_copy(update={"columns": changed.columns, "vectors": changed.vectors})
    return task, config, sides


def are_series(location: str, overrides: Overrides) -> bool:
    """Whether data of which nothing else is known are to be forecast: a setting says so, or the file does."""
    return sets(overrides, "data.forecast") or holds_series(resolve(location))


def forecast_settings(
    location: str, overrides: Overrides, *, dev: Location | None = None, test: Location | None = None
) -> DataConfig:
    """How series are read for which there is no recipe; the horizon is 1 unless it is set.

    Raises:
        ConfigError: a setting is wrong.
    """
    config = DataConfig(train=location, dev=dev, test=test, forecast=ForecastConfig(horizon=1))
    return default_recipe("forecasting", config, CorpusFacts(rows=1, tokens=1), overrides).data


def _series(
    data: Sequence[str],
    columns: Mapping[str, str | int] | None,
    dev: Location | None,
    test: Location | None,
    overrides: Overrides,
) -> Survey:
    """Series, which are forecast; how far, by what they are, unless it is set."""
    location = data[0]
    if columns or len(data) > 1:
        what = f"columns {listed(list(columns.values()))}" if columns else f"{len(data)} files"
        raise DataError(
            f"{location}: {what}: series are one file, and have no sources and targets.\n"
            "  Give one file alone; --set data.forecast.series=NAME, .time and .value name columns.",
            code="series.columns",
        )
    config = DataConfig(train=location, dev=dev, test=test)
    forecast = forecast_settings(location, overrides, dev=dev, test=test).forecast
    assert forecast is not None  # a rule of recipes
    found = read_to_forecast(resolve(location), forecast)
    horizon = forecast.horizon if sets(overrides, "data.forecast.horizon") else usual_horizon(found)
    windows = sum(max(len(one) - horizon, 1) for one in found.series)
    forecast = forecast.model_copy(update={"horizon": horizon})
    config = config.model_copy(update={"forecast": forecast})
    return Survey("forecasting", config, CorpusFacts(rows=windows, tokens=sum(map(len, found.series))))


def _holds_sequences(suffixes: set[str]) -> bool:
    """Whether all data among files with these endings are sequences of vectors."""
    data = suffixes & {*endings(side=SideKind.VECTORS)}
    return bool(data) and data <= {*SEQUENCES}


def _infer_task(
    data: Sequence[str], suffixes: set[str], columns: Mapping[str, str | int] | None
) -> tuple[str, DataConfig]:
    """Plain text is for generation, few distinct short targets are labels, and the rest is for translation."""
    if len(data) == 2:
        task = "translation"
    elif suffixes and suffixes <= set(DOCUMENTS):
        task = "generation"
    else:
        task = "classification"
        try:
            config = infer_columns(data, TEXTS, given=columns)
        except DataError:
            pass  # its columns are named like texts and labels
        else:
            sources, targets = _sample(config, TEXTS)
            if not (looks_labelled(targets) or looks_labelled(sources)):
                return "translation", config
    return task, infer_columns(data, RECIPES[task].usual_sides, given=columns)


def _suffixes(location: str) -> set[str]:
    """Endings of the files at a location, compression aside."""
    path = resolve(location)
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    return {Path(without_compression(file.name)).suffix for file in files if not file.name.startswith(".")}


def _rows(config: DataConfig, sides: Sides) -> Iterator[tuple[list[str], list[str]]]:
    """Sources and targets of the training split, some rows at a time, without the malformed ones."""
    train = find_splits(config, ("train",), sides=sides)["train"]
    assert train is not None
    with closing(train.rows(BadRows())) as chunks:
        for _, rows in chunks:
            yield rows.sources, rows.targets


def _sample(config: DataConfig, sides: Sides) -> tuple[list[str], list[str]]:
    sources: list[str] = []
    targets: list[str] = []
    for some_sources, some_targets in _rows(config, sides):
        sources += some_sources
        targets += some_targets
        if len(sources) >= _SAMPLE:
            break
    return sources[:_SAMPLE], targets[:_SAMPLE]


def corpus_facts(config: DataConfig, sides: Sides) -> CorpusFacts:
    """What decides the size of a model for the training split; of labels with probabilities, by the most probable ones.

    Raises:
        DataError: it is missing or unreadable.
    """
    rows = 0
    tokens = 0.0
    texts: list[list[str]] = [[], []]
    labels: Counter[str] = Counter()
    per_token = 0.0
    for chunk in _rows(config, sides):
        rows += len(chunk[0])
        if not per_token:
            per_token = _CHARACTERS_PER_TOKEN if _spaced(chain(*chunk)) else _DENSE
        for side, column in enumerate(chunk):
            if len(texts[side]) < _SAMPLE:
                texts[side] += column[: _SAMPLE - len(texts[side])]
        if sides.target is SideKind.LABEL:
            labels.update(map(likeliest, chunk[1]) if config.soft_labels else chunk[1])
        kinds = (sides.source, sides.target)
        for kind, column in zip(kinds, chunk, strict=True):
            tokens += _tokens(kind, column, per_token)
        if rows >= _ROWS:
            break
    source, target = texts
    counts = labels.values()
    short = sides.target is not SideKind.TEXT or sum(map(len, target)) <= _SHORT * max(len(target), 1)
    words = sides.source is SideKind.TEXT
    single = short and (_single_words(source) if words else sides == (SideKind.VECTORS, SideKind.TEXT))
    return CorpusFacts(
        rows=rows,
        tokens=round(tokens * per_token) if single and words else round(tokens),
        single_words=single,
        shared_letters=_shared_letters(source, target) if sides == TEXTS else 0.0,
        unbalanced=bool(counts) and max(counts) > _UNBALANCED * min(counts),
    )


def _tokens(kind: SideKind, column: Sequence[str], per_token: float) -> float:
    """Tokens of a column, ends included, estimated for texts; of vectors, steps."""
    match kind:
        case SideKind.TEXT:
            return sum(map(len, column)) / per_token + len(column)
        case SideKind.VECTORS:
            return sum(text.count("[") - 1 for text in column)
        case _:
            return len(column)


def _single_words(texts: Sequence[str]) -> bool:
    """Whether nine in ten texts are one word, in a script with spaces between words."""
    filled = [text.strip() for text in texts if text.strip()]
    alone = sum(len(text.split()) == 1 and len(text) <= 40 for text in filled)
    return bool(filled) and alone >= 0.9 * len(filled) and _spaced(filled)


def _spaced(texts: Iterable[str]) -> bool:
    """Whether most letters belong to scripts with spaces between words."""
    letters = count_letters(islice(texts, 1000))
    return sum(letters[script] for script in WITHOUT_SPACES) <= letters.total() / 2


def _shared_letters(source: Sequence[str], target: Sequence[str]) -> float:
    """Share of the target's letters, weighted by frequency, that the source uses, too."""
    used = {char.casefold() for text in source for char in text if char.isalpha()}
    counts = Counter(char.casefold() for text in target for char in text if char.isalpha())
    total = sum(counts.values())
    return sum(count for char, count in counts.items() if char in used) / total if total else 1.0
