"""Training in Python: a recipe, or data alone, to a model; and a model with new data to another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from signal import Signals
from typing import TYPE_CHECKING

from seq2seq.api.models import Column, Task, load, location_of, named_columns
from seq2seq.config.data import Location
from seq2seq.config.default_recipe import default_recipe
from seq2seq.config.initial_model import Part
from seq2seq.config.load import load_recipe, names_recipe, parse_recipe
from seq2seq.config.recipe import Recipe
from seq2seq.errors import TrainingInterrupted
from seq2seq.extras import require
from seq2seq.inference.pipeline import Pipeline
from seq2seq.model_folder.description import TrainingSummary

if TYPE_CHECKING:
    from seq2seq.scoring.compare import ModelComparison
    from seq2seq.scoring.scored import Report, Scored
    from seq2seq.training.loop import RunResult

Settings = Mapping[str, object]
"""Settings of a recipe by their full names, such as ``{"training.max_time": "20m"}``."""


@dataclass(frozen=True)
class TrainingResult:
    """The result of :func:`train` and :func:`finetune`."""

    path: Path
    """The model folder."""
    summary: TrainingSummary
    """Steps, epochs, seconds, the best step and its metric."""
    scores: "Scored[Report] | None" = None
    """Scores on the recipe's test set (None: it has no test set, or another process has them)."""
    comparisons: "tuple[ModelComparison, ...]" = ()
    """After fine-tuning: the first model and the new one on each set of examples."""

    @cached_property
    def pipeline(self) -> Pipeline:
        """The model, loaded at its first use; ``Translator.load(result.path)`` is the same with a precise type."""
        return load(self.path)


def train(
    recipe: Recipe | str | Path | Sequence[str | Path],
    output: str | Path,
    *,
    settings: Settings | None = None,
    task: Task | None = None,
    source_column: Column | None = None,
    target_column: Column | None = None,
    dev: str | Path | Sequence[str | Path] | None = None,
    test: str | Path | Sequence[str | Path] | None = None,
    devices: int | str = "auto",
    accelerator: str = "auto",
    threads: int | None = None,
    resume: bool = False,
    overwrite: bool = False,
) -> TrainingResult:
    """Train a model, export it, and score it on its test set.

    Args:
        recipe: a recipe, its YAML file, or the name of a bundled one such as ``translation/phrasebook``; or data alone:
            a file, a folder, a data set of the hub, or two aligned files. For data, settings are chosen by their kind
            and size.
        output: the run folder to write; ``output/model`` will be the model folder.
        settings: settings of the recipe to change, such as ``{"training.max_time": "20m"}``.
        task: of data without a recipe (default: detected from the data).
        source_column: of data without a recipe: a name, a language, or an index from 0.
        target_column: likewise.
        dev: development set for data without a recipe (default: held out); two files are aligned.
        test: test set for data without a recipe, likewise.
        devices: number of processes or GPUs, or their indices, as Lightning Fabric takes them.
        accelerator: ``cpu``, ``cuda``, ``mps``, or ``auto``: the first available.
        threads: CPU threads per process (default: one per core).
        resume: resume the run in ``output``.
        overwrite: replace the run in ``output``.

    Raises:
        ConfigError: the recipe is wrong.
        DataError: its data are wrong.
        TrainingError: training cannot start or continue.
        MissingExtra: the extra `train` is not installed.
        TrainingInterrupted: SIGTERM; ``resume=True`` resumes.
        KeyboardInterrupt: Ctrl-C; ``resume=True`` resumes.
    """
    require("torch", "Training")
    from seq2seq.training.conclude import conclude
    from seq2seq.training.distributed import main_first
    from seq2seq.training.fit import LaunchOptions, fit

    columns = named_columns(source_column, target_column)
    plan, name = _resolve(recipe, settings or {}, task, columns, _split(dev), _split(test))
    launch = LaunchOptions(
        devices=devices, accelerator=accelerator, threads=threads, resume=resume, overwrite=overwrite
    )
    result = fit(plan, Path(output), launch, name=name)
    raise_if_interrupted(result)
    with main_first():  # the other processes read the folder that this one is still writing
        scores = conclude(result.model) if result.is_main else None
    return TrainingResult(result.model, result.summary, scores)


def _resolve(
    recipe: Recipe | str | Path | Sequence[str | Path],
    settings: Settings,
    task: Task | None,
    columns: dict[str, str | int],
    dev: Location | None,
    test: Location | None,
) -> tuple[Recipe, str | None]:
    """The recipe that the caller of :func:`train` means, and the name of its file."""
    if isinstance(recipe, str | Path) and names_recipe(str(recipe)):
        plan, name = load_recipe(str(recipe), settings), Path(str(recipe)).stem
    elif isinstance(recipe, Recipe):
        plan, name = recipe, None
        if settings:
            plan = parse_recipe(recipe.model_dump(mode="json"), "the recipe", settings)
    else:
        from seq2seq.data.reading.survey import survey

        found = survey(_places(recipe), task, columns, dev=dev, test=test, overrides=settings)
        return default_recipe(*found, settings), None
    if task or columns or dev or test:
        raise TypeError("task, columns, dev and test are for data without a recipe; change a recipe by its settings")
    return plan, name


