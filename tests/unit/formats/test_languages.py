"""Languages are compared by their tags, and recognised by what columns are called."""

import pytest

from seq2seq.formats.languages import NAMES, covers, direction, find_language, group, language_of


@pytest.mark.parametrize(
    ("wanted", "tag", "covered"),
    [
        ("en", "en", True),
        ("en", "en-US", True),
        ("en", "EN_us", True),
        ("EN-us", "en-US", True),
        ("en-US", "en", False),
        ("en-US", "en-GB", False),
        ("en", "eng", False),
        ("zh-Hant", "zh-Hant-TW", True),
        ("", "de", True),
        ("de", "", True),
    ],
)
def test_a_language_covers_its_regions(wanted: str, tag: str, covered: bool) -> None:
    assert covers(wanted, tag) is covered


def test_a_region_that_is_not_there_finds_its_language() -> None:
    assert find_language(["en-US", "de"], "en") == "en"
    assert find_language(["en", "de"], "en-US") == "en"
    assert find_language(["en", "en-US", "de"], "en-US-posix") == "en-US"
    assert find_language(["en-GB", "de"], "en-US") is None
    assert find_language(["", "de"], "en") is None


def test_regions_of_one_language_are_one() -> None:
    assert group(["en-US", "de", "en-GB", "de"]) == {"en": "en", "de": "de"}
    assert group(["pt-BR", "pt-BR"]) == {"pt": "pt-BR"}


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [(("en", "de"), True), (("de", "en"), False), (("en", "fr"), None), (("fr", "de"), None), (("", "de"), True)],
)
def test_two_sides_are_read_in_the_direction_that_is_asked_for(wanted: tuple[str, str], fits: bool | None) -> None:
    assert direction(("en-US", "de-DE"), *wanted) is fits


def test_a_side_whose_language_is_not_told_may_be_any() -> None:
    assert direction(("", "de"), "en", "de") is True
    assert direction(("", "de"), "de", "en") is False
    assert direction(("", ""), "en", "de") is True
    assert direction(("", "de"), "en", "fr") is None


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("en", "en"),
        ("pt-BR", "pt-br"),
        ("en_XX", "en-xx"),
        ("German", "de"),
        ("translation.de", "de"),
        ("English text", None),
        ("english_text", "en"),
        ("Slovene", "sl"),
        ("text", None),
        ("de-1996-x-y", None),
    ],
)
def test_columns_called_by_languages(name: str, language: str | None) -> None:
    assert language_of(name) == language


def test_no_two_languages_have_one_name() -> None:
    assert len(set(NAMES.values())) == len(NAMES)
