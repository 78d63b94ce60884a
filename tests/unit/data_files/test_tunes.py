"""The bundled tunes: what README.md says of them holds."""

import importlib
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from seq2seq import resources
from seq2seq.music.abc import as_headers, read_tunes, tags
from seq2seq.music.check import check
from seq2seq.music.scores import tune_scores
from seq2seq.music.writer import to_abc

FOLDER = resources.data_folder() / "tunes"
SIZES = {"train": 2700, "dev": 150, "test": 150}
Tune = tuple[tuple[str, ...], str]


def read(split: str) -> list[Tune]:
    head, *lines = (FOLDER / f"{split}.tsv").read_text(encoding="utf-8").splitlines()
    assert head == "tags\ttune"
    return [(tuple(given.split(" ")), body) for given, body in (line.split("\t") for line in lines)]


@pytest.fixture(scope="module")
def splits() -> dict[str, list[Tune]]:
    return {split: read(split) for split in SIZES}


@pytest.fixture(scope="module")
def everything(splits: dict[str, list[Tune]]) -> list[Tune]:
    return [tune for tunes in splits.values() for tune in tunes]


@pytest.fixture(scope="module")
def keys() -> Iterator[ModuleType]:
    """The module `craft.keys` of the generator."""
    sys.path.insert(0, str(FOLDER))
    try:
        yield importlib.import_module("craft.keys")
    finally:
        sys.path.remove(str(FOLDER))
        for name in [name for name in sys.modules if name.partition(".")[0] == "craft"]:
            del sys.modules[name]


