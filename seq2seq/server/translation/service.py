"""The texts of a request: taken apart into lines, translated in batches with those of others, put together again."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final, Generic, TypeVar

from seq2seq.errors import MissingExtra
from seq2seq.server.faults import RequestError, before, refusing
from seq2seq.server.jobs.engine import Answer, Kind, TextFormat
from seq2seq.server.models.catalogue import Catalogue, Pair
from seq2seq.server.models.loading import LoadedModel
from seq2seq.server.models.store import ModelStore
from seq2seq.server.translation.detection import detect

AUTO: Final = "auto"
"""In place of a source language: it is detected."""
_PRELOAD_SECONDS: Final = 600.0
"""Time for a model to be loaded: a large one from a slow disk takes minutes."""
_SURE: Final = 0.5
"""Probability of the target's own language from which on a text is returned as it is."""
_LINE_END: Final = re.compile(r"(\r?\n)")
_CONTROL: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
"""Characters that no text has a use for (XML 1.0, section 2.2); many of them look like a file that is no text."""
_SURROGATE: Final = re.compile("[\ud800-\udfff]")

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Routed(Generic[R]):
    """A model's answer to a text."""

    answer: R
    source: str
    """The language of the text, as the model has it."""
    target: str
    probability: float | None
    """Of the source language, if it was detected."""
    model: str | None
    """None: the text is in the target language already, and no model was asked."""
    version: str | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a client asks for."""

    texts: Sequence[str]
    source: str
    """A language, or ``auto``."""
    target: str
    format: TextFormat = "text"
    alternatives: int = 0


@dataclass(frozen=True, slots=True)
class Translated:
    """The translation of one text."""

    text: str
    alternatives: tuple[str, ...]
    """Others, best first."""
    source: str
    """The language that it was translated from."""
    probability: float | None
    """Of that language, if it was detected."""
    model: str | None
    """None: the text was in the target language already."""
    version: str | None


class TranslationService:
    """Answers requests.

    Args:
        catalogue: which model is for which languages.
        models: the models.
    """

    def __init__(self, catalogue: Catalogue, models: ModelStore[LoadedModel]) -> None:
        self.catalogue = catalogue
        self.models = models

    async def translate(self, wanted: Wanted, *, client: str, deadline: float) -> list[Translated]:
        """Translate the texts of a request, in their order.

        Args:
            wanted: what is asked for.
            client: who asks, for fairness.
            deadline: time of the event loop's clock until which the answer is of use.

        Raises:
            RequestError: a language is not there (400), or the answer cannot be given now.
        """
        async with before(deadline):
            return await self._translate(wanted, client, deadline)

    async def detect(self, text: str) -> list[tuple[str, float]]:
        """Languages that the server knows and a text may be in, likeliest first, with their probabilities."""
        languages = tuple(code for code, _, _ in self.catalogue.languages())
        return await asyncio.to_thread(_detect, text, languages)

    async def preload(self) -> None:
        """Load every model, and translate once, so that no client waits for that; faults are in the log."""
        for name in self.models.names:
            with suppress(RequestError):
                async with self.models.use(name):
                    pass
        first = {model: pair for pair, model in reversed(self.catalogue.pairs().items())}
        for source, target in first.values():
            with suppress(RequestError):
                deadline = asyncio.get_running_loop().time() + _PRELOAD_SECONDS
                await self.translate(Wanted(["A."], source, target), client="preload", deadline=deadline)

    async def _translate(self, wanted: Wanted, client: str, deadline: float) -> list[Translated]:
        async def translate(model: LoadedModel, pair: Pair, texts: Sequence[str]) -> list[Answer]:
            kind = Kind(*pair, wanted.format, wanted.alternatives + 1)
            return await _answers(model, kind, texts, client=client, deadline=deadline)

        found = await self.by_direction(
            wanted.texts, wanted.source, wanted.target, translate, unchanged=lambda text: (text,)
        )
        return [
            Translated(one.answer[0], one.answer[1:], one.source, one.probability, one.model, one.version)
            for one in found
        ]

    async def by_direction(
        self,
        texts: Sequence[str],
        source: str,
        target: str,
        answer: Callable[[LoadedModel, Pair, Sequence[str]], Awaitable[Sequence[R]]],
        *,
        unchanged: Callable[[str], R],
        model: str | None = None,
    ) -> list[Routed[R]]:
        """Answers to texts, in their order, each by a model for its language, if that is not the target's.

        Args:
            texts: as a client sent them; control characters are removed.
            source: their language, or ``auto``.
            target: the language to translate into.
            answer: asks a model about texts in one language.
            unchanged: the answer to a text that is in the target language already.
            model: its name; None: the first one for the direction.

        Raises:
            RequestError: there is no such direction, or a model refuses a text (400), or cannot be loaded (503).
        """
        texts = list(map(clean, texts))
        if source == AUTO:
            sources = self.catalogue.sources(target, model)
            own = self.catalogue.same(target, target, model)
            found = await asyncio.to_thread(lambda: [_likeliest(text, sources, own, target) for text in texts])
        else:
            found = [(source, None)] * len(texts)
        groups: dict[str, list[int]] = {}
        for place, (language, _) in enumerate(found):
            groups.setdefault(language, []).append(place)
        answers = await _together(
            [
                self._from(language, target, [texts[place] for place in places], answer, unchanged, model)
                for language, places in groups.items()
            ]
        )
        results: dict[int, Routed[R]] = {}
        for places, some in zip(groups.values(), answers, strict=True):
            for place, one in zip(places, some, strict=True):
                results[place] = replace(one, probability=found[place][1])
        return [results[place] for place in range(len(texts))]

    async def _from(
        self,
        source: str,
        target: str,
        texts: Sequence[str],
        answer: Callable[[LoadedModel, Pair, Sequence[str]], Awaitable[Sequence[R]]],
        unchanged: Callable[[str], R],
        wanted: str | None,
    ) -> list[Routed[R]]:
        """Answers to texts in one language."""
        direction = self.catalogue.find(source, target, wanted)
        if direction is None:
            same = self.catalogue.same(source, target, wanted)
            if same is not None:
                return [Routed(unchanged(text), same, same, None, None, None) for text in texts]
            message = f"{source} to {target} is not supported; GET /languages lists what is"
            raise RequestError(400, message, code="serve.no-such-direction")
        pair, name = direction
        async with self.models.use(name) as model:
            with refusing():
                answers = await answer(model, pair, texts)
            return [Routed(one, *pair, None, model.name, model.version) for one in answers]


async def _together(works: Sequence[Coroutine[None, None, R]]) -> list[R]:
    """The results of works that run side by side; if one fails, the others end, and its error is the only one."""
    if len(works) == 1:  # as most requests have it, and a task of its own would cost some of its time
        return [await works[0]]
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(work) for work in works]
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from None
    return [task.result() for task in tasks]


def clean(text: str) -> str:
    """A client's text without control characters and lone surrogates."""
    return _SURROGATE.sub("\ufffd", _CONTROL.sub("", text))


