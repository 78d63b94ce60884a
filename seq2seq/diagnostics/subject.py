"""What is diagnosed: a model with examples to measure it on, and its run and training data where they are there."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, wraps
from pathlib import Path
from typing import Any, Final, NamedTuple, Self, TypeVar

import numpy as np
import torch

from seq2seq.config.data import Location
from seq2seq.config.recipe import AnyRecipe, ForecastingRecipe
from seq2seq.config.sides import SideKind
from seq2seq.data.batching.batch import Batch, collate
from seq2seq.data.preparing.split import Split
from seq2seq.data.reading.examples import Examples
from seq2seq.data.reading.sources import SplitName
from seq2seq.errors import Seq2SeqError, reason_of
from seq2seq.inference.engines.torch.load import LoadedModel, choose_device, load_folder
from seq2seq.inference.workers import length_batches
from seq2seq.models.build import Model
from seq2seq.scoring.evaluation_data import examples_for, held_out_windows, no_columns
from seq2seq.scoring.forecasting import scorable
from seq2seq.scoring.splits import training_split
from seq2seq.series.inputs import window_texts
from seq2seq.series.windows import Window
from seq2seq.text.protection import Protection
from seq2seq.text.vocabulary.series import SeriesFormat
from seq2seq.training.reporting.metrics import read_metrics
from seq2seq.training.run_folder.folder import MODEL, RECIPE

Result = TypeVar("Result")
SAMPLE: Final = 500
"""Examples that measures look at, unless their own docstring says otherwise; sampled by the seed."""
_ROWS: Final = 32
"""Most examples of a batch."""


class Example(NamedTuple):
    """An example as it was written, and as the model reads it."""

    source: str
    target: str
    """A text; of a classifier, a label."""
    source_ids: Sequence[int]
    """Without EOS; of a sequence of vectors, an array (S, N)."""
    target_ids: Sequence[int]
    """Without BOS and EOS; of a sequence of vectors, an array (T, N)."""

    @classmethod
    def of_row(cls, split: Split, row: int, source: str = "", target: str = "") -> "Example":
        """A row of a prepared split, whose texts may be left out."""
        read: tuple[Any, Any] = split.source_ids(row), split.target_ids(row)
        return cls(source, target, *(ids if ids.ndim > 1 else ids.tolist() for ids in read))


@dataclass(frozen=True, eq=False)
class Subject:
    """A model, and what is known about it."""

    loaded: LoadedModel
    model: Model
    """The network in evaluation mode, on the device."""
    device: torch.device
    run: Path | None
    """Its run folder; None: a model folder alone."""
    data: str
    """Name of the examples, for reports."""
    examples: tuple[Example, ...]
    """Examples that the model has not learnt from, at most :data:`SAMPLE`: of its development split, or as given."""
    train: Split | None
    """The training split; None: it cannot be read, and :attr:`no_train` says why."""
    no_train: str
    seed: int
    texts: Examples | None = None
    """All examples, in their order; None: there are none."""
    named: bool = False
    """Whether the user named the examples, so that they are not the recipe's."""
    windows: tuple[Window, ...] = ()
    """Of a forecaster, what each example is; all have one horizon."""
    results: dict[Callable[["Subject"], Any], Any] = field(default_factory=dict, init=False, repr=False)
    """What functions :func:`once_per_subject` have returned."""

    @classmethod
    def open(
        cls,
        path: str | Path,
        data: Location | None = None,
        *,
        split: SplitName | None = None,
        columns: Mapping[str, str | int] | None = None,
        skip_bad: bool = False,
        device: str = "auto",
        seed: int = 1,
        sample: int = SAMPLE,
    ) -> Self:
        """Open the model at ``path`` (a model folder, a run folder, or hf://user/name) with examples.

        Args:
            path: the model.
            data: the examples; None: those of the recipe.
            split: of the recipe, or of data with several; None: ``dev`` of the recipe, ``test`` of other data.
            columns: names of the columns ``source`` and ``target``, where they are not the recipe's.
            skip_bad: skip malformed rows.
            device: as :func:`~seq2seq.inference.engines.torch.load.choose_device` reads it.
            seed: decides which examples are sampled, and everything that measures sample.
            sample: most examples.

        Raises:
            ModelError: there is no model, or it is damaged.
            DataError: there are no examples, or they cannot be read.
            ConfigError: the device is not available, or the columns contradict each other.
        """
        loaded = load_folder(path)
        chosen = choose_device(device)
        if isinstance(loaded.recipe, ForecastingRecipe):
            if columns or skip_bad:
                raise no_columns(loaded)
            return cls._of_series(loaded, data, split, chosen, seed, sample)
        split = split or ("dev" if data is None else None)
        found = examples_for(loaded, data, split, columns or {}, skip_bad=skip_bad)
        train, no_train = _training_split(loaded)
        return cls(
            loaded=loaded,
            model=loaded.model.to(chosen),
            device=chosen,
            run=_run_of(loaded.path),
            data=found.name,
            examples=_sampled(loaded, found, sample, seed),
            train=train,
            no_train=no_train,
            seed=seed,
            texts=found,
            named=data is not None,
        )

    @classmethod
    def _of_series(
        cls,
        loaded: LoadedModel,
        data: Location | None,
        split: SplitName | None,
        device: torch.device,
        seed: int,
        sample: int,
    ) -> Self:
        """Open a forecaster with the last steps of every series, that it has not learnt from."""
        found, name = held_out_windows(loaded, data, split)
        known = scorable(found, name)
        windows = [known[row] for row in _rows(len(known), sample, seed)]
        form = loaded.tokenizers.source
        assert isinstance(form, SeriesFormat)
        sources, targets = zip(*window_texts(windows, form), strict=True)
        return cls(
            loaded=loaded,
            model=loaded.model.to(device),
            device=device,
            run=_run_of(loaded.path),
            data=name,
            examples=_encoded(loaded, sources, targets),
            train=None,
            no_train="series are measured at their end",
            seed=seed,
            named=data is not None,
            windows=tuple(windows),
        )

    @classmethod
    def alone(cls, path: str | Path, *, device: str = "auto", seed: int = 1) -> Self:
        """Open a model without examples, for measures of a text that is given.

        Raises:
            ModelError: there is no model, or it is damaged.
            ConfigError: the device is not available.
        """
        loaded, chosen = load_folder(path), choose_device(device)
        loaded.require_no_numeric_targets("searches of a text")
        model, run = loaded.model.to(chosen), _run_of(loaded.path)
        return cls(loaded, model, chosen, run, data="", examples=(), train=None, no_train="not asked for", seed=seed)

    @property
    def recipe(self) -> AnyRecipe:
        """The recipe of the model."""
        return self.loaded.recipe

    @property
    def reads_tokens(self) -> bool:
        """Whether sources are tokens, not vectors."""
        return self.recipe.sides.source is not SideKind.VECTORS

    @property
    def unit(self) -> str:
        """What a network reads one by one: ``token``, or of series and of vectors that are written, ``step``."""
        return "step" if self.windows or self.recipe.sides.target is SideKind.VECTORS else "token"

    @cached_property
    def metrics(self) -> list[dict[str, Any]]:
        """Lines of the run's ``metrics.jsonl``; none without a run."""
        return [] if self.run is None else read_metrics(self.run)

    @cached_property
    def own_examples(self) -> tuple[Example, ...]:
        """Examples of the recipe's development split, as many as :data:`SAMPLE`; none if it cannot be read."""
        if not self.named:
            return self.examples
        try:
            found = examples_for(self.loaded, None, "dev", {}, skip_bad=False)
        except Seq2SeqError:
            return ()
        return _sampled(self.loaded, found, SAMPLE, self.seed)

    def stretches(self, size: int, most: int) -> list[tuple[Example, ...]]:
        """At most ``most`` runs of ``size`` consecutive examples, evenly spread; one shorter run of few examples."""
        if self.texts is None:
            return []
        rows = len(self.texts.sources)
        starts = np.unique(np.linspace(0, max(0, rows - size), max(1, min(most, rows // size))).astype(int)).tolist()
        return [
            _encoded(self.loaded, self.texts.sources[start : start + size], self.texts.targets[start : start + size])
            for start in starts
        ]

    @cached_property
    def train_examples(self) -> tuple[Example, ...]:
        """A sample of the training split, as large as that of :attr:`examples`; none if it cannot be read."""
        return self.sample_train(len(self.examples))

    def sample_train(self, count: int) -> tuple[Example, ...]:
        """``count`` rows of the training split at most; none if it cannot be read."""
        if self.train is None:
            return ()
        rows, split = _rows(len(self.train), count, self.seed), self.train
        return tuple(Example.of_row(split, row, *split.texts(row)) for row in rows)

    def encode(self, sources: Sequence[str], targets: Sequence[str]) -> tuple[Example, ...]:
        """Other texts as the model reads them."""
        return _encoded(self.loaded, sources, targets)

    def generator(self, name: str) -> np.random.Generator:
        """A generator of a measure's own, so that measures do not change each other's figures."""
        return np.random.default_rng([self.seed, *name.encode()])

    def batches(self, examples: Sequence[Example], rows: int = _ROWS) -> Iterator[tuple[Sequence[int], Batch]]:
        """Batches of examples of similar length on the CPU, each with the places of its rows in ``examples``."""
        lengths = [(row, len(one.source_ids) + len(one.target_ids) + 2) for row, one in enumerate(examples)]
        for chosen in length_batches(lengths, rows):
            batch = collate([examples[row].source_ids for row in chosen], [examples[row].target_ids for row in chosen])
            yield chosen, batch


def once_per_subject(function: Callable[[Subject], Result]) -> Callable[[Subject], Result]:
    """Call a function once for every subject, which keeps the result: it is released together with the model."""

    @wraps(function)
    def once(subject: Subject) -> Result:
        if function not in subject.results:
            subject.results[function] = function(subject)
        result: Result = subject.results[function]
        return result

    return once


def _sampled(loaded: LoadedModel, found: Examples, sample: int, seed: int) -> tuple[Example, ...]:
    rows = _rows(len(found.sources), sample, seed)
    return _encoded(loaded, [found.sources[row] for row in rows], [found.targets[row] for row in rows])


def _encoded(loaded: LoadedModel, sources: Sequence[str], targets: Sequence[str]) -> tuple[Example, ...]:
    tokenizers, read = loaded.tokenizers, (sources, targets)
    protection = Protection.from_config(loaded.recipe.data, loaded.recipe.tokenizer)
    if protection is not None:
        pairs = [protection.protect_pair(*pair)[:2] for pair in zip(sources, targets, strict=True)]
        read = [source for source, _ in pairs], [target for _, target in pairs]
    ids = tokenizers.source.encode_batch(read[0]), tokenizers.target.encode_batch(read[1])
    return tuple(Example(*one) for one in zip(sources, targets, *ids, strict=True))


def _rows(count: int, sample: int, seed: int) -> list[int]:
    """Rows of a sample, in order."""
    if count <= sample:
        return list(range(count))
    chosen: list[int] = np.sort(np.random.default_rng(seed).choice(count, size=sample, replace=False)).tolist()
    return chosen


def _training_split(loaded: LoadedModel) -> tuple[Split | None, str]:
    """The training split, or why it cannot be read."""
    try:
        _ = loaded.own_data
        return training_split(loaded.recipe, loaded.tokenizers), ""
    except Seq2SeqError as error:
        return None, reason_of(error)


def _run_of(model: Path) -> Path | None:
    """The run folder that a model folder is the best model of."""
    run = model.parent
    return run if model.name == MODEL and (run / RECIPE).is_file() else None
