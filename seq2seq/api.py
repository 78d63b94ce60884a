"""The functions of ``import seq2seq``: train, fine-tune, load, evaluate, inspect."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from signal import Signals
from typing import TYPE_CHECKING, Literal

from seq2seq.config.data import AlignedFiles, Location
from seq2seq.config.initial_model import Part
from seq2seq.config.load import load_recipe, names_recipe, parse_recipe
from seq2seq.config.recipe import Recipe
from seq2seq.errors import TrainingInterrupted
from seq2seq.extras import require
from seq2seq.inference.engines.open import Engine
from seq2seq.inference.load import Pipeline, open_pipeline
from seq2seq.model_folder.description import TrainingSummary
from seq2seq.text.markup.spans import Markup

if TYPE_CHECKING:
    from seq2seq.inspection.engine.result import Inspection
    from seq2seq.scoring.compare import ModelComparison
    from seq2seq.scoring.scored import Report, Scored
    from seq2seq.training.default_recipe import DataOptions
    from seq2seq.training.loop import RunResult

Task = Literal["translation", "classification", "generation"]
Column = str | int
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


def load(
    path: str | Path,
    *,
    device: str = "auto",
    engine: Engine = "auto",
    threads: int | None = None,
    workers: int | None = None,
    shortlist: bool = False,
) -> Pipeline:
    """Load a trained model: a ``Translator``, a ``TextClassifier`` or a ``Generator``, by its task.

    ``Translator.load(path)`` and so on load a model of a known task, and refuse others.

    Args:
        path: a model folder, a run folder (its best model), or ``hf://user/name[@revision]`` on the Hugging Face Hub.
        device: ``auto`` (the first GPU, else the CPU), ``cpu``, ``cuda``, ``cuda:1`` ...
        engine: ``torch``; ``onnx`` or ``onnx-int8``, which run what ``seq2seq export`` wrote into the folder; or
            ``auto``: on a CPU ``onnx`` if the folder has it, else ``torch``.
        threads: CPU threads per batch (default: one per core with torch, one with ONNX Runtime).
        workers: batches computed in parallel (default: one with torch; with ONNX Runtime, cores / threads).
        shortlist: search translations only over the target tokens that a lexicon gives for the source: faster; scores
            are relative to these tokens. ONNX Runtime only.

    Raises:
        ModelError: the folder is incomplete, damaged or of a newer version; it is not available from the hub; or it
            has no shortlist.
        ConfigError: there is no such device here, or the engine does not run there, or has no shortlist.
        MissingExtra: torch is needed, and is not installed.
    """
    _, pipeline = open_pipeline(
        path, device=device, engine=engine, threads=threads, workers=workers, shortlist=shortlist
    )
    return pipeline


def train(
    recipe: Recipe | str | Path | Sequence[str | Path],
    output: str | Path,
    *,
    settings: Settings | None = None,
    task: Task | None = None,
    source_column: Column | None = None,
    target_column: Column | None = None,
    dev: str | Path | None = None,
    test: str | Path | None = None,
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
        source_column: of data without a recipe: a name, or an index from 0.
        target_column: likewise.
        dev: development set for data without a recipe (default: held out).
        test: test set for data without a recipe.
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
    from seq2seq.export.export import export_trained
    from seq2seq.scoring.splits import save_test_score
    from seq2seq.training.default_recipe import DataOptions, default_recipe
    from seq2seq.training.distributed import main_first
    from seq2seq.training.fit import fit

    options = DataOptions(
        task=task,
        columns=_columns(source_column, target_column),
        dev=None if dev is None else str(dev),
        test=None if test is None else str(test),
        overrides=settings or {},
    )
    name = None
    if isinstance(recipe, Recipe):
        _refuse_data_options(options, "a Recipe")
        plan = parse_recipe(recipe.model_dump(mode="json"), "the recipe", settings) if settings else recipe
    elif isinstance(recipe, str | Path) and names_recipe(str(recipe)):
        _refuse_data_options(options, str(recipe))
        plan, name = load_recipe(str(recipe), settings or {}), Path(recipe).stem
    else:
        plan = default_recipe([str(recipe)] if isinstance(recipe, str | Path) else [*map(str, recipe)], options)
    result = fit(
        plan,
        Path(output),
        name=name,
        devices=devices,
        accelerator=accelerator,
        threads=threads,
        resume=resume,
        overwrite=overwrite,
    )
    _raise_if_interrupted(result)
    scores = None
    with main_first():  # the other processes read the folder that this one is still writing
        if result.is_main:
            export_trained(result.model)
            scores = save_test_score(result.model)
    return TrainingResult(result.model, result.summary, scores)


def finetune(
    model: str | Path,
    data: str | Path | Sequence[str | Path],
    output: str | Path,
    *,
    settings: Settings | None = None,
    source_column: Column | None = None,
    target_column: Column | None = None,
    dev: str | Path | None = None,
    test: str | Path | None = None,
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
        data: one file, folder or data set of the hub; or two aligned files, sources first.
        output: the run folder to write; ``output/model`` will be the model folder.
        settings: settings to change; the others are the model's, with a lower learning rate and more regularisation.
        source_column: of the new data: a name, or an index from 0.
        target_column: likewise.
        dev: development set (default: held out from ``data``).
        test: test set of the new data.
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

    places = [str(data)] if isinstance(data, str | Path) else [str(one) for one in data]
    options = FinetuneOptions(
        columns=_columns(source_column, target_column),
        dev=None if dev is None else str(dev),
        test=None if test is None else str(test),
        extend_vocabulary=extend_vocabulary,
        replay=None if replay is None else str(replay),
        replay_share=replay_share,
        l2_sp=l2_sp,
        freeze=tuple(freeze),
        overrides=settings or {},
    )
    result, comparisons = fit_and_compare(
        recipe_for(str(model), places, options),
        Path(output),
        retain_test=None if retain_test is None else str(retain_test),
        devices=devices,
        accelerator=accelerator,
        threads=threads,
        resume=resume,
        overwrite=overwrite,
    )
    _raise_if_interrupted(result)
    return TrainingResult(result.model, result.summary, comparisons=tuple(comparisons))


def evaluate(
    model: str | Path,
    data: str | Path | Sequence[str | Path] | None = None,
    *,
    split: Literal["dev", "test"] | None = None,
    source_column: Column | None = None,
    target_column: Column | None = None,
    skip_bad: bool = False,
    device: str = "auto",
    engine: Engine = "auto",
) -> "Scored[Report]":
    """Score a model: BLEU, chrF and TER; accuracy and macro-F1; or perplexity and bits per byte, by its task.

    Args:
        model: a model folder, a run folder, or ``hf://user/name``.
        data: a TSV, CSV, JSON or Parquet file, a folder, a data set of the hub, or two aligned files, sources first
            (default: the test set of the model's recipe).
        split: of the recipe's data, or of data with several splits (default: test).
        source_column: of ``data``: a name, or an index from 0 (default: as in the model's recipe).
        target_column: likewise.
        skip_bad: skip malformed rows, and count them.
        device: see :func:`load`.
        engine: see :func:`load`.

    Returns:
        The scores: ``to_dict()`` as ``seq2seq evaluate --json`` prints them, ``render()`` for a rich console.

    Raises:
        ModelError: there is no such model, or it is damaged.
        DataError: the data are wrong, or the recipe has no such split.
        ConfigError: the engine cannot score this model.
    """
    from seq2seq.scoring.evaluation_data import examples_for
    from seq2seq.scoring.splits import open_to_score, score

    folder, pipeline = open_to_score(model, device=device, engine=engine)
    examples = examples_for(
        folder,
        None if data is None else _location(data),
        split,
        _columns(source_column, target_column),
        skip_bad=skip_bad,
    )
    return score(folder, pipeline, examples)


def inspect(
    data: str | Path | Sequence[str | Path],
    *,
    task: Task | None = None,
    source_column: Column | None = None,
    target_column: Column | None = None,
    recipe: str | Path | None = None,
    markup: Sequence[Markup] = (),
    examples: int = 5,
) -> "Inspection":
    """Find what is wrong with a corpus; nothing is changed.

    Args:
        data: a file, a folder with one file per split, a data set of the hub, a recipe, or two aligned files.
        task: of the data (default: translation, or the recipe's).
        source_column: a name, JSON key or file ending, or an index from 0.
        target_column: likewise.
        recipe: read ``data`` by the settings of this recipe.
        markup: of the texts, in addition to what is recognised.
        examples: per finding.

    Returns:
        The findings: ``to_dict()`` as ``seq2seq inspect --json`` prints them.

    Raises:
        ConfigError: the recipe is wrong.
        DataError: the data are not there, or their columns cannot be told.
    """
    from seq2seq.inspection.corpus import find_corpus
    from seq2seq.inspection.engine.inspect import inspect as inspect_corpus

    places = [str(data)] if isinstance(data, str | Path) else [str(one) for one in data]
    columns = _columns(source_column, target_column)
    corpus = find_corpus(places, task, columns, None if recipe is None else str(recipe))
    config = corpus.config.model_copy(update={"markup": tuple(markup)}) if markup else corpus.config
    with tempfile.TemporaryDirectory(prefix="seq2seq-") as folder:
        return inspect_corpus(config, corpus.sides, Path(folder), shown=examples)


def _location(data: str | Path | Sequence[str | Path]) -> Location:
    """One location of data, or two aligned files.

    Raises:
        TypeError: it is neither.
    """
    if isinstance(data, str | Path):
        return str(data)
    if len(data) != 2:
        raise TypeError(f"expected one location or two aligned files, found {len(data)}")
    source, target = data
    return AlignedFiles(source=str(source), target=str(target))


def _columns(source: Column | None, target: Column | None) -> dict[str, Column]:
    return {side: name for side, name in (("source", source), ("target", target)) if name is not None}


def _refuse_data_options(options: "DataOptions", recipe: str) -> None:
    """Refuse arguments about data without a recipe.

    Raises:
        TypeError: some are given.
    """
    if options.task or options.columns or options.dev or options.test:
        raise TypeError(f"task, columns, dev and test are for data without a recipe; change {recipe} by `settings`")


def _raise_if_interrupted(result: "RunResult") -> None:
    """Raise what a signal asks for, once the run is saved."""
    if result.interrupted is None:
        return
    message = f"{result.summary.stopped}; the best model so far is in {result.model}"
    if result.interrupted is Signals.SIGTERM:
        raise TrainingInterrupted(f"{message}.\n  Resume with resume=True.", code="run.interrupted")
    raise KeyboardInterrupt(message)
