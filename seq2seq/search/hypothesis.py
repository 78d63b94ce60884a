"""The outputs of a search, and the warnings about them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from seq2seq.search.stepper import FloatArray
from seq2seq.wording import plural

EMPTY: Final = "empty"
STUCK: Final = "the model proposes nothing that is allowed"
LOOPS: Final = "repeats itself"
FORCED_LOOPS: Final = "repeats itself since terms were forced"
APPENDED: Final = "copied text was put at the end"

LOOP_TIMES: Final = 4
LOOP_TOKENS: Final = 8


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One output of a search."""

    tokens: tuple[int, ...]
    """Token ids, without EOS."""
    log_prob: float
    """Sum of the model's log-probabilities in nats, that of EOS included if it is finished."""
    score: float
    """``log_prob`` under the length penalty, by which outputs of one source are ranked."""
    finished: bool
    """Whether the model ended it with EOS."""
    attention: FloatArray | None = field(default=None, compare=False)
    """(T, S) weights of each token over the source tokens, EOS included; None for a fixed context."""
    warning: str | None = None
    """A warning about it, for people; None if there is none."""
    forced: bool = field(default=False, compare=False)
    """Whether it was searched for with terms that it must have, because it lacked some."""


def described(
    tokens: tuple[int, ...],
    log_prob: float,
    score: float,
    *,
    finished: bool,
    attention: FloatArray | None,
    warning: str | None,
) -> Hypothesis:
    """An output with all warnings about it, that of its search among them."""
    warnings = [*([EMPTY] if not tokens else []), *([LOOPS] if loops(tokens) else []), *([warning] if warning else [])]
    return Hypothesis(tokens, log_prob, score, finished, attention, "; ".join(warnings) or None)


def truncated(limit: int) -> str:
    """Say that an output was cut at ``limit`` tokens."""
    return f"cut at the maximum length of {plural(limit, 'token')}"


def loops(tokens: Sequence[int]) -> bool:
    """Whether some n-gram occurs at least four times in a row, over at least eight tokens.

    The second condition excludes legitimate repetition, such as the zeros of 10,000 spelt by character.
    """
    for period in range(1, len(tokens) // LOOP_TIMES + 1):
        needed = max(period * LOOP_TIMES, LOOP_TOKENS) - period
        run = 0
        for earlier, later in zip(tokens, tokens[period:], strict=False):
            run = run + 1 if earlier == later else 0
            if run == needed:
                return True
    return False
