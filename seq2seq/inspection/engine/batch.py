"""A batch of rows, as the checks receive it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from seq2seq.inspection.engine.example import Spot
from seq2seq.inspection.engine.finding import Check, Ledger
from seq2seq.inspection.engine.spans import MarkedTexts
from seq2seq.inspection.engine.texts import Texts
from seq2seq.text.markup.recognise import Markup
from seq2seq.text.vectors import Vectors, read_vectors

Mask = NDArray[np.bool_]


@dataclass(eq=False)
class Batch:
    """Consecutive rows of a split."""

    first: int
    """Number of the first row in the split."""
    sources: list[str]
    targets: list[str]
    """The target texts, or labels."""
    paired: Mask
    """(N,) whether the two sides of a row belong together, as far as the files tell."""
    ledger: Ledger
    declared: frozenset[Markup] = frozenset()
    """Markup languages that the texts are known to use."""
    _flagged: dict[Check, Mask] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.sources)

    @cached_property
    def source(self) -> Texts:
        """The sources, as arrays."""
        return Texts(self.sources)

    @cached_property
    def target(self) -> Texts:
        """The targets, as arrays."""
        return Texts(self.targets)

    def side(self, name: str) -> Texts:
        """The texts of ``source`` or ``target``."""
        return self.source if name == "source" else self.target

    @cached_property
    def _vectors(self) -> dict[str, list[Vectors]]:
        return {}

    def vectors(self, name: str) -> list[Vectors]:
        """The sequences of ``source`` or ``target``, where these are vectors; of blank text, none of any step."""
        if name not in self._vectors:
            texts = self.sources if name == "source" else self.targets
            self._vectors[name] = [read_vectors(text) if text.strip() else np.empty((0, 0)) for text in texts]
        return self._vectors[name]

    @cached_property
    def _marked(self) -> dict[str, MarkedTexts]:
        return {name: MarkedTexts(self.side(name), self.declared) for name in ("source", "target")}

    def marked(self, name: str) -> MarkedTexts:
        """The markup in the texts of ``source`` or ``target``."""
        return self._marked[name]

    def plain(self, name: str) -> Texts:
        """The texts of ``source`` or ``target`` without their markup."""
        return self.marked(name).plain

    def add(
        self,
        check: Check,
        rows: Mask | list[int] | NDArray[np.int64],
        describe: Callable[[int], str | Spot],
        *,
        repairable: bool = False,
        out: Mask | list[int] | bool = False,
    ) -> None:
        """Report rows of this batch, as :meth:`Ledger.add` does, by a mask or their numbers in the batch.

        A row counts once, even if both sides have the fault. ``--fix`` repairs those that are ``repairable``.
        """
        numbers = self._numbers(rows)
        left_out = numbers if out is True else None if out is False else self._numbers(out)
        if not len(numbers):
            return
        flagged = self._flagged.setdefault(check, np.zeros(len(self), np.bool_))
        new = numbers[~flagged[numbers]]
        flagged[numbers] = True
        first = self.first
        if repairable:
            self.ledger.mark_repairable(check, numbers + first)
        self.ledger.add(
            check, new + first, lambda row: describe(row - first), out=None if left_out is None else left_out + first
        )

    def flagged(self, check: Check) -> Mask:
        """(N,) rows that a check has reported."""
        return self._flagged.get(check, np.zeros(len(self), np.bool_))

    @staticmethod
    def _numbers(rows: Mask | list[int] | NDArray[np.int64]) -> NDArray[np.int64]:
        array = np.asarray(rows)
        return np.flatnonzero(array) if array.dtype == np.bool_ else array.astype(np.int64)
