"""``/v1/synthesize``: sequences of vectors are those of the command line, whatever is asked beside them."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch")

from support import synthesis, tiny
from support.asgi import Response, ask
from support.commands import run
from support.served import Served, served

from seq2seq.inference.synthesis.synthesizer import VectorSynthesizer
from seq2seq.server.routes.v1 import shapes
from seq2seq.server.settings import RequestLimits, Settings


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Served]:
    models = [f"pen={synthesis.save(folder / 'pen')}", f"mood={tiny.save_classifier(folder / 'mood')}"]
    limits = RequestLimits(texts=20, tokens=50, returned=200)
    with served(models, Settings(request=limits)) as running:
        yield running


def sequences(server: Served, **asked: object) -> list[Any]:
    response = server.post("/v1/synthesize", **asked)
    assert response.status == 200, response.body
    shapes.SynthesizeAnswer.model_validate(response.json())
    assert (response.json()["model"], response.headers["x-model"]) == ("pen", "pen")
    found: list[Any] = response.json()["sequences"]
    return found


def near(found: Any, expected: Any) -> bool:
    return np.shape(found) == np.shape(expected) and np.allclose(found, expected, rtol=1e-4, atol=1e-4)


def test_sequences_are_those_of_the_command_line(server: Served, folder: Path) -> None:
    options = ("--count", "3", "--seed", "3", "--temperature", "0.5", "--max-tokens", "6", "--json")
    done = run("generate", folder / "pen", "--tag", "up", *options, "--device", "cpu")
    expected = [json.loads(line) for line in done.stdout.splitlines()]
    found = sequences(server, tags=["up"], count=3, seed=3, temperature=0.5, max_steps=6)
    for one, other in zip(found, expected, strict=True):
        assert (one["tags"], one["note"]) == ("up", other["note"])
        assert near(one["vectors"], other["vectors"])


def test_what_is_left_out_is_the_recipes_within_the_limits(server: Served) -> None:
    (one,) = sequences(server)
    assert one == sequences(server, tags="", seed=1, temperature=1.0, max_steps=50)[0]
    assert one["tags"] == ""
    assert max(len(many["vectors"]) for many in sequences(server, count=20, temperature=0)) <= 5  # 200 / 20 / 2


@pytest.mark.parametrize(
    ("asked", "code", "field"),
    [
        ({"tags": "up sideways"}, "inference.unknown-tag", "tags"),
        ({"tags": ["x" * 200_000]}, "serve.too-long", "tags"),
        ({"count": 21}, "serve.parameter", "count"),
        ({"count": 0}, "serve.parameter", "count"),
        ({"max_steps": 51}, "serve.parameter", "max_steps"),
        ({"count": 3, "max_steps": 50}, "serve.too-long", "max_steps"),
        ({"seed": -1}, "serve.parameter", "seed"),
        ({"temperature": -0.1}, "serve.parameter", "temperature"),
        ({"prompt": "x"}, "serve.parameter", "prompt"),
        ({"model": "mood"}, "serve.other-task", "model"),
    ],
)
def test_what_is_wrong_is_named(server: Served, asked: dict[str, object], code: str, field: str) -> None:
    response = server.post("/v1/synthesize", **asked)
    assert (response.status, response.json()["code"]) == (400, code)
    assert response.json()["error"].startswith(f"{field}: ") or code == "serve.other-task"


def test_models_say_what_they_write(server: Served) -> None:
    answer = server.get("/v1/models").json()
    shapes.ModelsAnswer.model_validate(answer)
    pen, mood = answer["data"]
    assert (pen["task"], pen["tags"], mood["vectors"]) == ("synthesis", ["down", "up"], None)
    assert pen["vectors"] == {"numbers": 2, "max_steps": 500, "temperature": 1.0}
    assert server.post("/v1/generate").json()["code"] == "serve.no-such-model"
    with served([]) as nothing:
        assert nothing.post("/v1/synthesize").json()["code"] == "serve.no-such-model"


def test_an_answer_that_has_no_room_for_a_step_is_refused(folder: Path) -> None:
    with served([f"pen={folder / 'pen'}"], Settings(request=RequestLimits(returned=5))) as running:
        response = running.post("/v1/synthesize", count=3)
        assert (response.status, response.json()["code"]) == (400, "serve.too-long")
        assert len(sequences(running, count=2)) == 2


def test_clients_share_batches_and_one_with_a_wrong_tag_is_in_none(
    server: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches: list[int] = []
    write = VectorSynthesizer.generate_numbered

    def counted(self: VectorSynthesizer, entries: Any, *more: Any, **options: Any) -> Any:
        batches.append(len(entries))
        return write(self, entries, *more, **options)

    monkeypatch.setattr(VectorSynthesizer, "generate_numbered", counted)
    bodies = [{"tags": tag, "count": 2, "max_steps": 6} for tag in ("up", "sideways", "down")]
    alone = [sequences(server, **body) for body in bodies[::2]]
    batches.clear()

    async def together() -> list[Response]:
        asked = [
            ask(server.app, "POST", "/v1/synthesize", json_body=body, address=f"192.0.2.{place}")
            for place, body in enumerate(bodies)
        ]
        return await asyncio.gather(*asked)

    first, refused, last = server.run(together)
    assert refused.status == 400
    for response, expected in zip((first, last), alone, strict=True):
        for one, other in zip(response.json()["sequences"], expected, strict=True):
            assert near(one["vectors"], other["vectors"])
    assert batches == [4]
