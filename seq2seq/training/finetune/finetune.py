"""Fine-tuning: from a model and new data to a new model, compared with the first."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from seq2seq.config.data import AlignedFiles, ColumnsConfig, DataConfig, Location, ReplayConfig, SourceConfig
from seq2seq.config.finetune import finetuning_recipe
from seq2seq.config.initial_model import InitialModelConfig, Part
from seq2seq.config.load import parse_recipe
from seq2seq.config.overrides import Overrides
from seq2seq.config.recipe import AnyRecipe, ForecastingRecipe, Recipe
from seq2seq.config.sides import SideKind
from seq2seq.data.reading.examples import Examples
from seq2seq.data.reading.find_files import require_files
from seq2seq.data.reading.infer_columns import infer_columns
from seq2seq.data.reading.sources import SplitName, find_splits, read_pairs, read_split
from seq2seq.data.tables.problems import BadRows
from seq2seq.errors import ConfigError, advising_options
from seq2seq.export.export import export_trained
from seq2seq.hub import is_hub
from seq2seq.inference.load import open_pipeline
from seq2seq.model_folder.read import describe
from seq2seq.model_folder.writing.update import write_measured
from seq2seq.scoring.compare import ModelComparison, compare_models
from seq2seq.scoring.confidence import save_confidence
from seq2seq.scoring.correlations import save_correlations
from seq2seq.scoring.series_data import Windows, own_windows
from seq2seq.scoring.splits import read_own
from seq2seq.text.tags import target_languages
from seq2seq.training.distributed import main_first
from seq2seq.training.finetune.series import calibrate, compare_forecasters, old_series, series_recipe
from seq2seq.training.fit import LaunchOptions, fit
from seq2seq.training.loop import RunResult
from seq2seq.training.run_folder.folder import START

OWN = "own"
"""Stands for the data that the model was trained on."""
_UNDETERMINED: Final = "und"
"""The code of a language that is not known (ISO 639)."""
_EVALUATED: Final[tuple[SplitName, ...]] = ("dev", "test")


@dataclass(frozen=True)
class FinetuneOptions:
    """Options of fine-tuning; ``overrides`` change settings of the recipe."""

    columns: Mapping[str, str | int] = field(default_factory=dict)
    """Columns `source` and `target` of the new data, where they are named."""
    dev: Location | None = None
    """Development split of the new data."""
    test: Location | None = None
    """Test split of the new data."""
    extend_vocabulary: int = 0
    """Tokens to add to each vocabulary of text."""
    to: str | None = None
    """Target language of the new data, where the model has several and the data do not name theirs."""
    replay: str | None = None
    """Old data to mix in: a location, or `own`."""
    replay_share: float = 0.5
    """Share of examples from the old data."""
    l2_sp: float = 0.0
    """Strength of the pull towards the initial weights (L2-SP)."""
    freeze: tuple[Part, ...] = ()
    """Parts whose weights do not change."""
    overrides: Overrides = ()
    """Settings of the recipe to change."""


def recipe_for(model: str, data: Sequence[str], options: FinetuneOptions) -> Recipe:
    """The recipe for fine-tuning a model (a folder, a run, or `hf://user/name`) on one location of data, or two files.

    Raises:
        ModelError: the model is missing or damaged.
        DataError: the data are missing or cannot be read.
        ConfigError: a setting is wrong.
    """
    base = describe(model).recipe
    start = InitialModelConfig(
        model=model, extend_vocabulary=options.extend_vocabulary, l2_sp=options.l2_sp, freeze=options.freeze
    )
    if is_hub(model):  # a model of the hub does not decide where data are written
        base = base.model_copy(update={"data": base.data.model_copy(update={"cache": None})})
    if isinstance(base, ForecastingRecipe):
        _refuse_for_series(model, options)
        return series_recipe(model, base, data, start, options.overrides)
    with advising_options():
        new = _inferred(data, base, options.columns)
    changes: dict[str, object] = {"dev": options.dev, "test": options.test}
    if base.data.labels is not None and _labels_fit(new, base):
        changes["labels"] = base.data.labels
    if options.replay is not None and not base.data.sources:
        _require_own("--replay", options.replay, model, base)
        changes["replay"] = _replay(options.replay, base, share=options.replay_share)
        changes["soft_labels"] = new.soft_labels or (options.replay == OWN and base.data.soft_labels)
    if base.data.sources:
        new, changes = _one_direction(new.model_copy(update=changes), base.data, options), {}
    settings = finetuning_recipe(base, new.model_copy(update=changes), start)
    return parse_recipe(settings, "the recipe of this fine-tuning", options.overrides)


def _refuse_for_series(model: str, options: FinetuneOptions) -> None:
    """Raise a ConfigError if options are given that are for texts and labels."""
    given = {
        "--source-column, --target-column": options.columns,
        "--dev": options.dev,
        "--test": options.test,
        "--to": options.to,
        "--extend-vocabulary": options.extend_vocabulary,
        "--replay": options.replay,
    }
    if names := [name for name, value in given.items() if value]:
        problem = (
            f"{model} forecasts: leave out {', '.join(names)}; columns are named by --set data.forecast.value=NAME"
        )
        raise ConfigError("finetune", [problem], code="finetune.of-series")


def _one_direction(new: DataConfig, old: DataConfig, options: FinetuneOptions) -> DataConfig:
    """New data of one of the directions of a model with several sources, which are what is replayed.

    An error if the target language is not one of the model's, or it replays other data than its own.
    """
    named = new.languages or (_UNDETERMINED, None)
    known = target_languages(old) or (old.sources[0].languages[1],)
    target = options.to or (known[0] if len(known) == 1 else named[1])
    if target not in known:
        what = f"'{target}' is none of" if target else "name the language into which these data are, one of"
        problem = f"{what} the model's target languages: {', '.join(known)}"
        raise ConfigError("--to", [problem], code="finetune.no-language")
    if options.replay not in (None, OWN):
        problem = "a model of several sources replays these; write `own`, or no replay"
        raise ConfigError("--replay", [problem], code="finetune.replay-of-languages")
    own = ("train", "path", "dev", "test", "columns", "splits", "swap")
    source = SourceConfig(**{name: getattr(new, name) for name in own}, languages=(named[0], target))
    return DataConfig(
        sources=(source,),
        replay=ReplayConfig(sources=old.sources, share=options.replay_share) if options.replay else None,
        temperature=old.temperature,
        target_languages=tuple(known),
        extra_columns=new.extra_columns,
    )


def fit_and_compare(
    recipe: Recipe,
    output: Path,
    launch: LaunchOptions | None = None,
    *,
    name: str | None = None,
    retain_test: str | None = None,
) -> tuple[RunResult, list[ModelComparison]]:
    """Fine-tune as :func:`seq2seq.training.fit.fit` trains, then compare the new model with the first.

    The figures are saved in the new model's folder. ``recipe`` is made by :func:`recipe_for`; ``retain_test`` are data
    to measure forgetting on: a location, or `own` for the first model's own test split.
    """
    assert recipe.initial_model is not None
    sets: dict[str, Examples | None] = {}
    series: Windows | None = None
    if retain_test is not None:  # before hours of training: the data may be missing
        base = describe(recipe.initial_model.model).recipe
        _require_own("--retain-test", retain_test, recipe.initial_model.model, base)
        if isinstance(base, ForecastingRecipe):
            series = old_series(recipe.initial_model.model, None if retain_test == OWN else retain_test)
        else:
            sets["old"] = old_examples(retain_test, base)
    result = fit(recipe, output, launch, name=name)
    if result.interrupted:
        return result, []
    with main_first():  # the others would read the folder while it is written
        return result, _compare(result, output, sets, series) if result.is_main else []


def _compare(
    result: RunResult, output: Path, sets: dict[str, Examples | None], series: Windows | None
) -> list[ModelComparison]:
    """Export the new model, compare it with the first, and save the figures in its folder."""
    export_trained(result.model)
    save_confidence(result.model)
    save_correlations(result.model)
    calibrate(result.model, output / START)
    before, after = (open_pipeline(place, engine="torch") for place in (output / START, result.model))
    loaded = after[0]
    if isinstance(loaded.recipe, ForecastingRecipe):
        new = {f"new {split}": own_windows(loaded, split) for split in _EVALUATED} | {"old": series}
        compared = [compare_forecasters(before, after, title, one) for title, one in new.items() if one is not None]
    else:
        sets = {f"new {split}": read_own(loaded.recipe, split, loaded.tokenizers) for split in _EVALUATED} | sets
        compared = compare_models(before, after, {title: one for title, one in sets.items() if one is not None})
    content = {one.name: one.to_dict() for one in compared}
    write_measured(result.model, {"went_on": {"from": before[0].description.name, "sets": {**content}}})
    (output / "comparison.json").write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return compared


def old_examples(old: str, base: AnyRecipe) -> Examples:
    """The data to measure forgetting on.

    Raises:
        DataError: the data are missing.
        ConfigError: `own`, but the model's recipe has no test split.
    """
    if old != OWN:
        where = _inferred([old], base)
        changes = {"columns": where.columns, "languages": where.languages, "swap": False}
        config = base.data.model_copy(update=changes)
        return read_pairs(old, config, sides=base.sides)
    examples = read_split(base.data, "test", sides=base.sides) or read_split(base.data, "dev", sides=base.sides)
    if examples is None:
        problem = "the model's recipe has neither a test nor a dev split; name a file"
        raise ConfigError("--retain-test own", [problem], code="finetune.no-own-data")
    return examples


def _require_own(option: str, where: str, model: str, base: AnyRecipe) -> None:
    """Refuse to read the data that the recipe of a model of the hub names, or what is no file or folder."""
    if where == OWN and is_hub(model):
        problem = f"{model} is from the hub: its recipe must not decide what is read on this machine; name the data"
        raise ConfigError(f"{option} own", [problem], code="finetune.own-data-of-hub-model")
    if where == OWN:
        require_files(base.data)


def _usual(base: Recipe) -> tuple[ColumnsConfig, tuple[str, str] | None]:
    """The columns and languages of the model's own data, in the order source, target."""
    columns, languages = base.data.columns, base.data.languages
    if not base.data.swap:
        return columns, languages
    columns = columns.model_copy(update={"source": columns.target, "target": columns.source})
    return columns, languages and (languages[1], languages[0])