def test_files_are_what_the_generator_writes() -> None:
    done = subprocess.run([sys.executable, str(FOLDER / "generate.py"), "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_check_notices_a_changed_file(tmp_path: Path) -> None:
    copy = tmp_path / "tunes"
    shutil.copytree(FOLDER, copy, ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, str(copy / "generate.py"), "--seed", "2", "--tunes", "600"]
    subprocess.run(command, check=True)
    assert len((copy / "train.tsv").read_text(encoding="utf-8").splitlines()) == 301
    assert subprocess.run([*command, "--check"]).returncode == 0
    (copy / "dev.tsv").write_text("tags\ttune\n", encoding="utf-8")
    done = subprocess.run([*command, "--check"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (1, "dev.tsv: differs from what the generator writes\n")


def test_too_few_tunes_are_refused() -> None:
    command = [sys.executable, str(FOLDER / "generate.py"), "--check", "--tunes", "300"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 2
    assert " 300 tunes" in done.stderr


def test_sizes(splits: dict[str, list[Tune]]) -> None:
    assert {split: len(tunes) for split, tunes in splits.items()} == SIZES


def test_every_tune_parses_and_every_inner_bar_adds_up(everything: list[Tune]) -> None:
    scores = tune_scores(everything)
    assert scores.parsed == scores.tunes == 3000
    assert scores.inner.right == scores.inner.bars > 30_000


def test_upbeats_and_last_bars_make_a_whole(everything: list[Tune]) -> None:
    for given, body in everything:
        for part in body.split(" |:"):
            bars = check(part, given).bars
            if len(bars) % 4:  # four or eight bars and an upbeat
                assert bars[0].time + bars[-1].time == bars[0].metre, body
            assert all(bar.right for bar in bars[1:-1]), body


def test_tags_are_spelt_as_the_reader_spells_them(everything: list[Tune]) -> None:
    assert all(tags(as_headers(given)) == given and len(given) == 4 for given, _ in everything)


def test_every_tag_of_dev_and_test_is_frequent_in_train(splits: dict[str, list[Tune]]) -> None:
    counts = Counter(tag for given, _ in splits["train"] for tag in given)
    assert min(counts[tag] for split in ("dev", "test") for given, _ in splits[split] for tag in given) >= 20


def test_a_rhythm_has_its_metre(everything: list[Tune]) -> None:
    metres: dict[str, set[str]] = {}
    for given, _ in everything:
        headers = as_headers(given)
        metres.setdefault(headers["R"], set()).add(headers["M"])
    assert metres == {
        "jig": {"6/8"},
        "slip_jig": {"9/8"},
        "slide": {"12/8"},
        "reel": {"4/4", "2/2"},
        "hornpipe": {"4/4"},
        "strathspey": {"4/4"},
        "polka": {"2/4"},
        "waltz": {"3/4"},
        "mazurka": {"3/4"},
        "march": {"4/4"},
    }


def pitches(body: str) -> list[int]:
    """The notes of a body as steps from C, whatever their accidentals and lengths."""
    music = "".join(body.split('"')[::2])
    found: list[int] = []
    for sign in music:
        if sign.upper() in "ABCDEFG":
            found.append("CDEFGABcdefgab".index(sign))
        elif sign in ",'":
            found[-1] += 7 if sign == "'" else -7
    return found


def degrees(tune: Tune, count: int | None = None) -> tuple[int, ...]:
    tonic = "CDEFGAB".index(as_headers(tune[0])["K"][0])
    return tuple(pitch - tonic for pitch in pitches(tune[1])[:count])


def test_no_tune_stands_twice_in_any_key(everything: list[Tune]) -> None:
    assert len({degrees(tune) for tune in everything}) == len(everything)


def test_no_opening_of_dev_or_test_stands_in_train_in_any_key(splits: dict[str, list[Tune]]) -> None:
    train = {degrees(tune, 8) for tune in splits["train"]}
    assert not train & {degrees(tune, 8) for split in ("dev", "test") for tune in splits[split]}


def test_tunes_end_on_the_tonic_and_stay_on_the_instrument(everything: list[Tune]) -> None:
    for tune in everything:
        assert degrees(tune)[-1] % 7 == 0, tune
        assert min(pitches(tune[1])) >= 0
        assert max(pitches(tune[1])) <= 14
        assert 100 <= len(tune[1]) <= 400


def test_lines_move_by_steps_above_all(everything: list[Tune]) -> None:
    moves: Counter[int] = Counter()
    for tune in everything:
        line = pitches(tune[1])
        moves.update(abs(after - before) for before, after in pairwise(line))
    total = moves.total()
    assert (moves[1] + moves[2]) / total > 0.7
    assert sum(count for move, count in moves.items() if move > 4) / total < 0.05


def test_bars_come_again(everything: list[Tune]) -> None:
    shares = []
    for _, body in everything:
        bars = "".join(body.split('"')[::2]).replace(" ", "").replace("|:", "|").replace(":|", "|").split("|")
        counts = Counter(bar for bar in bars if bar)
        shares.append(1 - len(counts) / counts.total())
    assert 0.2 < sum(shares) / len(shares) < 0.5


def test_written_tunes_are_read_back(splits: dict[str, list[Tune]]) -> None:
    for given, body in splits["test"]:
        (found,) = read_tunes(to_abc(given, body))
        assert (tags(found.headers), "".join(found.body.split())) == (given, "".join(body.split()))


@pytest.mark.parametrize(
    ("name", "scale", "chords"),
    [
        ("G", "GABcdef", "G Am Bm C D Em F#dim"),
        ("F", "FGABcde", "F Gm Am Bb C Dm Edim"),
        ("Bb", "BcdefgA", "Bb Cm Dm Eb F Gm Adim"),
        ("Em", "EFGABcd", "Em F#dim G Am B C D"),
        ("Gm", "GABcdef", "Gm Adim Bb Cm D Eb F"),
        ("Ador", "ABcdefg", "Am Bm C D Em F#dim G"),
        ("Dmix", "DEFGABc", "D Em F#dim G Am Bm C"),
    ],
)
def test_keys(keys: Any, name: str, scale: str, chords: str) -> None:
    key = keys.Key(name)
    assert {key.spell(key.tonic + step).upper() for step in range(7)} == set(scale.upper())
    assert [key.chord_name(degree) for degree in range(1, 8)] == chords.split()


@pytest.mark.parametrize(("name", "leading"), [("Em", "^D"), ("Am", "^G"), ("Dm", "^C"), ("Gm", "^F"), ("Bm", "^A")])
def test_minor_raises_its_leading_note(keys: Any, name: str, leading: str) -> None:
    key = keys.Key(name)
    assert key.raised(5)
    assert not key.raised(4)
    assert key.spell(key.tonic - 1, raised=True).upper().rstrip(",") == leading


def test_pitches_are_spelt_as_abc_does(keys: Any) -> None:
    key = keys.Key("C")
    assert [key.spell(pitch) for pitch in (-7, -1, 0, 6, 7, 13, 14)] == ["C,", "B,", "C", "B", "c", "b", "c'"]
    assert keys.Key("F").spell(6, raised=True) == "=B"
