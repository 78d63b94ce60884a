"""``/v1/forecast``: what ``seq2seq forecast --json`` writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse

from seq2seq.errors import DataError
from seq2seq.inference.forecasting.forecast import SeriesForecast, least_paths
from seq2seq.inference.forecasting.forecaster import PATHS, SeriesForecaster
from seq2seq.inference.forecasting.requirements import problem_of
from seq2seq.series.baselines.forecast import LEVELS
from seq2seq.series.given import given_series
from seq2seq.series.series import Series
from seq2seq.server.faults import RequestError, before, refusing
from seq2seq.server.jobs.forecasting import Forecasting
from seq2seq.server.requests.admission import admit
from seq2seq.server.requests.common import Keyed, check_most, documented, named
from seq2seq.server.routes.v1.shapes import ForecastAnswer
from seq2seq.server.settings import RequestLimits
from seq2seq.text.vocabulary.series import SeriesFormat

router = APIRouter()
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Level = Annotated[float, Field(ge=0.001, le=0.999)]


class GivenSeries(BaseModel):
    """A series of ``/v1/forecast``."""

    model_config = ConfigDict(extra="forbid")

    unique_id: str | None = Field(default=None, max_length=1_000)
    """Its name, which decides the random numbers; `null`: its number, from 1."""
    values: list[Number | None] = Field(min_length=1)
    """One number per step; `null` where one is missing."""
    start: str | int | None = None
    """Time of the first value (ISO 8601), or the number of its step; the others follow in the model's frequency."""
    times: list[str | int] | None = None
    """Time of every value, instead of `start`; steps that are left out are missing values."""
    covariates: dict[str, list[Number | None]] = Field(default={})
    """By name: a number per value, and then those of the steps to be forecast."""

    @property
    def numbers(self) -> int:
        """Of its values and covariates."""
        return len(self.values) + sum(map(len, self.covariates.values()))


class ForecastRequest(Keyed):
    """Of ``/v1/forecast``."""

    model_config = ConfigDict(extra="forbid", protected_namespaces=())

    series: Annotated[list[GivenSeries], BeforeValidator(lambda value: [value] if isinstance(value, dict) else value)]
    """The series, or one alone."""
    model: str | None = Field(default=None, min_length=1)
    """Name of a model; `null`: the first that forecasts."""
    horizon: int | None = Field(default=None, ge=1)
    """Steps to be forecast, at most as many as in training, which is the default."""
    frequency: str | None = Field(default=None, max_length=100)
    """Of `times`, such as `monthly`; `null`: the commonest interval. It has to be the model's."""
    levels: list[Level] = Field(default=list(LEVELS), min_length=1)
    """Levels of the quantiles; that of 0.5 is the median."""
    paths: int = Field(default=PATHS, ge=2)
    """Sampled continuations of each series, of which mean and quantiles are taken."""
    keep_paths: bool = False
    """Whether to return them, too."""
    seed: int = Field(default=1, ge=0)
    """Equal seeds and names give equal forecasts."""

    def check(self, limits: RequestLimits) -> None:
        """Refuse what is too large, and quantiles that so few paths cannot tell."""
        check_most("paths", self.paths, limits.paths)
        if len(self.series) > limits.texts:
            raise RequestError(400, f"series: more than {limits.texts:,}", code="serve.too-many-series")
        if sum(one.numbers for one in self.series) > limits.numbers:
            raise RequestError(400, f"series: more than {limits.numbers:,} numbers", code="serve.too-long")
        if len(self.levels) > limits.levels:
            raise RequestError(400, f"levels: more than {limits.levels:,}", code="serve.parameter")
        for level in self.levels:
            if self.paths < (least := least_paths(level)):
                message = f"levels: {level:g} needs {least:,} paths, and there are {self.paths:,}"
                raise RequestError(400, message, code="serve.parameter")

    def job(self, form: SeriesFormat, limits: RequestLimits) -> Forecasting:
        """What is asked of a model.

        Raises:
            RequestError: more is to be forecast than it has learnt, or than may be.
        """
        horizon = form.horizon if self.horizon is None else self.horizon
        if horizon > form.horizon:
            message = f"horizon: {horizon:,}, and the model has learnt to forecast {form.horizon:,}"
            raise RequestError(400, message, code="serve.parameter")
        steps = len(self.series) * horizon * self.paths
        most = min(limits.sampled, limits.returned) if self.keep_paths else limits.sampled
        if steps > most:
            what = "keep_paths" if steps <= limits.sampled else "paths"
            message = f"{what}: {steps:,} steps of all paths of the series, more than {most:,}"
            raise RequestError(400, message, code="serve.too-long")
        levels = tuple(sorted({round(level, 6) for level in self.levels}))
        return Forecasting(horizon, self.paths, self.seed, levels, self.keep_paths)

    def read(self, form: SeriesFormat, horizon: int) -> list[Series]:
        """The series, as a model reads them.

        Raises:
            RequestError: one is wrong, or cannot be forecast; it names the parameter.
        """
        return [self._read(place, one, form, horizon) for place, one in enumerate(self.series)]

    def _read(self, place: int, one: GivenSeries, form: SeriesFormat, horizon: int) -> Series:
        name = str(place + 1) if one.unique_id is None else one.unique_id.encode("utf-8", "replace").decode()
        try:
            found = given_series(
                name,
                one.values,
                form,
                start=one.start,
                times=one.times,
                frequency=self.frequency,
                covariates=one.covariates,
            )
        except DataError as error:
            where = "" if str(error).startswith("frequency") else f"series[{place}]."
            raise RequestError(400, f"{where}{error}", code=error.code) from error
        if problem := problem_of(found, form, horizon):
            raise RequestError(400, f"series[{place}]: {problem[0]}", code="forecast.series")
        return found


@dataclass(frozen=True, slots=True)
class _Forecasts:
    """Forecasts of series, by a model."""

    found: Sequence[SeriesForecast]
    levels: tuple[float, ...]
    model: str
    version: str


@router.post(
    "/v1/forecast",
    openapi_extra=documented(ForecastRequest, types=("application/json",)),
    response_model=ForecastAnswer,
    summary="Forecast series, with quantiles",
)
async def forecast(request: Request) -> JSONResponse:
    """The next steps of series, in their order; `results` are those of `seq2seq forecast --json`."""
    asked = await admit(request, ForecastRequest)
    parameters, server, client, deadline = asked.parameters, asked.server, asked.client, asked.deadline
    parameters.check(asked.limits)
    name = server.find_model(SeriesForecaster.task, parameters.model)

    async def work() -> _Forecasts:
        async with before(deadline), server.use(SeriesForecaster.task, name) as model:
            job = parameters.job(model.series, asked.limits)
            series = parameters.read(model.series, job.horizon)
            with refusing():
                found = await model.ask(job, series, client=client, deadline=deadline)
            return _Forecasts(found, job.levels, model.name, model.version)

    answer = await asked.answer(work())
    server.metrics.forecast(answer.model, sum(len(one.times) for one in answer.found))
    records = [one.record(answer.levels) for one in answer.found]
    content = {"model": answer.model, "version": answer.version, "results": records}
    return JSONResponse(content, headers=named([answer]))
