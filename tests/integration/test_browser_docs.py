"""The program of docs/browser.md runs, and gives what Python gives."""

import json
import re
import subprocess
from pathlib import Path

from support import node, onnx_web, tiny

import seq2seq
from seq2seq.inference.translator import Translator

ROOT = Path(__file__).resolve().parents[2]


def install(folder: Path) -> None:
    """The npm package, as far as the program needs it."""
    package = folder / "node_modules" / "onnxruntime-web"
    (package / "dist").mkdir(parents=True)
    about = {"name": "onnxruntime-web", "exports": {"./wasm": "./dist/ort.wasm.min.mjs"}}
    (package / "package.json").write_text(json.dumps(about))
    for name, content in onnx_web.runtime().items():
        (package / "dist" / name).write_bytes(content)


def test_it_translates_as_in_python(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "browser.md").read_text("utf-8")
    (program,) = re.findall(r"^```js\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    (sentence,) = re.findall(r'translate\("([^"]*)"\)', program)
    model = tiny.save(tmp_path / "model")
    install(tmp_path)
    onnx_web.make_page(tmp_path / "FOLDER", model)
    (tmp_path / "program.mjs").write_text(program, "utf-8")
    done = subprocess.run(
        [node.path(), "program.mjs"], cwd=tmp_path, capture_output=True, check=False, encoding="utf-8", timeout=60
    )
    assert done.returncode == 0, done.stderr
    python = seq2seq.load(model, engine="torch")
    assert isinstance(python, Translator)
    assert done.stdout == f"{python.translate([sentence])[0]}\n"
