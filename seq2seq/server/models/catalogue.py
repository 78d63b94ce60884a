"""Which models there are, and what they are for; their networks are not loaded to find out."""

import hashlib
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from seq2seq import hub, log
from seq2seq.config.recipe import ForecastingRecipe, SynthesisRecipe, TranslationRecipe
from seq2seq.data.reading.choose_languages import languages_of
from seq2seq.errors import ConfigError, ModelError, Seq2SeqError
from seq2seq.formats.languages import NAMES, base, find_language, plain_tag
from seq2seq.model_folder.description import Description
from seq2seq.model_folder.find import find_model, folder_state
from seq2seq.model_folder.read import describe
from seq2seq.text.tags import target_languages
from seq2seq.text.vocabulary.series import FILE as SERIES
from seq2seq.text.vocabulary.series import SeriesFormat

_NAMED: Final = re.compile(r"(?P<name>[\w.-]+)=(?P<path>.+)", re.DOTALL)
_PAIR: Final = re.compile(r"(?P<source>[a-z]{2,3}(?:_\w+)?)-(?P<target>[a-z]{2,3}(?:_\w+)?)", re.IGNORECASE)
CHECK_INTERVAL: Final = 1.0
"""Seconds in which a folder is looked at once: a replaced model is in use about as soon as one could copy it."""

Pair = tuple[str, str]
"""Source and target language, as codes of BCP 47."""
State = object
"""Identity of the files at a place; it differs after a replacement. None: there are none."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a model is, and what it is called."""

    name: str
    path: str
    """A model folder, a run folder, or ``hf://user/name``."""

    @classmethod
    def parse(cls, argument: str) -> "Place":
        """``PATH``, or ``NAME=PATH``; without a name, that of the folder."""
        named = _NAMED.fullmatch(argument)
        if named and not hub.is_hub(argument) and not Path(argument).exists():
            return cls(named["name"], named["path"])
        parts = Path(argument.partition("@")[0] if hub.is_hub(argument) else Path(argument).resolve()).parts
        return cls(parts[-2] if parts[-1] == "model" and len(parts) > 1 else parts[-1], argument)

    @property
    def pair(self) -> Pair | None:
        """The languages that the name says: ``en-de``."""
        return pair_of(self.name)

    def state(self) -> State:
        """What is there now."""
        if hub.is_hub(self.path):
            return self.path
        try:
            return folder_state(find_model(self.path)) or None
        except (ModelError, OSError):
            return None


def pair_of(name: str) -> Pair | None:
    """The languages that a name says: ``en-de``, ``pt_BR-en``; None: it says none."""
    found = _PAIR.fullmatch(name)
    return (found["source"].replace("_", "-"), found["target"].replace("_", "-")) if found else None


def parse_places(arguments: Sequence[str]) -> list[Place]:
    """The models of a command line.

    Raises:
        ConfigError: two have one name.
    """
    places = [Place.parse(argument) for argument in arguments]
    names = [place.name for place in places]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        problem = f"several models are called {', '.join(twice)}; give them names: one={places[0].path}"
        raise ConfigError("MODEL", [problem], code="serve.same-name")
    return places


def pairs_of(description: Description, place: Place) -> tuple[Pair, ...]:
    """The directions of a translation model: its recipe's, else those that its name says.

    Raises:
        ModelError: neither names languages.
    """
    recipe = description.recipe
    if not isinstance(recipe, TranslationRecipe):
        return ()
    data = recipe.data
    targets = target_languages(data)
    if targets:
        sources = dict.fromkeys(source.languages[0] for source in data.sources) or {languages_of(data)[0]: None}
        found = [(source, target) for source in sources for target in targets if source and source != target]
    else:
        pair = languages_of(data)
        found = [pair] if all(pair) else []
    if not found and place.pair is not None:
        found = [place.pair]
    if not found:
        raise ModelError(
            f"{place.path}: its recipe does not name its languages.\n  Name them: en-de={place.path}",
            code="serve.no-languages",
        )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class VectorsWritten:
    """What a synthesizer writes."""

    numbers: int
    """Of a step."""
    max_steps: int
    """Most steps of a sequence, unless a request says otherwise."""
    temperature: float
    """Likewise."""

    @classmethod
    def of(cls, description: Description) -> "VectorsWritten | None":
        """By a model's description; None: it is for another task."""
        recipe = description.recipe
        if not isinstance(recipe, SynthesisRecipe):
            return None
        return cls(description.target_vocabulary, recipe.decoding.max_steps, recipe.decoding.temperature)


