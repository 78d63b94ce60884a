"""``/v1``: answers are those of the command line, and have the shapes that ``/spec`` documents."""

import asyncio
import json
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support import tiny
from support.asgi import Response, ask
from support.commands import run
from support.served import Served, served

from seq2seq.server.jobs.detail import DetailedTranslation
from seq2seq.server.jobs.engine import Kind
from seq2seq.server.jobs.generation import Draft
from seq2seq.server.jobs.labelling import Explaining
from seq2seq.server.routes.v1 import shapes

TEXT = "the dog sleeps. the cat sees the small dog!\n\n  where is {name} the old house"
LINES = ["the dog sleeps", "a bird sings in the morning. we do not see the red bird.", ""]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    where = tmp_path_factory.mktemp("models")
    return {
        "en-de": tiny.save(where / "tiny"),
        "labels": tiny.save_classifier(where / "labels", temperature=2.0),
        "tunes": tiny.save_generator(where / "tunes"),
    }


@pytest.fixture(scope="module")
def server(folders: dict[str, Path]) -> Iterator[Served]:
    with served([f"{name}={path}" for name, path in folders.items()]) as running:
        yield running


def command(name: str, model: Path, *options: str | Path, text: str | None = None) -> list[Any]:
    """The records that a command writes."""
    done = run(name, model, *options, "--json", "--device", "cpu", text=text)
    return [json.loads(line) for line in done.stdout.splitlines()]


def nearly(content: Any) -> Any:
    """JSON whose scores may differ in their last digits, as those of other batches do."""
    if isinstance(content, float):
        return pytest.approx(content, rel=1e-4, abs=1e-5)
    if isinstance(content, dict):
        return {name: nearly(value) for name, value in content.items()}
    return list(map(nearly, content)) if isinstance(content, list) else content


def error(response: Response) -> tuple[int, str]:
    content = response.json()
    assert set(content) == {"error", "code"}
    return response.status, content["code"]


def translated(server: Served, text: object, **more: object) -> list[Any]:
    response = server.post("/v1/translate", text=text, source="en", target="de", **more)
    assert response.status == 200, response.body
    shapes.TranslateAnswer.model_validate(response.json())
    results: list[Any] = response.json()["results"]
    return results


# ------------------------------------------------------------------------------------------------------------ translate


def test_translations_are_those_of_the_command_line(server: Served, folders: dict[str, Path]) -> None:
    languages = ("--source-language", "en", "--target-language", "de")
    expected = command("translate", folders["en-de"], *languages, text=TEXT)
    (found,) = translated(server, TEXT, alignments=True)
    assert found["lines"] == nearly(expected)
    assert found["translation"].split("\n") == [line["translation"] for line in expected]
    assert any(line["translations"][0]["alignment"] for line in found["lines"])
    assert (found["source"], found["source_probability"], found["target"], found["model"]) == (
        "en",
        None,
        "de",
        "en-de",
    )


def test_several_translations_are_those_of_the_command_line(server: Served, folders: dict[str, Path]) -> None:
    expected = command("translate", folders["en-de"], "--nbest", "2", "--beam", "4", text="\n".join(LINES) + "\n")
    (found,) = translated(server, "\n".join(LINES), nbest=2, beam=4, alignments=True)
    assert found["lines"] == nearly(expected)
    expected = command("translate", folders["en-de"], "--prefix", "die ", text=LINES[0])
    (found,) = translated(server, LINES[0], prefix="die ", alignments=True)
    assert found["lines"] == nearly(expected)
    assert found["translation"].startswith("die ")


