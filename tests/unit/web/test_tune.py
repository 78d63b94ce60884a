"""Tunes on a page, in Node: how long measures are, what is played in which order, and where signs stand."""

import random
from pathlib import Path
from typing import Any

import pytest
from support import node

from seq2seq.music.check import check

SCRIPT = Path(__file__).parents[2] / "support" / "tune.mjs"
CORPUS = Path(__file__).parents[3] / "data" / "tunes" / "dev.tsv"
NAMES = ["C", "^C", "D", "^D", "E", "F", "^F", "G", "^G", "A", "^A", "B"]


def run(*tunes: tuple[str, str], widths: tuple[float, ...] = ()) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = node.run_module(
        SCRIPT, [{"tags": tags.split(), "body": body, "widths": widths} for tags, body in tunes]
    )
    return found


def corpus() -> list[tuple[str, str]]:
    rows = CORPUS.read_text(encoding="utf-8").splitlines()[1:]
    return [(tags, body) for tags, body in (row.split("\t") for row in rows)]


def played(tune: dict[str, Any]) -> str:
    """The names of its notes, in their order."""
    return " ".join(NAMES[sound["key"] % 12] for sound in tune["sounds"])


def test_measures_are_as_long_as_python_says() -> None:
    tunes = [
        *corpus(),
        ("M:6/8 L:1/8", "|:d|(3GBd c>A F2|[GB]3 G2-|G/B// z3/2 x [M:3/4] f4|Z|{gf}(e2d) y c3:|"),
        ("M:4/4", "(3:2:2ab c<d e>>f| M:2/4 g2|1 a:|2 [L:1/16]b8|]"),
    ]
    for (tags, body), found in zip(tunes, run(*tunes), strict=True):
        checked = check(body, tags.split())
        assert checked.parses, body
        assert found["left"] == []
        assert [time for time in found["times"] if time] == pytest.approx([float(bar.time) for bar in checked.bars])


@pytest.mark.parametrize(
    ("body", "order"),
    [
        ("AB|cd:|ef|", "A B C D A B C D E F"),
        ("|:A|B:|:c|d:|e", "A B A B C D C D E"),
        ("|:A|B::c|d:|", "A B A B C D C D"),
        ("|:A:| |:B:|", "A A B B"),
        ("|:A|1 B:|2 c|d", "A B A C D"),
        ("A|[1B:|[2c||d", "A B A C D"),
        ("|:A|1 B:|2 c:|3 d|e", "A B A C A D E"),
        ("A|1,2B:|3c|", "A B A B A C"),
        ("|:a|1 b:|2 c:|:d|1 e:|2 f:|", "A B A C D E D F"),
    ],
)
def test_repeats_and_endings_are_played(body: str, order: str) -> None:
    (found,) = run(("K:C", body))
    assert played(found) == order


@pytest.mark.parametrize(
    ("tags", "body", "keys"),
    [
        ("K:C", "C c c' C,", [60, 72, 84, 48]),
        ("K:G", "F f ^f =f f|f", [66, 78, 78, 77, 77, 78]),
        ("K:Ddor", "B c", [71, 72]),
        ("K:Am", "^G G g", [68, 68, 79]),
        ("K:Edor", "FCG", [66, 61, 67]),
        ("K:Gmix", "f", [77]),
        ("K:Bb", "BE__A^^F", [70, 63, 67, 67]),
        ("K:HP", "cf", [73, 78]),
        ("", "f[K:D]f[K:A minor]f", [77, 78, 77]),
        ("K:C", "[CEG]2", [60, 64, 67]),
        ("K:C", "^f-|f f", [78, 77]),
    ],
)
def test_keys_and_accidentals(tags: str, body: str, keys: list[int]) -> None:
    (found,) = run((tags, body))
    assert [sound["key"] for sound in found["sounds"]] == keys


