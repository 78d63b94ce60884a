"""Phrases that an output must contain, followed token by token.

A requirement is a set of alternative phrases, any of which meets it. An output is read from left to right: the longest
phrase that begins at a token, of a requirement that is not met yet, is taken, and reading continues behind it. So a
stretch of an output meets one requirement only, and `York` is not met by the end of `New York`, if both are required.

Phrases are stored in one trie per sentence (Hu et al. 2019, section 3.2), whose paths are shared by all alternatives.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntFlag
from typing import NamedTuple

import numpy as np
import numpy.typing as npt


class Start(IntFlag):
    """Where a phrase may begin."""

    ANYWHERE = 0
    AFTER_OPENER = 1
    """Directly after a token of :attr:`Borders.openers`: a word without a space before it."""
    SENTENCE = 2
    """At the beginning, or after a token of :attr:`Borders.starters`: a word with a capital."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One way to meet a requirement."""

    tokens: tuple[int, ...]
    """Its token ids, at least one."""
    start: Start = Start.ANYWHERE
    """Where it counts."""
    before_closer: bool = False
    """Whether it counts only before a token of :attr:`Borders.closers`, or at the end: a word must not continue."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """What an output must contain."""

    phrases: tuple[Phrase, ...]
    """Alternatives, at least one."""
    source: tuple[int, int] | None = None
    """The source tokens that it translates, from the first to before the last; None: not known."""

    @property
    def shortest(self) -> int:
        """The fewest tokens that meet it wherever they are written, if there is such a phrase."""
        anywhere = [phrase for phrase in self.phrases if phrase.start is Start.ANYWHERE]
        return min(len(phrase.tokens) for phrase in anywhere or self.phrases)


@dataclass(frozen=True, slots=True, eq=False)
class Borders:
    """The tokens beside which a word may begin or end."""

    openers: npt.NDArray[np.bool_]
    """(V,) tokens behind which a word may begin without a space, such as a bracket."""
    starters: npt.NDArray[np.bool_]
    """(V,) tokens behind which a sentence may begin, such as a full stop."""
    closers: npt.NDArray[np.bool_]
    """(V,) tokens before which a word is complete: those that begin another word, and punctuation."""

    def after(self, token: int) -> Start:
        """Where a phrase behind a token may begin."""
        opens = Start.AFTER_OPENER if self.openers[token] else Start.ANYWHERE
        return opens | Start.SENTENCE if self.starters[token] else opens


@dataclass(frozen=True, slots=True)
class Requirements:
    """The phrases that the outputs of several sources must contain."""

    of_sources: Sequence[Sequence[Requirement]]
    """Of each source, the most important first."""
    borders: Borders
    """Of the words of all."""


class Progress(NamedTuple):
    """How far an output is."""

    unmet: int
    """Requirements that are not met yet, as bits."""
    tail: tuple[int, ...] = ()
    """The last tokens, while they may still become a phrase, or another one than they are."""
    before: Start = Start.SENTENCE
    """Where phrases may begin after what stands before the tail."""


@dataclass(frozen=True, slots=True, eq=False)
class PhraseState:
    """A state of a :class:`PhraseAutomaton`; states of the same progress are the same object."""

    automaton: "PhraseAutomaton"
    progress: Progress
    remaining: int
    """Tokens that are enough to meet all requirements."""
    complete: bool
    """Whether an output that ends here meets all requirements."""
    waiting: bool
    """Whether a word is complete only if a closer follows."""
    advancing: dict[int, int]
    """The tokens that leave fewer than ``remaining`` to be written, ascending: the requirements that each begins to
    meet, as bits; -1 if it continues a phrase."""
    _next: dict[int, "PhraseState"] = field(default_factory=dict)

    def after(self, token: int) -> "PhraseState":
        """The state after one more token, EOS excluded."""
        kind = self.automaton.kind(token)
        if kind not in self._next:
            self._next[kind] = self.automaton.state(self.automaton.advance(self.progress, token))
        return self._next[kind]


@dataclass(slots=True)
class _Node:
    """A path from the root of a trie. Requirements are bits, and keys their numbers."""

    children: dict[int, "_Node"] = field(default_factory=dict)
    below: int = 0
    """Requirements with a phrase that continues this path."""
    ends: int = 0
    """Requirements with a phrase that ends here, whatever follows."""
    ends_word: int = 0
    """Requirements with a phrase that ends here, if a closer follows."""
    distance: dict[int, int] = field(default_factory=dict)
    """Tokens from here to the nearest end of a phrase, by requirement."""


class PhraseAutomaton:
    """The requirements of one sentence."""

    def __init__(self, requirements: Sequence[Requirement], borders: Borders) -> None:
        # A phrase that several requirements share counts for the one that takes most without it.
        self.requirements = sorted(requirements, key=lambda one: (-one.shortest, len(one.phrases)))
        """In the order of their bits."""
        self._borders = borders
        self._shortest = [requirement.shortest for requirement in self.requirements]
        self._roots = {start: _Node() for start in (Start.ANYWHERE, Start.AFTER_OPENER, Start.SENTENCE)}
        self.tokens: set[int] = set()
        """All tokens of all phrases."""
        for number, requirement in enumerate(self.requirements):
            for phrase in requirement.phrases:
                self._insert(number, phrase)
                self.tokens.update(phrase.tokens)
        self._states: dict[Progress, PhraseState] = {}

    def _insert(self, number: int, phrase: Phrase) -> None:
        node, bit = self._roots[phrase.start], 1 << number
        for place, token in enumerate(phrase.tokens):
            rest = len(phrase.tokens) - place
            node.below |= bit
            node.distance[number] = min(rest, node.distance.get(number, rest))
            node = node.children.setdefault(token, _Node())
        node.distance[number] = 0
        if phrase.before_closer:
            node.ends_word |= bit
        else:
            node.ends |= bit

    def start(self) -> PhraseState:
        """The state before the first token."""
        return self.state(Progress((1 << len(self.requirements)) - 1))

    def state(self, progress: Progress) -> PhraseState:
        """The state of an output."""
        if progress not in self._states:
            at_end = self.unmet_at_end(progress)
            self._states[progress] = PhraseState(
                self,
                progress,
                remaining=self.remaining(progress),
                complete=not at_end,
                waiting=at_end != progress.unmet,
                advancing=self._advancing(progress),
            )
        return self._states[progress]

    def kind(self, token: int) -> int:
        """A token of a phrase as it is; all others by their borders, as tokens of one kind have the same effect."""
        if token in self.tokens:
            return token
        return -1 - int(self._borders.closers[token]) - 2 * int(self._borders.after(token))

    def advance(self, progress: Progress, token: int) -> Progress:
        """Progress after one more token, EOS excluded."""
        return self._read(progress._replace(tail=(*progress.tail, token)), final=False)

    def unmet_at_end(self, progress: Progress) -> int:
        """The requirements that are not met if the output ends here."""
        return self._read(progress, final=True).unmet

    def remaining(self, progress: Progress) -> int:
        """The tokens that are enough to meet all requirements."""
        completed = (
            distance + self._cost(progress.unmet & ~(1 << number))
            for node in self._paths(progress)
            for number, distance in node.distance.items()
            if progress.unmet >> number & 1
        )
        return min(self._cost(self.unmet_at_end(progress)), *completed, self._cost(progress.unmet))

    def _advancing(self, progress: Progress) -> dict[int, int]:
        begun: dict[int, int] = {}
        for root in self._roots.values():
            for token, node in root.children.items():
                begun[token] = begun.get(token, 0) | node.below | node.ends | node.ends_word
        begun |= {token: -1 for node in self._paths(progress) for token in node.children}
        remaining = self.remaining(progress)
        return {
            token: begun[token] for token in sorted(begun) if self.remaining(self.advance(progress, token)) < remaining
        }

    def _cost(self, unmet: int) -> int:
        """Tokens of the shortest phrases of some requirements."""
        return sum(length for number, length in enumerate(self._shortest) if unmet >> number & 1)

    def _paths(self, progress: Progress) -> list[_Node]:
        """The nodes at which the tail may still become a phrase."""
        found = []
        for node in self._allowed(progress.before) if progress.tail else ():
            for token in progress.tail:
                child = node.children.get(token)
                if child is None:
                    break
                node = child
            else:
                found.append(node)
        return found

    def _allowed(self, before: Start) -> list[_Node]:
        """The tries whose phrases may begin."""
        return [root for start, root in self._roots.items() if start in before]

    def _read(self, progress: Progress, *, final: bool) -> Progress:
        """Take phrases from the beginning of the tail as long as they are certain; all, if nothing follows."""
        unmet, tail, before = progress
        while tail:
            length, bit, undecided = self._longest(tail, unmet, before, final=final)
            if undecided:
                break
            unmet &= ~bit
            before = self._borders.after(tail[length - 1])
            tail = tail[length:]
        return Progress(unmet, tail, before)

    def _longest(self, tail: tuple[int, ...], unmet: int, before: Start, *, final: bool) -> tuple[int, int, bool]:
        """The longest phrase at the beginning of the tail.

        Returns:
            Its length and the bit of its requirement, (1, 0) if there is none; and whether the next token decides.
        """
        length, bit = 1, 0
        for root in self._allowed(before):
            node = root
            for place, token in enumerate(tail, start=1):
                child = node.children.get(token)
                if child is None:
                    break
                node = child
                last = place == len(tail)
                if last and not final and (node.below | node.ends_word) & unmet:
                    return 1, 0, True
                closed = last or self._borders.closers[tail[place]]
                ends = (node.ends | node.ends_word if closed else node.ends) & unmet
                if ends and (place > length or not bit):
                    length, bit = place, ends & -ends
        return length, bit, False