def _inferred(data: Sequence[str], base: Recipe, given: Mapping[str, str | int] | None = None) -> DataConfig:
    """Where other data have what a model reads: by the names of its own columns, unless others are ``given``."""
    columns, languages = _usual(base)
    return infer_columns(data, base.sides, columns, given=given, languages=languages, steps=base.data.has_steps)


def _replay(where: str, base: Recipe, *, share: float) -> ReplayConfig:
    """The old data to mix in; an error for `own`, if the model's recipe names no training data."""
    if where != OWN:
        found = _inferred([where], base)
        return ReplayConfig(data=where, columns=found.columns, languages=found.languages, share=share)
    location: Location | None = base.data.train or base.data.path
    if location is None:
        problem = "the model's recipe names no training data; name a file"
        raise ConfigError("--replay own", [problem], code="finetune.no-own-data")
    if base.data.swap and isinstance(location, AlignedFiles):
        location = AlignedFiles(source=location.target, target=location.source)
    columns, languages = _usual(base)
    return ReplayConfig(data=location, columns=columns, languages=languages, share=share)


def _labels_fit(new: DataConfig, base: Recipe) -> bool:
    """Whether the model's recipe names all labels of the new data."""
    if base.sides.target is not SideKind.LABEL:
        return False
    train = find_splits(new, ("train",), sides=base.sides)["train"]
    assert base.data.labels is not None
    if train is None:
        return False
    # Bad rows are reported, or left out, when the data are prepared.
    found = {label.strip() for _, rows in train.rows(BadRows()) for label in rows.targets}
    return bool(found) and found <= set(base.data.labels)
