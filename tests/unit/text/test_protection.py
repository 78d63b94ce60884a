"""Spans of a text as symbols, and back."""

from collections import Counter

import pytest

from seq2seq.config.data import DataConfig
from seq2seq.config.tokenizer import TokenizerConfig
from seq2seq.text.markup.spans import Kind, Part, Span
from seq2seq.text.protection import CLOSING, NUMBERED, Protection


def protection(*languages: str, symbols: tuple[str, ...] = ()) -> Protection:
    found = Protection.from_config(
        DataConfig.model_validate({"path": "folder", "protect": languages}), TokenizerConfig(symbols=symbols)
    )
    assert found is not None
    return found


MARKUP = protection("html", "markdown", "icu", "printf", "rest")


def test_a_recipe_that_asks_for_nothing_has_none() -> None:
    assert Protection.from_config(DataConfig(path="folder"), TokenizerConfig()) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Click <b>Save</b> to keep {0}.", "Click ⟦<1⟧Save⟦1>⟧ to keep ⟦1⟧."),
        ("{0} of {1}, {0}", "⟦1⟧ of ⟦2⟧, ⟦1⟧"),
        ("<b>a</b> <b>c</b> <i>d</i>", "⟦<1⟧a⟦1>⟧ ⟦<1⟧c⟦1>⟧ ⟦<2⟧d⟦2>⟧"),
        ("<a href='x'>1</a> <a href='y'>2</a>", "⟦<1⟧1⟦1>⟧ ⟦<2⟧2⟦2>⟧"),
        ("<p>open, <br/> and <b>crossed</p></b>", "⟦<1⟧open, ⟦1⟧ and ⟦2⟧crossed⟦1>⟧⟦3⟧"),
        ("**bold** and [text](http://example.org)", "⟦<1⟧bold⟦1>⟧ and ⟦<2⟧text⟦2>⟧"),
        ("{n, plural, one {a file} other {files}}", "⟦<1⟧a file⟦1⟧files⟦1>⟧"),
        ("%d %s of :func:`len`", "⟦1⟧ ⟦2⟧ of ⟦3⟧"),
        ("No markup, 100 %.", "No markup, 100 %."),
    ],
)
def test_spans_become_symbols_and_return(text: str, expected: str) -> None:
    protected = MARKUP.protect(text)
    assert protected.text == expected
    assert protected.restore(expected) == text
    assert protected.lost(expected) == []


def test_what_a_translation_lacks_is_lost() -> None:
    protected = MARKUP.protect("<b>{0}</b> {0} {1}")
    assert protected.lost("⟦<1⟧⟦1⟧⟦1>⟧ ⟦1⟧ ⟦2⟧") == []
    assert sorted(protected.lost("⟦<1⟧⟦1⟧")) == ["</b>", "{0}", "{1}"]
    assert protected.lost("⟦<1⟧⟦1⟧⟦1>⟧ {0} ⟦2⟧") == []


def test_a_symbol_in_a_text_is_copied_as_any_other() -> None:
    crowded = MARKUP.protect(" ".join(f"{{n{number}}}" for number in range(40)) + " ⟦1⟧")
    assert crowded.restore(crowded.text).endswith(" {n39} ⟦1⟧")
    protected = MARKUP.protect("⟦2⟧ is {0}")
    assert protected.text == "⟦1⟧ is ⟦2⟧"
    assert protected.restore("⟦2⟧ ist ⟦1⟧") == "{0} ist ⟦2⟧"


def test_spans_beyond_the_symbols_remain_text_and_are_verified() -> None:
    text = " ".join(f"{{n{number}}}" for number in range(40))
    protected = MARKUP.protect(text)
    assert protected.text.startswith("⟦1⟧ ⟦2⟧ ")
    assert protected.text.endswith(" ".join(protected.rest))
    assert len(protected.rest) == 8
    assert protected.restore(protected.text) == text
    assert protected.lost(protected.text.replace("{n39}", "")) == ["{n39}"]