def pieces_of(text: str, format: TextFormat, model: LoadedModel) -> list[str]:
    """What is translated by itself of a text: its lines, whose ends stand between them; HTML and vectors are whole."""
    whole = format == "html" or model.reads_vectors
    return [text] if whole else _LINE_END.split(text)


async def _answers(
    model: LoadedModel, kind: Kind, texts: Sequence[str], *, client: str, deadline: float
) -> list[Answer]:
    """Translations of texts; of plain text, each line is translated by itself, and blank ones are not."""
    pieces = [pieces_of(text, kind.format, model) for text in texts]
    places = [
        (number, place)
        for number, one in enumerate(pieces)
        for place in range(0, len(one), 2)  # line ends stand between lines
        if one[place].strip()
    ]
    lines = [pieces[number][place] for number, place in places]
    translated = dict(zip(places, await model.ask(kind, lines, client=client, deadline=deadline), strict=True))
    answers: list[Answer] = []
    for number, one in enumerate(pieces):
        found = {place: translated[number, place] for place in range(len(one)) if (number, place) in translated}
        ranks = range(max(map(len, found.values()), default=1))
        # The second translation of a text has the second of each line, or the best of those that have no other.
        texts_by_rank = (
            "".join(_ranked(found[place], rank) if place in found else piece for place, piece in enumerate(one))
            for rank in ranks
        )
        answers.append(tuple(dict.fromkeys(texts_by_rank)))
    return answers


def _ranked(answer: Answer, rank: int) -> str:
    return answer[rank] if rank < len(answer) else answer[0]


def _detect(text: str, languages: tuple[str, ...]) -> list[tuple[str, float]]:
    try:
        return detect(text, languages)
    except MissingExtra as error:
        raise RequestError(501, "languages are not detected here", code="serve.no-detection") from error


def _likeliest(text: str, sources: Sequence[str], own: str | None, target: str) -> tuple[str, float | None]:
    """The language of a text: one that is translated into the target, or the target's own, if that is likely."""
    found = _detect(text, tuple(dict.fromkeys([*sources, *([own] if own else [])])))
    if found and found[0][0] == own and found[0][1] >= _SURE:
        return found[0]
    others = [pair for pair in found if pair[0] in sources]
    if others:
        return others[0]
    if sources:
        return sources[0], 0.0
    message = f"nothing is translated to {target}; GET /languages lists what is"
    raise RequestError(400, message, code="serve.no-such-direction")