def test_the_search_is_a_tree(server: Served) -> None:
    plain = translated(server, LINES[0], nbest=4, beam=4)[0]["lines"][0]["translations"]
    (found,) = translated(server, f"{LINES[0]}\n\n{LINES[1]}", search=True, nbest=2, beam=4, alignments=True)
    line, empty, other = found["lines"]
    assert [one["text"] for one in line["translations"]] == [one["text"] for one in plain[:2]]
    assert line["translations"][0]["alignment"]
    assert empty["search"] == []
    assert other["search"]
    best = [node for node in line["search"] if node["best"]]
    assert [node["piece"] for node in best if node["piece"] is not None] == plain[0]["tokens"]
    assert best[-1]["log_prob"] == nearly(plain[0]["log_prob"])
    assert {node["fate"] for node in line["search"] if node["piece"] is None} <= {"finished"}
    assert {node["fate"] for node in line["search"]} >= {"continued", "pruned"}
    assert translated(server, LINES[0])[0]["lines"][0].get("search") is None


def test_the_search_has_prefixes_and_terms(server: Served) -> None:
    asked = {"prefix": "die ", "glossary": {"dog": "Hund"}, "search": True}
    (found,) = translated(server, LINES[0], **asked)
    best = [node["piece"] for node in found["lines"][0]["search"] if node["best"]]
    assert "".join(piece or "" for piece in best).replace("\u2581", " ").strip() == found["translation"]
    assert found["translation"].startswith("die ")
    assert "Hund" in found["translation"]
    assert found["lines"][0]["translations"][0]["terms"][0]["forced"]


def test_a_model_is_chosen_by_its_name(folders: dict[str, Path]) -> None:
    with served([f"en-de={folders['en-de']}", str(folders["en-de"]), f"fr-de={folders['en-de']}"]) as server:
        asked = {"text": "the dog", "source": "en", "target": "de"}
        assert [one["model"] for one in server.post("/v1/translate", **asked).json()["results"]] == ["en-de"]
        other = server.post("/v1/translate", **asked | {"source": "fr", "model": "fr-de"})
        assert other.json()["results"][0]["model"] == "fr-de"
        assert error(server.post("/v1/translate", **asked, model="fr-de")) == (400, "serve.no-such-direction")
        assert error(server.post("/v1/translate", **asked, model="nothing")) == (404, "serve.no-such-model")


def test_texts_of_a_list_are_apart(server: Served) -> None:
    together = translated(server, LINES)
    assert [one["translation"] for one in together] == [translated(server, text)[0]["translation"] for text in LINES]
    assert [[line["line"] for line in one["lines"]] for one in together] == [[1], [1], [1]]
    assert together[0]["lines"][0]["translations"][0]["alignment"] is None
    assert translated(server, []) == []


def test_halves_of_characters_are_replaced(server: Served) -> None:
    (found,) = translated(server, "the dog", prefix="die \ud800\x00", glossary={"\ud800 cat": "\udfffKatze"}, nbest=2)
    assert found["source"] == "en"
    asked = {"model": "en-de", "messages": [{"role": "user", "content": "the dog \ud800"}]}
    assert server.post("/v1/chat/completions", **asked).status == 200


def test_html_keeps_its_tags(server: Served) -> None:
    (found,) = translated(server, "<h1>the dog</h1>\n<p>a bird <b>sings</b></p>", format="html")
    assert re.fullmatch(r"<h1>.*</h1>\n<p>.*<b>.*</b>.*</p>", found["translation"])
    assert [(line["line"], line["source"]) for line in found["lines"]] == [(1, "the dog"), (2, "a bird sings")]


def test_terms_and_prefixes_are_cleaned_as_texts_are(server: Served) -> None:
    (found,) = translated(server, "the dog", glossary={"d\0og": "Ka\0tze"}, prefix="d\0ie")
    assert found["translation"].startswith("die")
    assert [term["source"] for term in found["lines"][0]["translations"][0]["terms"]] == ["dog"]


