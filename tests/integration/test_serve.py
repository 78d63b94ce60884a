"""The command, asked over a real socket by clients of their own."""

import json
import signal
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from support import tiny
from support.commands import failure, run
from support.serving import serving

TEXTS = ["the dog sleeps. the cat sees the small dog!", "", "where is the old house\n\n  a bird sings in the morning"]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.save(tmp_path_factory.mktemp("models") / "tiny")


def post(address: str, path: str, parameters: dict[str, object]) -> object:
    """Send JSON, as Weblate does."""
    request = Request(
        address + path, json.dumps(parameters).encode(), {"Content-Type": "application/json"}, method="POST"
    )
    with urlopen(request, timeout=60) as answer:
        return json.load(answer)


def test_answers_are_those_of_the_command_line(model: Path, tmp_path: Path) -> None:
    (tmp_path / "texts").write_text("\n".join(TEXTS) + "\n", encoding="utf-8")
    languages = ("--source-language", "en", "--target-language", "de")
    expected = run("translate", model, tmp_path / "texts", *languages, "--device", "cpu").stdout.splitlines()
    with serving(f"en-de={model}") as (address, _):
        asked: dict[str, object] = {"q": TEXTS, "source": "en", "target": "de", "api_key": ""}
        answer = post(address, "/translate", asked)
        assert isinstance(answer, dict)
        assert "\n".join(answer["translatedText"]).split("\n") == expected
        # libretranslatepy: forms, and a list of languages that is asked for with a body.
        form = urlencode({"q": TEXTS[0], "source": "en", "target": "de"}).encode()
        with urlopen(Request(address + "/translate", form), timeout=60) as one:
            assert json.load(one)["translatedText"] == answer["translatedText"][0]
            assert one.headers["X-Model"] == "en-de"
        with urlopen(Request(address + "/languages", b"", method="GET"), timeout=60) as listed:
            assert {"code": "en", "name": "English", "targets": ["de"]} in json.load(listed)
        with pytest.raises(HTTPError) as caught:
            post(address, "/translate", {"q": "a", "source": "en", "target": "fr"})
        assert caught.value.code == 400
        assert json.load(caught.value)["code"] == "serve.no-such-direction"


def test_a_broken_model_and_one_of_another_task_harm_no_other(model: Path, tmp_path: Path) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "config.json").write_text("{}", encoding="utf-8")
    classifier = tiny.save_classifier(tmp_path / "labels")
    with serving(f"en-de={model}", tmp_path / "broken", classifier) as (address, _):
        assert post(address, "/translate", {"q": "", "source": "en", "target": "de"}) == {"translatedText": ""}
        with urlopen(address + "/health", timeout=60) as health:
            assert json.load(health) == {"status": "ok", "broken": ["broken"]}


def test_a_signal_stops_it_and_an_address_is_used_once(model: Path) -> None:
    with serving(f"en-de={model}") as (address, process):
        port = address.rpartition(":")[2]
        assert failure("serve", f"en-de={model}", "--port", port).code == "serve.address"
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) in (0, -signal.SIGTERM)


def test_models_of_one_name_and_wrong_keys_are_refused(model: Path, tmp_path: Path) -> None:
    assert failure("serve", model, model).code == "serve.same-name"
    (tmp_path / "keys").write_text("one two three\n", encoding="utf-8")
    assert failure("serve", model, "--api-keys", tmp_path / "keys").code == "serve.api-keys"
    assert "two" not in str(failure("serve", model, "--api-keys", tmp_path / "keys"))
