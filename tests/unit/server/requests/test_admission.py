"""What is looked at before a body is read, and how much of one is read."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest
from support.asgi import Response, ask
from support.capitals import LIMITS, Running, error, served, until

from seq2seq.server.settings import Settings

ASKED = {"source": "en", "target": "de"}
KEYED = Settings(
    request=replace(LIMITS, unkeyed_bytes=3_000, file_bytes=20_000), keys={"secret": 2, "other": None, "more": None}
)
SECRET = {"authorization": "Bearer secret"}


class Pieces:
    """A body of pieces that counts the bytes that were read."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.read = 0

    def __iter__(self) -> Iterator[bytes]:
        while self.read < len(self.body):
            piece = self.body[self.read : self.read + 1_000]
            self.read += len(piece)
            yield piece


def send(
    settings: Settings, body: bytes, path: str = "/translate", *, declared: int | None = None, **headers: str
) -> tuple[Response, int]:
    """The answer, and how many bytes of a body were read for it; the client waits to be told to send it."""
    pieces = Pieces(body)
    length = len(body) if declared is None else declared
    sent = {"content-type": "application/json", "content-length": str(length), "expect": "100-continue", **headers}
    response = served(lambda app: ask(app.app, "POST", path, body=pieces, headers=sent), settings)
    return response, pieces.read


def test_a_wrong_key_in_the_head_is_refused_before_the_body() -> None:
    response, read = send(KEYED, b"x" * 9_000, authorization="Bearer wrong")
    assert (error(response), read) == ((403, "serve.wrong-key"), 0)
    response, read = send(KEYED, b"x" * 9_000, "/translate_file", authorization="bearer wrong")
    assert (error(response), read) == ((403, "serve.wrong-key"), 0)


def test_a_key_of_the_query_is_one_of_the_head() -> None:
    async def work(running: Running) -> tuple[Response, int, Response]:
        pieces = Pieces(b"x" * 9_000)
        kind = {"content-type": "application/json", "expect": "100-continue"}
        wrong = await ask(running.app, "POST", "/translate", body=pieces, query={"api_key": "wrong"}, headers=kind)
        google = "/language/translate/v2"
        right = await ask(
            running.app, "POST", google, query={"key": "other"}, json_body={"q": "a", "format": "text", **ASKED}
        )
        return wrong, pieces.read, right

    wrong, read, right = served(work, KEYED)
    assert (error(wrong), read, right.status) == ((403, "serve.wrong-key"), 0, 200)


@pytest.mark.parametrize("settings", [KEYED, Settings(request=LIMITS, requests_per_minute=2)])
def test_a_rate_is_counted_before_the_body(settings: Settings) -> None:
    async def work(running: Running) -> tuple[Response, int]:
        for _ in range(2):
            response = await ask(running.app, "POST", "/translate", json_body={"q": "a", **ASKED}, headers=SECRET)
            assert response.status == 200
        pieces = Pieces(b"x" * 9_000)
        kind = {"content-type": "application/json", "expect": "100-continue", **SECRET}
        return await ask(running.app, "POST", "/translate", body=pieces, headers=kind), pieces.read

    response, read = served(work, settings)
    assert (error(response), read) == ((429, "serve.rate"), 0)
    assert response.headers["retry-after"] == "30"


def test_a_body_is_declared_too_large_before_it_is_read() -> None:
    response, read = send(Settings(request=LIMITS), b"x" * 9_000, declared=20_001)
    assert (error(response), read) == ((413, "serve.body-size"), 0)


def test_a_full_queue_is_known_before_the_body() -> None:
    async def work(running: Running) -> tuple[Response, int, Response]:
        for name in ("small", "other", "a ü"):  # all models are loaded
            async with running.app.state.server.service.models.use(name):
                pass
        running.engine.gate.clear()
        busy = []
        while running.waiting < 3 * 10:  # 25 tokens each: a quarter of each queue
            for source, target in (("en", "de"), ("de", "en"), ("fr", "en")):
                line = running.post("/translate", q="x" * 97, source=source, target=target)
                busy.append(asyncio.create_task(line))
            for _ in range(100):
                await asyncio.sleep(0)
        pieces = Pieces(b"x" * 9_000)
        kind = {"content-type": "application/json", "expect": "100-continue"}
        refused = await ask(running.app, "POST", "/translate", body=pieces, headers=kind)
        detected = await running.post("/language/translate/v2/languages")
        running.engine.gate.set()
        await asyncio.gather(*busy)
        return refused, pieces.read, detected

    refused, read, other = served(work)
    assert (error(refused), read, other.status) == ((429, "serve.overloaded"), 0, 200)
    assert int(refused.headers["retry-after"]) > 0


