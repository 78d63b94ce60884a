"""Reading, checking and writing tunes in ABC notation."""

from fractions import Fraction

import pytest
from support.processor_time import within

from seq2seq.music.abc import AbcTune, as_headers, metre, read_tunes, tags, unit
from seq2seq.music.check import BarCount, check
from seq2seq.music.writer import portable, to_abc

FILE = """%abc-2.1
% A book of two tunes.

X:1
T:The First  % a comment
T:Also Known As
M:C|
R:Slip Jig
K:A minor
%%MIDI program 1
"Am"A2B2 c4|"50% sure"A8| \\
w:la la
[V:1]A4 B4|
M:3/4
L:1/4
abc|K:|
P:B
!trill!d2e:|!

X:2\r
M:6/8\r
K:G\r
G3 A3|\r
\r
B3 c3|\r
\r
This is free text about the tune.\r
\r
T:No number here
K:D
|:d3 e3:|
"""


def test_the_tunes_of_a_file() -> None:
    first, second, third = read_tunes(FILE)
    assert first == AbcTune(
        4,
        {"X": "1", "T": "The First", "M": "C|", "R": "Slip Jig", "K": "A minor"},
        '"Am"A2B2 c4|"50% sure"A8| A4 B4| [M:3/4] [L:1/4] abc|K:| !trill!d2e:|',
    )
    assert (second.line, second.headers, second.body) == (20, {"X": "2", "M": "6/8", "K": "G"}, "G3 A3| B3 c3|")
    assert (third.headers, third.body) == ({"T": "No number here", "K": "D"}, "|:d3 e3:|")


@pytest.mark.parametrize(
    ("text", "bodies"),
    [
        ("", []),
        ("Dear all,\nI have no tunes | today.\n", []),
        ("X:1\nT:No music\nK:C\n", []),
        ("\ufeffX:1\nK:C\nabc|\n", ["abc|"]),
        ("X:1\rK:C\rabc|\r", ["abc|"]),
        ("X:1\nK:C\nA:|\nd::d:|\n", ["A:| d::d:|"]),  # no area of origin
        ("M:3/4\nK:G\nabc|\n\nM:2/4\nK:D\nde|\n", ["abc|", "de|"]),
        ("X:1\nK:C\nabc|\n\nK:D\nde|\n", ["abc| [K:D] de|"]),  # an empty line within a tune
        ("X:1\nK:C\n%%begintext\nabc|\n%%endtext\ndef|\n", ["def|"]),
        ("X:1\nK:C\nV:1\nabc|\nV:2\nC,3|\nV:1\ndef|\n", ["abc| def|"]),
        ("X:1\nK:C\n[V:T]abc|\n[V:B]C,3|\n[V:T]def|\n", ["abc| def|"]),
        ("X:1\nL:1/8\nabc|\n", ["abc|"]),  # no key
        ("X:1\nK:C\nabc|\n+:more words\nW:words\ns:x\n", ["abc|"]),
    ],
)
def test_what_real_files_hold(text: str, bodies: list[str]) -> None:
    assert [tune.body for tune in read_tunes(text)] == bodies


def test_the_header_of_a_file_holds_for_its_tunes() -> None:
    first, second = read_tunes("L:1/4\nM:4/4\nR:reel\n\nX:1\nK:C\nab|\n\nX:2\nM:3/4\nK:D\nde|\n")
    assert tags(first.headers) == ("M:4/4", "L:1/4", "K:C", "R:reel")
    assert tags(second.headers) == ("M:3/4", "L:1/4", "K:D", "R:reel")


@pytest.mark.parametrize(
    ("header", "tag"),
    [
        ("M:C", "M:4/4"),
        ("M:C|", "M:2/2"),
        ("M: 6/8 ", "M:6/8"),
        ("M:(2+3)/8", "M:2+3/8"),
        ("M:none", None),
        ("M:fast", None),
        ("L:1/8", "L:1/8"),
        ("L:1", "L:1"),
        ("L:1/0", None),
        ("K:Gmaj", "K:G"),
        ("K:G major", "K:G"),
        ("K:Amin", "K:Am"),
        ("K:A minor", "K:Am"),
        ("K:F#m", "K:F#m"),
        ("K:Bb", "K:Bb"),
        ("K:Ddor", "K:Ddor"),
        ("K:E Dorian", "K:Edor"),
        ("K:AMixolydian", "K:Amix"),
        ("K:D clef=treble", "K:D"),
        ("K:HP", "K:HP"),
        ("K:", None),
        ("K:?", None),
        ("R:Slip Jig ", "R:slip_jig"),
        ("R:", None),
    ],
)
def test_tags_are_spelt_in_one_way(header: str, tag: str | None) -> None:
    assert tags(as_headers([header])) == ((tag,) if tag else ())


