"""Clients that were written for LibreTranslate: libretranslatepy itself, and the requests that Weblate sends."""

import json
import os
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from support.serving import exported_model, serving


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """A server for everybody, and one for those who have the key `secret`."""
    folder = tmp_path_factory.mktemp("models")
    (folder / "keys").write_text("secret\n", encoding="utf-8")
    model = f"en-de={exported_model(folder / 'exported')}"
    with serving(model) as (free, _), serving(model, "--api-keys", folder / "keys") as (keyed, _):
        yield free, keyed


def test_libretranslatepy(addresses: tuple[str, str]) -> None:
    if find_spec("libretranslatepy") is None:
        if os.environ.get("SEQ2SEQ_SERVER") == "required":
            pytest.fail("needs libretranslatepy, not installed")
        pytest.skip("needs libretranslatepy, not installed")
    from libretranslatepy import LibreTranslateAPI

    client, keyed = LibreTranslateAPI(addresses[0]), LibreTranslateAPI(addresses[1], "secret")
    translated = client.translate("the dog sleeps.\n\nwe read & write", "en", "de")
    assert translated.count("\n") == 2
    assert client.translate("the dog sleeps.", "auto", "de")
    assert keyed.translate("the dog sleeps.\n\nwe read & write", "en", "de") == translated
    found = client.detect("Die Hunde laufen am Strand entlang.")
    assert found[0]["language"] == "de"
    assert 0 < found[0]["confidence"] <= 100
    assert {"code": "en", "name": "English", "targets": ["de"]} in client.languages()
    with pytest.raises(HTTPError) as caught:
        client.translate("the dog sleeps", "en", "xx")
    assert caught.value.code == 400
    assert "xx" in json.load(caught.value)["error"]
    with pytest.raises(HTTPError) as caught:
        LibreTranslateAPI(addresses[1], "wrong").translate("the dog sleeps", "en", "de")
    assert caught.value.code == 403
    caught.value.close()


def weblate(address: str, path: str, content: dict[str, Any] | None = None) -> Any:
    """A request as Weblate's machinery for LibreTranslate sends it: JSON, within 20 seconds."""
    headers = {"Content-Type": "application/json", "User-Agent": "Weblate", "Accept": "*/*"}
    body = None if content is None else json.dumps(content).encode()
    with urlopen(Request(address + path, body, headers), timeout=20) as answer:
        return json.load(answer)


@pytest.mark.parametrize("key", ["", "secret"])
def test_weblate(addresses: tuple[str, str], key: str) -> None:
    address = addresses[bool(key)]
    # It asks which languages there are, and then for a batch of texts whose placeholders must come back.
    codes = [language["code"] for language in weblate(address, "/languages")]
    assert set(codes) == {"en", "de"}
    texts = ["the dog sleeps", "", "the dog sleeps", "we see [X0X]"]
    asked = {"api_key": key, "q": texts, "source": "en", "target": "de"}
    answer = weblate(address, "/translate", asked)
    assert set(answer) == {"translatedText"}
    translated = answer["translatedText"]
    assert len(translated) == len(texts)
    assert translated[0] == translated[2] != ""
    assert translated[1] == ""
    # In its order: each as if it had been asked for alone.
    alone = [weblate(address, "/translate", asked | {"q": [text]})["translatedText"] for text in texts]
    assert alone == [[text] for text in translated]
    with pytest.raises(HTTPError) as caught:
        weblate(address, "/translate", asked | {"target": "xx"})
    assert caught.value.code == 400
    assert isinstance(json.load(caught.value)["error"], str)


def test_who_sends_a_large_body_with_a_wrong_key_reads_why_it_is_refused(addresses: tuple[str, str]) -> None:
    headers = {"Content-Type": "application/json", "Authorization": "Bearer wrong"}
    with pytest.raises(HTTPError) as caught:
        urlopen(Request(addresses[1] + "/translate", b"x" * 5_000_000, headers), timeout=20)
    with caught.value as refused:
        assert refused.code == 403
        assert json.load(refused)["code"] == "serve.wrong-key"
