"""Models loaded in Python, and corpora inspected."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from seq2seq.config.data import AlignedFiles, Location
from seq2seq.errors import ConfigError
from seq2seq.inference.engines.open import Engine
from seq2seq.inference.load import open_ensemble_of_task, open_pipeline
from seq2seq.inference.pipeline import Pipeline
from seq2seq.text.markup.spans import Markup

if TYPE_CHECKING:
    from seq2seq.inspection.engine.result import Inspection
    from seq2seq.inspection.series.inspect import SeriesInspection

Task = Literal["translation", "classification", "generation", "synthesis", "forecasting"]
Column = str | int
"""A column's name, or its index from 0."""


def load(
    path: str | Path,
    *,
    ensemble: Sequence[str | Path] = (),
    device: str = "auto",
    engine: Engine = "auto",
    threads: int | None = None,
    workers: int | None = None,
    shortlist: bool = False,
) -> Pipeline:
    """Load a trained model, by its task.

    It is a ``Translator``, ``TextClassifier``, ``Generator``, ``VectorSynthesizer`` or ``SeriesForecaster``.

    ``Translator.load(path)`` and so on load a model of a known task, and refuse others.

    Args:
        path: a model folder, a run folder (its best model), or ``hf://user/name[@revision]`` on the Hugging Face Hub.
        ensemble: further models, whose probabilities of the next token, or of the labels, are averaged with this one's.
            They have the same tokenizers and direction; with n models, everything costs n times as much.
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
        ConfigError: there is no such device here, or the engine does not run there, or has no shortlist; or the
            models of an ensemble differ in what they read or write.
        MissingExtra: torch is needed, and is not installed.
    """
    if ensemble:
        _, model = open_ensemble_of_task(
            [path, *ensemble],
            device=device,
            engine=engine,
            threads=threads,
            workers=workers,
            shortlist=shortlist,
        )
        return model
    _, pipeline = open_pipeline(
        path, device=device, engine=engine, threads=threads, workers=workers, shortlist=shortlist
    )
    return pipeline


def inspect(
    data: str | Path | Sequence[str | Path],
    *,
    task: Task | None = None,
    source_column: Column | None = None,
    target_column: Column | None = None,
    recipe: str | Path | None = None,
    markup: Sequence[Markup] = (),
    examples: int = 5,
    settings: Mapping[str, object] | None = None,
) -> "Inspection | SeriesInspection":
    """Find what is wrong with a corpus; nothing is changed.

    Args:
        data: a file, a folder with one file per split, a data set of the hub, a recipe, or two aligned files.
        task: of the data (default: translation, or the recipe's).
        source_column: a name, JSON key, file ending or language, or an index from 0.
        target_column: likewise.
        recipe: read ``data`` by the settings of this recipe.
        markup: of the texts, in addition to what is recognised.
        examples: per finding.
        settings: settings to change: of the recipe, or of how series are read (``data.forecast.value``).

    Returns:
        The findings: ``to_dict()`` as ``seq2seq inspect --json`` prints them. Of series that are to be forecast, a
        SeriesInspection.

    Raises:
        ConfigError: the recipe is wrong, or arguments are not for such data.
        DataError: the data are not there, or their columns cannot be inferred.
    """
    from seq2seq.inspection.corpus import find_corpus
    from seq2seq.inspection.engine.inspect import inspect as inspect_corpus
    from seq2seq.inspection.series.find import find_series
    from seq2seq.inspection.series.inspect import inspect_series

    places = [str(data)] if isinstance(data, str | Path) else [str(one) for one in data]
    columns = named_columns(source_column, target_column)
    plan = None if recipe is None else str(recipe)
    series = find_series(places, task, columns, plan, settings or {})
    if series is not None:
        if columns or markup:
            problem = f"columns and markup are those of texts, and {series.path} holds series of numbers"
            raise ConfigError("inspect", [problem], code="inspect.series")
        return inspect_series(series.path, series.config, horizon=series.horizon, shown=examples)
    corpus = find_corpus(places, task, columns, plan, settings or {})
    config = corpus.config.model_copy(update={"markup": tuple(markup)}) if markup else corpus.config
    with tempfile.TemporaryDirectory(prefix="seq2seq-") as folder:
        return inspect_corpus(config, corpus.sides, Path(folder), shown=examples)


def location_of(data: str | Path | Sequence[str | Path]) -> Location:
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


def named_columns(source: Column | None, target: Column | None) -> dict[str, Column]:
    """The columns that are named, by side."""
    return {side: name for side, name in (("source", source), ("target", target)) if name is not None}
