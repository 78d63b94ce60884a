"""Terms are found as whole words, the longest first."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.text.term_matcher import TermMatcher, plain


def found(text: str, *terms: str | tuple[str, bool]) -> list[str]:
    pairs = [(term, False) if isinstance(term, str) else term for term in terms]
    text = plain(text)
    return [text[match.start : match.end] for match in TermMatcher(pairs).find(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The dog sleeps.", ["dog"]),
        ("Dog! DOG (dog)", ["Dog", "DOG", "dog"]),
        ("dogs, hotdog, dog_id, dog2", []),
        ("the dog's bone, a dog-like fox", ["dog", "dog"]),
        ("“dog”", ["dog"]),
        ("", []),
    ],
)
def test_whole_words_in_any_case(text: str, expected: list[str]) -> None:
    assert found(text, "dog") == expected


def test_the_longest_term_wins_wherever_it_begins() -> None:
    assert found("a hot dog stand here", "hot dog", "dog", "dog stand here") == ["dog stand here"]
    assert found("a hot dog stand", "hot dog", "dog", "stand") == ["hot dog", "stand"]


def test_an_equally_long_term_wins_if_it_comes_first() -> None:
    assert found("one two one", "two one", "one two") == ["one two"]


def test_case_where_it_makes_a_difference() -> None:
    assert found("US and us, Us", ("US", True)) == ["US"]
    assert found("US and us", ("US", True), ("us", True)) == ["US", "us"]


def test_terms_with_signs() -> None:
    assert found("uses .NET and C++, not C", ".NET", "C++", "C") == [".NET", "C++", "C"]


def test_white_space_is_one_space() -> None:
    assert found("a hot \t\u00a0dog", "hot  dog") == ["hot dog"]


def test_composed_and_decomposed_letters_are_the_same() -> None:
    assert found("la re\u0301gion", "r\u00e9gion") == ["r\u00e9gion"]


def test_apostrophes_are_the_same() -> None:
    assert found("I don\u2019t", "don't") == ["don\u2019t"]


def test_scripts_without_spaces_have_no_borders() -> None:
    assert found("私は東京都に住む", "東京", "東京都", "住む") == ["東京都", "住む"]
    assert found("東京Tower", "東京", "Tower") == ["東京", "Tower"]


def test_particles_follow_korean_words() -> None:
    assert found("학교에서 대학교", "학교") == ["학교"]


def test_letters_whose_lower_case_is_longer() -> None:
    assert found("İstanbul dog", "dog", "İstanbul") == ["İstanbul", "dog"]


words = st.text("ab ", min_size=1, max_size=5).filter(str.strip)


@given(st.lists(words, min_size=1, max_size=4), st.text("ab ", max_size=12))
def test_matches_are_occurrences_and_do_not_overlap(terms: list[str], text: str) -> None:
    text = plain(text)
    matches = TermMatcher([(term, False) for term in terms]).find(text)
    for match in matches:
        assert text[match.start : match.end] == plain(terms[match.term])
        assert f" {text} "[match.start] == " " == f" {text} "[match.end + 1]
    assert all(one.end <= other.start for one, other in pairwise(matches))
    if not matches:
        assert not any(f" {plain(term)} " in f" {text} " for term in terms)
