"""What a student learns from: the sources that its teacher is asked for, and sets to measure on."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, get_args

from seq2seq import log
from seq2seq.config.data import Location
from seq2seq.config.recipe import RECIPES
from seq2seq.config.sides import TEXTS
from seq2seq.data.reading.choose_languages import languages_of
from seq2seq.data.reading.examples import Examples
from seq2seq.data.reading.sources import SplitName, read_split
from seq2seq.data.reading.survey import survey
from seq2seq.data.tables.lines import read_blocks
from seq2seq.data.tables.problems import BadRows
from seq2seq.errors import ConfigError, DataError
from seq2seq.text.vocabulary.soft_labels import likeliest

_SMALLEST: Final = 20
"""Fewest sources: half of them are held out."""
_SHARE: Final = 0.1
"""Most of the sources that are held out."""


@dataclass(frozen=True)
class Corpus:
    """Sources, and what is known of their translations, or labels."""

    sources: tuple[str, ...]
    """Each once, in the order of the data."""
    references: Mapping[str, Sequence[str]]
    """Translations, or labels, of those sources that came with some."""
    dev: Examples
    """Held out, or the data's own. Without references, the targets are empty: the teacher's take their place."""
    test: Examples | None
    languages: tuple[str, str] | None
    """None: not known."""

    @property
    def has_references(self) -> bool:
        """Whether there are references to learn from without a teacher, and to measure with."""
        return bool(self.references)

    def reference_pairs(self) -> list[tuple[str, str]]:
        """Each source with each of its references."""
        return [(source, target) for source, some in self.references.items() for target in some]


def read_corpus(
    data: Sequence[str],
    monolingual: Sequence[Path],
    *,
    columns: Mapping[str, str | int],
    task: str = "translation",
    names: Mapping[str, str] | None = None,
    dev: Location | None = None,
    test: Location | None = None,
    skip_bad: bool = False,
    seed: int = 1,
) -> Corpus:
    """Read what a student learns from.

    Args:
        data: one location of sentence pairs or labelled texts, or two aligned files; nothing: only ``monolingual``.
        monolingual: text files with a source per line.
        columns: `source` and `target` of the data, where they are named.
        task: of the student.
        names: of the labels, by what may stand in the data.
        dev: development set of the data (None: that of the data, or rows that are held out).
        test: test set, likewise, but none is held out.
        skip_bad: leave malformed rows out.
        seed: of what is held out.

    Raises:
        DataError: the data are not there, or rows are bad, or there are too few sources.
        ConfigError: there is nothing to read.
    """
    if not data and not monolingual:
        raise ConfigError("DATA", ["name pairs or labelled texts, or --monolingual FILE"], code="distill.no-data")
    references: dict[str, list[str]] = {}
    sets: dict[str, Examples | None] = {"dev": None, "test": None}
    languages = None
    if data:
        config = survey(data, task, columns, dev=dev, test=test).config
        config = config.model_copy(update={"skip_bad": skip_bad})
        sides = RECIPES[task].usual_sides
        if sides == TEXTS:
            known = languages_of(config)
            languages = known if all(known) else None
        train, *others = (read_split(config, split, sides=sides) for split in get_args(SplitName))
        if config.soft_labels and train is not None:
            train = replace(train, targets=[likeliest(target, names or {}) for target in train.targets])
        else:
            train = _named(train, names or {})
        for source, target in _training_pairs(train):
            references.setdefault(source, []).append(target)
        sets = {split: _named(one, names or {}) for split, one in zip(sets, others, strict=True)}
    sources = dict.fromkeys([*references, *(line for file in monolingual for line in _lines(file))])
    for examples in sets.values():  # what is measured is not learnt
        for source in examples.sources if examples is not None else ():
            sources.pop(source, None)
    held = sets["dev"] or _held_out(list(sources), references, config.dev_size if data else 500, seed)
    for source in held.sources:
        sources.pop(source, None)
    kept = {source: some for source, some in references.items() if source in sources}
    return Corpus(tuple(sources), kept, held, sets["test"], languages)


def _named(examples: Examples | None, names: Mapping[str, str]) -> Examples | None:
    """Examples with names in the place of those targets that have one."""
    if examples is None or not names:
        return examples
    return replace(examples, targets=[names.get(target.strip(), target) for target in examples.targets])


def _training_pairs(examples: Examples | None) -> list[tuple[str, str]]:
    assert examples is not None
    log.warn_skipped(examples.skipped, examples.name)
    pairs = zip(examples.sources, examples.targets, strict=True)
    return [(source, target) for source, target in pairs if source.strip() and target.strip()]


def _lines(file: Path) -> list[str]:
    """The lines of a text file that are text."""
    bad = BadRows()
    lines = [
        line
        for block in read_blocks(file, bad)
        for number, line in enumerate(block.lines, block.first)
        if number not in block.bad and line.strip()
    ]
    log.warn_skipped(bad.count, str(file))
    return lines


def _held_out(sources: list[str], references: Mapping[str, Sequence[str]], size: int, seed: int) -> Examples:
    """Sources at random, of those that have references if any has."""
    known = [source for source in sources if source in references] or sources
    if len(sources) < _SMALLEST:
        raise DataError(
            f"only {len(sources)} different sources: a student needs {_SMALLEST} at least.\n"
            "  Add sources: they need no translations or labels (--monolingual FILE).",
            code="distill.too-small",
        )
    chosen = random.Random(seed).sample(known, max(1, min(size, int(_SHARE * len(known)))))
    targets = [references[source][0] if source in references else "" for source in chosen]
    return Examples("held-out sources", chosen, targets)
