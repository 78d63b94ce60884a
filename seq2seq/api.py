"""What ``import seq2seq`` offers beside errors and types: loading a model, training one, and going on from one."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from seq2seq.config.load import load_recipe, names_recipe
from seq2seq.config.recipe import Recipe
from seq2seq.extras import require
from seq2seq.inference.load import Engine, Pipeline, open_pipeline

if TYPE_CHECKING:
    from seq2seq.scoring.compare import ModelComparison
    from seq2seq.training.default_recipe import DataOptions
    from seq2seq.training.finetune.finetune import FinetuneOptions


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

    Args:
        path: a model folder, a run folder (its best model), or ``hf://user/name[@revision]`` on the Hugging Face hub.
        device: ``auto`` (the first GPU, else the CPU), ``cpu``, ``cuda``, ``cuda:1`` ...
        engine: what runs the network: ``torch``; ``onnx`` or ``onnx-int8``, what ``seq2seq export`` wrote into the
            folder; or ``auto``, on a CPU ``onnx`` if the folder has it, else ``torch``.
        threads: of the CPU, for one batch (by default one a core for torch, and one for ONNX Runtime).
        workers: batches that are computed side by side (by default one for torch, and as many as there are cores for
            with ONNX Runtime).
        shortlist: search translations over the target tokens that a source can plausibly yield, not over all: faster,
            and with other scores, which are those of the shortlist. With ONNX Runtime alone.

    Raises:
        ModelError: the folder is not complete, damaged, or of a newer version; or it cannot be had from the hub; or it
            has no shortlist.
        ConfigError: there is no such device here, or the engine does not run there, or has no shortlist.
        MissingExtra: torch is to run the network, and is not installed.
    """
    _, pipeline = open_pipeline(
        path, device=device, engine=engine, threads=threads, workers=workers, shortlist=shortlist
    )
    return pipeline


def train(
    recipe: Recipe | str | Path | Sequence[str | Path],
    output: str | Path,
    *,
    overrides: Sequence[str] = (),
    data: "DataOptions | None" = None,
    devices: int | str = "auto",
    accelerator: str = "auto",
    threads: int | None = None,
    resume: bool = False,
    overwrite: bool = False,
) -> Pipeline:
    """Train a model, score it on its test split, and load the best one.

    Args:
        recipe: a recipe, its YAML file, or the name of a bundled one such as ``translation/phrasebook``; or data alone,
            a file, folder, data set of the hub, or two aligned files: then settings are chosen by what they are.
        output: the run folder to make; ``output/model`` will be the model folder.
        overrides: single settings to change in the file, such as ``training.max_time=20m``.
        data: with data alone, their task, columns and other splits.
        devices: how many, as Lightning Fabric takes it.
        accelerator: ``cpu``, ``cuda``, ``mps``, or the first of them that is there.
        threads: of each process on a CPU (by default one a core).
        resume: go on with the run in ``output``.
        overwrite: replace the run in ``output``.

    Raises:
        ConfigError: the recipe is wrong.
        DataError: its data are wrong.
        TrainingError: training cannot start or go on.
        MissingExtra: the extra `train` is not installed.
        KeyboardInterrupt: somebody interrupted it; ``resume=True`` goes on.
    """
    require("torch", "Training")
    from seq2seq.export.export import export_trained
    from seq2seq.scoring.splits import save_test_score
    from seq2seq.training.distributed import main_first
    from seq2seq.training.fit import fit

    found, name = _recipe(recipe, overrides, data)
    result = fit(
        found,
        Path(output),
        name=name,
        devices=devices,
        accelerator=accelerator,
        threads=threads,
        resume=resume,
        overwrite=overwrite,
    )
    if result.interrupted:
        raise KeyboardInterrupt(f"{result.summary.stopped}; what was learnt is in {result.model}")
    with main_first():  # the others would read a folder that it is still writing to
        if result.is_main:
            export_trained(result.model)
            save_test_score(result.model)
    return load(result.model)


def _recipe(
    recipe: Recipe | str | Path | Sequence[str | Path], overrides: Sequence[str], data: "DataOptions | None"
) -> tuple[Recipe, str | None]:
    """What :func:`train` is to train, and what it is called."""
    from seq2seq.training.default_recipe import DataOptions, default_recipe

    if isinstance(recipe, Recipe):
        if overrides:
            raise TypeError("`overrides` change a recipe's file; change a Recipe object with its `model_copy`")
        return recipe, None
    places = [str(recipe)] if isinstance(recipe, str | Path) else [str(one) for one in recipe]
    if len(places) == 1 and names_recipe(places[0]):
        if data is not None:
            raise TypeError(f"`data` is about data without a recipe, but {places[0]} is a recipe")
        return load_recipe(places[0], overrides), Path(places[0]).stem
    options = data or DataOptions()
    return default_recipe(places, replace(options, overrides=(*options.overrides, *overrides))), None


def finetune(
    model: str | Path,
    data: str | Path | Sequence[str | Path],
    output: str | Path,
    *,
    options: "FinetuneOptions | None" = None,
    old: str | None = None,
    devices: int | str = "auto",
    accelerator: str = "auto",
    threads: int | None = None,
    resume: bool = False,
    overwrite: bool = False,
) -> "tuple[Pipeline, list[ModelComparison]]":
    """Go on from a model with other data; returns the new one, and how the two compare.

    Args:
        model: a model folder, a run folder, or ``hf://user/name``.
        data: one file, folder or data set of the hub; or two aligned files, sources first.
        output: the run folder to make; ``output/model`` will be the model folder.
        options: other splits, columns, replay, what is held or frozen, and overrides of the recipe's settings.
        old: data on which nothing should be lost; ``own`` are those of the model's recipe.
        devices: how many, as Lightning Fabric takes it.
        accelerator: ``cpu``, ``cuda``, ``mps``, or the first of them that is there.
        threads: of each process on a CPU (by default one a core).
        resume: go on with the run in ``output``.
        overwrite: replace the run in ``output``.

    Raises:
        ModelError: there is no such model, or it is damaged.
        ConfigError: a setting is wrong.
        DataError: the data are wrong.
        TrainingError: training cannot start or go on.
        MissingExtra: the extra `train` is not installed.
        KeyboardInterrupt: somebody interrupted it; ``resume=True`` goes on.
    """
    from seq2seq.training.finetune.finetune import FinetuneOptions, fit_and_compare, recipe_for

    places = [str(data)] if isinstance(data, str | Path) else [str(one) for one in data]
    result, compared = fit_and_compare(
        recipe_for(str(model), places, options or FinetuneOptions()),
        Path(output),
        old=old,
        devices=devices,
        accelerator=accelerator,
        threads=threads,
        resume=resume,
        overwrite=overwrite,
    )
    if result.interrupted:
        raise KeyboardInterrupt(f"{result.summary.stopped}; what was learnt is in {result.model}")
    return load(result.model), compared
