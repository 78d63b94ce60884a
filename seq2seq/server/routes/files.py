"""``/translate_file`` and ``/download_file`` as clients of LibreTranslate ask for them; ``/v1/translate_file``."""

import asyncio
from typing import Any, Final

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from seq2seq.documents.open import DocumentOptions
from seq2seq.server.documents.results import Results
from seq2seq.server.documents.uploads import Upload, translate_upload
from seq2seq.server.faults import RequestError
from seq2seq.server.requests.admission import Asked, admit
from seq2seq.server.requests.common import Keyed, named
from seq2seq.server.server import server_of
from seq2seq.server.translation.service import AUTO, Routed

router = APIRouter()
_SAFE: Final = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "no-store",
}
"""A document is saved, and never shown as a page of the server."""
_DIGITS: Final = 9
"""Most digits of the index of a column; more are a name."""


class FileParameters(Keyed):
    """Of ``/translate_file``, beside the file."""

    source: str = Field(default=AUTO, min_length=1, max_length=35)
    """Code of its language, or `auto`."""
    target: str = Field(min_length=1, max_length=35)
    """Code of the language to translate into."""
    column: str | None = None
    """Of a table: name, or index from 0, of the column to translate."""
    target_column: str | None = None
    """Of a table: the column to write to; without, the same."""
    key: list[str] | str | None = None
    """Of JSON: the values to translate, such as `menu.*.label`; without, all."""

    def options(self) -> DocumentOptions:
        """Options of formats."""
        keys = (self.key,) if isinstance(self.key, str) else self.key and tuple(self.key)
        return DocumentOptions(_column(self.column), _column(self.target_column), keys or None)


def _column(name: str | None) -> str | int | None:
    return int(name) if name is not None and name.isdecimal() and len(name) <= _DIGITS else name


def _documented() -> dict[str, Any]:
    schema = FileParameters.model_json_schema()
    schema["properties"]["file"] = {"type": "string", "format": "binary", "description": "The document."}
    schema["required"] = [*schema["required"], "file"]
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}


@router.post("/translate_file", openapi_extra=_documented(), summary="Translate a document")
async def translate_file(request: Request) -> JSONResponse:
    """Translate a document of any format that `seq2seq translate` knows; the answer says where to fetch it."""
    asked = await admit(request, FileParameters, document=True)
    results = asked.server.results
    if results is None:
        raise RequestError(403, "documents are not kept here: POST /v1/translate_file", code="serve.no-results")
    upload, found = await _translate(asked)
    name = await asyncio.to_thread(results.keep, found.answer, upload.ending)
    return JSONResponse(
        {"translatedFileUrl": str(asked.request.url_for("download_file", name=name))}, headers=named([found])
    )


@router.get("/download_file/{name}", summary="Fetch a translated document")
async def download_file(request: Request, name: str) -> Response:
    """The document, for 15 minutes."""
    results: Results | None = server_of(request).results
    data = None if results is None else await asyncio.to_thread(results.find, name)
    if data is None:
        raise RequestError(404, "there is no such document any more", code="serve.no-such-file")
    return _attachment(data, name.rpartition(".")[2], {})


@router.post("/v1/translate_file", openapi_extra=_documented(), summary="Translate a document; the answer is it")
async def translate_file_at_once(request: Request) -> Response:
    """Translate a document of any format that `seq2seq translate` knows."""
    asked = await admit(request, FileParameters, document=True)
    upload, found = await _translate(asked)
    return _attachment(found.answer, upload.ending, named([found]))


def _attachment(data: bytes, ending: str, headers: dict[str, str]) -> Response:
    saved = {"Content-Disposition": f'attachment; filename="translation.{ending}"'}
    return Response(data, media_type="application/octet-stream", headers={**_SAFE, **saved, **headers})


async def _translate(asked: Asked[FileParameters]) -> tuple[Upload, Routed[bytes]]:
    server, parameters, sent = asked.server, asked.parameters, asked.files.get("file")
    if sent is None:
        raise RequestError(400, "file: is missing", code="serve.parameter")
    upload = Upload.of(sent.name, sent.data)
    work = translate_upload(
        server.service,
        server.threads,
        upload,
        parameters.options(),
        source=parameters.source,
        target=parameters.target,
        client=asked.client,
        deadline=asked.deadline,
        limits=asked.limits,
    )
    return upload, await asked.answer(work)
