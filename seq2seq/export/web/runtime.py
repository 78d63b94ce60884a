"""ONNX Runtime for browsers (onnxruntime-web, MIT): one release, known by its digests, from npm or a folder."""

import base64
import hashlib
import io
import os
import tarfile
from collections.abc import Mapping
from http.client import HTTPException
from pathlib import Path
from typing import Final
from urllib.error import HTTPError
from urllib.request import urlopen

from seq2seq import log
from seq2seq.errors import ModelError
from seq2seq.storage.atomic import atomic_folder

VERSION: Final = "1.30.0"
ENGINE: Final = "ort-wasm-simd-threaded.wasm"
FILES: Final[Mapping[str, str]] = {
    "ort.wasm.min.mjs": "219e6a1fc8a9938268d18efca3c91d310bd2f4a59bbd13744df5b2b7fc6cee3b",
    "ort-wasm-simd-threaded.mjs": "e13f7f94fc51b4ca72b12faeb1ee95f4ace6dfbc8939bc718aabdc0a27c4299b",
    ENGINE: "3398c10d07d229bd91b364548e130e0e51a8e5704b88c7c083ebbeb78842dee2",
}
"""What a page loads of the package's folder `dist`, and the SHA-256 of each."""
PACKAGE: Final = "q0y+JrrtukXSzsBWEMccVfqX25LRmosXHF+CaRJmg8pZClzcV7svNc4rKY3jL02Vb7QmRMDs1SigqR4CXAfKYQ=="
"""SHA-512 of the package, in base 64, as npm has it."""
_REGISTRY: Final = "https://registry.npmjs.org/"
_PATIENCE: Final = 60
"""Seconds without an answer of the registry."""


def read_runtime(folder: Path) -> dict[str, bytes]:
    """The engine's files.

    Args:
        folder: that of the npm package, or its `dist`.

    Raises:
        ModelError: one of them is missing, or of another release.
    """
    found = folder / "dist" if (folder / "dist").is_dir() else folder
    contents: dict[str, bytes] = {}
    for name in FILES:
        try:
            contents[name] = (found / name).read_bytes()
        except OSError as error:
            raise _refused(f"{found / name}: cannot be read ({error.strerror}).") from error
    return _checked(contents, str(found))


def fetch_runtime() -> dict[str, bytes]:
    """The engine's files, from the user's cache; they are downloaded to it if they are not there.

    Raises:
        ModelError: the registry cannot be reached, or what it sent is not the package.
    """
    from seq2seq.data.preparing.cache import cache_folder

    folder = cache_folder(None) / f"onnxruntime-web-{VERSION}"
    if folder.is_dir():
        return read_runtime(folder)
    log.say(f"Fetching onnxruntime-web {VERSION} from npm (33 MB).")
    return download_runtime(folder)


def download_runtime(folder: Path) -> dict[str, bytes]:
    """The engine's files, from npm into a folder. It needs Python alone.

    The registry is npm's, or that of the environment variable that npm itself reads, ``NPM_CONFIG_REGISTRY``.

    Raises:
        ModelError: the registry cannot be reached, or what it sent is not the package.
    """
    registry = os.environ.get("NPM_CONFIG_REGISTRY", _REGISTRY).rstrip("/")
    address = f"{registry}/onnxruntime-web/-/onnxruntime-web-{VERSION}.tgz"
    try:
        with urlopen(address, timeout=_PATIENCE) as response:
            package: bytes = response.read()
    except (OSError, ValueError, HTTPException) as error:
        if isinstance(error, HTTPError):  # it holds the connection
            error.close()
        raise _refused(f"{address}: cannot be fetched ({error}).") from error
    if base64.b64encode(hashlib.sha512(package).digest()).decode() != PACKAGE:
        raise _refused(f"{address}: not what npm has under this name; nothing of it is used.")
    with tarfile.open(fileobj=io.BytesIO(package)) as archive:
        members = {name: archive.extractfile(f"package/dist/{name}") for name in FILES}
        contents = {name: member.read() for name, member in members.items() if member is not None}
    with atomic_folder(folder) as scratch:
        for name, content in contents.items():
            (scratch / name).write_bytes(content)
    return _checked(contents, address)


def _checked(contents: dict[str, bytes], where: str) -> dict[str, bytes]:
    """The files, if they are those of the release."""
    for name, digest in FILES.items():
        if hashlib.sha256(contents.get(name, b"")).hexdigest() != digest:
            raise _refused(f"{where}: its {name} is not that of onnxruntime-web {VERSION}.")
    return contents


def _refused(problem: str) -> ModelError:
    return ModelError(
        f"{problem}\n"
        f"  `npm install onnxruntime-web@{VERSION}` has it, on any machine with a network; name its folder,\n"
        "  node_modules/onnxruntime-web, with --runtime.",
        code="export.other-runtime",
    )
