"""Whatever a client sends to an endpoint of the server's own, it is no fault of the server."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import tiny
from support.served import Served, served

from seq2seq.server.settings import RequestLimits, Settings

TEXTS: Final = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["the dog sleeps. a bird!", "<p>the <b>dog</p>", "\ud800\x00", "%PDF-1.4", "\n\r\n", "{name} %s"]),
)
ANY: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)
SMALL: Final = st.integers(-1, 4)
LANGUAGES: Final = st.sampled_from(["en", "de", "auto", "fr", ""])
FIELDS: Final[dict[str, dict[str, st.SearchStrategy[Any]]]] = {
    "/v1/translate": {
        "text": st.one_of(TEXTS, st.lists(TEXTS, max_size=3)),
        "source": LANGUAGES,
        "target": LANGUAGES,
        "model": st.sampled_from([None, "en-de", "labels", "nothing"]),
        "format": st.sampled_from(["text", "html"]),
        "nbest": SMALL,
        "beam": SMALL,
        "alignments": st.booleans(),
        "prefix": TEXTS,
        "glossary": st.dictionaries(TEXTS, st.one_of(TEXTS, st.lists(TEXTS, max_size=2)), max_size=3),
        "glossary_mode": st.sampled_from(["force", "soft", "both"]),
    },
    "/v1/classify": {
        "text": st.one_of(TEXTS, st.lists(TEXTS, max_size=3)),
        "model": st.sampled_from([None, "labels", "en-de"]),
        "explain": st.booleans(),
        "label": st.sampled_from([None, "house", "other", ""]),
    },
    "/v1/generate": {
        "tags": st.lists(st.sampled_from([*tiny.TAGS, "K:H", ""]), max_size=3),
        "prompt": TEXTS,
        "count": SMALL,
        "max_tokens": SMALL,
        "method": st.sampled_from(["beam", "sample"]),
        "beam": SMALL,
        "seed": st.integers(0, 1 << 70),
        "temperature": st.floats(),
        "top_k": SMALL,
        "top_p": st.floats(),
        "format": st.sampled_from(["text", "abc"]),
        "stream": st.booleans(),
    },
    "/v1/chat/completions": {
        "model": st.sampled_from(["en-de", "auto-de", "de-auto", "a/b", "-", "labels"]),
        "messages": st.lists(st.fixed_dictionaries({"role": st.sampled_from(["user", "system"]), "content": ANY})),
        "stream": st.booleans(),
    },
    "/language/translate/v2": {"q": TEXTS, "source": LANGUAGES, "target": LANGUAGES, "format": ANY, "key": TEXTS},
    "/language/translate/v2/detect": {"q": st.lists(TEXTS, max_size=3)},
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    where: Path = tmp_path_factory.mktemp("models")
    models = tiny.save(where / "tiny"), tiny.save_classifier(where / "labels"), tiny.save_generator(where / "tunes")
    names = ("en-de", "labels", "tunes")
    limits = RequestLimits(characters=300, texts=3)
    with served([f"{name}={path}" for name, path in zip(names, models, strict=True)], Settings(request=limits)) as app:
        yield app


def requests(path: str) -> st.SearchStrategy[dict[str, Any]]:
    """Parameters of which most are as they should be, and one may be anything."""
    fields = FIELDS[path]
    right = st.fixed_dictionaries({}, optional=fields)
    wrong = st.dictionaries(st.sampled_from([*fields, "else"]), ANY, max_size=1)
    return st.builds(lambda one, other: {**one, **other}, right, wrong)


@pytest.mark.parametrize("path", FIELDS)
@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_request_is_a_fault_of_the_server(server: Served, path: str, data: st.DataObject) -> None:
    asked = data.draw(requests(path))
    response = server.post(path, **asked)
    assert response.status in (200, 400, 404), (asked, response.body)
    if response.status == 200:
        assert b"serve.bug" not in response.body