def finetune(
    model: str | Path,
    data: str | Path | Sequence[str | Path],
    output: str | Path,
    *,
    settings: Settings | None = None,
    source_column: Column | None = None,
    target_column: Column | None = None,
    dev: str | Path | Sequence[str | Path] | None = None,
    test: str | Path | Sequence[str | Path] | None = None,
    to: str | None = None,
    retain_test: str | Path | None = None,
    extend_vocabulary: int = 0,
    replay: str | Path | None = None,
    replay_share: float = 0.5,
    l2_sp: float = 0.0,
    freeze: Sequence[Part] = (),
    devices: int | str = "auto",
    accelerator: str = "auto",
    threads: int | None = None,
    resume: bool = False,
    overwrite: bool = False,
) -> TrainingResult:
    """Fine-tune a model on new data, and compare the two.

    Args:
        model: a model folder, a run folder, or ``hf://user/name``.
        data: one file, folder or data set of the hub; or two aligned files, sources first; of a forecaster, one file of
            series.
        output: the run folder to write; ``output/model`` will be the model folder.
        settings: settings to change; the others are the model's, with a lower learning rate and more regularisation.
        source_column: of the new data: a name, a language, or an index from 0.
        target_column: likewise.
        dev: development set (default: held out from ``data``); two files are aligned.
        test: test set of the new data, likewise.
        to: target language of ``data``, where the model has several and the data do not name theirs.
        retain_test: data to measure forgetting on; ``own``: the test set of the model's recipe.
        extend_vocabulary: tokens to add to each text vocabulary, learnt from ``data``.
        replay: old data to mix in; ``own``: the training data of the model's recipe.
        replay_share: share of the examples taken from ``replay``.
        l2_sp: strength of the L2 penalty towards the initial weights.
        freeze: parts that are not trained: ``embeddings``, ``encoder``, ``decoder``.
        devices: number of processes or GPUs, or their indices, as Lightning Fabric takes them.
        accelerator: ``cpu``, ``cuda``, ``mps``, or ``auto``: the first available.
        threads: CPU threads per process (default: one per core).
        resume: resume the run in ``output``.
        overwrite: replace the run in ``output``.

    Raises:
        ModelError: there is no such model, or it is damaged.
        ConfigError: a setting is wrong.
        DataError: the data are wrong.
        TrainingError: training cannot start or continue.
        MissingExtra: the extra `train` is not installed.
        TrainingInterrupted: SIGTERM; ``resume=True`` resumes.
        KeyboardInterrupt: Ctrl-C; ``resume=True`` resumes.
    """
    require("torch", "Training")
    from seq2seq.training.finetune.finetune import FinetuneOptions, fit_and_compare, recipe_for
    from seq2seq.training.fit import LaunchOptions

    options = FinetuneOptions(
        columns=named_columns(source_column, target_column),
        dev=_split(dev),
        test=_split(test),
        to=to,
        extend_vocabulary=extend_vocabulary,
        replay=_place(replay),
        replay_share=replay_share,
        l2_sp=l2_sp,
        freeze=tuple(freeze),
        overrides=settings or {},
    )
    launch = LaunchOptions(
        devices=devices, accelerator=accelerator, threads=threads, resume=resume, overwrite=overwrite
    )
    result, comparisons = fit_and_compare(
        recipe_for(str(model), _places(data), options),
        Path(output),
        launch,
        retain_test=_place(retain_test),
    )
    raise_if_interrupted(result)
    return TrainingResult(result.model, result.summary, comparisons=tuple(comparisons))


def _place(data: str | Path | None) -> str | None:
    return None if data is None else str(data)


def _split(data: str | Path | Sequence[str | Path] | None) -> Location | None:
    return None if data is None else location_of(data)


def _places(data: str | Path | Sequence[str | Path]) -> list[str]:
    return [str(data)] if isinstance(data, str | Path) else [*map(str, data)]


def raise_if_interrupted(result: "RunResult") -> None:
    """Raise what a signal asks for, once the run is saved."""
    if result.interrupted is None:
        return
    message = f"{result.summary.stopped}; the best model so far is in {result.model}"
    if result.interrupted is Signals.SIGTERM:
        raise TrainingInterrupted(f"{message}.\n  Resume with resume=True.", code="run.interrupted")
    raise KeyboardInterrupt(message)
