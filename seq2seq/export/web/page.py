"""A model as a static web page: our page (`seq2seq/web/`), the model, and ONNX Runtime's engine for browsers.

Any file server can serve the folder; nothing in it asks for anything outside of it.

    index.html page.js …   the page
    tokenizer/ models/     text to ids, ids to answers
    model/                 model.json, the graph, the tokenizers
    runtime/               onnxruntime-web
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from pydantic import JsonValue

from seq2seq.errors import ModelError
from seq2seq.export.export import MAX_DRIFT, check_int8
from seq2seq.export.web.model import PageModel, page_model
from seq2seq.export.web.runtime import fetch_runtime, read_runtime
from seq2seq.inference.engines.torch.load import load_folder
from seq2seq.storage.atomic import atomic_folder

FORMAT: Final = 1
"""Version of model.json; the page reads no other (`seq2seq/web/files.js`)."""
_PAGE: Final = Path(__file__).parents[2] / "web"
_DESCRIPTION: Final = "model/model.json"


def export_page(
    path: str | Path,
    folder: Path,
    *,
    runtime: Path | None = None,
    int8: bool = True,
    calibrate: Sequence[str] | None = None,
    max_drift: float = MAX_DRIFT,
    beam: int | None = None,
    to: str | None = None,
) -> dict[str, int]:
    """Write a page that runs a model in a browser.

    Args:
        path: a model folder, or a run folder.
        folder: to be made; or empty, or an earlier page.
        runtime: the folder of the npm package onnxruntime-web (default: fetched from npm, once).
        int8: whether the model's weights are stored as 8-bit integers, in place of float32.
        calibrate: texts on which the drift of 8-bit weights is measured, instead of the recipe's development split.
        max_drift: nats that a log-probability may move by, on average.
        beam: hypotheses of the search (default: as the recipe decodes).
        to: the language of the translations, of several that the model knows (default: the reader chooses).

    Returns:
        The bytes of each file.

    Raises:
        ModelError: the model or the engine cannot be had; the folder holds something else; 8-bit weights drift too
            far; a component has no ONNX nodes.
        ConfigError: the model needs what the page does not do.
        DataError: there is no text to measure the drift on.
        OSError: the page cannot be written.
    """
    _require_replaceable(folder)
    loaded = load_folder(path)
    model = page_model(loaded, int8=int8, beam=beam, to=to)
    engine = fetch_runtime() if runtime is None else read_runtime(runtime)
    if int8:
        check_int8(loaded, calibrate=calibrate, max_drift=max_drift)
    return write_page(folder, model, engine)


def write_page(folder: Path, model: PageModel, runtime: Mapping[str, bytes]) -> dict[str, int]:
    """Write the page, in place of an earlier one.

    Args:
        folder: to be made; or empty, or an earlier page.
        model: what the page runs.
        runtime: the engine's files, from :mod:`seq2seq.export.web.runtime`.

    Returns:
        The bytes of each file.

    Raises:
        ModelError: the folder holds something else.
        OSError: it cannot be written.
    """
    _require_replaceable(folder)
    page = {path.relative_to(_PAGE).as_posix(): path.read_bytes() for path in _PAGE.rglob("*.*") if path.is_file()}
    loaded = {f"model/{name}": content for name, content in model.files.items()}
    loaded |= {f"runtime/{name}": content for name, content in runtime.items()}
    description = {"format": FORMAT, **model.description, "files": _declared(loaded), "page": _declared(page)}
    contents = {**page, **loaded}
    contents[_DESCRIPTION] = (json.dumps(description, indent=2, ensure_ascii=False) + "\n").encode()
    with atomic_folder(folder) as scratch:
        for name, content in contents.items():
            (scratch / name).parent.mkdir(parents=True, exist_ok=True)
            (scratch / name).write_bytes(content)
    return {name: len(content) for name, content in contents.items()}


def _declared(files: Mapping[str, bytes]) -> dict[str, JsonValue]:
    """What model.json says about files."""
    return {
        name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()} for name, content in files.items()
    }


def _require_replaceable(folder: Path) -> None:
    """Refuse a folder that holds something else than a page."""
    if folder.exists() and not (folder / _DESCRIPTION).is_file() and any(folder.iterdir()):
        message = f"{folder}: holds something else than a page of seq2seq, which would be lost.\n  Name another folder."
        raise ModelError(message, code="export.other-folder")
