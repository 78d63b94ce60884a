"""Services as teachers: what they are asked, what they may answer, and what happens when they are busy."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from seq2seq.distillation.teachers.http import ChatTeacher, LibreTranslateTeacher
from seq2seq.distillation.teachers.teacher import Answer
from seq2seq.errors import TeacherError

SOURCES = ["one dog", "two\u2028cats", 'say "no"']


@dataclass
class Service:
    """Answers by a list, the last of which it repeats; keeps what it was asked."""

    answers: list[tuple[int, object, dict[str, str]]]
    asked: list[tuple[str, Any, dict[str, str]]] = field(default_factory=list)
    address: str = ""


@contextmanager
def service(*answers: tuple[int, object] | tuple[int, object, dict[str, str]]) -> Iterator[Service]:
    state = Service([(one[0], one[1], one[2] if len(one) > 2 else {}) for one in answers])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            state.asked.append((self.path, body, dict(self.headers)))
            status, content, headers = state.answers.pop(0) if len(state.answers) > 1 else state.answers[0]
            found = content(body) if callable(content) else content
            data = found if isinstance(found, bytes) else json.dumps(found).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        state.address = f"http://127.0.0.1:{server.server_port}"
        yield state
        server.shutdown()


def upper(body: Any) -> object:
    return {"translatedText": [text.upper() for text in body["q"]]}


def chat(body: Any) -> object:
    return {"choices": [{"message": {"content": f" {body['messages'][-1]['content'].upper()}\n"}}]}


def test_a_service_of_libretranslate_is_asked_for_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIBRETRANSLATE_API_KEY", "secret")
    with service((200, upper)) as found:
        teacher = LibreTranslateTeacher(found.address, ("en", "de"))
        many = [f"{number} words" for number in range(60)]
        assert teacher.answer(SOURCES) == [[Answer("ONE DOG")], [Answer("TWO CATS")], [Answer('SAY "NO"')]]
        assert [one.text for (one,) in teacher.answer(many)] == [text.upper() for text in many]
        path, body, _ = found.asked[0]
        assert path == "/translate"
        expected = {"source": "en", "target": "de", "format": "text", "api_key": "secret"}
        assert body == {"q": ["one dog", "two cats", 'say "no"'], **expected}
        assert len(found.asked) == 3
    assert "secret" not in json.dumps(teacher.identity.to_dict())


def test_it_is_asked_for_alternatives() -> None:
    def several(body: Any) -> object:
        count = body["alternatives"]
        return {**upper(body), "alternatives": [[text, text.upper(), "x"][:count] for text in body["q"]]}  # type: ignore[dict-item]

    with service((200, several)) as found:
        teacher = LibreTranslateTeacher(found.address, ("en", "de"), nbest=4)
        assert teacher.answer(["a"]) == [[Answer("A"), Answer("a"), Answer("x")]]


def test_a_service_of_openai_is_asked_line_by_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    with service((200, chat)) as found:
        teacher = ChatTeacher(f"{found.address}/v1", "some-model", ("en", "de"))
        assert [one.text for (one,) in teacher.answer(SOURCES)] == ["ONE DOG", "TWO CATS", 'SAY "NO"']
        path, body, headers = found.asked[0]
        assert path == "/v1/chat/completions"
        assert headers["Authorization"] == "Bearer secret"
        assert body["model"] == "some-model"
        assert "English" in body["messages"][0]["content"]
        assert "German" in body["messages"][0]["content"]
        assert body["messages"][1] == {"role": "user", "content": "one dog"}


def test_a_busy_service_is_asked_again() -> None:
    waits: list[float] = []
    with service((429, {}, {"Retry-After": "7"}), (503, {}), (502, b"no JSON"), (200, upper)) as found:
        teacher = LibreTranslateTeacher(found.address, ("en", "de"), sleep=waits.append)
        assert teacher.answer(["a"]) == [[Answer("A")]]
        assert len(found.asked) == 4
    assert waits == [7.0, 2.0, 4.0]


@pytest.mark.parametrize(
    ("answer", "times"),
    [((400, {"error": "no such language"}), 1), ((403, {}), 1), ((200, b"no JSON"), 1), ((200, []), 1), ((503, {}), 6)],
)
def test_what_does_not_pass_is_an_error_in_words(answer: tuple[int, object], times: int) -> None:
    with service(answer) as found:
        teacher = LibreTranslateTeacher(found.address, ("en", "de"), sleep=lambda _: None)
        with pytest.raises(TeacherError) as error:
            teacher.answer(["a"])
        assert error.value.code == "distill.teacher-failed"
        assert ("no such language" in str(error.value)) == (answer[0] == 400)
        assert len(found.asked) == times


@pytest.mark.parametrize("answer", [{"translatedText": "A"}, {"translatedText": ["A"]}, {}])
def test_an_answer_that_lacks_lines_is_refused(answer: object) -> None:
    with service((200, answer)) as found, pytest.raises(TeacherError) as error:
        LibreTranslateTeacher(found.address, ("en", "de")).answer(["a", "b"])
    assert error.value.code == "distill.teacher-lines"


@pytest.mark.parametrize(
    "answer", [{}, {"choices": []}, {"choices": [{"message": {"content": " "}}]}, {"choices": [{}]}]
)
def test_a_model_that_says_nothing_is_refused(answer: object) -> None:
    with service((200, answer)) as found, pytest.raises(TeacherError) as error:
        ChatTeacher(found.address, "some-model", ("en", "de")).answer(["a"])
    assert error.value.code == "distill.teacher-lines"


def test_a_service_that_is_not_there_is_named() -> None:
    with service((200, upper)) as found:
        address = found.address
    with pytest.raises(TeacherError) as error:
        LibreTranslateTeacher(address, ("en", "de"), sleep=lambda _: None).answer(["a"])
    assert address in str(error.value)
