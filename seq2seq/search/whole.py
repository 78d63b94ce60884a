"""The interface to models that run a whole search by themselves, faster than token by token."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from seq2seq.config.search_settings import SearchSettings
from seq2seq.search.hypothesis import Hypothesis
from seq2seq.search.stepper import IntArray, Stepper


class WholeSearch(Protocol):
    """A search without budgets and required phrases.

    It finds what :func:`~seq2seq.search.beam.beam_search` and :func:`~seq2seq.search.sampling.sample` find.
    """

    def __call__(
        self,
        sources: Sequence[Sequence[int]],
        limits: IntArray,
        config: SearchSettings,
        *,
        offsets: Sequence[int],
        attention: bool,
    ) -> list[list[Hypothesis]]:
        """See :func:`~seq2seq.search.sampling.sample`; only sampling reads ``offsets``."""


def whole_search(stepper: Stepper[Any], config: SearchSettings, *, sources: int, attention: bool) -> WholeSearch | None:
    """The search of a model for a config and a number of sources, if it has one."""
    find: Callable[..., WholeSearch | None] | None = getattr(stepper, "whole_search", None)
    return None if find is None else find(config, sources=sources, attention=attention)
