"""The examples that a model is evaluated on: those of its recipe, or others with columns of their own."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from seq2seq.config.data import AlignedFiles, ColumnsConfig, DataConfig, Location
from seq2seq.config.sides import Sides
from seq2seq.data.reading.examples import Examples
from seq2seq.data.reading.find_files import FURTHER, kind_by_content, kind_by_name, resolve
from seq2seq.data.reading.sources import SplitName, read_pairs
from seq2seq.errors import ConfigError, DataError, advising_options
from seq2seq.inference.forecasting.forecaster import SeriesForecaster
from seq2seq.inference.lines import read_lines
from seq2seq.inference.pipeline import Pipeline
from seq2seq.model_folder.read import ModelFolder
from seq2seq.scoring import forecasting
from seq2seq.scoring.evaluation_set import EvaluationSet
from seq2seq.scoring.scored import Report, Scored
from seq2seq.scoring.series_data import Windows, own_windows, windows_of
from seq2seq.scoring.splits import read_own, score


def examples_for(
    folder: ModelFolder,
    data: Location | None,
    split: SplitName | None,
    columns: Mapping[str, str | int],
    *,
    skip_bad: bool,
) -> Examples:
    """The examples to evaluate a model on: of its recipe, or of ``data``, a location or two aligned files.

    ``split`` is that of the recipe, or of data with several (None: test); ``columns`` are ``source`` and ``target``
    where they are named. With ``skip_bad``, malformed rows are skipped and counted.

    Raises:
        DataError: there are none, or they cannot be read.
        ConfigError: the columns contradict each other.
    """
    config = folder.own_data if data is None else folder.reading
    config = config.model_copy(update={"skip_bad": config.skip_bad or skip_bad})
    if data is not None:
        return examples_of(config, data, split, columns, sides=folder.recipe.sides)
    examples = read_own(folder.recipe.model_copy(update={"data": config}), split or "test", folder.tokenizers)
    if examples is None:
        raise no_split(split)
    return examples


def score_data(
    folder: ModelFolder,
    pipeline: Pipeline,
    data: Location | None,
    split: SplitName | None,
    columns: Mapping[str, str | int],
    *,
    skip_bad: bool,
    origins: int = 1,
) -> Scored[Report]:
    """Score a model on examples, as :func:`examples_for` finds them; one that forecasts, on the end of each series.

    Forecasts are from ``origins`` of each series, one step apart.

    Raises:
        DataError: there are none, or they cannot be read, or the model has learnt from them.
        ConfigError: the columns contradict each other; or they are named, or rows are to be skipped, of series.
    """
    if not isinstance(pipeline, SeriesForecaster):
        return score(folder, pipeline, examples_for(folder, data, split, columns, skip_bad=skip_bad))
    if columns or skip_bad:
        raise no_columns(folder)
    found = held_out_windows(folder, data, split, origins=origins)
    return forecasting.score(pipeline, *found, ets=origins == 1, origins=origins)


def held_out_windows(
    folder: ModelFolder, data: Location | None, split: SplitName | None, *, origins: int = 1
) -> Windows:
    """The end of every series of a file, or of the recipe's own data, and the name of the data.

    ``split`` of the recipe's data, or None: the test, what the model has not learnt from; of a file: its last horizon,
    but one for ``dev``. ``origins`` is as of :func:`~seq2seq.scoring.series_data.windows_of`.

    Raises:
        DataError: the recipe holds nothing out; or data are missing, or wrong.
        ConfigError: the data are two files.
    """
    if isinstance(data, AlignedFiles):
        raise no_columns(folder)
    if data is None:
        found = own_windows(folder, split or "test", origins=origins)
    else:
        found = windows_of(folder, resolve(data), split, origins=origins)
    if found is None:
        raise no_split(split)
    return found


def no_columns(folder: ModelFolder) -> ConfigError:
    """The error where columns are named, or rows are to be skipped, of series."""
    problem = f"{folder.path} forecasts: give one file of series, with the columns that its recipe names"
    return ConfigError("data", [problem], code="evaluation.series")


def evaluation_set_for(
    folder: ModelFolder,
    data: Location | None,
    split: SplitName | None,
    columns: Mapping[str, str | int],
    references: Sequence[tuple[str, Sequence[str]]],
    *,
    skip_bad: bool,
) -> EvaluationSet:
    """Sources and references for a model that translates: as :func:`examples_for`, and further references, by name.

    ``data`` that is plain text has sources only.

    Raises:
        DataError: there are none, or they cannot be read; the numbers of lines differ.
        ConfigError: the columns contradict each other.
    """
    if isinstance(data, str) and is_text(data, has_references=bool(references)):
        if not references:
            raise DataError(f"{data}: is plain text; its references are missing", code="evaluation.no-references")
        found = EvaluationSet(data, read_lines(Path(data).expanduser()), [])
    else:
        found = EvaluationSet.from_examples(examples_for(folder, data, split, columns, skip_bad=skip_bad))
    return found.with_references(references)


def is_file(data: str) -> bool:
    """Whether data are one file."""
    return resolve(data).is_file()


def is_text(data: str, *, has_references: bool) -> bool:
    """Whether data are a file of sentences, not of pairs: by its name, and where it has no references by its lines."""
    if not is_file(data) or kind_by_name(Path(data)):
        return False
    return has_references or kind_by_content(resolve(data)) is None


def is_document(data: str) -> bool:
    """Whether data are a file that some models read as it is: text that is generated, or sequences of vectors."""
    return any(kind_by_name(Path(data), side=kind) is not None for kind in FURTHER)


def no_split(split: str | None) -> DataError:
    """The error where the recipe's own data lack the split that is to be scored."""
    message = f"The recipe has no {split or 'test'} split. Name the data: seq2seq evaluate MODEL DATA"
    return DataError(message, code="data.no-such-split")


def examples_of(
    config: DataConfig, data: Location, split: SplitName | None, columns: Mapping[str, str | int], *, sides: Sides
) -> Examples:
    """The examples of other data than the recipe's.

    Raises:
        DataError: they cannot be read.
        ConfigError: the columns contradict each other.
    """
    source, target = columns.get("source"), columns.get("target")  # or languages, for data that have no columns
    languages = (source, target) if isinstance(source, str) and isinstance(target, str) else None
    # Columns that are named are meant as they stand; only the recipe's can be swapped.
    how = {
        "columns": _columns(config, columns),
        "languages": languages if columns else config.languages,
        "swap": config.swap and not columns,
        "extra_columns": config.extra_columns or bool(columns),
    }
    with advising_options():
        return read_pairs(data, config.model_copy(update=how), sides=sides, split=split)


def _columns(config: DataConfig, named: Mapping[str, str | int]) -> ColumnsConfig:
    """The recipe's columns, changed by the named ones.

    A group column stays if it is named in the same way (by name, or by number), and is not one of the others.
    """
    changed = config.columns.model_copy(update=dict(named))
    if config.has_steps:
        return changed
    kinds = {type(column) for column in (changed.source, changed.target) if column is not None}
    if len(kinds) > 1:
        problem = (
            f"one column has a name, the other a number ({changed.source!r}, {changed.target!r}): name both, "
            "--source-column and --target-column, in the same way"
        )
        raise ConfigError("columns", [problem], code="data.mixed-columns")
    if type(changed.group) not in kinds or changed.group in (changed.source, changed.target):
        return changed.model_copy(update={"group": None})
    return changed
