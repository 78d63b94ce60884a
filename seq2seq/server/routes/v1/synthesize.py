"""``/v1/synthesize``: what ``seq2seq generate --json`` writes with a model whose output is sequences of vectors."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from pydantic import ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse

from seq2seq.inference.request.tags import encode_tags
from seq2seq.inference.synthesis.synthesizer import Synthesized, VectorSynthesizer
from seq2seq.server.faults import RequestError, before, refusing
from seq2seq.server.jobs.synthesis import Synthesis
from seq2seq.server.models.catalogue import VectorsWritten
from seq2seq.server.requests.admission import admit
from seq2seq.server.requests.common import Keyed, Tags, check_length, check_most, documented, named
from seq2seq.server.routes.v1.shapes import SynthesizeAnswer
from seq2seq.server.settings import RequestLimits
from seq2seq.server.translation.service import clean

router = APIRouter()


class SynthesizeRequest(Keyed):
    """Of ``/v1/synthesize``."""

    model_config = ConfigDict(extra="forbid", protected_namespaces=())

    model: str | None = Field(default=None, min_length=1)
    """Name of a model; `null`: the first that writes vectors."""
    tags: Tags = Field(default=[])
    """Tags to condition on; a string of them is separated by spaces."""
    count: int = Field(default=1, ge=1)
    """Number of sequences."""
    max_steps: int | None = Field(default=None, ge=1)
    """Maximum number of steps per sequence; `null`: as the model's recipe says, or as many as an answer may have."""
    seed: int | None = Field(default=None, ge=0)
    """Equal seeds and tags give equal sequences. `null`: the recipe's, which is always the same."""
    temperature: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    """Factor of the deviations of all numbers, and divisor of the log-odds of the end; 0: the means. `null`: the
    recipe's."""

    def check(self, limits: RequestLimits) -> None:
        """Refuse what is too large, whatever the model."""
        check_most("count", self.count, limits.texts)
        check_most("max_steps", self.max_steps or 1, limits.tokens)
        check_length("tags", sum(map(len, self.tags)), limits.characters)

    def job(self, written: VectorsWritten, limits: RequestLimits) -> Synthesis:
        """What is asked of a model.

        Raises:
            RequestError: its sequences may have more numbers than are returned.
        """
        most = limits.returned // (self.count * written.numbers)
        steps = self.max_steps or min(written.max_steps, limits.tokens, most)
        if not 0 < steps <= most:
            numbers = self.count * max(steps, 1) * written.numbers
            what = f"{numbers:,} numbers of all steps of the sequences, more than {limits.returned:,}"
            raise RequestError(400, f"{'count' if most == 0 else 'max_steps'}: {what}", code="serve.too-long")
        return Synthesis(self.seed, self.temperature, steps)


@dataclass(frozen=True, slots=True)
class _Sequences:
    """Sequences by a model."""

    found: Sequence[Synthesized]
    model: str
    version: str


@router.post(
    "/v1/synthesize",
    openapi_extra=documented(SynthesizeRequest),
    response_model=SynthesizeAnswer,
    summary="Generate sequences of vectors",
)
async def synthesize(request: Request) -> JSONResponse:
    """Sequences of vectors from tags; `sequences` are those of `seq2seq generate --json`."""
    asked = await admit(request, SynthesizeRequest)
    parameters, server, client, deadline = asked.parameters, asked.server, asked.client, asked.deadline
    parameters.check(asked.limits)
    name = server.find_model(VectorSynthesizer.task, parameters.model)
    tags = clean(" ".join(parameters.tags))

    async def work() -> _Sequences:
        async with before(deadline), server.use(VectorSynthesizer.task, name) as model:
            assert model.vectors is not None
            assert model.source is not None
            job = parameters.job(model.vectors, asked.limits)
            with refusing():
                encode_tags(model.source, tags)  # what is wrong is in no batch with those of others
                items = [(tags, number) for number in range(parameters.count)]
                found = await model.ask(job, items, client=client, deadline=deadline)
            return _Sequences(found, model.name, model.version)

    answer = await asked.answer(work())
    records = [one.record() for one in answer.found]
    content = {"model": answer.model, "version": answer.version, "sequences": records}
    return JSONResponse(content, headers=named([answer]))
