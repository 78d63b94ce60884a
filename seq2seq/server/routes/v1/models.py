"""``/v1/models``: what there is."""

from dataclasses import asdict

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse

from seq2seq.server.routes.v1.shapes import ModelsAnswer
from seq2seq.server.server import server_of
from seq2seq.text.vocabulary.series import SeriesFormat

router = APIRouter()


@router.get("/v1/models", response_model=ModelsAnswer, summary="Models")
async def models(request: Request) -> JSONResponse:
    """The models: task, languages, labels, tags, series or vectors, licence; as clients of OpenAI read them."""
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
            "series": _series(about.series),
            "vectors": None if about.vectors is None else asdict(about.vectors),
            "license": about.license,
            "loaded": name in loaded,
            "working": name not in broken,
        }
        for name, about in service.catalogue.models().items()
    ]
    return JSONResponse({"object": "list", "data": data})


def _series(form: SeriesFormat | None) -> dict[str, object] | None:
    if form is None:
        return None
    return {
        "frequency": form.frequency,
        "clock": form.clock if form.frequency else None,
        "season": form.season,
        "horizon": form.horizon,
        "context": form.context,
        "channels": form.channels,
        "known_covariates": [name for name in form.covariates if name not in form.past],
        "past_covariates": form.past,
    }
