"""The engine is that of one release, wherever it comes from; another is refused, and not saved."""

import base64
import hashlib
import io
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.browser import serve
from support.refused import refused

from seq2seq.export.web import runtime as web_runtime
from seq2seq.export.web.runtime import FILES, VERSION, fetch_runtime, read_runtime

ROOT = Path(__file__).resolve().parents[4]
CONTENTS = {name: name.encode() for name in FILES}


@pytest.fixture
def release(monkeypatch: pytest.MonkeyPatch) -> bytes:
    """A small package in place of the real one, and its digests."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in {**CONTENTS, "ort.js": b"not wanted"}.items():
            member = tarfile.TarInfo(f"package/dist/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    package = buffer.getvalue()
    monkeypatch.setattr(web_runtime, "FILES", {n: hashlib.sha256(c).hexdigest() for n, c in CONTENTS.items()})
    monkeypatch.setattr(web_runtime, "PACKAGE", base64.b64encode(hashlib.sha512(package).digest()).decode())
    return package


@pytest.fixture
def registry(release: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of a registry on this machine, with the package in it; the user's cache is empty."""
    folder = tmp_path / "registry"
    package = folder / "onnxruntime-web" / "-" / f"onnxruntime-web-{VERSION}.tgz"
    package.parent.mkdir(parents=True)
    package.write_bytes(release)
    monkeypatch.setenv("SEQ2SEQ_CACHE", str(tmp_path / "cache"))
    with serve(folder) as address:
        monkeypatch.setenv("NPM_CONFIG_REGISTRY", address)
        yield package


@pytest.mark.usefixtures("release")
@pytest.mark.parametrize("inside", [".", "dist"])
def test_it_is_read_from_a_folder(tmp_path: Path, inside: str) -> None:
    (tmp_path / inside).mkdir(exist_ok=True)
    for name, content in CONTENTS.items():
        (tmp_path / inside / name).write_bytes(content)
    assert read_runtime(tmp_path) == CONTENTS


def test_another_release_is_refused(tmp_path: Path) -> None:
    with refused("export.other-runtime", "ort.wasm.min.mjs", f"npm install onnxruntime-web@{VERSION}"):
        read_runtime(tmp_path)
    for name, content in CONTENTS.items():
        (tmp_path / name).write_bytes(content)
    with refused("export.other-runtime", str(tmp_path), VERSION):
        read_runtime(tmp_path)


def test_it_is_fetched_once(registry: Path) -> None:
    assert fetch_runtime() == CONTENTS
    registry.unlink()
    assert fetch_runtime() == CONTENTS


def test_a_package_with_another_digest_is_not_used(registry: Path, tmp_path: Path) -> None:
    registry.write_bytes(registry.read_bytes() + b"more")
    with refused("export.other-runtime", registry.name):
        fetch_runtime()
    assert not (tmp_path / "cache").exists()


def test_without_a_network_it_says_what_to_do(registry: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    registry.unlink()
    with refused("export.other-runtime", "404", "--runtime"):
        fetch_runtime()
    monkeypatch.setenv("NPM_CONFIG_REGISTRY", "nowhere")
    with refused("export.other-runtime", "nowhere/onnxruntime-web", "--runtime"):
        fetch_runtime()


def test_it_is_fetched_with_python_alone(registry: Path, tmp_path: Path) -> None:
    """As .ci/run does, before there is an environment."""
    code = f"""
import sys
from pathlib import Path
from seq2seq.export.web import runtime
runtime.PACKAGE, runtime.FILES = {web_runtime.PACKAGE!r}, {dict(web_runtime.FILES)!r}
runtime.download_runtime(Path(sys.argv[1]))
"""
    command = [
        sys.executable,
        "-I",
        "-S",
        "-c",
        f"import sys; sys.path.insert(0, {str(ROOT)!r}){code}",
        str(tmp_path / "to"),
    ]
    done = subprocess.run(command, capture_output=True, check=False, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert read_runtime(tmp_path / "to") == CONTENTS
    assert registry.exists()