def test_given_spans_take_the_place_of_those_that_are_found() -> None:
    spans = [Span(0, 1, Kind.TAG, Part.OPEN), Span(2, 3, Kind.TAG, Part.CLOSE), Span(4, 5, Kind.TAG, Part.WHOLE)]
    assert MARKUP.protect("1a2 3 {0}", spans).text == "⟦<1⟧a⟦1>⟧ ⟦1⟧ {0}"


def test_classes_choose_the_kinds_of_spans() -> None:
    text = "<b>{0}</b> at http://example.org in `code`"
    assert protection(symbols=("placeholders",)).protect(text).text == "<b>⟦1⟧</b> at http://example.org in `code`"
    assert protection(symbols=("tags", "urls")).protect(text).text == "⟦<1⟧{0}⟦1>⟧ at ⟦1⟧ in `code`"
    assert protection(symbols=("code",)).protect(text).text == "<b>{0}</b> at http://example.org in ⟦1⟧"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("In 2019, 15 of 2019.", "In ⟦1⟧, ⟦2⟧ of ⟦1⟧."),
        ("1,000 or 1.5 at 10:30", "1,000 or 1.5 at 10:30"),
        ("mp3, A4, 3rd, 2-1", "mp3, A4, 3rd, 2-1"),
        ("http://example.org/7 and {7}", "http://example.org/7 and {7}"),
    ],
)
def test_numbers_of_digits_alone_are_copied(text: str, expected: str) -> None:
    assert protection(symbols=("numbers",)).protect(text).text == expected


def test_strings_stay_and_are_verified() -> None:
    protected = protection(symbols=("LibreOffice", "tags")).protect("<b>LibreOffice</b>")
    assert protected.text == "⟦<1⟧LibreOffice⟦1>⟧"
    assert protected.lost("⟦<1⟧⟦1>⟧") == ["LibreOffice"]
    assert protection(symbols=("LibreOffice",)).symbols == ("LibreOffice",)
    assert set(protection("html", symbols=("LibreOffice",)).symbols) == {"LibreOffice", *NUMBERED}


def test_both_sides_of_an_example_share_symbols() -> None:
    source, target, protected, rest = MARKUP.protect_pair("<b>Save</b> {0} {1}", "{1} {0} <b>sichern</b>")
    assert (protected, rest) == (4, 0)
    spans = dict(zip(source.split()[1:], ("{0}", "{1}"), strict=True))
    first, second, *_ = target.split()
    assert [spans[first], spans[second]] == ["{1}", "{0}"]
    opening, closing = source[: source.index("Save")], source[source.index("Save") + 4 :].split()[0]
    assert CLOSING[closing] == opening
    assert target.endswith(f"{opening}sichern{closing}")


@pytest.mark.parametrize("target", ["no span", "{0} {0} <i>x</i>", "{1} </b>"])
def test_what_one_side_has_more_often_remains_text(target: str) -> None:
    pair = MARKUP.protect_pair("<b>{0}</b>", target)
    assert (pair.source, pair.target) == ("<b>{0}</b>", target)
    assert (pair.protected, pair.rest) == (0, 3)


def test_all_numbers_are_trained_and_the_first_most_often() -> None:
    pairs = [MARKUP.protect_pair(f"word{number} {{0}} <b>x</b>", "{0} <b>x</b>") for number in range(2000)]
    used = Counter(symbol for pair in pairs for symbol in NUMBERED if symbol in pair.source)
    assert set(used) == set(NUMBERED)
    assert used["⟦1⟧"] == max(count for symbol, count in used.items() if "<" not in symbol and ">" not in symbol)
    assert pairs == [MARKUP.protect_pair(f"word{number} {{0}} <b>x</b>", "{0} <b>x</b>") for number in range(2000)]


def test_a_given_translation_gets_the_symbols_of_its_source() -> None:
    source = MARKUP.protect("<b>Save</b> {0}")
    assert MARKUP.protect_target("{0} <b>sichern</b> {1}", source) == "⟦1⟧ ⟦<1⟧sichern⟦1>⟧ {1}"