def test_tags_have_an_order_and_come_back() -> None:
    found = tags({"R": "jig", "T": "x", "K": "G", "L": "1/8", "M": "6/8"})
    assert found == ("M:6/8", "L:1/8", "K:G", "R:jig")
    assert tags(as_headers((*found, "genre:folk", ""))) == found


@pytest.mark.parametrize(
    ("given", "expected"),
    [("6/8", Fraction(1, 8)), ("3/4", Fraction(1, 8)), ("2/4", Fraction(1, 16)), ("", Fraction(1, 8))],
)
def test_the_unit_follows_the_metre(given: str, expected: Fraction) -> None:
    assert unit({"M": given}) == expected
    assert unit({"M": given, "L": "1/4"}) == Fraction(1, 4)


def test_the_length_of_a_bar() -> None:
    assert [metre(text) for text in ("C", "9/8", "2+2+3/8", "none", "0/4", "3/0")] == [
        Fraction(1),
        Fraction(9, 8),
        Fraction(7, 8),
        None,
        None,
        None,
    ]


EIGHTHS = ("M:4/4", "L:1/8")


@pytest.mark.parametrize(
    ("bar", "eighths"),
    [
        ("A2B2 c4", 8),
        ("A/ B// c3/2 d/4", Fraction(5, 2)),
        ("^A,2 __b'2 =c", 5),
        ("z2 x Z", 8),
        ("y A", 1),
        ("[CEG]4 [C2E4]2 [c/2 e/2 ]", Fraction(17, 2)),
        ("[^C-E!trill!G]", 1),
        ("(3abc d2", 4),
        ("(3a2b2c2", 4),
        ("(2ab", 3),
        ("(4abcd", 3),
        ("(5abcde", 2),
        ("(6abcdef", 2),
        ("(3:2:4a/b/cd e", 3),
        ("(3::2a2b", 2),
        ("A>B c<d", 4),
        ("A>>B", 2),
        ("A2>B2", 4),
        ("(3A>BA", 2),
        ("{ab}A2 {/^g}B", 3),
        ("~A .B uT!fermata!c +trill+d Hv[ce]", 5),
        ("(A B) c-c", 4),
        ('"Am7/g"A"^up"B', 2),
        ("A2 & c2 d2", 2),
        ("[M:3/4] A2 [K:D] B2 [L:1/4] c [r:a remark]", 6),
        (" M:2/4 A2 K:G L:1/4 B", 4),
        ("A`B$C", 3),
    ],
)
def test_what_takes_time(bar: str, eighths: Fraction | int) -> None:
    found = check(bar, EIGHTHS)
    assert found.problem is None
    assert [one.time * 8 for one in found.bars] == [eighths]


def test_a_tuplet_of_five_lasts_longer_in_a_compound_metre() -> None:
    assert check("(5abcde", ("M:6/8",)).bars[0].time == Fraction(3, 8)
    assert check("[M:6/8] (5abcde", ("M:4/4", "L:1/8")).bars[0].time == Fraction(3, 8)


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("", "no notes"),
        ("||", "no notes"),
        ("abc%", "character 4: '%' is not valid here"),
        ("ab: |", "character 3: ':' is not valid"),
        ("h", "character 1: 'h' is not valid"),
        ("[ab", "character 1: a bracket that is unclosed"),
        ("[]a", "a chord without notes"),
        ("{ab", "grace notes that are unclosed"),
        ('a"Am', "character 2: an unclosed quotation"),
        ("(ab", "an unclosed slur"),
        ("ab)", "character 3: a slur that was not opened"),
        (">ab", "a broken rhythm without a first note"),
        ("a>|b", "a broken rhythm without a second note"),
        ("a>>", "a broken rhythm without a second note"),
        ("a/0", "'/0' is not a length"),
        ("a0", "'0' is not a length"),
        ("a//4", "'//4' is not a length"),
        ("(1ab", "is not valid here"),
        ("[M:x]a", "'[M:x]' is not a metre"),
        ("[L:x]a", "'[L:x]' is not a unit"),
        ("a|]]b", "character 4: ']' is not valid here"),
        ("a٣", "is not valid here"),
    ],
)
def test_what_does_not_parse(body: str, problem: str) -> None:
    found = check(body, EIGHTHS)
    assert not found.parses
    assert problem in (found.problem or "")


