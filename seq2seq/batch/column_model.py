"""The common part of what translates, classifies and forecasts columns: rows in, rows out, each in its place."""

from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, NamedTuple, TypeVar

from seq2seq.batch.columns import Batch, Column, add_columns, read_column
from seq2seq.batch.once import once
from seq2seq.errors import ConfigError, DataError
from seq2seq.wording import plural

if TYPE_CHECKING:
    from seq2seq.inference.engines.open import Engine

Model = TypeVar("Model")
_SHOWN: Final = 60
"""Characters of a row's value in a message."""
_NAMED: Final = 5
"""Rows that an error names."""


class Output(NamedTuple):
    """A column that is added."""

    name: str
    kind: Literal["text", "number"] = "text"
    lists: bool = False


class RowProblem(NamedTuple):
    """Why a row cannot be used."""

    what: str
    code: str


Answer = tuple[object, ...]
"""Of a row: the entry of every :class:`Output`, and a note or None."""


@dataclass(frozen=True)
class ColumnModel(ABC, Generic[Model]):
    """A callable that adds columns to batches. Pickled, it is its options; a process opens the model once."""

    model: str | Path
    """A model folder, a run folder, or ``hf://user/name``; wherever it is called. A folder that exists where this is
    constructed is taken by its absolute path."""
    _: KW_ONLY
    notes: str | None = None
    """A column for remarks about rows, such as that a text was cut, and for what is wrong with rows that cannot be
    used. Without it, remarks are counted on standard error, and a row that cannot be used is an error."""
    device: str = "auto"
    """See :func:`seq2seq.load`."""
    engine: "Engine" = "auto"
    """See :func:`seq2seq.load`."""
    threads: int = 1
    """CPU threads per batch. Frameworks start one process per core."""
    workers: int = 1
    """Batches of the model that a process computes in parallel."""

    def __post_init__(self) -> None:
        """Check what can be checked without the model.

        Raises:
            ConfigError: options contradict each other, or a number is not positive; names all problems.
        """
        if problems := self._problems():
            raise ConfigError(type(self).__name__, problems, code="batch.options")
        object.__setattr__(self, "model", found(self.model))

    def __call__(self, batch: Batch) -> Batch:
        """A batch with the columns added: the same kind, the same rows in the same order.

        A missing value (None, NaN) has missing outputs. A batch without values opens no model.

        Args:
            batch: a dict of lists or of NumPy arrays, a pandas DataFrame, or a pyarrow Table or RecordBatch.

        Raises:
            TypeError: it is none of these.
            DataError: it has no such column; or, without a column for notes, rows cannot be used: names them.
        """
        values = self._read(batch)
        wrong = {row: problem for row, value in enumerate(values) if (problem := self._problem_of(value))}
        there = {row: value for row, value in enumerate(values) if value is not None and row not in wrong}
        model = self._open() if there else None
        items = {} if model is None else {row: self._item(model, value) for row, value in there.items()}
        wrong |= {row: item for row, item in items.items() if isinstance(item, RowProblem)}
        if wrong and self.notes is None:
            raise self._error(wrong, values)
        nothing = (None,) * len(self._outputs())
        answers: list[Answer] = [(*nothing, wrong[row].what if row in wrong else None) for row in range(len(values))]
        usable = items.keys() - wrong.keys()
        if model is not None and usable:
            # All rows are passed on, so that remarks count them.
            given = self._answer(model, [items[row] if row in usable else None for row in range(len(values))])
            answers = [given[row] if row in usable else answer for row, answer in enumerate(answers)]
        outputs = [*self._outputs(), *([] if self.notes is None else [Output(self.notes)])]
        columns = [Column(*one, [answer[place] for answer in answers]) for place, one in enumerate(outputs)]
        return add_columns(batch, columns, like=self._column)

    def each(self, batches: Iterable[Batch]) -> Iterator[Batch]:
        """Every batch with the columns added, as Spark's ``mapInPandas`` and ``mapInArrow`` want it."""
        return map(self, batches)

    @property
    @abstractmethod
    def _column(self) -> str:
        """The column that is read, whose missing values have missing outputs."""

    @abstractmethod
    def _outputs(self) -> list[Output]:
        """The columns to add, notes apart."""

    @abstractmethod
    def _load(self) -> Model:
        """Open the model."""

    def _read(self, batch: object) -> list[Any]:
        """What each row has; None: nothing."""
        return read_column(batch, self._column)

    @abstractmethod
    def _problem_of(self, value: Any) -> RowProblem | None:
        """Why no model can use what a row has, if none can."""

    @abstractmethod
    def _item(self, model: Model, value: Any) -> Any:
        """What the model reads of a row; or a :class:`RowProblem`."""

    @abstractmethod
    def _answer(self, model: Model, items: Sequence[Any]) -> list[Answer]:
        """The answers for what the model reads of each row; that for None is not used."""

    def _problems(self) -> list[str]:
        """What is wrong with the options, whatever the model."""
        names = [one.name for one in self._outputs()] + ([] if self.notes is None else [self.notes])
        problems = [f"{name!r}: the name of two columns" for name in sorted({n for n in names if names.count(n) > 1})]
        return problems + not_positive(threads=self.threads, workers=self.workers)

    @abstractmethod
    def _key(self) -> Hashable:
        """Equal for callables that use the same model in the same way."""

    def _open(self) -> Model:
        return once(self._key(), self._load)

    def _error(self, wrong: Mapping[int, RowProblem], values: Sequence[object]) -> DataError:
        lines = []
        for row in sorted(wrong)[:_NAMED]:
            shown = repr(values[row])
            shown = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}..."
            lines.append(f"  row {row} (from 0), {shown}: {wrong[row].what}")
        if len(wrong) > _NAMED:
            lines.append("  ...")
        head = f"column {self._column!r}: {plural(len(wrong), 'row')} of a batch of {len(values):,} cannot be used:"
        remedy = '  Correct or filter them, or keep their messages in a column: notes="notes"'
        return DataError("\n".join([head, *lines, remedy]), code=wrong[min(wrong)].code)


def not_positive(**counts: int | None) -> list[str]:
    """Problems of options that are positive numbers, if they are given."""
    return [f"{name}: {value} is not positive" for name, value in counts.items() if value is not None and value < 1]


def found(path: str | Path) -> str:
    """A path that exists here, as an absolute one: processes elsewhere may have another working folder."""
    here = Path(path).expanduser()
    return str(here.resolve()) if here.exists() else str(path)
