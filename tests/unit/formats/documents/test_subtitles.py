from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.errors import DataError
from seq2seq.formats.documents.subtitles import read_srt, read_vtt
from seq2seq.formats.segment import Code, Content, Document, Part, Target

SRT = """\ufeff1
00:00:01,000 --> 00:00:03,500
The ferry leaves in
<i>five</i> minutes.

2
00:00:04,000 --> 00:00:06,000 X1:10 X2:20
{\\an8}<i>- Have you got the tickets?
- Of course.</i>

3
00:00:07,000 --> 00:00:08,000
♪ Over the water ♪
♪ We go ♪

4
00:00:09,000 --> 00:00:10,000


5
00:00:11,000 --> 00:00:12,000
1990

It was a long summer & < warm.
6
0:00:13.000 --> 0:00:14.000
The end""".replace("\n", "\r\n")
VTT = """WEBVTT - The ferry

STYLE
::cue { color: red }

NOTE The ferry is a boat.
It floats.

intro
00:01.000 --> 00:03.500 align:start position:10%
<v Anna>Fish &amp; chips are
<c.loud>good</c> here.

00:00:04.000 --> 00:00:06.000
- <b>One</b> for me
- And <00:00:05.000>one for <i>me</i>

00:00:07.000 --> 00:00:09.000
no blank line before this
"""


def test_cues_are_segments(contents: Callable[[Document], list[str]]) -> None:
    document = read_srt(SRT.encode(), "a.srt")
    assert contents(document) == [
        "The ferry leaves in {<i>}five{</i>} minutes.",
        "Have you got the tickets?",
        "Of course.",
        "Over the water",
        "We go",
        "It was a long summer & < warm.",
        "The end",
    ]
    assert [segment.line for segment in document.segments] == [3, 8, 9, 13, 14, 24, 27]
    document = read_vtt(VTT.encode(), "a.vtt")
    assert contents(document) == [
        "Fish & chips are {<c.loud>}good{</c>} here.",
        "{<b>}One{</b>} for me",
        "And {<00:00:05.000>}one for {<i>}me{</i>}",
        "no blank line before this",
    ]
    assert [segment.line for segment in document.segments] == [11, 15, 16, 19]


def test_only_words_change(unchanged: Callable[[Document], bytes], reverse: Callable[[Document], bytes]) -> None:
    for read, text in ((read_srt, SRT), (read_vtt, VTT)):
        assert unchanged(read(text.encode(), "a")) == text.encode()
        written = reverse(read(text.encode(), "a"))
        assert written.split() != text.encode().split()
        assert reverse(read(written, "a")).split() == text.encode().split()
    assert b"The ferry is a boat." in written
    assert b"<v Anna>hsiF &amp; spihc" in written


def write(read: Callable[[bytes, str], Document], text: str, *contents: Content) -> str:
    return read(text.encode(), "a").write([Target(content) for content in contents]).decode()


CUE = "1\n00:00:01,000 --> 00:00:02,000\n"


@pytest.mark.parametrize(
    ("text", "translation", "lines"),
    [
        ("The bus is here.\n", "Der Bus ist jetzt endlich da.", "Der Bus ist jetzt\nendlich da.\n"),
        ("The bus is\nnow here.\n", "Bus da.", "Bus da.\n"),
        ("The bus is\nnow here.\n", "Der Bus ist da.", "Der Bus\nist da.\n"),
        ("one\ntwo\nthree\n", "eins zwei drei", "eins\nzwei\ndrei\n"),
        ("今日は天気がいい。\n", "明日は雨が降るそうですね。", "明日は雨が降る\nそうですね。\n"),
    ],
)
def test_cues_are_broken_into_lines_again(text: str, translation: str, lines: str) -> None:
    assert write(read_srt, CUE + text, (translation,)) == CUE + lines


def test_tags_stay_with_their_words() -> None:
    (segment,) = read_srt(f"{CUE}The <i>old</i> bus is late.\n".encode(), "a").segments
    opening, closing = (part for part in segment.content if isinstance(part, Code))
    assert (opening.part, closing.part) == (Part.OPEN, Part.CLOSE)
    written = write(
        read_srt, f"{CUE}The <i>old</i> bus is late.\n", ("Spät kommt der ", opening, "alte", closing, " Bus.")
    )
    assert written == f"{CUE}Spät kommt\nder <i>alte</i> Bus.\n"


def test_web_subtitles_are_escaped() -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\nFish and many chips --\n"
    assert write(read_vtt, text, ("a & b <i> -->",)).endswith("\na &amp; b &lt;i> --&gt;\n")


def test_files_without_cues() -> None:
    assert read_vtt(b"WEBVTT\n\nNOTE\nnothing\n", "a.vtt").segments == []
    assert read_srt(b"\n", "a.srt").segments == []
    with pytest.raises(DataError) as caught:
        read_srt(b"Once upon a time\n", "a.srt")
    assert caught.value.code == "data.not-subtitles"


TIMES = "\n00:00:01,000 --> 00:00:02,000\n"
PARTS = ["1", "\n", "\r\n", TIMES, "one", " ", "- ", "<i>", "</i>", "{\\an8}", "♪", "<", "&amp;"]


@given(st.lists(st.sampled_from(PARTS)).map("".join))
def test_any_text_is_written_as_it_was_read(text: str) -> None:
    text = f"{TIMES}{text}"
    for read in (read_srt, read_vtt):
        document = read(text.encode(), "a")
        assert document.write([Target(segment.content) for segment in document.segments]) == text.encode()
        written = document.write([Target((" x -- y ",)) for _ in document.segments]).decode()
        assert written.count(TIMES) == text.count(TIMES)


def test_readings_stay_beside_their_words(contents: Callable[[Document], list[str]]) -> None:
    document = read_vtt(
        "WEBVTT\n\n00:01.000 --> 00:02.000\nThe <ruby>lamp<rt>ランプ</rt></ruby> is on.\n".encode(), "a.vtt"
    )
    assert contents(document) == ["The {<ruby>}lamp{<rt>ランプ</rt>}{</ruby>} is on."]


def test_line_breaks_of_other_players(contents: Callable[[Document], list[str]]) -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000\n- Who?\\NSaved in C:\\new\n"
    assert contents(read_srt(text.encode(), "a.srt")) == ["Who?", "Saved in C:\\new"]
