"""Every request of docs/serve.md is sent as it stands there, and answered in the shape that it shows."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support import synthesis, tiny
from support.serving import exported_model, serving

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "serve.md").read_text("utf-8")
BLOCKS = re.findall(r"^```bash\n(.*?)^```(?:\n\n```json\n(.*?)^```)?", PAGE, re.MULTILINE | re.DOTALL)
REQUESTS = [
    (request.strip(), shown)
    for block, shown in BLOCKS
    for request in re.findall(r"^curl (?:.*\\\n)*.*\n", block, re.MULTILINE)
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    folder = tmp_path_factory.mktemp("models")
    (folder / "letter.txt").write_text("the dog sleeps\n", encoding="utf-8")
    models = (
        f"demo={exported_model(folder / 'exported')}",
        f"sentiment={tiny.save_classifier(folder / 'labels')}",
        f"tunes={tiny.save_generator(folder / 'tunes')}",
        f"sales={tiny.save_forecaster(folder / 'sales')}",
        f"gestures={synthesis.save(folder / 'gestures')}",
    )
    with serving(*models) as (address, _):
        yield address, folder


def shape(value: Any) -> Any:
    """The names and types of JSON."""
    if isinstance(value, dict):
        return {name: shape(one) for name, one in value.items()}
    return [shape(one) for one in value] if isinstance(value, list) else type(value)


def test_there_are_requests_to_all_endpoints() -> None:
    assert len(REQUESTS) > 12


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl, not installed")
@pytest.mark.parametrize(("request_line", "shown"), REQUESTS)
def test_a_request_is_answered(server: tuple[str, Path], request_line: str, shown: str) -> None:
    address, folder = server
    command = request_line.replace("http://127.0.0.1:5000", address)
    assert command != request_line
    command = command.replace("curl ", "curl --silent --show-error --fail-with-body ", 1)
    done = subprocess.run(["bash", "-c", command], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout
    if shown:
        assert shape(json.loads(done.stdout)) == shape(json.loads(shown))
