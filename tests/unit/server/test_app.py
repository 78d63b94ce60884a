"""The routes over an engine that writes lines in capitals; their second translation is backwards."""

import asyncio

import pytest
from support import own_loop
from support.asgi import Response, ask
from support.capitals import LIMITS, Running, error, served, until

from seq2seq.errors import MissingExtra
from seq2seq.server.jobs.engine import Kind
from seq2seq.server.settings import RequestLimits, Settings


def translate(q: object = "a", settings: Settings | None = None, **more: object) -> Response:
    return served(lambda app: app.post("/translate", **{"q": q, "source": "en", "target": "de", **more}), settings)


# ------------------------------------------------------------------------------------------------------------ translate


def test_a_text_is_answered_by_a_text() -> None:
    response = translate("hello")
    assert (response.status, response.json()) == (200, {"translatedText": "HELLO"})
    assert response.headers["x-model"] == "small"
    assert response.headers["x-model-version"] == "0123456789ab"


def test_any_name_of_a_model_fits_into_a_header() -> None:
    assert translate("a", source="fr", target="en").headers["x-model"] == "a%20%C3%BC"


def test_a_list_is_answered_by_a_list_in_its_order() -> None:
    assert translate(["a", "", "b\n\n c \r\nd", " "]).json() == {"translatedText": ["A", "", "B\n\n C \r\nD", " "]}


def test_an_empty_list_is_answered_by_one() -> None:
    assert translate([]).json() == {"translatedText": []}


@pytest.mark.parametrize("how", ["form", "query", "get", "multipart"])
def test_parameters_come_in_forms_and_queries_too(how: str) -> None:
    values = {"q": ["ä b", "c"], "source": "en", "target": "de"}

    async def work(running: Running) -> Response:
        if how == "form":
            return await ask(running.app, "POST", "/translate", form=values)
        if how == "multipart":
            fields = [("q", "ä b"), ("q", "c"), ("source", "en"), ("target", "de")]
            part = '--x\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
            body = "".join(part.format(*field) for field in fields) + "--x--\r\n"
            kind = {"content-type": "multipart/form-data; boundary=x"}
            return await ask(running.app, "POST", "/translate", body=body.encode(), headers=kind)
        return await ask(running.app, "GET" if how == "get" else "POST", "/translate", query=values)

    assert served(work).json() == {"translatedText": ["Ä B", "C"]}


def test_alternatives_follow_the_shape_of_the_texts() -> None:
    assert translate("ab", alternatives=1).json() == {"translatedText": "AB", "alternatives": ["ba"]}
    assert translate(["ab", "cd\nef"], alternatives="2").json() == {
        "translatedText": ["AB", "CD\nEF"],
        "alternatives": [["ba"], ["dc\nfe"]],
    }


def test_an_alternative_that_is_the_best_one_is_left_out() -> None:
    assert translate("A", alternatives=1).json() == {"translatedText": "A", "alternatives": []}


def test_the_source_is_detected() -> None:
    pytest.importorskip("py3langid")
    french, english = "Bonjour, je voudrais une chambre pour deux personnes.", "The dogs are running on the beach."
    answer = translate([french, english], source="auto").json()
    assert answer["translatedText"] == [french.upper(), english.upper()]
    assert [one["language"] for one in answer["detectedLanguage"]] == ["fr", "en"]
    assert all(50 < one["confidence"] <= 100 for one in answer["detectedLanguage"])
    assert translate(english, source="auto").json()["detectedLanguage"]["language"] == "en"


def test_without_the_package_for_detection_the_rest_works(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_text: str, _languages: tuple[str, ...]) -> list[tuple[str, float]]:
        raise MissingExtra("it is not installed", code="extra.missing")

    monkeypatch.setattr("seq2seq.server.translation.service.detect", missing)
    assert error(translate(source="auto")) == (501, "serve.no-detection")
    assert translate().json() == {"translatedText": "A"}


def test_a_regional_code_finds_its_language() -> None:
    assert translate("a", source="en-US", target="de_AT").json() == {"translatedText": "A"}


def test_lone_surrogates_are_replaced_and_control_characters_removed() -> None:
    assert translate("a\ud800b").json() == {"translatedText": "A\ufffdB"}
    assert translate("a\x00\x1b\tb\x7f\n").json() == {"translatedText": "A\tB\n"}