def test_times_of_sounds() -> None:
    (found,) = run(("M:4/4 L:1/8", "A2-A>B (3cde z|c4"))
    starts = [0, 3.5 / 8, 0.5, 0.5 + 1 / 12, 0.5 + 2 / 12, 7 / 8]
    assert [sound["start"] for sound in found["sounds"]] == pytest.approx(starts)
    assert found["sounds"][0]["time"] == pytest.approx(3.5 / 8)
    assert found["time"] == pytest.approx(11 / 8)
    assert [mark["start"] for mark in found["marks"]] == pytest.approx([0, 2 / 8, *starts[1:5], 6 / 8, 7 / 8])


def test_grace_notes_take_their_time_from_their_note() -> None:
    long, tied = run(("K:C", "{^cd}d4"), ("K:C", "A-{b}A"))
    assert [(sound["key"], sound["start"], sound["time"]) for sound in long["sounds"]] == [
        (73, 0, 1 / 32),
        (74, 1 / 32, 1 / 32),
        (74, 1 / 16, 7 / 16),
    ]
    assert len(tied["sounds"]) == 1
    (many,) = run(("K:C", "{abc'd'}e2f"))
    assert [sound["start"] for sound in many["sounds"]] == pytest.approx([0, 1 / 32, 2 / 32, 3 / 32, 1 / 8, 1 / 4])
    assert sum(sound["time"] for sound in many["sounds"]) == pytest.approx(3 / 8)


def test_what_is_not_understood_is_left_out_and_said() -> None:
    (found,) = run(("K:C", 'A !trill!B ~c % "d'))
    assert found["left"] == ["!trill!", "~", "%", '"']
    assert played(found) == "A B C D"
    assert run(("K:C", "%%%"))[0]["sounds"] == []


def signs(score: dict[str, Any], *glyphs: str) -> int:
    return sum(shape.get("glyph") in glyphs for shape in score["shapes"])


def test_a_score_has_all_signs() -> None:
    (tune,) = run(("M:6/8 L:1/8 K:D", '|:"G7"^F3 z3|[ce]6|{g}d3 _A2-A|1 z/B/c d3:|2 d6|]'), widths=(200,))
    (score,) = tune["scores"]
    assert score["width"] == 200
    assert signs(score, "head") == 8  # a grace note among them
    assert signs(score, "half") == 3
    assert signs(score, "sharp") == 2 + 1
    assert signs(score, "flat") == 1
    assert signs(score, "rest4", "rest8") == 1 + 2
    assert {shape["text"] for shape in score["shapes"] if "text" in shape} == {"6", "8", "G7", "1.", "2."}


def test_lines_are_as_wide_as_there_is_room() -> None:
    tunes = corpus()[:20]
    for (_, body), tune in zip(tunes, run(*tunes, widths=(45, 60, 150)), strict=True):
        for width, score in zip((45, 60, 150), tune["scores"], strict=True):
            lines = [shape for shape in score["shapes"] if shape.get("d", "").startswith("M0 4H")]
            assert all(float(line["d"].removeprefix("M0 4H")) <= width + 0.01 for line in lines), body
            assert signs(score, "clef") == len(lines)
            assert signs(score, "head", "half", "whole") >= len(tune["events"]) / 2
            for shape in score["shapes"]:
                assert -0.01 <= shape["x"] <= width + 0.01
                assert 0 <= shape["y"] <= score["height"]
        heights = [score["height"] for score in tune["scores"]]
        assert heights == sorted(heights, reverse=True)


def test_any_text_is_drawn() -> None:
    """What a model of few steps writes: no error, and no sign without a place."""
    chance = random.Random(1)
    pieces = "A B c d' F, ^ _ = 2 3 / // | |: :| :: || [1 |2 ( ) (3 - > < z Z x y \" { } [ ] & ! ~ [K:Em] [M:3/4] L:1/4"
    texts = ["".join(chance.choices([*pieces.split(), " "], k=chance.randint(0, 60))) for _ in range(400)]
    for text, tune in zip(texts, run(*((("M:6/8", text)) for text in texts), widths=(30, 100)), strict=True):
        for score in tune["scores"]:
            shapes = [value for shape in score["shapes"] for value in shape.values()]
            assert not {"NaN", "Infinity", "-Infinity"} & set(map(str, shapes)), text
            assert not any("NaN" in str(shape.get("d")) for shape in score["shapes"]), text
