"""A glossary for a model: which terms a sentence has, how a search is to write them, and whether it did.

A translation that has all terms of its sentence anyway stays as it is. Others are searched for again, with the missing
and all other terms as requirements (:mod:`seq2seq.search.forced_phrases`).
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Final, Literal, NamedTuple, Self

import numpy as np

from seq2seq import log
from seq2seq.config.search_settings import SearchSettings
from seq2seq.errors import ConfigError
from seq2seq.evaluation.statistics import count_repeated_phrases
from seq2seq.formats.glossaries.glossary import Glossary, Term
from seq2seq.formats.glossaries.read import read_glossary
from seq2seq.inference.base import require_text
from seq2seq.inference.translation import TermUse
from seq2seq.search.hypothesis import FORCED_LOOPS, LOOPS, Hypothesis
from seq2seq.search.phrases import Borders, Phrase, Requirement, Requirements, Start
from seq2seq.special import EOS, NAMES, UNK
from seq2seq.text.term_annotation import TERM_SYMBOLS, annotate
from seq2seq.text.term_matcher import TermMatcher, begins_word, ends_word, find_word, plain
from seq2seq.text.tokenizer import SPACE, Tokenizer
from seq2seq.text.vocabulary.pair import VocabularyPair

GlossaryMode = Literal["force", "soft", "both"]
"""How a glossary is used: terms are forced, annotated in sources, or both."""
_SHOWN: Final = 5
"""Terms that a warning names."""
_OPENER: Final = re.compile(r"""[\s("'\[{<«»¡¿‘‚“„‹›‐-—/-]$""")
"""The end of what may stand directly before a word: brackets and quotation marks, in one of their uses, and hyphens."""
_STARTER: Final = re.compile(r"""[.!?…:。！？]["'»“”’)\s]*$""")
"""The end of what stands before a sentence."""
_OPENING: Final = " (\"'[«»‘‚“„"
"""Characters between the beginning of a sentence and its first word."""


class Form(NamedTuple):
    """A way to write a term."""

    text: str
    begins: bool = False
    """Whether it counts at the beginning of a sentence only: it has a capital there."""


@dataclass(frozen=True, slots=True)
class FoundTerm:
    """A term in a source."""

    source: str
    """As the source spells it."""
    term: Term
    forms: tuple[Form, ...]
    """The ways to write it in a translation, the longest first."""
    tokens: tuple[int, int] | None
    """The tokens of the source that it is, from the first to before the last; None: not known."""


@dataclass(eq=False)
class Terminology:
    """A glossary, prepared for a model."""

    glossary: Glossary
    target: Tokenizer
    """Of the model's outputs."""
    annotates: bool = False
    """Whether sources are annotated with translations, as the model was trained (`data.terms`)."""
    forces: bool = True
    """Whether terms that a translation lacks are forced."""
    _known: dict[Form, tuple[Phrase, ...]] = field(default_factory=dict, init=False)

    @classmethod
    def prepare(
        cls,
        glossary: str | Path | Glossary | Mapping[str, str | Sequence[str]],
        tokenizers: VocabularyPair,
        languages: tuple[str, str],
        mode: GlossaryMode | None,
    ) -> Self:
        """A glossary for a model; arguments as those of :meth:`Translator.with_glossary`."""
        source, target = tokenizers.source, tokenizers.target
        require_text(tokenizers, "terms of a glossary are looked for in text")
        if not isinstance(target, Tokenizer):
            raise ConfigError("glossary", ["the model writes names, not text"], code="glossary.no-text")
        annotates = isinstance(source, Tokenizer) and set(TERM_SYMBOLS) <= source.symbols.keys()
        if mode not in (None, "force") and not annotates:
            problem = f"'{mode}' is for models that were trained with annotated terms (data.terms); leave it out"
            raise ConfigError("--glossary-mode", [problem], code="glossary.no-annotations")
        if isinstance(glossary, str | Path):
            glossary = read_glossary(Path(glossary), languages)
        elif isinstance(glossary, Mapping):
            glossary = Glossary.of(glossary)
        return cls(glossary, target, annotates=annotates and mode != "force", forces=mode != "soft")

    def __post_init__(self) -> None:
        self._matcher = TermMatcher([(term.source, term.case_sensitive) for term in self.glossary.terms])
        impossible = [
            term.source
            for term in self.glossary.terms
            if all(UNK in self.target.encode(target) for target in term.targets)
        ]
        if impossible:
            log.warn(
                f"{self.glossary.name}: {len(impossible):,} terms have translations with characters that the model "
                f"cannot write: {', '.join(map(repr, impossible[:_SHOWN]))}",
                code="glossary.unknown-characters",
            )

    @cached_property
    def borders(self) -> Borders:
        """The tokens beside which words begin and end."""
        tokens = range(len(NAMES), self.target.size)
        pieces = [piece.replace(SPACE, " ") for piece in self.target.pieces(tokens)]
        openers, starters, closers = np.zeros((3, self.target.size), dtype=np.bool_)
        for token, piece in zip(tokens, pieces, strict=True):
            if not self.target.is_byte(token):
                openers[token] = _OPENER.search(piece) is not None
                starters[token] = _STARTER.search(piece) is not None
                closers[token] = begins_word(f"a{piece}", 1)
        closers[EOS] = True
        return Borders(openers, starters, closers)

    def check(self, config: SearchSettings) -> None:
        """Refuse settings of a search that cannot write terms.

        Raises:
            ConfigError: outputs are to be sampled.
        """
        if config.method == "sample":
            problem = "method: terms of a glossary are searched for with a beam, not sampled"
            raise ConfigError("decoding", [problem], code="glossary.sampling")

    def find(self, source: str, pieces: Sequence[str] = ()) -> list[FoundTerm]:
        """The terms of a source, in their order; its tokens are given if it is to be translated."""
        source = plain(source)
        found = self._matcher.find(source)
        places = self._token_places(pieces)
        terms = []
        for number, match in enumerate(found):
            spelling, term = source[match.start : match.end], self.glossary.terms[match.term]
            tokens = places[number] if len(places) == len(found) else None
            terms.append(FoundTerm(spelling, term, self._forms(spelling, term), tokens))
        return terms

    def annotate(self, source: str) -> str:
        """A source with the first translation of each of its terms, if the model was trained with such sources."""
        text = plain(source)
        places = [(match.end, self.glossary.terms[match.term].targets[0]) for match in self._matcher.find(text)]
        return annotate(text, places) if places and self.annotates else source

    def _token_places(self, pieces: Sequence[str]) -> list[tuple[int, int]]:
        """The tokens of each term of a source."""
        joined = "".join(pieces).replace(SPACE, " ")
        text = joined.strip()
        ends = list(accumulate(map(len, pieces), initial=text.find(text[:1]) - joined.find(text[:1])))
        return [
            (bisect_right(ends, match.start) - 1, bisect_left(ends, match.end)) for match in self._matcher.find(text)
        ]

    def met(self, found: Sequence[FoundTerm], translation: str) -> list[bool]:
        """Which terms a translation has; each needs a place of its own."""
        text = plain(translation)
        taken = bytearray(len(text))
        met = [False] * len(found)
        longest = [max((len(form.text) for form in one.forms), default=0) for one in found]
        for index in sorted(range(len(found)), key=lambda index: -longest[index]):
            for form in found[index].forms:
                start = _place(form, text, taken)
                if start is not None:
                    taken[start : start + len(form.text)] = b"\1" * len(form.text)
                    met[index] = True
                    break
        return met

    def uses(self, found: Sequence[FoundTerm], translation: str, *, forced: bool = False) -> tuple[TermUse, ...]:
        """The terms of a source, and whether its translation has them; ``forced`` if they were required of it."""
        met = self.met(found, translation)
        return tuple(
            TermUse(one.term.source, one.term.targets, has, forced and has) for one, has in zip(found, met, strict=True)
        )

    def enforce(
        self,
        found: Sequence[Sequence[FoundTerm]],
        outputs: Sequence[list[Hypothesis]],
        prefix: Sequence[int],
        search: Callable[[list[int], Requirements], list[list[Hypothesis]]],
    ) -> list[list[Hypothesis]]:
        """Outputs with the terms of their sources, as far as they can be written.

        Args:
            found: the terms of each source.
            outputs: of a search without terms, best first.
            prefix: token ids before all of them.
            search: searches for outputs of some sources (by their index) with requirements.
        """
        outputs = list(outputs)
        if not self.forces:
            return outputs

        def count(index: int, output: Hypothesis) -> int:
            return sum(self.met(found[index], self.target.decode([*prefix, *output.tokens])))

        lacking = [
            index
            for index, terms in enumerate(found)
            if terms and min(count(index, output) for output in outputs[index]) < len(terms)
        ]
        already = self.target.decode(prefix)
        required = [
            [requirement for term in found[index] if (requirement := self._requirement(term, already))]
            for index in lacking
        ]
        again = [index for index, requirements in zip(lacking, required, strict=True) if requirements]
        if again:
            requirements = Requirements(list(filter(None, required)), self.borders)
            for index, second in zip(again, search(again, requirements), strict=True):
                met = count(index, second[0])
                if met == len(found[index]) or met > count(index, outputs[index][0]):
                    first = outputs[index][0]
                    outputs[index] = [self._forced(found[index], first, one, prefix) for one in second]
        return outputs

    def _forced(
        self, found: Sequence[FoundTerm], first: Hypothesis, output: Hypothesis, prefix: Sequence[int]
    ) -> Hypothesis:
        """An output with required terms, and a warning if it repeats itself more than the one without."""
        before, after = (self._repeats(found, self.target.decode([*prefix, *one.tokens])) for one in (first, output))
        warnings = [output.warning, FORCED_LOOPS if after > before and LOOPS not in (output.warning or "") else None]
        return replace(output, warning="; ".join(filter(None, warnings)) or None, forced=True)

    def _repeats(self, found: Sequence[FoundTerm], translation: str) -> int:
        """The number of phrases that follow themselves, and of translations of terms beyond those of the source."""
        return count_repeated_phrases(translation) + max(0, sum(self.met([*found, *found], translation)) - len(found))

    def _forms(self, spelling: str, term: Term) -> tuple[Form, ...]:
        """A term's translations, also with a capital for beginnings, and in capitals if the source has it so."""
        capitals = spelling.isupper() and not term.source.isupper() and len(spelling) > 1
        forms: dict[str, bool] = {}
        for target in term.targets:
            forms[target] = False
            if capitals:
                forms[target.upper()] = False
            if target.split(maxsplit=1)[0].islower():
                forms.setdefault(target[:1].upper() + target[1:], True)
        found = {plain(self.target.normalise(text)): begins for text, begins in reversed(forms.items())}
        return tuple(sorted((Form(*form) for form in found.items() if form[0]), key=lambda form: -len(form.text)))

    def _requirement(self, found: FoundTerm, already: str) -> Requirement | None:
        """The phrases of a term; None if it is in the beginning of the translation, or cannot be written."""
        if any(_place(form, plain(already), bytearray(len(already))) is not None for form in found.forms):
            return None
        for form in found.forms:
            if form not in self._known:
                self._known[form] = self._phrases(form)
        phrases = tuple(phrase for form in found.forms for phrase in self._known[form])
        return Requirement(phrases, found.tokens) if phrases else None

    def _phrases(self, form: Form) -> tuple[Phrase, ...]:
        """The tokens of a form after a space, and directly after an opener such as a bracket."""
        text = form.text
        before_closer = not ends_word(f"{text}a", len(text))
        after_space, without = tuple(self.target.encode(text)), tuple(self.target.spell(text))
        if begins_word(f"a{text}", 1):  # in a script without spaces, or a sign
            phrases = [Phrase(without, Start.ANYWHERE, before_closer)]
        elif form.begins:
            phrases = [Phrase(after_space, Start.SENTENCE, before_closer)]
        else:
            phrases = [Phrase(after_space, Start.ANYWHERE, before_closer)]
            if without != after_space:
                phrases.append(Phrase(without, Start.AFTER_OPENER, before_closer))
        return tuple(phrase for phrase in phrases if phrase.tokens and UNK not in phrase.tokens)


def _place(form: Form, text: str, taken: bytearray) -> int | None:
    """The first place of a form in a text, as whole words, that is not taken."""
    start = find_word(form.text, text)
    while start is not None:
        if not any(taken[start : start + len(form.text)]):
            before = text[:start].rstrip(_OPENING)
            if not form.begins or not before or _STARTER.search(before):
                return start
        start = find_word(form.text, text, start + 1)
    return None