def test_terms_of_a_glossary_are_in_the_translation(server: Served, folders: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "terms.tsv").write_text("en\tde\ndog\tKatze\nbird\tVogel\n", encoding="utf-8")
    languages = ("--source-language", "en", "--target-language", "de")
    expected = command("translate", folders["en-de"], *languages, "--glossary", tmp_path / "terms.tsv", text=LINES[0])
    (found,) = translated(server, LINES[0], glossary={"dog": "Katze", "bird": ["Vogel"]}, alignments=True)
    assert "Katze" in found["translation"]
    assert found["lines"] == nearly(expected)
    (plain,) = translated(server, LINES[0])
    assert plain["lines"][0]["translations"][0]["terms"] == []


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"beams": 3}, "serve.parameter"),
        ({"nbest": 0}, "serve.parameter"),
        ({"nbest": 12}, "serve.parameter"),
        ({"beam": 21}, "serve.parameter"),
        ({"nbest": 3, "beam": 2}, "serve.parameter"),
        ({"format": "html", "nbest": 2}, "serve.parameter"),
        ({"format": "html", "search": True}, "serve.parameter"),
        ({"search": True, "text": ["a" * 1_000, "b"]}, "serve.too-long"),
        ({"glossary_mode": "force"}, "serve.parameter"),
        ({"prefix": "a" * 1_001}, "serve.too-long"),
        ({"glossary": {" ": "a"}}, "serve.glossary"),
        ({"glossary": {"dog": "\u200b"}}, "serve.glossary"),
        ({"target": "f\ud800"}, "serve.parameter"),
        ({"a\ud800": 1}, "serve.parameter"),
        ({"glossary": {"dog": []}}, "serve.glossary"),
        ({"glossary": {"dog": "Hund", "Dog": "Katze"}}, "serve.glossary"),
        ({"glossary": {"dog": "犬"}}, "glossary.unknown-characters"),
        ({"glossary": {"dog": "\ud800"}}, "glossary.unknown-characters"),
        ({"glossary": {"dog": "Hund"}, "glossary_mode": "soft"}, "glossary.no-annotations"),
        ({"glossary": {str(number): "a" for number in range(1_001)}}, "serve.parameter"),
        ({"prefix": "a" * 100_001}, "serve.too-long"),
        ({"target": "fr"}, "serve.no-such-direction"),
        ({"model": "labels"}, "serve.other-task"),
    ],
)
def test_wrong_parameters_are_refused(server: Served, parameters: dict[str, object], code: str) -> None:
    asked: dict[str, object] = {"text": LINES[:2], "source": "en", "target": "de"} | parameters
    assert error(server.post("/v1/translate", **asked)) == (400, code)


def test_the_log_has_no_term_of_a_client(server: Served, capsys: pytest.CaptureFixture[str]) -> None:
    server.post("/v1/translate", text="a", source="en", target="de", glossary={"secret": "犬"})
    captured = capsys.readouterr()
    assert "secret" not in captured.err + captured.out


# ------------------------------------------------------------------------------------------------------------- classify


def test_labels_are_those_of_the_command_line(server: Served, folders: dict[str, Path]) -> None:
    response = server.post("/v1/classify", text=LINES)
    shapes.ClassifyAnswer.model_validate(response.json())
    assert response.json()["results"] == nearly(command("classify", folders["labels"], text="\n".join(LINES) + "\n"))
    assert response.json()["model"] == response.headers["x-model"] == "labels"
    expected = command("classify", folders["labels"], "--explain", text=LINES[0])
    explained = server.post("/v1/classify", text=LINES[0], explain=True, model="labels")
    shapes.ClassifyAnswer.model_validate(explained.json())
    assert explained.json()["results"] == nearly(expected)
    other = server.post("/v1/classify", text=LINES[0], explain=True, label="other").json()["results"][0]
    assert other["label"] == "other"
    assert other["probability"] == pytest.approx(expected[0]["probabilities"]["other"], rel=1e-4)


def test_wrong_models_and_labels_are_refused(server: Served) -> None:
    assert error(server.post("/v1/classify", text="a", model="en-de")) == (400, "serve.other-task")
    assert error(server.post("/v1/classify", text="a", model="nothing")) == (404, "serve.no-such-model")
    assert error(server.post("/v1/classify", text="a", label="house")) == (400, "serve.parameter")
    unknown = server.post("/v1/classify", text="a", label="cellar", explain=True)
    assert error(unknown) == (400, "inference.unknown-label")
    with served([]) as nothing:
        assert error(nothing.post("/v1/classify", text="a")) == (404, "serve.no-such-model")


