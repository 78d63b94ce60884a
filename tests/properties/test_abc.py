"""Bars of random notes add up, tunes come back as they were written, and no text is too strange to be judged."""

import re
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from seq2seq.music.abc import read_tunes, tags
from seq2seq.music.check import BarCount, check
from seq2seq.music.tokens import length
from seq2seq.music.writer import portable, to_abc

METRES = ("2/4", "3/4", "4/4", "6/8", "9/8", "12/8", "5/4")
UNITS = (Fraction(1, 4), Fraction(1, 8), Fraction(1, 16))
GRAIN = Fraction(1, 32)
"""Whole notes that every length is a multiple of."""
NOTES = ("A", "^c'", "_B,,", "=F", "z", "[CE]", '"G7"d', "{ab}e", "~f", "(g)", "a-")
FRAGMENTS = (
    *("X:1", "T:name", "M:C|", "M:9/8", "L:1/4", "K:G minor", "K:", "R:Slip Jig", "V:2", "V:1 name=x", "[V:2]abc|"),
    *(
        "",
        " ",
        "% comment",
        "%%begintext",
        "%%endtext",
        "abc|def|",
        "|:A:|",
        "w:la",
        "prose",
        "d2!|!",
        "ab\\",
        '"50%"c|',
    ),
)


def spell(multiple: Fraction, *, slashes: bool) -> str:
    """A length in ABC: 3/2, 2, /4, or as slashes alone where that is possible."""
    if slashes and multiple.numerator == 1 and multiple.denominator > 1:
        return "/" * (multiple.denominator.bit_length() - 1)
    above = "" if multiple.numerator == 1 and slashes else str(multiple.numerator)
    return above + (f"/{multiple.denominator}" if multiple.denominator > 1 else "")


@st.composite
def bar(draw: st.DrawFn, metre: Fraction, unit: Fraction) -> str:
    """A bar that adds up."""
    text, left = "", metre
    while left:
        steps = draw(st.integers(1, int(min(left, Fraction(1, 2)) / GRAIN)))
        time = steps * GRAIN
        note = draw(st.sampled_from(NOTES))
        written = spell(time / unit, slashes=draw(st.booleans()))
        if note.endswith((")", "-")):
            text += note[:-1] + written + note[-1]
        elif draw(st.booleans()) and steps % 2 == 0 and note[0] not in '{"':
            half = spell(time / unit / 2, slashes=False)
            text += draw(st.sampled_from([f"{note}{half}>{note}{half}", f"(3{note}{half}{note}{half}{note}{half}"]))
        else:
            text += note + written
        text += draw(st.sampled_from(["", " "]))
        left -= time
    return text


@st.composite
def tune(draw: st.DrawFn) -> tuple[tuple[str, ...], str, int]:
    """Tags, a body whose bars add up, and how many bars it has."""
    metre, unit = draw(st.sampled_from(METRES)), draw(st.sampled_from(UNITS))
    bars = draw(st.lists(bar(Fraction(metre), unit), min_size=3, max_size=12))
    return (f"M:{metre}", f"L:{unit}", "K:Am", "R:slip_jig"), "|".join(bars), len(bars)


@given(tune())
def test_bars_that_add_up_are_counted_right(given_tune: tuple[tuple[str, ...], str, int]) -> None:
    headers, body, bars = given_tune
    found = check(body, headers)
    assert found.problem is None
    assert found.inner == BarCount(bars - 2, bars - 2)


@given(tune(), st.data())
def test_a_note_too_many_is_noticed(given_tune: tuple[tuple[str, ...], str, int], data: st.DataObject) -> None:
    headers, body, bars = given_tune
    pieces = body.split("|")
    wrong = data.draw(st.integers(1, bars - 2))
    pieces[wrong] += "z/"
    assert check("|".join(pieces), headers).inner == BarCount(bars - 2, bars - 3)


@given(tune(), st.sampled_from(["|", "| ", ":||:", "|[1", "| M:2/4 ", "| K:D "]))
def test_a_written_tune_is_read_back(given_tune: tuple[tuple[str, ...], str, int], line: str) -> None:
    headers, body, _ = given_tune
    body = body.replace("|", line)
    written = to_abc(headers, body, number=5, title="x")
    assert all(len(row) <= 80 or len(re.findall(r"\|+", row)) <= 1 for row in written.splitlines())
    (found,) = read_tunes(written)
    assert tags(found.headers) == headers
    assert "".join(found.body.split()) == "".join(portable(body).split())


@given(st.fractions(min_value=Fraction(1, 64), max_value=64, max_denominator=64))
def test_lengths(multiple: Fraction) -> None:
    assert length(spell(multiple, slashes=False)) == multiple


@given(st.text(alphabet="ABcdz[](){}|:<>-/,'\"!+^_=&~ 0123MLK#%\\٣", max_size=60) | st.text())
def test_any_text_is_judged(body: str) -> None:
    found = check(body, ("M:4/4",))
    assert found.parses == (found.problem is None)
    assert found.inner.right <= found.inner.bars <= len(found.bars)


@given(st.lists(st.sampled_from(FRAGMENTS)).map("\n".join) | st.text())
def test_any_file_is_read(text: str) -> None:
    for tune in read_tunes(text):
        assert tune.body
        assert "\n" not in tune.body
        assert all(tag[1] == ":" and " " not in tag for tag in tags(tune.headers))
