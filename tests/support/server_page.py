"""The page of a server, with small but really trained models: what a test asks the server, and the page."""

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

from support.browser import Visit, expect, expect_text, visit
from support.serving import FIXTURES

from seq2seq.config.data import ColumnsConfig
from seq2seq.model_folder.description import Description

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TEXT = "The dog sleeps. Where is the old house?"
MODELS = {"en-de": "translation-1", "de-en": "translation-1", "mood": "classification-1", "tunes": "generation-1"}
WINDOWS = [(390, "light"), (390, "dark"), (1280, "light"), (1280, "dark")]


def write_models(where: Path) -> list[str]:
    """Models as the command line names them."""
    for name, fixture in MODELS.items():
        for kind in ("models", "exported"):
            shutil.copytree(FIXTURES / kind / fixture, where / name, dirs_exist_ok=True)
    _turn(where / "de-en" / "config.json")
    return [f"{name}={where / name}" for name in MODELS]


def _turn(config: Path) -> None:
    """Say of a model that it translates from German: what it makes of it is not the matter here."""
    description = Description.read(config)
    columns = ColumnsConfig(source="de", target="en")
    recipe = description.recipe
    turned = recipe.model_copy(update={"data": recipe.data.model_copy(update={"columns": columns})})
    config.write_text(description.model_copy(update={"recipe": turned}).to_json(), encoding="utf-8")


def ask(server: str, path: str, **parameters: object) -> Any:
    kind = {"Content-Type": "application/json"}
    with urlopen(Request(server + path, json.dumps(parameters).encode(), kind), timeout=60) as answer:
        return json.load(answer)


def translation(server: str, text: str, source: str = "en", target: str = "de", **more: object) -> Any:
    return ask(server, "v1/translate", text=text, source=source, target=target, alignments=True, **more)["results"][0]


def translate(seen: Visit, text: str, expected: str) -> None:
    """Write a text, and wait for its translation."""
    seen.page.locator("#source").fill(text)
    expect_text(seen.page.locator("#target"), expected)
    expect(seen.page.locator("#target.stale")).to_have_count(0)


def open_page(browser: "Browser", address: str, **options: Any) -> Any:
    return visit(browser, address, offline=False, **options)


def questions(seen: Visit, path: str) -> list[Any]:
    """The parameters of what the page asks at a path from now on; the list grows."""
    asked: list[Any] = []
    seen.page.on("request", lambda request: asked.append(request.post_data_json) if path in request.url else None)
    return asked
