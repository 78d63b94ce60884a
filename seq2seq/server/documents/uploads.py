"""A document that a client sends: read, translated segment by segment with the texts of others, and written."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from seq2seq.documents.open import TEXT, DocumentOptions, format_of, read_document
from seq2seq.files.encoded_text import EncodedText, decode_text
from seq2seq.files.opening import COMPRESSED
from seq2seq.formats.segment import Document, Segment, Target
from seq2seq.server.documents.stoppable import StoppableThreads
from seq2seq.server.faults import RequestError, before, refusing
from seq2seq.server.jobs.engine import Kind
from seq2seq.server.jobs.segments import SegmentTranslation
from seq2seq.server.models.catalogue import Pair
from seq2seq.server.models.loading import LoadedModel
from seq2seq.server.settings import RequestLimits
from seq2seq.server.translation.service import Routed, TranslationService

_LONGEST: Final = 12
"""Most characters of an ending."""
_DETECTED: Final = 2_000
"""Characters by which the language of a document is detected."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A document as a client sent it; its name is used for its ending alone."""

    data: bytes
    format: str
    ending: str
    """Of its name, without a dot: letters and digits."""

    @classmethod
    def of(cls, name: str, data: bytes) -> "Upload":
        """A document by the name that its client has for it.

        Raises:
            RequestError: it is compressed.
        """
        path = Path(name.replace("\\", "/").rpartition("/")[2])
        if path.suffix.lower() in COMPRESSED:
            raise RequestError(400, "file: send it unpacked", code="serve.compressed")
        ending = path.suffix[1:].lower()
        known = ending.isascii() and ending.isalnum() and len(ending) <= _LONGEST
        return cls(data, format_of(path), ending if known else "txt")

    @property
    def name(self) -> str:
        """What to call it in messages."""
        return f"document.{self.ending}"


async def translate_upload(
    service: TranslationService,
    threads: StoppableThreads,
    upload: Upload,
    options: DocumentOptions,
    *,
    source: str,
    target: str,
    client: str,
    deadline: float,
    limits: RequestLimits,
) -> Routed[bytes]:
    """The document in another language, as ``seq2seq translate`` writes it.

    Args:
        service: translates.
        threads: read and write documents.
        upload: the document.
        options: of its format.
        source: its language, or ``auto``.
        target: the language to translate into.
        client: who asks, for fairness.
        deadline: time of the event loop's clock until which the answer is of use.
        limits: of its words, and of the time in which it is read.

    Raises:
        RequestError: the document is damaged, or of no format that is read; or it is too large, or there is no such
            direction (400); or the answer cannot be given now.
    """
    async with before(deadline):
        opened = await _read(threads, partial(_open, upload, options, target), limits.file_reading_seconds)
        if opened.characters > limits.file_characters:
            raise RequestError(400, f"file: more than {limits.file_characters:,} characters", code="serve.too-long")

        async def answer(model: LoadedModel, pair: Pair, _sample: Sequence[str]) -> list[bytes]:
            write = await opened.translate(model, pair, client, deadline)
            return [await threads.run(write)]

        (translated,) = await service.by_direction(
            [opened.sample], source, target, answer, unchanged=lambda _: upload.data
        )
        return translated


async def _read(threads: StoppableThreads, work: "Callable[[], _Opened]", seconds: float) -> "_Opened":
    try:
        with refusing():
            return await threads.run(work, seconds=seconds)
    except TimeoutError as error:
        raise RequestError(400, f"file: not read within {seconds:g} seconds", code="serve.file-time") from error


@dataclass(frozen=True, slots=True)
class _Opened:
    """A document that has been read."""

    characters: int
    sample: str
    """Its first words."""
    translate: Callable[[LoadedModel, Pair, str, float], Awaitable[Callable[[], bytes]]]
    """Its translation, which remains to be written."""


def _open(upload: Upload, options: DocumentOptions, target: str) -> _Opened:
    if upload.format == TEXT:
        return _open_text(decode_text(upload.data, upload.name))
    options = replace(options, language=target)
    return _open_segments(read_document(upload.data, upload.name, upload.format, options))


def _open_text(text: EncodedText) -> _Opened:
    """Plain text: each line is a paragraph."""
    lines = text.text.split("\n")

    async def translate(model: LoadedModel, pair: Pair, client: str, deadline: float) -> Callable[[], bytes]:
        places = [place for place, line in enumerate(lines) if line.strip()]
        stripped = [lines[place].removesuffix("\r") for place in places]
        found = await model.ask(Kind(*pair), stripped, client=client, deadline=deadline)
        written = list(lines)
        for place, line, (best, *_) in zip(places, stripped, found, strict=True):
            written[place] = best + lines[place][len(line) :]
        return partial(text.encode, "\n".join(written))

    return _Opened(len(text.text), text.text[:_DETECTED], translate)


def _open_segments(document: Document) -> _Opened:
    """A document of segments."""

    async def translate(model: LoadedModel, pair: Pair, client: str, deadline: float) -> Callable[[], bytes]:
        job = SegmentTranslation(*pair)
        targets: list[Target] = await model.ask(job, document.segments, client=client, deadline=deadline)
        return partial(document.write, targets)

    words = list(map(_words, document.segments))
    return _Opened(sum(map(len, words)), " ".join(words)[:_DETECTED], translate)


def _words(segment: Segment) -> str:
    return "".join(part for part in segment.content if isinstance(part, str))