@dataclass(frozen=True, slots=True)
class About:
    """What a model's description says."""

    task: str
    """Of its recipe, such as ``translation``."""
    version: str
    """See :func:`version_of`."""
    pairs: tuple[Pair, ...] = ()
    """Directions of a translation model."""
    labels: tuple[str, ...] = ()
    """Labels of a classifier."""
    tags: tuple[str, ...] = ()
    """Tags of a generator or synthesizer."""
    series: SeriesFormat | None = None
    """What a forecaster reads, and how far it forecasts."""
    vectors: VectorsWritten | None = None
    """What a synthesizer writes."""
    license: str | None = None
    """Licence, by its identifier on the hub; None: none is stated."""

    @classmethod
    def of(cls, description: Description, place: Place) -> "About":
        """What a description says; raises as :func:`pairs_of` does."""
        forecasts = isinstance(description.recipe, ForecastingRecipe)
        return cls(
            description.recipe.task,
            version_of(description),
            pairs_of(description, place),
            description.labels,
            description.tags,
            SeriesFormat.load(find_model(place.path) / SERIES) if forecasts else None,
            VectorsWritten.of(description),
            description.license,
        )


def version_of(description: Description) -> str:
    """12 hexadecimal digits of the SHA-256 of a description, which has the digests of all files."""
    return hashlib.sha256(description.to_json().encode()).hexdigest()[:12]


@dataclass(slots=True)
class _Entry:
    place: Place
    state: State = None
    checked: float = float("-inf")
    about: About | None = None
    """None: it could not be described yet."""
    problem: Seq2SeqError | None = None


class Catalogue:
    """The directions of all models; folders that change are read again.

    Args:
        places: the models; of two for one direction, the first is used.
        clock: seconds.
    """

    def __init__(self, places: Sequence[Place], clock: Callable[[], float]) -> None:
        self._entries = [_Entry(place) for place in places]
        self._clock = clock

    def problems(self) -> dict[str, Seq2SeqError]:
        """Why models cannot be described, by their names."""
        self._update()
        return {entry.place.name: entry.problem for entry in self._entries if entry.problem is not None}

    def models(self) -> dict[str, About]:
        """What is known of the models, by their names; those that could never be described are left out."""
        self._update()
        return {entry.place.name: entry.about for entry in self._entries if entry.about is not None}

    def pairs(self, model: str | None = None) -> dict[Pair, str]:
        """Model by direction: of one model, or the first of all."""
        found: dict[Pair, str] = {}
        for name, about in self.models().items():
            for pair in about.pairs if model in (None, name) else ():
                found.setdefault(pair, name)
        return found

    def languages(self) -> list[tuple[str, str, list[str]]]:
        """Source languages: code, English name, and targets, sorted by name."""
        targets: dict[str, list[str]] = {}
        for source, target in self.pairs():
            targets.setdefault(source, []).append(target)
            targets.setdefault(target, [])
        listed = [(code, english_name(code), sorted(found)) for code, found in targets.items()]
        return sorted(listed, key=lambda language: language[1])

    def sources(self, target: str, model: str | None = None) -> list[str]:
        """Languages that are translated into one."""
        pairs = self.pairs(model)
        wanted = _match(target, (target for _, target in pairs))
        return list(dict.fromkeys(source for source, to in pairs if to == wanted))

    def find(self, source: str, target: str, model: str | None = None) -> tuple[Pair, str] | None:
        """The direction that is meant, and its model: ``en-US`` finds ``en``, ``zh_Hans`` finds ``zh``."""
        pairs = self.pairs(model)
        wanted = _match(target, (to for _, to in pairs))
        known = _match(source, (one for one, to in pairs if to == wanted))
        return ((known, wanted), pairs[known, wanted]) if known is not None and wanted is not None else None

    def same(self, source: str, target: str, model: str | None = None) -> str | None:
        """The language that both codes mean, of those that the models translate from or into; None: they differ."""
        known = dict.fromkeys(code for pair in self.pairs(model) for code in pair)
        found = _match(source, iter(known))
        return found if found == _match(target, iter(known)) else None

    def _update(self) -> None:
        now = self._clock()
        for entry in self._entries:
            if now - entry.checked < CHECK_INTERVAL:
                continue
            entry.checked = now
            state = entry.place.state()
            if state == entry.state and (state is not None or entry.problem is not None):
                continue
            entry.state = state
            try:
                entry.about, entry.problem = About.of(describe(entry.place.path), entry.place), None
            except Seq2SeqError as error:
                entry.problem = error  # what it did before, it may do again


def _match(wanted: str, known: Iterator[str]) -> str | None:
    """The code among those known that is meant."""
    tags = list(dict.fromkeys(known))
    same = [tag for tag in tags if plain_tag(tag) == plain_tag(wanted)]
    if same:
        return same[0]
    found = find_language(tags, wanted)
    if found in tags:
        return found
    return next((tag for tag in tags if base(tag) == plain_tag(wanted)), None)


def english_name(code: str) -> str:
    """``German`` for ``de``, ``Portuguese (pt-BR)`` for ``pt-BR``; a code that is not known names itself."""
    name = NAMES.get(base(code), code).capitalize() if base(code) in NAMES else code
    return name if plain_tag(code) == base(code) else f"{name} ({code})"


def warn_of_problems(places: Sequence[Place]) -> None:
    """Warn of models that cannot be used; they are tried again when they change. Those of the hub are not looked at."""
    here = [place for place in places if not hub.is_hub(place.path)]
    for problem in Catalogue(here, time.monotonic).problems().values():
        log.warn(str(problem), code=problem.code)
