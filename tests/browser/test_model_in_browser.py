"""A page with the real engine, in a real browser: what Python answers, with the network cut, and no complaint."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pydantic import JsonValue
from support import onnx_web, tiny
from support.browser import expect_text, serve, visit

import seq2seq
from seq2seq.inference.classifier import TextClassifier
from seq2seq.inference.translator import Translator

if TYPE_CHECKING:
    from playwright.sync_api import Browser

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "browser.py"


@pytest.mark.parametrize("beam", [1, 3])
def test_it_translates_as_in_python(browser: "Browser", tmp_path: Path, beam: int) -> None:
    path = tiny.save(tmp_path / "model")
    python = seq2seq.load(path, engine="torch")
    assert isinstance(python, Translator)
    with (
        serve(onnx_web.make_page(tmp_path / "page", path, beam=beam)) as address,
        visit(browser, address, offline=False) as seen,
    ):
        seen.page.get_by_text("can be opened again").wait_for()
        seen.page.context.set_offline(True)
        before = len(seen.requests)
        seen.page.get_by_label("Text").fill("\n".join(tiny.SOURCES))
        expect_text(seen.page.locator("#target"), "\n".join(python.translate(tiny.SOURCES, beam=beam)))
        assert seen.requests[before:] == []
        assert all(request.startswith(address) for request in seen.requests)
        assert seen.messages == []


def test_it_classifies_as_in_python(browser: "Browser", tmp_path: Path) -> None:
    path = tiny.save_classifier(tmp_path / "model")
    python = seq2seq.load(path, engine="torch")
    assert isinstance(python, TextClassifier)
    with (
        serve(onnx_web.make_page(tmp_path / "page", path, int8=True)) as address,
        visit(browser, address, offline=False) as seen,
    ):
        seen.page.get_by_text("Ready").wait_for()
        for text, expected in zip(tiny.SOURCES[:3], python.classify(tiny.SOURCES[:3]), strict=True):
            seen.page.get_by_label("Text").fill(text)
            seen.page.get_by_role("status").get_by_text(f"{expected.label}, ").wait_for()
        assert seen.messages == []


@pytest.mark.usefixtures("browser")
def test_the_benchmark_times_a_page(tmp_path: Path) -> None:
    page = onnx_web.make_page(tmp_path / "page", tiny.save(tmp_path / "model"), int8=True, beam=1)
    texts = tmp_path / "texts.txt"
    texts.write_text("\n".join(tiny.SOURCES))
    command = [sys.executable, str(BENCHMARK), str(page), "--texts", str(texts), "--count", "5", "--rounds", "1"]
    done = subprocess.run(command, capture_output=True, check=False, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    figures = dict(re.findall(r"^  (\w+) +([\d.]+) \(", done.stdout, re.MULTILINE))
    assert set(figures) == {"ready", "memory", "processor", "p50", "p99"}
    assert all(float(figure) > 0 for figure in figures.values())


@pytest.mark.usefixtures("browser")
@pytest.mark.parametrize(
    ("description", "said"),
    [
        ({"task": "generation"}, "generates from tags"),
        ({"task": "translation", "directions": [{"language": "de"}, {"language": "en"}]}, "--to de"),
    ],
)
def test_the_benchmark_refuses_others(tmp_path: Path, description: dict[str, JsonValue], said: str) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "model.json").write_text(json.dumps(description))
    (tmp_path / "texts.txt").write_text("one")
    command = [sys.executable, str(BENCHMARK), str(tmp_path), "--texts", str(tmp_path / "texts.txt")]
    done = subprocess.run(command, capture_output=True, check=False, text=True, timeout=60)
    assert done.returncode == 1
    assert str(tmp_path) in done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