# ------------------------------------------------------------------------------------------------------------- generate


def events(response: Response) -> list[tuple[str, Any]]:
    """Names and data of server-sent events."""
    assert response.status == 200
    assert response.headers["content-type"].startswith("text/event-stream")
    found = [re.fullmatch(r"event: (\w+)\ndata: (.*)", one) for one in response.body.decode().strip().split("\n\n")]
    return [(one[1], json.loads(one[2])) for one in found if one is not None]


def test_texts_are_those_of_the_command_line(server: Served, folders: dict[str, Path]) -> None:
    options = ("--seed", "7", "--temperature", "0.8", "--top-k", "5", "--top-p", "0.9", "--max-tokens", "12")
    tags = ("--tag", "M:6/8", "--tag", "K:G", "--prompt", "GB", "--count", "2")
    expected = command("generate", folders["tunes"], *tags, *options)
    asked: dict[str, object] = {"tags": ["M:6/8", "K:G"], "prompt": "GB", "count": 2, "seed": 7, "max_tokens": 12}
    response = server.post("/v1/generate", **asked, temperature=0.8, top_k=5, top_p=0.9)
    shapes.GenerateAnswer.model_validate(response.json())
    assert response.json()["texts"] == nearly(expected)
    assert response.json()["model"] == "tunes"
    # As the recipe says: at most 30 tokens.
    assert server.post("/v1/generate").json()["texts"] == nearly(command("generate", folders["tunes"]))
    beam = server.post("/v1/generate", method="beam", beam=3, tags="K:D").json()["texts"]
    assert beam == nearly(command("generate", folders["tunes"], "--method", "beam", "--beam", "3", "--tag", "K:D"))


def test_tokens_come_as_events(server: Served) -> None:
    asked: dict[str, object] = {"tags": "K:G", "count": 2, "seed": 3, "format": "abc", "prompt": "G2"}
    whole = server.post("/v1/generate", **asked).json()
    response = server.post("/v1/generate", **asked, stream=True)
    assert response.headers["x-model"] == "tunes"
    found = events(response)
    for index, text in enumerate(whole["texts"]):
        pieces = [data["text"] for name, data in found if name == "token" and data["index"] == index]
        assert "".join(pieces) == text["text"]
        assert len(pieces) > 1
        assert [data for name, data in found if name == "text"][index] == nearly({"index": index, **text})
        assert text["abc"].startswith(f"X:{index + 1}\n")
        assert "K:G\n" in text["abc"]
    assert found[-1] == ("end", {"model": "tunes", "version": whole["version"], "texts": 2})


SENTENCES = " ".join(f"the dog sees {number} cats." for number in range(300))


