"""Texts translated with all that is known of their lines."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from seq2seq.documents.records import Record
from seq2seq.server.faults import before
from seq2seq.server.jobs.detail import Detailed, DetailedTranslation
from seq2seq.server.models.catalogue import Pair
from seq2seq.server.models.loading import LoadedModel
from seq2seq.server.translation.service import Routed, TranslationService, pieces_of


@dataclass(frozen=True, slots=True)
class DetailedText:
    """The translation of a text."""

    text: str
    lines: list[Record]
    """Its lines, or the segments of HTML, as ``seq2seq translate --json`` writes them; none, if no model was asked."""


async def translate_in_detail(
    service: TranslationService,
    texts: Sequence[str],
    source: str,
    target: str,
    job_of: Callable[[Pair], DetailedTranslation],
    *,
    model: str | None,
    client: str,
    deadline: float,
) -> list[Routed[DetailedText]]:
    """Translations of texts, in their order.

    Args:
        service: translates.
        texts: as a client sent them.
        source: their language, or ``auto``.
        target: the language to translate into.
        job_of: what is asked of the model for a direction.
        model: its name; None: the first one for the direction.
        client: who asks, for fairness.
        deadline: time of the event loop's clock until which the answer is of use.

    Raises:
        RequestError: there is no such direction, or a model refuses a text (400), or the answer cannot be given now.
    """

    async def answer(model: LoadedModel, pair: Pair, texts: Sequence[str]) -> list[DetailedText]:
        job = job_of(pair)
        pieces = [pieces_of(text, job.format, model) for text in texts]
        units = [line for one in pieces for line in one[::2]]  # line ends stand between lines
        done = iter(await model.ask(job, units, client=client, deadline=deadline))
        return [_joined([next(done) for _ in one[::2]], one[1::2]) for one in pieces]

    async with before(deadline):
        return await service.by_direction(texts, source, target, answer, unchanged=_unchanged, model=model)


def _unchanged(text: str) -> DetailedText:
    return DetailedText(text, [])


def _joined(lines: Sequence[Detailed], ends: Sequence[str]) -> DetailedText:
    """The translation of a text, with the ends of its lines."""
    text = "".join(part for line, end in zip(lines, [*ends, ""], strict=True) for part in (line.text, end))
    return DetailedText(text, list(_numbered(lines)))


def _numbered(lines: Sequence[Detailed]) -> Iterator[Record]:
    for number, line in enumerate(lines):
        for record in line.records:
            own = record["line"]
            assert isinstance(own, int)
            yield record | {"line": number + own}
