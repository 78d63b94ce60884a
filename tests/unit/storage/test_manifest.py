"""Digests of a folder's files: whatever changes is found."""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
import xxhash

from seq2seq.storage.manifest import CHECKSUMS, Algorithm, file_digest, find_damage, write_checksums

CONTENTS = {"a.bin": b"content" * 100_000, "b.json": b"{}"}


def folder_of(path: Path, algorithm: Algorithm = xxhash.xxh3_128) -> Path:
    path.mkdir()
    for name, content in CONTENTS.items():
        (path / name).write_bytes(content)
    write_checksums(path, algorithm)
    return path


@pytest.mark.parametrize(("algorithm", "name"), [(xxhash.xxh3_128, "xxh3_128"), (hashlib.sha256, "sha256")])
def test_sizes_and_digests_are_saved(tmp_path: Path, algorithm: Algorithm, name: str) -> None:
    folder = folder_of(tmp_path / "x", algorithm)
    expected = {
        file: {"bytes": len(content), name: algorithm(content).hexdigest()}  # type: ignore[call-arg]
        for file, content in CONTENTS.items()
    }
    assert json.loads((folder / CHECKSUMS).read_text(encoding="utf-8")) == expected
    assert file_digest(folder / "a.bin", algorithm) == expected["a.bin"][name]
    assert find_damage(folder, algorithm) is None
    assert find_damage(folder, algorithm, required=CONTENTS.keys(), from_disk=True) is None


def test_contents_of_memory_count_not_what_the_disk_made_of_them(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "x")
    write_checksums(folder, xxhash.xxh3_128, {**CONTENTS, "b.json": b"[]"})
    assert find_damage(folder, xxhash.xxh3_128) == "b.json has changed"


def remove(path: Path) -> None:
    path.unlink()


def replace_by_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("name", "damage", "problem"),
    [
        ("a.bin", lambda path: path.write_bytes(b"Content" + b"content" * 99_999), "a.bin has changed"),
        ("a.bin", lambda path: os.truncate(path, 5), "a.bin has changed"),
        ("a.bin", remove, "a.bin is missing"),
        ("a.bin", replace_by_folder, "a.bin cannot be read: Is a directory"),
        (CHECKSUMS, remove, "checksums.json is missing"),
        (CHECKSUMS, lambda path: path.write_text("{"), "checksums.json cannot be read"),
        (CHECKSUMS, lambda path: path.write_text("[]"), "checksums.json cannot be read"),
        (CHECKSUMS, lambda path: path.write_text("{}"), "checksums.json does not list b.json"),
    ],
)
def test_damage_is_found(tmp_path: Path, name: str, damage: Callable[[Path], object], problem: str) -> None:
    folder = folder_of(tmp_path / "x")
    damage(folder / name)
    assert find_damage(folder, xxhash.xxh3_128, required={"b.json"}) == problem