def test_html_is_one_unit() -> None:
    async def work(running: Running) -> list[tuple[Kind, list[str]]]:
        await running.post("/translate", q="<p>a\nb</p>", source="en", target="de", format="html")
        return running.engine.batches

    assert served(work) == [(Kind("en", "de", "html"), ["<p>a\nb</p>"])]


def test_requests_share_batches() -> None:
    async def work(running: Running) -> list[int]:
        running.engine.gate.clear()
        asked = [asyncio.create_task(running.post("/translate", q="a", source="en", target="de")) for _ in range(9)]
        await until(lambda: running.engine.batches and len(running.engine.batches[0][1]) + running.waiting == 9)
        running.engine.gate.set()
        assert all(one.status == 200 for one in await asyncio.gather(*asked))
        return [len(texts) for _, texts in running.engine.batches]

    sizes = served(work)
    assert sum(sizes) == 9
    assert len(sizes) <= 2


# --------------------------------------------------------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"q": None}, "serve.parameter"),
        ({"q": 3}, "serve.parameter"),
        ({"q": [1]}, "serve.parameter"),
        ({"source": ""}, "serve.parameter"),
        ({"format": "pdf"}, "serve.parameter"),
        ({"alternatives": -1}, "serve.parameter"),
        ({"alternatives": 4}, "serve.too-many-alternatives"),
        ({"q": "x" * 101}, "serve.too-long"),
        ({"q": ["x"] * 6}, "serve.too-many-texts"),
        ({"source": "it"}, "serve.no-such-direction"),
        ({"target": "it"}, "serve.no-such-direction"),
        ({"target": "it", "source": "auto"}, "serve.no-such-direction"),
        ({"q": "archive"}, "data.not-text"),
    ],
)
def test_what_cannot_be_asked_for_is_a_bad_request(parameters: dict[str, object], code: str) -> None:
    assert error(translate(**parameters)) == (400, code)


def test_what_a_client_leaves_open_has_its_default() -> None:
    for nothing in (None, ""):
        response = translate("hello", format=nothing, alternatives=nothing, api_key=nothing)
        assert (response.status, response.json()) == (200, {"translatedText": "HELLO"})


def test_head_is_get_without_the_body() -> None:
    asked = served(lambda app: ask(app.app, "GET", "/languages"))
    head = served(lambda app: ask(app.app, "HEAD", "/languages"))
    assert (head.status, head.headers, head.body) == (200, asked.headers, b"")


def test_json_that_is_declared_a_form_is_not_taken_for_one() -> None:
    kind = {"content-type": "application/x-www-form-urlencoded"}
    response = served(lambda app: ask(app.app, "POST", "/translate", body=b' {"q": "a"}', headers=kind))
    assert error(response) == (415, "serve.content-type")


def test_a_missing_parameter_is_named() -> None:
    response = served(lambda app: app.post("/translate", q="a", source="en"))
    assert error(response) == (400, "serve.parameter")
    assert response.json()["error"].startswith("target:")


@pytest.mark.parametrize(
    ("body", "kind", "expected"),
    [
        (b"{", "application/json", (400, "serve.json")),
        (b"[]", "application/json", (400, "serve.json")),
        (b"[" * 19_000, "application/json", (400, "serve.json")),
        (b"\xff", "application/json", (400, "serve.json")),
        (b"{}", "text/plain", (415, "serve.content-type")),
        (b"q=" + b"x" * 30_000, "application/x-www-form-urlencoded", (413, "serve.body-size")),
        (b"&".join([b"q=x"] * 5_000), "application/x-www-form-urlencoded", (400, "serve.form")),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x", (400, "serve.parameter")),
        (b"--x\r\nbroken", "multipart/form-data", (400, "serve.form")),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(body: bytes, kind: str, expected: tuple[int, str]) -> None:
    sent = {"content-type": kind}
    assert error(served(lambda app: ask(app.app, "POST", "/translate", body=body, headers=sent))) == expected


def test_a_bug_says_nothing_of_the_text(capsys: pytest.CaptureFixture[str]) -> None:
    async def work(running: Running) -> Response:
        assert error(await running.post("/translate", q="bug", source="en", target="de")) == (500, "serve.bug")
        return await running.post("/translate", q="fine", source="en", target="de")

    assert served(work).status == 200
    logged = capsys.readouterr().err
    assert "RuntimeError at" in logged
    assert "a text of a user" not in logged


def test_unknown_paths_and_methods_are_errors_of_the_same_shape() -> None:
    assert error(served(lambda app: ask(app.app, "GET", "/nothing"))) == (404, "serve.http")
    assert error(served(lambda app: ask(app.app, "DELETE", "/languages"))) == (405, "serve.http")


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/translate", {"GET", "HEAD", "POST", "OPTIONS"}),
        ("/languages", {"GET", "HEAD", "OPTIONS"}),
        ("/v1/classify", {"POST", "OPTIONS"}),
        ("/page/index.html", {"GET", "HEAD", "OPTIONS"}),
        ("/", {"GET", "HEAD", "OPTIONS"}),
    ],
)
def test_a_path_says_which_methods_it_has(path: str, allowed: set[str]) -> None:
    refused = served(lambda app: ask(app.app, "DELETE", path))
    assert error(refused) == (405, "serve.http")
    assert set(refused.headers["allow"].split(", ")) == allowed
    options = served(lambda app: ask(app.app, "OPTIONS", path))
    assert (options.status, options.body, options.headers["allow"]) == (204, b"", refused.headers["allow"])


