"""``/v1/generate``: what ``seq2seq generate --json`` writes, whole or token by token."""

import asyncio
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Final, Literal

from fastapi import APIRouter
from pydantic import ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from seq2seq.inference.generator import Generated, Generator
from seq2seq.music.writer import to_abc
from seq2seq.server.faults import before, refusing
from seq2seq.server.jobs.generation import Draft
from seq2seq.server.requests.admission import Asked, admit
from seq2seq.server.requests.common import Keyed, Tags, check_length, check_most, documented, named
from seq2seq.server.requests.events import Send, event, stream
from seq2seq.server.routes.v1.shapes import GenerateAnswer
from seq2seq.server.settings import RequestLimits
from seq2seq.server.translation.service import clean

router = APIRouter()
_UNSURE: Final = 4
"""Characters at the end of a text that its next token may change: the bytes of one come one by one."""
_SETTINGS: Final = ("method", "beam", "seed", "temperature", "top_k", "top_p")


class GenerateRequest(Keyed):
    """Of ``/v1/generate``."""

    model_config = ConfigDict(extra="forbid", protected_namespaces=())

    model: str | None = Field(default=None, min_length=1)
    """Name of a model; `null`: the first that generates."""
    tags: Tags = Field(default=[])
    """Tags to condition on; a string of them is separated by spaces."""
    prompt: str = ""
    """Beginning of every text."""
    count: int = Field(default=1, ge=1)
    """Number of texts."""
    max_tokens: int | None = Field(default=None, ge=1)
    """Maximum number of tokens per text; `null`: as the model's recipe says."""
    method: Literal["beam", "sample"] | None = None
    """`null`: as the recipe says."""
    beam: int | None = Field(default=None, ge=1)
    """With `beam`: hypotheses per step."""
    seed: int | None = Field(default=None, ge=0)
    """With `sample`: equal seeds, tags and prompts give equal texts. `null`: the recipe's, which is always the same."""
    temperature: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    """With `sample`: divisor of the log-probabilities."""
    top_k: int | None = Field(default=None, ge=0)
    """With `sample`: number of most likely tokens to sample from (0: all)."""
    top_p: float | None = Field(default=None, gt=0, le=1)
    """With `sample`: total probability of the most likely tokens to sample from."""
    format: Literal["text", "abc"] = "text"
    """`abc`: also complete tunes in ABC notation, with headers."""
    stream: bool = False
    """Whether to send server-sent events: `token` for what a text grows by, `text` for the whole one, then `end`."""

    def check(self, limits: RequestLimits) -> None:
        """Refuse what is too large."""
        check_most("count", self.count, limits.generated)
        check_most("beam", self.beam or 1, limits.beam)
        check_most("max_tokens", self.max_tokens or 1, limits.tokens)
        check_length("prompt and tags", len(self.prompt) + sum(map(len, self.tags)), limits.characters)

    def draft(self, number: int, limits: RequestLimits, listen: Callable[[str], None] | None) -> Draft:
        """One of the texts."""
        settings = {name: value for name in _SETTINGS if (value := getattr(self, name)) is not None}
        if self.max_tokens is not None:
            settings |= {"max_length_ratio": 0.0, "max_length_extra": self.max_tokens}
        return Draft(settings, self.max_tokens or limits.tokens, clean(self.prompt), number, listen)

    def record(self, number: int, one: Generated) -> dict[str, object]:
        """A text for JSON."""
        tune = {"abc": to_abc(one.tags.split(), one.text, number=number + 1)} if self.format == "abc" else {}
        return asdict(one) | tune


@dataclass(frozen=True, slots=True)
class _By:
    """The model of an answer."""

    model: str
    version: str


@router.post(
    "/v1/generate",
    openapi_extra=documented(GenerateRequest),
    response_model=GenerateAnswer,
    summary="Generate texts, whole or token by token",
)
async def generate(request: Request) -> Response:
    """Texts from tags or a prompt, as `seq2seq generate --json` writes them; when the client leaves, they end."""
    asked = await admit(request, GenerateRequest)
    parameters, server = asked.parameters, asked.server
    parameters.check(asked.limits)
    writing = _Writing(asked, server.find_model(Generator.task, parameters.model))
    if not parameters.stream:
        by, texts = await asked.answer(writing.write(None))
        content = {"model": by.model, "version": by.version, "texts": texts}
        return JSONResponse(content, headers=named([by]))
    headers: dict[str, str] = {}

    async def work(send: Send) -> None:
        by, texts = await writing.write(send, headers)
        send(event({"model": by.model, "version": by.version, "texts": len(texts)}, name="end"))

    return await stream(
        asked.request,
        work,
        failed=lambda error: event({"error": str(error), "code": error.code}, name="error"),
        headers=headers,
    )


@dataclass(frozen=True, slots=True)
class _Writing:
    """The texts of one request."""

    asked: Asked[GenerateRequest]
    model: str

    async def write(
        self, send: Send | None, headers: dict[str, str] | None = None
    ) -> tuple[_By, list[dict[str, object]]]:
        """Write all texts."""
        loop = asyncio.get_running_loop()
        asked, parameters = self.asked, self.asked.parameters
        texts = [_Growing(number, loop, send) for number in range(parameters.count)]
        drafts = [parameters.draft(text.number, asked.limits, text.listen if send else None) for text in texts]
        tags = clean(" ".join(parameters.tags))
        async with before(asked.deadline), asked.server.use(Generator.task, self.model) as model:
            by = _By(model.name, model.version)
            if headers is not None:
                headers.update(named([by]))
            records = []
            with refusing():
                for draft, text in zip(drafts, texts, strict=True):
                    (one,) = await model.ask(draft, [tags], client=asked.client, deadline=asked.deadline)
                    records.append(parameters.record(draft.number, one))
                    text.finish(one.text, records[-1])
            return by, records


class _Growing:
    """Sends what a text grows by, and at last the whole."""

    def __init__(self, number: int, loop: asyncio.AbstractEventLoop, send: Send | None) -> None:
        self.number = number
        self._loop = loop
        self._send = send or (lambda _: None)
        self._sent = 0

    def listen(self, text: str) -> None:
        """The text so far; in the engine's thread."""
        self._loop.call_soon_threadsafe(self._grow, text[: max(0, len(text) - _UNSURE)])

    def finish(self, text: str, record: dict[str, object]) -> None:
        """The whole text."""
        self._grow(text)
        self._send(event({"index": self.number, **record}, name="text"))

    def _grow(self, text: str) -> None:
        if len(text) > self._sent:
            self._send(event({"index": self.number, "text": text[self._sent :]}, name="token"))
            self._sent = len(text)
