"""Terms and their translations, of which each may have several."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from seq2seq import log
from seq2seq.wording import plural

_SHOWN = 3
"""Terms that a warning names."""


@dataclass(frozen=True, slots=True)
class Term:
    """An entry of a glossary."""

    source: str
    targets: tuple[str, ...]
    """Its translations, at least one, any of which will do; the preferred one first."""
    line: int = 0
    """Line of the file, from 1; 0 if there is no file."""
    case: bool | None = None
    """Whether upper and lower case make a difference in the source; None: the term decides."""

    @property
    def case_sensitive(self) -> bool:
        """Whether upper and lower case make a difference: by itself, they do in `iPhone` and `US`, but not in `Dog`."""
        if self.case is not None:
            return self.case
        return any(before.isalpha() and letter.isupper() for before, letter in pairwise(self.source))

    @property
    def key(self) -> str:
        """Equal for terms that are found in the same places."""
        return self.source if self.case_sensitive else self.source.casefold()


@dataclass(frozen=True)
class Glossary:
    """Terms, each of which occurs once."""

    name: str
    """What to call it in messages: its file."""
    terms: tuple[Term, ...]

    @classmethod
    def collect(cls, name: str, terms: Iterable[Term]) -> "Glossary":
        """Terms of a file; of those that occur more than once, all translations count, and a warning names them."""
        merged: dict[str, Term] = {}
        targets: dict[str, dict[str, None]] = {}
        """Of terms that occur more than once."""
        repeated: Counter[str] = Counter()
        ambiguous: dict[str, list[int]] = {}
        for term in terms:
            first = merged.setdefault(term.key, term)
            if first is term:
                continue
            if term.key not in targets:
                targets[term.key] = dict.fromkeys(first.targets)
            known = targets[term.key]
            before = len(known)
            if term.targets is not first.targets:
                known.update(dict.fromkeys(term.targets))
            if len(known) == before:
                repeated[first.source] += 1
            else:
                ambiguous.setdefault(first.source, [first.line]).append(term.line)
        if ambiguous:
            log.warn(
                f"{name}: {plural(len(ambiguous), 'term')} with several translations, of which any is taken: "
                + _some([f"{term!r} (lines {', '.join(map(str, lines))})" for term, lines in ambiguous.items()]),
                code="glossary.ambiguous",
            )
        if repeated:
            log.warn(
                f"{name}: {repeated.total():,} entries are repeated: {_some(list(map(repr, repeated)))}",
                code="glossary.repeated",
            )
        merged |= {key: replace(merged[key], targets=tuple(known)) for key, known in targets.items()}
        return cls(name, tuple(merged.values()))

    @classmethod
    def of(cls, terms: Mapping[str, str | Sequence[str]]) -> "Glossary":
        """A glossary from a dictionary: terms, and the translation (or translations) of each."""
        tuples = {source: (one,) if isinstance(one, str) else tuple(one) for source, one in terms.items()}
        return cls.collect("the glossary", [Term(source, targets) for source, targets in tuples.items()])


def _some(examples: Sequence[str]) -> str:
    return ", ".join(examples[:_SHOWN]) + (", ..." if len(examples) > _SHOWN else "")
