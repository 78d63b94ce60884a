"""ONNX Runtime's engine for browsers, for the tests that run a model in Node and in Chromium.

SEQ2SEQ_ORT_WEB names the folder of the npm package onnxruntime-web, as in CI; without it these tests are skipped by
name.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from support import node

from seq2seq.export.web.model import page_model
from seq2seq.export.web.page import write_page
from seq2seq.export.web.runtime import read_runtime
from seq2seq.inference.engines.torch.load import load_folder

_SCRIPT = Path(__file__).with_name("run_page.mjs")


def runtime() -> dict[str, bytes]:
    """The engine's files."""
    folder = os.environ.get("SEQ2SEQ_ORT_WEB")
    if folder is None:
        pytest.skip("needs onnxruntime-web: SEQ2SEQ_ORT_WEB names the folder of its npm package")
    return read_runtime(Path(folder))


def make_page(folder: Path, model: Path, *, int8: bool = False, beam: int | None = None, to: str | None = None) -> Path:
    """The page of a model folder, whatever its drift."""
    write_page(folder, page_model(load_folder(model), int8=int8, beam=beam, to=to), runtime())
    return folder


def answers(*given: Mapping[str, Any]) -> list[list[Any]]:
    """What the models of pages answer, in Node: ``page``, ``texts`` and ``tag``, or ``settings``, of each."""
    return node.run_module(_SCRIPT, [{**each, "page": str(each["page"])} for each in given])