@pytest.mark.parametrize("path", ["//translate", "/translate/", "///translate//"])
def test_slashes_too_many_are_no_other_path(path: str) -> None:
    response = served(lambda app: app.post(path, q="a", source="en", target="de"))
    assert (response.status, response.json()) == (200, {"translatedText": "A"})


def test_a_text_in_the_target_language_is_returned_as_it_is() -> None:
    async def work(running: Running) -> tuple[Response, Response, int]:
        one = await running.post("/translate", q="a\nb ", source="de", target="de-AT", alternatives=1)
        asked = {"q": ["<b>a</b>", "b"], "source": "fr", "target": "fr", "format": "html"}
        return one, await running.post("/translate", **asked), len(running.engine.batches)

    one, many, batches = served(work)
    assert (one.status, one.json()) == (200, {"translatedText": "a\nb ", "alternatives": []})
    assert "x-model" not in one.headers
    assert many.json() == {"translatedText": ["<b>a</b>", "b"]}
    assert batches == 0
    assert error(translate(source="it", target="it")) == (400, "serve.no-such-direction")


def test_a_text_that_is_found_to_be_in_the_target_language_is_returned_as_it_is() -> None:
    pytest.importorskip("py3langid")
    german, english = "Die Hunde laufen am Strand entlang.", "The dogs are running on the beach."
    answer = translate([german, english], source="auto").json()
    assert answer["translatedText"] == [german, english.upper()]
    assert [one["language"] for one in answer["detectedLanguage"]] == ["de", "en"]
    # Nothing is certain of a word without letters, or of two letters.
    assert translate(["42", "ab"], source="auto").json()["translatedText"] == ["42", "AB"]


def test_a_deadline_is_a_gateway_timeout() -> None:
    async def work(running: Running) -> Response:
        running.engine.gate.clear()
        response = await running.post("/translate", q="a", source="en", target="de")
        running.engine.gate.set()
        return response

    assert error(served(work, Settings(request=RequestLimits(seconds=0.05)))) == (504, "serve.deadline")


def test_a_client_that_leaves_takes_its_lines_along() -> None:
    async def work(running: Running) -> list[list[str]]:
        running.engine.gate.clear()
        asked = {"source": "en", "target": "de"}
        first = asyncio.create_task(running.post("/translate", q="first", **asked))
        await until(lambda: running.engine.batches)
        gone = await ask(
            running.app, "POST", "/translate", json_body={"q": "gone", **asked}, left=until(lambda: running.waiting)
        )
        assert error(gone) == (499, "serve.client-left")
        running.engine.gate.set()
        await first
        await running.post("/translate", q="last", **asked)
        return [texts for _, texts in running.engine.batches]

    assert served(work) == [["first"], ["last"]]


def test_stopping_finishes_what_was_accepted() -> None:
    async def work(running: Running) -> "asyncio.Task[Response]":
        running.engine.gate.clear()
        asked = asyncio.create_task(running.post("/translate", q="a", source="en", target="de"))
        await until(lambda: running.engine.batches)
        asyncio.get_running_loop().call_later(0.02, running.engine.gate.set)
        return asked

    async def run() -> Response:
        running = Running(Settings(request=LIMITS))
        async with running.app.router.lifespan_context(running.app):
            asked = await work(running)
        return await asked

    assert own_loop.run(run()).json() == {"translatedText": "A"}


# ------------------------------------------------------------------------------------------------------- keys and rates

