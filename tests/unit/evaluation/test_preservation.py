"""What is kept is counted by hand: each of several equal ones, and only what the reference keeps."""

from seq2seq.evaluation.preservation import Preservation, count_preserved, marked_rows, strip_markup


def test_numbers_count_one_by_one_whatever_their_separators() -> None:
    sources = ["1,000 of 3 and 3", "in 1990"]
    references = ["1.000 von 3 und 3", "1990"]
    assert count_preserved(["1000 von 3", "1991"], [references], sources) == {"numbers": Preservation(4, 4, 2)}


def test_only_what_the_reference_keeps_is_asked_of_the_output() -> None:
    """A number that is spelt out and a link to another page are as the reference has them."""
    sources = ["2 files at https://en.example.org/a and %s"]
    references = ["zwei Dateien unter https://de.example.org/a und %s"]
    found = count_preserved(["zwei Dateien unter https://de.example.org/a und"], [references], sources)
    assert found == {
        "numbers": Preservation(1, 0, 0),
        "placeholders": Preservation(1, 1, 0),
        "markup": Preservation(1, 0, 0),
    }
    assert (found["numbers"].share, found["placeholders"].share) == (None, 0.0)


def test_of_several_references_each_has_to_keep_it_and_blank_ones_are_none() -> None:
    assert count_preserved(["3"], [["3"], ["drei"]], ["3"]) == {"numbers": Preservation(1, 0, 0)}
    assert count_preserved(["3"], [["3"], [""]], ["3"]) == {"numbers": Preservation(1, 1, 1)}


def test_markup_is_kept_to_the_letter() -> None:
    sources = ["Call ``dump()`` and ``load()``, {name}."]
    references = ["{name}: ``dump()`` und ``load()`` aufrufen."]
    assert count_preserved(["{name}: ``dump()`` und ``laod()``."], [references], sources) == {
        "placeholders": Preservation(1, 1, 1),
        "markup": Preservation(2, 2, 1),
    }


def test_numbers_in_markup_are_markup() -> None:
    assert count_preserved(["``f(2)``"], [["``f(2)``"]], ["``f(2)``"]) == {"markup": Preservation(1, 1, 1)}


def test_what_is_too_much_in_an_output_is_no_loss() -> None:
    assert count_preserved(["3 4 5"], [["3"]], ["3"]) == {"numbers": Preservation(1, 1, 1)}


def test_kinds_that_the_sources_lack_are_passed_over() -> None:
    assert count_preserved(["a"], [["b"]], ["c"]) == {}


def test_rows_with_markup() -> None:
    assert marked_rows([["a", "b", "c ``x``"]], ["``x``", "{n} b", "c"]) == 2
    assert marked_rows([["a", "b"], ["``x``", "b"]], None) == 1


def test_without_markup_rows_of_markup_alone_are_left_out() -> None:
    found = strip_markup(["``a``", "b ``x``"], [["``a``", "c ``x``"]], ["``a``", "d ``x``"])
    assert found == (["b"], [["c"]], ["d"])
