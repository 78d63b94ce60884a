"""``/v1/forecast``: forecasts are those of the command line; and sequences of vectors, which are checked before they
share a batch with those of others."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")

from support import curves, tiny
from support.asgi import Response, ask
from support.commands import run
from support.forecasting import monthly_csv
from support.served import Served, served

from seq2seq.inference.classifier import Classified, TextClassifier
from seq2seq.inference.forecasting.forecaster import SeriesForecaster
from seq2seq.series.reading.read import read_series
from seq2seq.server.routes.v1 import shapes
from seq2seq.server.settings import RequestLimits, Settings

SERIES = {"start": "2025-01", "values": [112, 118, 132, None, 121, 135]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Served]:
    models = [f"sales={tiny.save_forecaster(folder / 'sales')}", f"mood={tiny.save_classifier(folder / 'mood')}"]
    limits = RequestLimits(texts=5, numbers=200, sampled=20_000, returned=1_000)
    with served(models, Settings(request=limits)) as running:
        yield running


def error(response: Response) -> tuple[int, str]:
    return response.status, response.json()["code"]


def forecasts(server: Served, **asked: object) -> list[Any]:
    response = server.post("/v1/forecast", **asked)
    assert response.status == 200, response.body
    shapes.ForecastAnswer.model_validate(response.json())
    assert (response.json()["model"], response.headers["x-model"]) == ("sales", "sales")
    results: list[Any] = response.json()["results"]
    return results


def test_forecasts_are_those_of_the_command_line(server: Served, folder: Path) -> None:
    file = monthly_csv(folder / "series.csv", {"bread": 40, "ice": 9})
    done = run("forecast", folder / "sales", file, "--json", "--paths", "50", "--seed", "3", "--device", "cpu")
    expected = [json.loads(line) for line in done.stdout.splitlines()]
    given = [
        {"unique_id": one.id, "times": [str(time)[:10] for time in one.times], "values": one.values[:, 0].tolist()}
        for one in read_series(file).series
    ]
    found = forecasts(server, series=given, paths=50, seed=3)
    assert [(one["unique_id"], one["ds"]) for one in found] == [(one["unique_id"], one["ds"]) for one in expected]
    for one, other in zip(found, expected, strict=True):
        assert one["mean"] == pytest.approx(other["mean"], rel=1e-4)
        assert one["quantiles"] == {level: pytest.approx(own, rel=1e-4) for level, own in other["quantiles"].items()}


def test_one_series_with_its_paths(server: Served) -> None:
    asked = {"series": SERIES, "horizon": 2, "paths": 40, "levels": [0.9, 0.5], "keep_paths": True}
    (one,) = forecasts(server, **asked)
    assert (one["unique_id"], one["ds"]) == ("1", ["2025-07-01", "2025-08-01"])
    assert list(one["quantiles"]) == ["0.5", "0.9"]
    assert [len(path) for path in one["paths"]] == [2] * 40
    assert one["mean"][0] == pytest.approx(sum(path[0] for path in one["paths"]) / 40, rel=1e-5)
    assert forecasts(server, series=[SERIES | {"unique_id": "other"}]) != forecasts(server, series=[SERIES])
    metrics = server.get("/metrics").body.decode()
    assert 'seq2seq_forecast_steps_total{model="sales"}' in metrics


@pytest.mark.parametrize(
    ("asked", "code", "field"),
    [
        ({"series": {}}, "serve.parameter", "series[0].values"),
        ({"series": [SERIES, SERIES | {"values": [1, "2"]}]}, "serve.parameter", "series[1].values[1]"),
        ({"series": SERIES | {"values": [True, 1]}}, "serve.parameter", "series[0].values[0]"),
        ({"series": SERIES | {"values": [1e999, 1]}}, "serve.parameter", "series[0].values[0]"),
        ({"series": SERIES | {"value": [1]}}, "serve.parameter", "series[0].value"),
        ({"series": SERIES | {"start": 1.5}}, "serve.parameter", "series[0].start"),
        ({"series": SERIES | {"start": "then"}}, "series.given", "series[0].start"),
        ({"series": {"values": [1, 2]}}, "series.given", "series[0].start"),
        ({"series": SERIES | {"covariates": {"price": [1]}}}, "series.given", "series[0].covariates"),
        ({"series": SERIES | {"values": [1]}}, "forecast.series", "series[0]"),
        ({"series": SERIES | {"values": [None, None]}}, "forecast.series", "series[0]"),
        ({"series": [SERIES] * 6}, "serve.too-many-series", "series"),
        ({"series": SERIES | {"values": [1] * 201}}, "serve.too-long", "series"),
        ({"horizon": 7}, "serve.parameter", "horizon"),
        ({"horizon": 0}, "serve.parameter", "horizon"),
        ({"frequency": "daily"}, "series.given", "frequency"),
        ({"paths": 1_001}, "serve.parameter", "paths"),
        ({"series": [SERIES] * 4, "paths": 1_000}, "serve.too-long", "paths"),
        ({"keep_paths": True}, "serve.too-long", "keep_paths"),
        ({"levels": [0.001]}, "serve.parameter", "levels"),
        ({"levels": [1.0]}, "serve.parameter", "levels[0]"),
        ({"levels": [5e-324]}, "serve.parameter", "levels[0]"),
        ({"levels": [0.5] * 101}, "serve.parameter", "levels"),
        ({"seed": -1}, "serve.parameter", "seed"),
        ({"beam": 3}, "serve.parameter", "beam"),
        ({"model": "mood"}, "serve.other-task", "model"),
    ],
)
def test_what_is_wrong_is_named(server: Served, asked: dict[str, object], code: str, field: str) -> None:
    response = server.post("/v1/forecast", **({"series": SERIES} | asked))
    assert error(response) == (400, code)
    assert response.json()["error"].startswith(f"{field}: ") or code == "serve.other-task"


def test_models_of_other_tasks_are_beside_it(server: Served) -> None:
    assert server.post("/v1/classify", text="a").status == 200
    assert error(server.post("/v1/classify", text="a", model="sales")) == (400, "serve.other-task")
    answer = server.get("/v1/models").json()
    shapes.ModelsAnswer.model_validate(answer)
    sales, mood = answer["data"]
    assert (sales["task"], mood["series"]) == ("forecasting", None)
    assert sales["series"] == {
        "frequency": "monthly",
        "clock": "local",
        "season": 12,
        "horizon": 6,
        "context": 24,
        "channels": [],
        "known_covariates": [],
        "past_covariates": [],
    }
    with served([]) as nothing:
        assert error(nothing.post("/v1/forecast", series=SERIES)) == (404, "serve.no-such-model")


def test_a_model_of_joint_channels_says_so(tmp_path: Path) -> None:
    with served([f"plant={tiny.save_forecaster(tmp_path / 'plant', channels=('heat', 'power'))}"]) as running:
        (plant,) = running.get("/v1/models").json()["data"]
        assert plant["series"]["channels"] == ["heat", "power"]
        assert error(running.post("/v1/forecast", series=SERIES)) == (400, "series.other-channels")


def test_clients_share_batches_and_one_that_is_wrong_is_in_none(
    server: Served, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches: list[int] = []
    forecast, classify = SeriesForecaster.forecast, TextClassifier.classify

    def counted(self: SeriesForecaster, series: Any, *more: Any, **options: Any) -> Any:
        batches.append(len(series))
        return forecast(self, series, *more, **options)

    def labelled(self: TextClassifier, texts: Sequence[Any], **options: Any) -> list[Classified]:
        batches.append(len(texts))
        return classify(self, texts, **options)

    monkeypatch.setattr(SeriesForecaster, "forecast", counted)
    monkeypatch.setattr(TextClassifier, "classify", labelled)

    def together(running: Served, path: str, *bodies: dict[str, object]) -> list[Response]:
        async def work() -> list[Response]:
            asked = [
                ask(running.app, "POST", path, json_body=body, address=f"192.0.2.{place}")
                for place, body in enumerate(bodies)
            ]
            return await asyncio.gather(*asked)

        return running.run(work)

    good, wrong = {"series": SERIES}, {"series": [SERIES, SERIES | {"values": [None, None]}]}
    alone = forecasts(server, **good)
    batches.clear()
    first, refused, last = together(server, "/v1/forecast", good, wrong, good)
    assert first.json()["results"] == last.json()["results"] == alone
    assert error(refused) == (400, "forecast.series")
    assert batches == [2]
    sequences = json.dumps([[10_000.0, 1.0], [10_001.0, None]])
    (folder / "curves").mkdir()
    with served([f"curves={curves.save(folder / 'curves')}"]) as reading:
        reading.post("/v1/classify", text=sequences)  # loads the model
        batches.clear()
        bodies = ({"text": sequences}, {"text": [sequences, "[[1, 2], 3]"]}, {"text": [sequences]})
        first, refused, last = together(reading, "/v1/classify", *bodies)
        assert first.json() == last.json()
        assert error(refused) == (400, "data.no-vectors")
        assert "line 2" in refused.json()["error"]
        assert batches == [2]
        over_lines = reading.post("/v1/classify", text=json.dumps(json.loads(sequences), indent=1)).json()
        probabilities = first.json()["results"][0]["probabilities"]
        assert over_lines["results"][0]["probabilities"] == pytest.approx(probabilities, abs=1e-6)
