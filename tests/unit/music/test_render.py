"""Scores and MIDI files of tunes, drawn by verovio in a process of its own."""

import importlib.util
from pathlib import Path
from typing import Any

import pytest
from support.refused import refused

from seq2seq.music.render import render
from seq2seq.music.writer import to_abc

TAGS = ("M:6/8", "L:1/8", "K:G", "R:jig")
BODY = '|:d|"G"GBd gdB|"C"c3 "D"A3|GBd cAF|G3 G2:|'


def test_without_verovio_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec

    def hide(name: str, *args: Any) -> Any:
        return None if name == "verovio" else found(name, *args)

    monkeypatch.setattr(importlib.util, "find_spec", hide)
    with refused("extra.missing", 'pip install "seq2seq[music]"'):
        render(to_abc(TAGS, BODY), tmp_path, "tune")


def heads(svg: str) -> int:
    return svg.count('class="notehead')


def test_a_score_and_a_midi_file(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("verovio")
    written = render(to_abc(TAGS, BODY, title="A jig"), tmp_path / "scores", "tune")
    assert [path.name for path in written] == ["tune.svg", "tune.mid"]
    svg = written[0].read_text(encoding="utf-8")
    assert heads(svg) == 17
    assert "A jig" in svg
    assert written[1].read_bytes().startswith(b"MThd")
    assert capfd.readouterr() == ("", "")


def test_a_long_tune_takes_several_pages(tmp_path: Path) -> None:
    pytest.importorskip("verovio")
    written = render(to_abc(TAGS, BODY * 60), tmp_path, "long")
    assert [path.name for path in written[:2]] == ["long.svg", "long-2.svg"]
    assert sum(heads(path.read_text(encoding="utf-8")) for path in written[:-1]) == 17 * 60


@pytest.mark.parametrize(
    "body",
    [
        "GBd gdB|[1GBd g3:|[2GBd B3|]",  # without the space that `to_abc` adds, verovio ends its process
        "d|GBd gdB|G3 G2:|d|GBd gdB|G3 G2:|",  # two repeats that only end: so does its MIDI writer
        "GBd gdB| M:2/4 G4| K:D d4|",
    ],
)
def test_what_verovio_stumbles_over_is_drawn(body: str, tmp_path: Path) -> None:
    pytest.importorskip("verovio")
    svg, midi = render(to_abc(TAGS, body), tmp_path, "tune")
    notes = sum(letter in "ABCDEFGabcdefg" for letter in body.replace(" K:D", ""))
    assert heads(svg.read_text(encoding="utf-8")) == notes
    assert midi.stat().st_size > 100


@pytest.mark.parametrize(
    ("abc", "code", "reason"),
    [
        ("", "music.unreadable", "no music"),
        ("X:1\nT:x\nK:G\n", "music.no-notes", "no music"),
        ("X:1\nT:x\nM:4/4\nL:1/8\nK:G\nGABc d2 [2|]]]\n", "music.unreadable", "character 13"),
    ],
)
def test_a_tune_that_cannot_be_drawn(abc: str, code: str, reason: str, tmp_path: Path) -> None:
    pytest.importorskip("verovio")
    with refused(code, reason):
        render(abc, tmp_path, "tune")
    assert list(tmp_path.iterdir()) == []


def test_modules_in_the_current_folder_are_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("verovio")
    (tmp_path / "json.py").write_text("open('ran', 'w').close()\nfrom os import *\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert render(to_abc(TAGS, BODY), tmp_path / "scores", "tune")
    assert not (tmp_path / "ran").exists()
