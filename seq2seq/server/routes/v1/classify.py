"""``/v1/classify``: what ``seq2seq classify --json`` writes."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from pydantic import ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse

from seq2seq.inference.classifier import Classified, TextClassifier
from seq2seq.inference.explanation import Explanation
from seq2seq.server.faults import RequestError, before, refusing
from seq2seq.server.jobs.labelling import Explaining, Labelling
from seq2seq.server.requests.admission import admit
from seq2seq.server.requests.common import Keyed, check_length, documented, named, texts_of
from seq2seq.server.routes.v1.shapes import ClassifyAnswer
from seq2seq.server.translation.service import clean

router = APIRouter()


class ClassifyRequest(Keyed):
    """Of ``/v1/classify``."""

    model_config = ConfigDict(extra="forbid", protected_namespaces=())

    text: str | list[str]
    """The text, or several."""
    model: str | None = Field(default=None, min_length=1)
    """Name of a model; `null`: the first that classifies."""
    explain: bool = False
    """Whether to return how much each word speaks for the label; it takes as many classifications as there are
    words."""
    label: str | None = None
    """With `explain`: the label to explain, instead of the most probable one."""


@dataclass(frozen=True, slots=True)
class _Labels:
    """Labels of texts, by a model."""

    found: Sequence[Classified | Explanation]
    model: str
    version: str


@router.post(
    "/v1/classify",
    openapi_extra=documented(ClassifyRequest),
    response_model=ClassifyAnswer,
    summary="Classify texts, with probabilities",
)
async def classify(request: Request) -> JSONResponse:
    """Labels of a text, or of a list of texts, in their order; `results` are those of `seq2seq classify --json`."""
    asked = await admit(request, ClassifyRequest)
    parameters, server, client, deadline = asked.parameters, asked.server, asked.client, asked.deadline
    texts = list(map(clean, texts_of("text", parameters.text, asked.limits)))
    if parameters.explain:
        check_length("text, with explain", sum(map(len, texts)), asked.limits.explained)
    if parameters.label is not None and not parameters.explain:
        raise RequestError(400, "label: for explain", code="serve.parameter")
    name = server.find_model(TextClassifier.task, parameters.model)

    async def work() -> _Labels:
        async with before(deadline), server.use(TextClassifier.task, name) as model:
            with refusing():
                found: Sequence[Classified | Explanation]
                if parameters.explain:
                    found = await model.ask(Explaining(parameters.label), texts, client=client, deadline=deadline)
                else:
                    found = await model.ask(Labelling(), texts, client=client, deadline=deadline)
            return _Labels(found, model.name, model.version)

    labels = await asked.answer(work())
    server.count(texts, [labels] * len(texts))
    records = [one.record(number, text) for number, (text, one) in enumerate(zip(texts, labels.found, strict=True), 1)]
    return JSONResponse({"model": labels.model, "version": labels.version, "results": records}, headers=named([labels]))