KEYED = Settings(request=LIMITS, keys={"secret": 2, "other": None})


def test_a_key_is_needed_where_there_are_keys() -> None:
    assert error(translate("a", KEYED)) == (400, "serve.key-needed")
    assert error(translate("a", KEYED, api_key=None)) == (400, "serve.key-needed")
    assert error(translate("a", KEYED, api_key="wrong")) == (403, "serve.wrong-key")
    assert translate("a", KEYED, api_key="secret").status == 200


def test_a_key_may_be_a_bearer_token() -> None:
    sent, values = {"authorization": "Bearer secret"}, {"q": "a", "source": "en", "target": "de"}
    response = served(lambda app: ask(app.app, "POST", "/translate", form=values, headers=sent), KEYED)
    assert response.status == 200


def test_too_many_requests_of_a_client_say_when_to_come_again() -> None:
    async def work(running: Running) -> Response:
        asked = {"q": "a", "source": "en", "target": "de", "api_key": "secret"}
        for _ in range(2):
            assert (await running.post("/translate", **asked)).status == 200
        assert (await running.post("/translate", **(asked | {"api_key": "other"}))).status == 200
        return await running.post("/translate", **asked)

    response = served(work, KEYED)
    assert error(response) == (429, "serve.rate")
    assert response.headers["retry-after"] == "30"


# ------------------------------------------------------------------------------------------------------ other endpoints


def test_languages_and_their_targets() -> None:
    listed = served(lambda app: ask(app.app, "GET", "/languages", body=b"api_key=x"))
    assert listed.json() == [
        {"code": "en", "name": "English", "targets": ["de"]},
        {"code": "fr", "name": "French", "targets": ["de", "en"]},
        {"code": "de", "name": "German", "targets": ["en"]},
    ]


def test_detection_is_among_the_servers_languages() -> None:
    pytest.importorskip("py3langid")
    found = served(
        lambda app: ask(app.app, "POST", "/detect", form={"q": "Die Hunde laufen am Strand entlang."})
    ).json()
    assert found[0]["language"] == "de"
    assert {one["language"] for one in found} <= {"de", "en", "fr"}


def test_health_settings_and_specification() -> None:
    assert served(lambda app: ask(app.app, "GET", "/health")).json() == {"status": "ok"}
    shown = served(lambda app: ask(app.app, "GET", "/frontend/settings")).json()
    assert shown["charLimit"] == 100
    assert shown["language"]["target"] == {"code": "de", "name": "German"}
    paths = served(lambda app: ask(app.app, "GET", "/spec")).json()["paths"]
    assert "q" in paths["/translate"]["post"]["requestBody"]["content"]["application/json"]["schema"]["properties"]


def test_suggestions_are_off() -> None:
    assert error(served(lambda app: app.post("/suggest", q="a", s="b"))) == (403, "serve.no-suggestions")


def test_metrics_have_no_address_no_key_and_no_text() -> None:
    async def work(running: Running) -> str:
        await running.post("/translate", q=["tell", "nobody"], source="en", target="de", api_key="secret")
        await ask(running.app, "GET", "/my-private-path")
        await running.post("/translate", q="a")
        return (await ask(running.app, "GET", "/metrics")).body.decode()

    text = served(work, KEYED)
    assert 'seq2seq_request_seconds_count{endpoint="/translate",status="200"} 1.0' in text
    assert 'seq2seq_request_seconds_count{endpoint="other",status="404"} 1.0' in text
    assert 'seq2seq_batch_size_sum{model="small"} 2.0' in text
    assert 'seq2seq_queue_depth{model="small"} 0.0' in text
    assert 'seq2seq_characters_total{model="small"} 10.0' in text
    assert 'seq2seq_refused_total{code="serve.parameter"} 1.0' in text
    for secret in ("192.0.2.1", "secret", "nobody", "private"):
        assert secret not in text


def test_other_pages_may_read_answers_only_if_they_are_named() -> None:
    sent = {"origin": "https://page.example"}
    plain = served(lambda app: ask(app.app, "GET", "/health", headers=sent))
    assert "access-control-allow-origin" not in plain.headers
    allowed = Settings(request=LIMITS, origins=("https://page.example",))
    named = served(lambda app: ask(app.app, "GET", "/health", headers=sent), allowed)
    assert named.headers["access-control-allow-origin"] == "https://page.example"
    assert "X-Model" in named.headers["access-control-expose-headers"]