def test_who_is_still_sending_reads_why_it_is_refused() -> None:
    pieces = Pieces(b"x" * 9_000)
    headers = {"content-type": "application/json", "authorization": "Bearer wrong"}
    response = served(lambda app: ask(app.app, "POST", "/translate", body=pieces, headers=headers), KEYED)
    assert (error(response), pieces.read) == ((403, "serve.wrong-key"), 9_000)


def test_a_large_body_needs_its_key_in_the_head() -> None:
    blanks = b" " * 5_000
    body = b'{"q": "a", "source": "en", "target": "de", "api_key": "other"' + blanks + b"}"
    response, read = send(KEYED, body)
    assert (error(response), read) == ((413, "serve.key-first"), len(body))  # drained
    assert read < 3_000 + len(blanks)
    assert send(KEYED, body, authorization="Bearer other")[0].status == 200
    assert send(KEYED, body.replace(blanks, b""))[0].status == 200


def form(*fields: tuple[str, str], file: bytes, last: tuple[tuple[str, str], ...] = ()) -> bytes:
    part = '--x\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    document = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
    before, after = ("".join(part.format(*field) for field in some).encode() for some in (fields, last))
    return before + document.encode() + file + b"\r\n" + after + b"--x--\r\n"


LANGUAGES = (("source", "en"), ("target", "de"))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (form(*LANGUAGES, ("api_key", "other"), file=b"a " * 2_500), 200),
        (form(*LANGUAGES, file=b"a " * 20, last=(("api_key", "other"),)), 200),
        (form(*LANGUAGES, file=b"a " * 2_500, last=(("api_key", "other"),)), (413, "serve.key-first")),
        (form(*LANGUAGES, ("api_key", "wrong"), file=b"a " * 2_500), (403, "serve.wrong-key")),
        (form(*LANGUAGES, file=b"a"), (400, "serve.key-needed")),
        (form(*LANGUAGES, ("api_key", "other"), file=b"a " * 11_000), (413, "serve.body-size")),
    ],
)
def test_a_document_comes_behind_its_key_unless_it_is_small(body: bytes, expected: object) -> None:
    response, _ = send(KEYED, body, "/v1/translate_file", **{"content-type": "multipart/form-data; boundary=x"})
    assert (response.status if response.status == 200 else error(response)) == expected


def test_bodies_in_memory_are_bounded_until_they_are_answered() -> None:
    settings = Settings(request=replace(LIMITS, characters=1_000), bodies=3_000)

    async def work(running: Running) -> list[tuple[int, str]]:
        async def post(address: str, characters: int) -> Response:
            asked = {"q": "x" * characters, **ASKED}
            return await ask(running.app, "POST", "/translate", json_body=asked, address=address)

        running.engine.gate.clear()
        busy = [asyncio.create_task(post(str(number), 900)) for number in range(3)]
        bodies = running.app.state.server.bodies
        await until(lambda: bodies.size > 2_700)
        refused = [error(await post("other", 900)), error(await post("0", 100))]
        running.engine.gate.set()
        assert [one.status for one in await asyncio.gather(*busy)] == [200] * 3
        assert bodies.size == 0
        assert (await post("other", 900)).status == 200
        return refused

    assert served(work, settings) == [(503, "serve.memory"), (429, "serve.memory-share")]


def test_a_client_that_leaves_while_it_sends_is_no_fault_of_ours(capsys: pytest.CaptureFixture[str]) -> None:
    response = served(lambda app: ask(app.app, "POST", "/translate", body=b"x" * 9_000, cut=4_000))
    assert error(response) == (499, "serve.client-left")
    assert capsys.readouterr().err == ""
