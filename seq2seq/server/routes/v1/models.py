"""``/v1/models``: what there is."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse

from seq2seq.server.routes.v1.shapes import ModelsAnswer
from seq2seq.server.server import server_of

router = APIRouter()


@router.get("/v1/models", response_model=ModelsAnswer, summary="Models")
async def models(request: Request) -> JSONResponse:
    """The models: task, languages, labels or tags, licence; in the shape in which clients of OpenAI read names."""
    service = server_of(request).service
    loaded, broken = service.models.loaded, service.models.problems.keys() | service.catalogue.problems().keys()
    data = [
        {
            "id": name,
            "object": "model",
            "created": 0,
            "owned_by": "seq2seq",
            "name": name,
            "version": loaded[name].version if name in loaded else about.version,
            "task": about.task,
            "directions": about.pairs,
            "labels": about.labels,
            "tags": about.tags,
            "license": about.license,
            "loaded": name in loaded,
            "working": name not in broken,
        }
        for name, about in service.catalogue.models().items()
    ]
    return JSONResponse({"object": "list", "data": data})