@pytest.mark.parametrize(
    ("job", "path", "asked"),
    [
        (Draft, "/v1/generate", {"tags": "K:G", "seed": 3}),
        (Draft, "/v1/generate", {"tags": "K:G", "seed": 3, "stream": True}),
        (Kind, "/translate", {"q": SENTENCES, "source": "en", "target": "de"}),
        (DetailedTranslation, "/v1/translate", {"text": SENTENCES, "source": "en", "target": "de"}),
        (Explaining, "/v1/classify", {"text": ["good film " * 100] * 10, "explain": True}),
    ],
)
def test_a_batch_ends_when_its_client_leaves(
    server: Served, job: type[Any], path: str, asked: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    run, done, gone = job.run, [0], threading.Event()

    def watched(self: Any, engine: Any, items: Any, advance: Callable[[float], None]) -> Any:
        def watching(count: float) -> None:
            done[0] += count > 0 or job in (Draft, Explaining)  # their parts are of one text
            if done[0]:
                assert gone.wait(timeout=30)
            advance(count)

        return run(self, engine, items, watching)

    monkeypatch.setattr(job, "run", watched)
    gone.set()
    assert server.post(path, **asked).status == 200
    parts, done[0] = done[0], 0
    gone.clear()

    async def leave() -> None:
        async def begun() -> None:
            while not done[0]:
                await asyncio.sleep(0.001)

        await ask(server.app, "POST", path, json_body=asked, left=begun())

    server.run(leave)
    gone.set()
    monkeypatch.undo()
    server.post(path, **asked)  # after what was before it
    assert done == [1]
    assert parts > 3


# --------------------------------------------------------------------------------------------------------------- models


def test_models_are_listed(server: Served) -> None:
    server.post("/v1/classify", text="a")
    content = server.get("/v1/models").json()
    shapes.ModelsAnswer.model_validate(content)
    found = {one["id"]: one for one in content["data"]}
    assert list(found) == ["en-de", "labels", "tunes"]
    assert found["en-de"]["directions"] == [["en", "de"]]
    assert found["labels"]["labels"] == list(tiny.LABELS)
    assert found["tunes"]["tags"] == list(tiny.TAGS)
    assert {name: one["task"] for name, one in found.items()} == {
        "en-de": "translation", "labels": "classification", "tunes": "generation",
    }  # fmt: skip
    assert found["labels"]["loaded"]
    assert all(one["working"] for one in found.values())
    assert found["labels"]["version"] == server.post("/v1/classify", text="a").json()["version"]


def test_the_description_of_the_interface_has_all_shapes(server: Served) -> None:
    spec = server.get("/spec").json()
    for path in ("/v1/translate", "/v1/classify", "/v1/generate"):
        operation = spec["paths"][path]["post"]
        assert operation["requestBody"]["content"]["application/json"]["schema"]["properties"]
        answer = operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
        assert answer.rpartition("/")[2] in spec["components"]["schemas"]
    references = re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(spec))
    for reference in references:
        part = spec
        for name in reference.split("/"):
            part = part[name]


def test_explanations_are_of_shorter_texts(server: Served) -> None:
    response = server.post("/v1/classify", text=["a" * 10_000, "b"], explain=True)
    assert error(response) == (400, "serve.too-long")


@pytest.mark.parametrize("format", ["text", "html"])
def test_strings_are_protected_and_placed(server: Served, format: str) -> None:
    text = "the dog ACME sees {name}. we see the bird ACME!"
    asked = {"text": text, "source": "en", "target": "de", "format": format}
    answer = server.post("/v1/translate", **asked, protect=["ACME"]).json()
    shapes.TranslateAnswer.model_validate(answer)
    (line,) = answer["results"][0]["lines"]
    assert [(one["text"], one["kind"]) for one in line["spans"]] == [
        ("ACME", "protected"),
        ("{name}", "placeholder"),
        ("ACME", "protected"),
    ]
    for one in line["spans"]:
        for where in ("source", "target"):
            start, end = one[where]
            assert line["source" if where == "source" else "translation"][start:end] == one["text"]
    assert "documents.spans-differ" not in [flag["code"] for flag in line["flags"]]
    assert line["translation"].count("ACME") == 2
    (alone,) = server.post("/v1/translate", **asked, spans=True).json()["results"][0]["lines"]
    assert [one["text"] for one in alone["spans"]] == ["{name}"]
    assert "spans" not in server.post("/v1/translate", **asked).json()["results"][0]["lines"][0]


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"protect": ["a"], "nbest": 2}, "serve.parameter"),
        ({"protect": ["a"], "prefix": "b"}, "serve.parameter"),
        ({"protect": ["a"], "search": True}, "serve.parameter"),
        ({"protect": ["a", " "]}, "serve.parameter"),
        ({"protect": [str(number) for number in range(101)]}, "serve.parameter"),
        ({"protect": "a"}, "serve.parameter"),
        ({"protect": ["x" * 100_001]}, "serve.too-long"),
    ],
)
def test_what_cannot_be_protected_is_refused(server: Served, parameters: dict[str, object], code: str) -> None:
    response = server.post("/v1/translate", text="a", source="en", target="de", **parameters)
    assert error(response) == (400, code)
