"""The files of the page: what it declares is what there is."""

import hashlib
import json
from pathlib import Path

from support.refused import refused

from seq2seq.export.web.page import PageModel, write_page
from seq2seq.export.web.runtime import FILES


def model(**files: bytes) -> PageModel:
    return PageModel(
        description={"task": "translation", "name": "Übersetzer", "languages": {"source": "en"}},
        files={"model.onnx": b"graph", "tokenizer.model": b"sentencepiece", **files},
    )


RUNTIME = {name: name.encode() for name in FILES}


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_the_page_declares_is_there(tmp_path: Path) -> None:
    sizes = write_page(tmp_path / "page", model(), RUNTIME)
    found = files(tmp_path / "page")
    assert sizes == {name: len(content) for name, content in found.items()}
    assert {"index.html", "page.js", "page.css", "models/open.js", "tokenizer/tokenizer.js"} <= set(found)
    assert {f"runtime/{name}" for name in FILES} <= set(found)
    description = json.loads(found["model/model.json"])
    assert {name: description[name] for name in model().description} == model().description
    runtime = {f"runtime/{name}" for name in FILES}
    assert set(description["files"]) == {"model/model.onnx", "model/tokenizer.model", *runtime}
    assert {*description["files"], *description["page"], "model/model.json"} == set(found)
    for name, declared in {**description["files"], **description["page"]}.items():
        digest = hashlib.sha256(found[name]).hexdigest()
        assert declared == {"bytes": len(found[name]), "sha256": digest}


def test_it_replaces_an_earlier_page(tmp_path: Path) -> None:
    write_page(tmp_path / "page", model(other=b"another"), RUNTIME)
    write_page(tmp_path / "page", model(), RUNTIME)
    assert not (tmp_path / "page" / "model" / "other").exists()


def test_it_replaces_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("mine")
    with refused("export.other-folder", str(tmp_path)):
        write_page(tmp_path, model(), RUNTIME)
    assert files(tmp_path) == {"index.html": b"mine"}
    (tmp_path / "empty").mkdir()
    write_page(tmp_path / "empty", model(), RUNTIME)
    assert (tmp_path / "empty" / "index.html").exists()
