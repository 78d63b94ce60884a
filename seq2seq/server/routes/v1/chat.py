"""``/v1/chat/completions`` for programs that know OpenAI's API alone: the last message of the user is translated.

It is no chat: what the message says is not obeyed but translated, instructions and all, and other messages and settings
such as ``temperature`` have no effect. The model's name says what to translate.
"""

import secrets
import time
from collections.abc import Mapping
from typing import Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from seq2seq.server.faults import RequestError
from seq2seq.server.jobs.detail import DetailedTranslation
from seq2seq.server.models.catalogue import pair_of
from seq2seq.server.requests.admission import admit
from seq2seq.server.requests.common import Parameters, documented, errors_as, named, texts_of
from seq2seq.server.requests.events import Send, event, stream
from seq2seq.server.server import Server
from seq2seq.server.translation.detailed import DetailedText, translate_in_detail
from seq2seq.server.translation.service import AUTO, Routed


def _error(error: RequestError) -> object:
    kind = "invalid_request_error" if error.status < 500 else "server_error"
    return {"error": {"message": str(error), "type": kind, "param": None, "code": error.code}}


router = APIRouter(route_class=errors_as(_error))


class ChatPart(BaseModel):
    """A part of a message."""

    type: str
    text: str = ""


class ChatMessage(BaseModel):
    """A message."""

    role: str
    content: str | list[ChatPart] | None = None

    @property
    def text(self) -> str:
        """Its text."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


class ChatRequest(Parameters):
    """Of ``/v1/chat/completions``; other settings have no effect."""

    model: str = Field(min_length=1)
    """A direction, such as `en-de` or `auto-de`; or the name of a model with one direction. What is before a slash
    does not count: `seq2seq/en-de`."""
    messages: list[ChatMessage]
    """The last one of the role `user` is translated, as plain text."""
    n: Literal[1] | None = 1
    stream: bool | None = False


@router.post(
    "/v1/chat/completions",
    openapi_extra=documented(ChatRequest, types=("application/json",)),
    summary="Translate the last message, in the shape of OpenAI's API",
)
async def chat(request: Request) -> Response:
    """Translate the last message of the user; nothing else of a chat."""
    asked = await admit(request, ChatRequest)
    parameters, server = asked.parameters, asked.server
    messages = [message.text for message in parameters.messages if message.role == "user"]
    if not messages:
        raise RequestError(400, "messages: none is of the role 'user'", code="serve.parameter")
    texts = texts_of("messages", messages[-1], asked.limits)
    model, source, target = _direction(server, parameters.model)

    async def translate() -> Routed[DetailedText]:
        (found,) = await translate_in_detail(
            server.service,
            texts,
            source,
            target,
            lambda pair: DetailedTranslation(*pair),
            model=model,
            client=asked.client,
            deadline=asked.deadline,
        )
        server.count(texts, [found])
        return found

    answer = {"id": f"chatcmpl-{secrets.token_hex(12)}", "created": int(time.time()), "model": parameters.model}
    if not parameters.stream:
        found = await asked.answer(translate())
        return JSONResponse(_completion(answer, found), headers=named([found]))
    headers: dict[str, str] = {}

    async def work(send: Send) -> None:
        found = await translate()
        headers.update(named([found]))
        chunk = {**answer, "object": "chat.completion.chunk", "system_fingerprint": found.version}
        for delta, reason in (({"role": "assistant", "content": found.answer.text}, None), ({}, "stop")):
            send(event({**chunk, "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}))
        send("data: [DONE]\n\n")

    return await stream(asked.request, work, failed=lambda error: event(_error(error)), headers=headers)


def _direction(server: Server, name: str) -> tuple[str | None, str, str]:
    """The model and the languages that a model's name says."""
    name = name.rpartition("/")[2]
    about = server.service.catalogue.models().get(name)
    if about is not None and len(about.pairs) == 1:
        return name, *about.pairs[0]
    detected = name.startswith(f"{AUTO}-")
    pair = pair_of(f"und{name.removeprefix(AUTO)}" if detected else name)
    if pair is None:
        message = f"model: {name!r} is no direction such as en-de, nor a model with one direction; see /v1/models"
        raise RequestError(404, message, code="serve.no-such-model")
    return None, AUTO if detected else pair[0], pair[1]


def _completion(answer: Mapping[str, Any], found: Routed[DetailedText]) -> dict[str, object]:
    read = sum(_count(line["source_tokens"]) for line in found.answer.lines)
    written = sum(_count(one["tokens"]) for line in found.answer.lines for one in _best(line["translations"]))
    return {
        **answer,
        "object": "chat.completion",
        "system_fingerprint": found.version,
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": found.answer.text},
                "finish_reason": "stop",
            }
        ],
        "usage": {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written},
    }


def _count(tokens: object) -> int:
    return len(tokens) if isinstance(tokens, tuple) else 0


def _best(translations: object) -> list[dict[str, object]]:
    return translations[:1] if isinstance(translations, list) else []
