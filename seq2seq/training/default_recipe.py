"""A recipe from data alone: `seq2seq train pairs.tsv` chooses the task and the settings from the rows."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

import torch

from seq2seq import resources
from seq2seq.config.data import DataConfig
from seq2seq.config.duration import format_duration
from seq2seq.config.load import document_of, parse_recipe
from seq2seq.config.overrides import Overrides
from seq2seq.config.recipe import RECIPES, Recipe
from seq2seq.config.sides import TEXTS, SideKind, Sides
from seq2seq.config.sized import CorpusFacts, sized_settings
from seq2seq.data.reading.find_files import DOCUMENTS
from seq2seq.data.reading.infer_columns import infer_columns, looks_labelled
from seq2seq.data.reading.sources import find_splits
from seq2seq.errors import DataError
from seq2seq.formats.opening import without_compression
from seq2seq.formats.problems import BadRows
from seq2seq.text.scripts import WITHOUT_SPACES, count_letters
from seq2seq.training.distributed import computes_bf16

MAX_TIME: Final = "30m"
"""Training time, unless another limit is set: enough for tens of thousands of pairs on two CPU cores."""
_ROWS: Final = 500_000
"""Rows that are read to choose settings, at most."""
_SAMPLE: Final = 10_000
"""Rows from which task, letters and words are inferred."""
_CHARACTERS_PER_TOKEN: Final = 4.0
_DENSE: Final = 1.5
"""Characters per token where a character is a word or a syllable."""
_SHORT: Final = 30
"""Largest mean length of targets, in characters, for which words are spelt letter by letter."""
_UNBALANCED: Final = 3.0
_WORTH_BF16: Final = 15_000
"""Rows from which networks are large enough to benefit from bfloat16, on a CPU that computes in it."""
_LIMITS: Final = ("max_time", "max_epochs", "max_steps")


@dataclass(frozen=True)
class DataOptions:
    """Options for data without a recipe."""

    task: str | None = None
    """`translation`, `classification` or `generation`; None: inferred from the file."""
    columns: Mapping[str, str | int] = field(default_factory=dict)
    """Columns `source` and `target`, by name or position from 0, where they cannot be inferred."""
    dev: str | None = None
    """Development split (None: some rows are held out)."""
    test: str | None = None
    """Test split, scored when training ends."""
    overrides: Overrides = ()
    """Settings of the recipe to change."""


def default_recipe(data: Sequence[str], options: DataOptions) -> Recipe:
    """The recipe for training a model from random weights on data that come without one.

    Args:
        data: a table, a text file, a folder, `hf://user/name`; or two aligned files, sources first.
        options: see :class:`DataOptions`.

    Raises:
        DataError: the data are missing or unreadable, or their columns cannot be inferred.
        ConfigError: a setting is wrong.
    """
    task = options.task or _task_of(data, options.columns)
    sides = RECIPES[task].sides
    config = infer_columns(data, sides, given=options.columns).model_copy(
        update={"dev": options.dev, "test": options.test}
    )
    tunes = task == "generation" and _suffixes(data) == {".abc"}
    settings = document_of("generation/abc" if tunes else f"{task}/custom").value
    assert isinstance(settings, dict)
    if not tunes:
        facts = _facts(config, sides)
        _update(settings, sized_settings(task, facts))
        if facts.rows >= _WORTH_BF16 and task != "classification" and not torch.cuda.is_available() and computes_bf16():
            settings["training"]["precision"] = "bf16-mixed"
    retained = {name: value for name, value in settings["data"].items() if name in ("unit", "hold_out", "filters")}
    settings["data"] = retained | config.model_dump(mode="json", exclude_defaults=True)
    if sides.source is SideKind.TAGS:
        if config.columns.source is None:
            settings["data"]["columns"] = config.columns.model_dump(mode="json")
        else:  # each text starts from its tags: there is no running text to cut into windows
            settings["training"]["batch"].pop("windows", None)
            settings["data"] |= {"hold_out": "random"}
    training = settings["training"]
    if _sets_limit(options.overrides):
        for name in _LIMITS:
            training.pop(name, None)
    else:
        training["max_time"] = MAX_TIME
    return parse_recipe(settings, "the recipe for these data", options.overrides)


def describe(recipe: Recipe, output: Path) -> list[str]:
    """The choices of :func:`default_recipe`, in lines for people."""
    model, training = recipe.model_dump(mode="json")["model"], recipe.training
    columns = recipe.data.columns
    sides = f"{_column(columns.source)} → {_column(columns.target)}"
    joint = ""
    if recipe.sides == TEXTS:
        joint = ", one for both sides" if recipe.tokenizer.joint else " per side"
    widths = ", ".join(
        f"{part} {model[part]['cell']} {model[part]['hidden']}" for part in ("encoder", "decoder") if part in model
    )
    limits = [f"{name.removeprefix('max_')} {value}" for name in _LIMITS if (value := _limit(recipe, name)) is not None]
    return [
        f"task         {recipe.task}: {sides}",
        f"tokenizer    {recipe.tokenizer.kind}, {recipe.tokenizer.vocabulary:,} tokens{joint}",
        f"model        embedding {model['embedding']}, {widths}",
        f"batches      {training.batch.max_tokens:,} tokens"
        if training.batch.windows is None
        else f"batches      {training.batch.windows.streams} windows of {training.batch.windows.tokens} tokens",
        f"limits       {', '.join(limits)}; best model by {training.validation.metric}",
        f"precision    {training.precision}",
        f"All settings are in {output / 'recipe.yaml'}; change one with --set, for example "
        f"--set tokenizer.vocabulary={recipe.tokenizer.vocabulary * 2}",
    ]


def _limit(recipe: Recipe, name: str) -> str | None:
    value = getattr(recipe.training, name)
    if value is None:
        return None
    return format_duration(value) if name == "max_time" else f"{value:,}"


def _column(name: str | int | None) -> str:
    return "nothing" if name is None else f"column {name}" if isinstance(name, int) else f"'{name}'"


def _task_of(data: Sequence[str], columns: Mapping[str, str | int]) -> str:
    """Plain text is for generation, few distinct short targets are labels, and the rest is for translation."""
    if len(data) == 2:
        return "translation"
    suffixes = _suffixes(data)
    if suffixes and suffixes <= set(DOCUMENTS):
        return "generation"
    labelled = RECIPES["classification"].sides
    try:
        config = infer_columns(data, TEXTS, given=columns)
    except DataError:
        infer_columns(data, labelled, given=columns)  # its columns are named like texts and labels
        return "classification"
    sources, targets = _sample(config, TEXTS)
    if looks_labelled(targets) or looks_labelled(sources):
        return "classification"
    return "translation"


def _suffixes(data: Sequence[str]) -> set[str]:
    """Endings of the files at a location, compression aside."""
    path = resources.resolve(data[0])
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


def _facts(config: DataConfig, sides: Sides) -> CorpusFacts:
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
            labels.update(chunk[1])
        kinds = (sides.source, sides.target)
        for kind, column in zip(kinds, chunk, strict=True):
            tokens += sum(map(len, column)) / per_token + len(column) if kind is SideKind.TEXT else len(column)
        if rows >= _ROWS:
            break
    source, target = texts
    single = _single_words(source) and (sides.target is not SideKind.TEXT or _mean_length(target) <= _SHORT)
    counts = labels.values()
    return CorpusFacts(
        rows=rows,
        tokens=round(tokens * per_token) if single else round(tokens),
        single_words=single and sides.source is SideKind.TEXT,
        shared_letters=_shared_letters(source, target) if sides == TEXTS else 1.0,
        unbalanced=bool(counts) and max(counts) > _UNBALANCED * min(counts),
    )


def _single_words(texts: Sequence[str]) -> bool:
    """Whether nine in ten texts are one word, in a script with spaces between words."""
    filled = [text.strip() for text in texts if text.strip()]
    alone = sum(len(text.split()) == 1 and len(text) <= 40 for text in filled)
    return bool(filled) and alone >= 0.9 * len(filled) and _spaced(filled)


def _mean_length(texts: Sequence[str]) -> float:
    """Characters per text."""
    return sum(map(len, texts)) / max(len(texts), 1)


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


def _sets_limit(overrides: Overrides) -> bool:
    names = {override.partition("=")[0].strip() for override in overrides}
    return any(f"training.{name}" in names for name in _LIMITS)


def _update(settings: dict[str, Any], changes: Mapping[str, Any]) -> None:
    """Change plain settings, section by section."""
    for name, value in changes.items():
        if isinstance(value, Mapping) and isinstance(settings.get(name), dict):
            _update(settings[name], value)
        else:
            settings[name] = value