def test_reading_goes_on_after_a_problem() -> None:
    found = check("a4 b4|c4 ? d4|e8|", EIGHTHS)
    assert not found.parses
    assert found.inner == BarCount(1, 1)
    assert len(found.bars) == 3


@pytest.mark.parametrize(
    ("body", "inner"),
    [
        ("a8|b8|c8|", 1),
        ("|a8|b8|c8|", 1),
        ("a8|b8|c8", 1),
        ("a8|b8|c8|d8||e8|f8|g8|", 3),
        ("|:a8|b8|c8|d8:|", 2),
        ("|:a8|b8|c8:||:d8|e8|f8:|", 2),
        ("|:a8|b8|c8::d8|e8|f8:|", 2),
        ("a8|b8|c8|[1d8:|[2d8||", 1),
        ("a8|b8|c8|1d8:|2d8|]", 1),
        ("a8|b8|[|c8|]", 0),
        ("a8|b8.|c8|d8|", 2),
        ("a8|b8|c8| ||d8|e8|f8|", 2),
        ("a8|b8|[M:3/4]c6|[M:4/4]d8|e8|", 3),
        ("a8|b8|M:3/4 c6| M:4/4 d8|e8|", 3),
    ],
)
def test_inner_bars_stand_between_plain_bar_lines(body: str, inner: int) -> None:
    assert check(body, EIGHTHS).inner == BarCount(inner, inner)


def test_a_bar_that_does_not_add_up_is_counted() -> None:
    found = check("e2|a8|b7|c8|d6:|", EIGHTHS)
    assert found.inner == BarCount(3, 2)
    assert found.inner.share == pytest.approx(2 / 3)
    assert check("e2|a8|b7|c8|d6:|e2|a8|d6|", EIGHTHS).middle == BarCount(6, 3)


def test_without_a_metre_no_bar_is_judged() -> None:
    assert check("a8|b8|c8|").inner == BarCount(0, 0)
    assert check("[M:none]a8|b8|c8|", EIGHTHS).inner.share is None


def test_open_brackets_are_refused_in_no_time() -> None:
    with within(5):
        assert not check("[" + "A2" * 400 + "{" + "B3/2" * 400 + "(" * 400, EIGHTHS).parses


def test_a_file_that_other_programs_open() -> None:
    body = '|:"G"GBd gdB|" M:2/4 "c3 A3| M:2/4 A4|[1G2G2:|[2"D"G4|| K:Am A4|]'
    written = to_abc(("M:6/8", "L:1/8", "K:G", "R:slip_jig"), body, number=7, title=" A \n tune ")
    assert written.splitlines()[:6] == ["X:7", "T:A tune", "M:6/8", "L:1/8", "R:slip jig", "K:G"]
    assert written.splitlines()[6:] == [
        '|:"G"GBd gdB|" M:2/4 "c3 A3| [M:2/4] A4|[1 G2G2:|[2 "D"G4|| [K:Am] A4|]',
    ]


def test_lines_break_at_bar_lines() -> None:
    bars = ['"A7|x"abcd efga|', "[CEG]8|", "[M:3/4]a6|", ":|[1 a8:|"] * 8
    lines = to_abc(("M:4/4",), "".join(bars), number=1).splitlines()[4:]
    assert len(lines) > 2
    assert all(len(line) <= 80 and line.endswith("|") for line in lines)
    assert "".join(lines) == "".join(bars)


def test_no_key_and_no_title() -> None:
    written = to_abc((), "abc|", number=3, title=" ")
    assert written == "X:3\nT:Tune 3\nK:none\nabc|\n"
    (tune,) = read_tunes(written)
    assert tags(tune.headers) == ()


def test_portable_leaves_chord_symbols_alone() -> None:
    assert portable('"K:D M:2/4"a "|1"b') == '"K:D M:2/4"a "|1"b'
    assert portable("a|1b:|2 c") == "a|1 b:|2 c"
