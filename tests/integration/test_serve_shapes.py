"""Shapes of other services: Google's v2, OpenAI's chat completions, and documents as LibreTranslate has them."""

import json
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from support import packages, tiny
from support.asgi import Response, ask
from support.commands import run
from support.served import Served, served
from support.serving import serving

from seq2seq.config.data import ColumnsConfig, DataConfig
from seq2seq.model_folder.writing.save import save_folder
from seq2seq.server.documents.results import LIFETIME, Results
from seq2seq.server.settings import RequestLimits, Settings

TEXT = "the dog sleeps. the cat sees the small dog!"
GOOGLE = "/language/translate/v2"
CHAT = "/v1/chat/completions"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.save(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="module")
def server(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    results = tmp_path_factory.mktemp("results")
    limits = RequestLimits(file_bytes=100_000, file_characters=5_000)
    columns = DataConfig(path="nowhere", columns=ColumnsConfig(source="en", target="de"))
    recipe = tiny.recipe().model_copy(update={"data": columns})
    second = tmp_path_factory.mktemp("models") / "second"
    save_folder(second, model=tiny.model(recipe, seed=1), tokenizers=tiny.tokenizers(), recipe=recipe, name="second")
    with served([f"en-de={model}", str(second)], Settings(results=results, request=limits)) as running:
        yield running


def translated(server: Served, text: str, format: str = "text", model: str = "en-de") -> str:
    answer = server.post("/v1/translate", text=text, source="en", target="de", format=format, model=model).json()
    return str(answer["results"][0]["translation"])


# ------------------------------------------------------------------------------------------------------------ Google v2


def test_googles_clients_get_translations(server: Served) -> None:
    texts = [TEXT, "<b>the dog</b> &amp; a cat"]
    response = server.post(GOOGLE, q=texts, source="en", target="de", key="")
    expected = [translated(server, text, "html") for text in texts]
    found = response.json()["data"]["translations"]
    assert found == [{"translatedText": text, "model": "en-de"} for text in expected]
    assert response.headers["x-model"] == "en-de"
    # MateCat: a query.
    one = server.get(GOOGLE, q=TEXT, source="en", target="de", format="text", key="a key").json()
    assert one["data"]["translations"][0]["translatedText"] == translated(server, TEXT)


def test_googles_clients_get_languages(server: Served) -> None:
    pytest.importorskip("py3langid")
    french = "Bonjour, je voudrais une chambre pour deux personnes."
    found = server.post(GOOGLE, q=["The dogs are running on the beach.", french], target="de").json()
    assert [one["detectedSourceLanguage"] for one in found["data"]["translations"]] == ["en", "en"]
    ((first,), _) = server.post(f"{GOOGLE}/detect", q=["Die Hunde laufen am Strand.", french]).json()["data"][
        "detections"
    ]
    assert first["language"] == "de"
    assert 0.5 < first["confidence"] <= 1
    listed = {"languages": [{"language": "en"}, {"language": "de"}]}
    assert server.get(f"{GOOGLE}/languages").json() == {"data": listed}
    named = server.get(f"{GOOGLE}/languages", target="en").json()["data"]["languages"]
    assert named == [{"language": "en", "name": "English"}, {"language": "de", "name": "German"}]


def test_google_and_chat_return_a_text_in_the_target_language_as_it_is(server: Served) -> None:
    pytest.importorskip("py3langid")
    german = "Die Hunde laufen am Strand entlang."
    same = server.post(GOOGLE, q=german, source="de", target="de")
    assert same.json()["data"]["translations"] == [{"translatedText": german}]
    found = server.post(GOOGLE, q=[german, "The dogs are running on the beach."], source="auto", target="de").json()
    first, second = found["data"]["translations"]
    assert first == {"translatedText": german, "detectedSourceLanguage": "de"}
    assert (second["detectedSourceLanguage"], second["model"]) == ("en", "en-de")
    answer = chat(server, "auto-de", ("user", german)).json()
    assert answer["choices"][0]["message"]["content"] == german
    assert (answer["system_fingerprint"], answer["usage"]["total_tokens"]) == (None, 0)


def test_googles_clients_get_its_errors(server: Served) -> None:
    response = server.post(GOOGLE, q=TEXT, source="en", target="fr")
    problem = response.json()["error"]
    assert (response.status, problem["code"], problem["status"]) == (400, 400, "serve.no-such-direction")
    assert problem["errors"] == [{"message": problem["message"], "domain": "global", "reason": "invalid"}]
    assert server.post(GOOGLE, target="de").json()["error"]["code"] == 400


# ----------------------------------------------------------------------------------------------------------------- chat


def chat(server: Served, model: str, *contents: tuple[str, object], **more: object) -> Response:
    messages = [{"role": role, "content": content} for role, content in contents]
    return server.post(CHAT, model=model, messages=messages, **more)


@pytest.mark.parametrize("name", ["en-de", "seq2seq/en-de", "second"])
def test_the_last_message_of_the_user_is_translated(server: Served, name: str) -> None:
    parts = [{"type": "text", "text": TEXT}, {"type": "image_url", "image_url": {"url": "x"}}]
    response = chat(server, name, ("system", "Translate!"), ("user", "no"), ("assistant", "a"), ("user", parts))
    content = response.json()
    (choice,) = content["choices"]
    model = "second" if name == "second" else "en-de"
    assert choice == {
        "index": 0,
        "message": {"role": "assistant", "content": translated(server, TEXT, model=model)},
        "finish_reason": "stop",
    }
    assert (content["object"], content["model"]) == ("chat.completion", name)
    assert response.headers["x-model"] == model
    lines = server.post("/v1/translate", text=TEXT, source="en", target="de", model=model).json()["results"][0]["lines"]
    usage = len(lines[0]["source_tokens"]), len(lines[0]["translations"][0]["tokens"])
    assert (content["usage"]["prompt_tokens"], content["usage"]["completion_tokens"]) == usage
    assert content["usage"]["total_tokens"] == sum(usage)


def test_a_chat_is_streamed_in_chunks(server: Served) -> None:
    response = chat(server, "en-de", ("user", TEXT), stream=True)
    *chunks, last = [line.removeprefix("data: ") for line in response.body.decode().split("\n\n") if line]
    assert last == "[DONE]"
    deltas: list[Any] = [json.loads(chunk)["choices"][0] for chunk in chunks]
    assert "".join(one["delta"].get("content", "") for one in deltas) == translated(server, TEXT)
    assert [one["finish_reason"] for one in deltas] == [None, "stop"]


def test_the_language_of_a_message_is_detected(server: Served) -> None:
    pytest.importorskip("py3langid")
    content = "The dogs are running on the beach."
    answer = chat(server, "auto-de", ("user", content)).json()["choices"][0]["message"]["content"]
    assert answer == translated(server, content)


@pytest.mark.parametrize(
    ("name", "contents", "more", "status", "code"),
    [
        ("gpt", [("user", "a")], {}, 404, "serve.no-such-model"),
        ("en-fr", [("user", "a")], {}, 400, "serve.no-such-direction"),
        ("en-de", [("system", "a")], {}, 400, "serve.parameter"),
        ("en-de", [("user", "a")], {"n": 2}, 400, "serve.parameter"),
        ("en-fr", [("user", "a")], {"stream": True}, 400, "serve.no-such-direction"),
    ],
)
def test_a_chat_gets_the_errors_of_its_api(
    server: Served, name: str, contents: list[tuple[str, str]], more: dict[str, object], status: int, code: str
) -> None:
    response = chat(server, name, *contents, **more)
    assert response.status == status
    assert response.json()["error"]["code"] == code
    assert response.json()["error"]["type"] == "invalid_request_error"


# ------------------------------------------------------------------------------------------------------------ documents


def send(server: Served, path: str, name: str, data: bytes, **fields: str) -> Response:
    """Send a file, as a browser does."""
    values = {"source": "en", "target": "de", **fields}
    part = '--xyz\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n'
    body = b"".join(part.format(field, "").encode() + value.encode() + b"\r\n" for field, value in values.items())
    body += part.format("file", f'; filename="{name}"').encode() + data + b"\r\n--xyz--\r\n"
    kind = {"content-type": "multipart/form-data; boundary=xyz"}
    return server.run(lambda: ask(server.app, "POST", path, body=body, headers=kind))


DOCUMENTS = {
    "text.txt": (f"{TEXT}\r\n\r\n  a bird\nthe house".encode("utf-16"), ()),
    "notes.md": (b"# the dog\n\nthe *cat* sleeps\n", ()),
    "page.html": (b"<p>the <b>dog</b> sleeps</p>", ()),
    "film.srt": (b"1\n00:00:01,000 --> 00:00:02,000\nthe dog sleeps\n", ()),
    "table.csv": (b"id,text\n1,the dog\n2,a bird\n", ("--column", "text")),
    "app.json": (b'{"title": "the dog", "menu": {"label": "a bird"}}', ("--key", "menu.label")),
    "letter.docx": (packages.docx("<w:p><w:r><w:t>the dog sleeps</w:t></w:r></w:p>"), ()),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_are_those_of_the_command_line(server: Served, model: Path, tmp_path: Path, name: str) -> None:
    data, options = DOCUMENTS[name]
    (tmp_path / name).write_bytes(data)
    expected = tmp_path / f"new.{name.rpartition('.')[2]}"
    languages = ("--source-language", "en", "--target-language", "de", "--device", "cpu")
    run("translate", model, tmp_path / name, "--output", expected, *options, *languages)
    fields = dict(zip([option.removeprefix("--") for option in options[::2]], options[1::2], strict=True))
    response = send(server, "/v1/translate_file", name, data, **fields)
    assert response.status == 200, response.body
    assert response.body == expected.read_bytes() != data
    assert response.headers["x-model"] == "en-de"
    assert response.headers["content-disposition"] == f'attachment; filename="translation.{name.rpartition(".")[2]}"'
    # As LibreTranslate has it.
    address = send(server, "/translate_file", name, data, **fields).json()["translatedFileUrl"]
    fetched = server.get(address.removeprefix("http://test"))
    assert fetched.body == response.body
    assert fetched.headers["content-type"] == "application/octet-stream"
    assert fetched.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("source", ["de", "auto"])
def test_a_document_in_the_target_language_is_returned_as_it_is(server: Served, source: str) -> None:
    pytest.importorskip("py3langid")
    data = b"<p  >Die Hunde laufen am   Strand entlang."
    response = send(server, "/v1/translate_file", "a.html", data, source=source)
    assert (response.status, response.body) == (200, data)
    assert "x-model" not in response.headers


@pytest.mark.parametrize(
    ("name", "data", "status", "code"),
    [
        ("a.docx", b"no zip", 400, "data.package-damaged"),
        ("a.txt", b"\x00\x01\x02" * 100, 400, "data.not-text"),
        ("a.txt.gz", b"a", 400, "serve.compressed"),
        ("a.csv", b"id,text\n1,a\n", 400, "documents.missing-option"),
        ("a.txt", b"a" * 5_001, 400, "serve.too-long"),
        ("a.txt", b"a" * 100_001, 413, "serve.body-size"),
        ("a.html", packages.docx(""), 400, "data.not-text"),
        ("a.html", b"<meta charset=idna><p>\xff", 400, "data.unknown-encoding"),
    ],
)
def test_documents_that_cannot_be_read_are_refused(
    server: Served, name: str, data: bytes, status: int, code: str
) -> None:
    response = send(server, "/v1/translate_file", name, data)
    assert (response.status, response.json()["code"]) == (status, code)


def test_the_index_of_a_column_may_have_any_length(server: Served) -> None:
    response = send(server, "/v1/translate_file", "a.csv", b"id,text\n1,a\n", column="9" * 5_000)
    assert (response.status, response.json()["code"]) == (400, "data.no-column")


@pytest.mark.parametrize("encoding", ["undefined", "punycode"])
def test_a_form_may_declare_any_encoding(server: Served, encoding: str) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="q"\r\n\r\n\xff\r\n--x--\r\n'
    kind = {"content-type": f"multipart/form-data; charset={encoding}; boundary=x"}
    response = server.run(lambda: ask(server.app, "POST", "/translate", body=body, headers=kind))
    # Python 3.13 reads the byte as punycode, and q is a text without a direction.
    assert response.status == 400
    assert response.json()["code"] in {"serve.form", "serve.parameter"}


def test_a_document_that_takes_hours_to_read_is_refused() -> None:
    settings = Settings(request=RequestLimits(file_reading_seconds=0.1))
    with served(["en-de=there/is/none"], settings) as server:
        response = send(server, "/v1/translate_file", "a.md", b"[" * 100_000)  # of quadratic time
    assert (response.status, response.json()["code"]) == (400, "serve.file-time")


def test_a_file_is_needed(server: Served) -> None:
    form = {"source": "en", "target": "de"}
    response = server.run(lambda: ask(server.app, "POST", "/translate_file", form=form))
    assert (response.status, response.json()["code"]) == (415, "serve.content-type")
    body = b'--x\r\nContent-Disposition: form-data; name="target"\r\n\r\nde\r\n--x--\r\n'
    kind = {"content-type": "multipart/form-data; boundary=x"}
    response = server.run(lambda: ask(server.app, "POST", "/translate_file", body=body, headers=kind))
    assert (response.status, response.json()["error"]) == (400, "file: is missing")


@pytest.mark.parametrize("name", ["../../etc/passwd", "..\\..\\a.txt", "/tmp/a.txt", "a.t/x", "", "a.ÄÖ", "x" * 300])
def test_a_name_of_a_client_is_no_path(server: Served, name: str) -> None:
    response = send(server, "/translate_file", name, b"the dog")
    if response.status == 200:
        assert re.fullmatch(r"http://test/download_file/[\w-]{32}\.txt", response.json()["translatedFileUrl"])
    else:  # without a name, it is no file
        assert (name, response.json()["code"]) == ("", "serve.parameter")


@pytest.mark.parametrize("name", ["../secret", "%2e%2e%2fsecret", "a" * 32 + ".txt", "secret"])
def test_only_results_are_fetched(server: Served, name: str) -> None:
    folder = server.app.state.server.settings.results
    (folder.parent / "secret").write_text("a", encoding="utf-8")
    (folder / "secret").write_text("a", encoding="utf-8")
    assert server.get(f"/download_file/{name}").status == 404


def test_results_are_removed_after_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1e9
    monkeypatch.setattr("seq2seq.server.documents.results.time.time", lambda: now)
    monkeypatch.setattr("seq2seq.server.documents.results.LARGEST", 10)
    results = Results(tmp_path / "results")

    def keep(data: bytes, age: float) -> str:
        name = results.keep(data, "txt")
        os.utime(tmp_path / "results" / name, (now - age, now - age))
        return name

    old, large, new = keep(b"a", LIFETIME + 1), keep(b"b" * 8, 10), keep(b"c", 5)
    assert results.find(old) is None
    assert results.find(large) == b"b" * 8
    newest = keep(b"d" * 5, 0)
    assert [results.find(name) for name in (large, new, newest)] == [None, b"c", b"d" * 5]
    assert len(list((tmp_path / "results").iterdir())) == 2
    results.close()
    assert results.find(newest) is None
    assert results.find(results.keep(b"e", "txt")) == b"e"


def test_without_a_folder_nothing_is_kept(model: Path) -> None:
    with served([f"en-de={model}"]) as server:
        response = send(server, "/translate_file", "a.txt", b"the dog")
        assert (response.status, response.json()["code"]) == (403, "serve.no-results")
        assert server.get("/frontend/settings").json()["supportedFilesFormat"] == []


@pytest.mark.parametrize("processes", ["1", "2"])
def test_nothing_is_left_when_the_server_stops(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, processes: str
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nthe dog\r\n'
    body = head + b'--x\r\nContent-Disposition: form-data; name="target"\r\n\r\nde\r\n--x--\r\n'
    with serving(f"en-de={model}", "--processes", processes) as (address, process):
        kind = {"Content-Type": "multipart/form-data; boundary=x"}
        with urlopen(Request(address + "/translate_file?source=en", body, kind), timeout=60) as answer:
            place = json.load(answer)["translatedFileUrl"]
        for _ in range(4):  # whichever process is asked
            with urlopen(place, timeout=60) as fetched:
                assert fetched.read()
        assert list(tmp_path.rglob("*.txt")) != []
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)
        assert list(tmp_path.rglob("*.txt")) == []


def test_documents_of_others_may_vanish_while_old_ones_are_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = Results(tmp_path)
    listed = os.scandir

    def scandir(folder: str) -> list[os.DirEntry[str]]:
        (tmp_path / "scratch").touch()
        entries = list(listed(folder))
        (tmp_path / "scratch").unlink()  # as a rename of another request does
        return entries

    monkeypatch.setattr("os.scandir", scandir)
    assert results.find(results.keep(b"the dog", "txt")) == b"the dog"
