"""A sample of texts recognises them: exactly where it holds all, and as an unbiased estimate where it does not."""

import json

import numpy as np
import pytest

from seq2seq.text.sketch import SIZE, Overlap, Sketch


def texts(start: int, stop: int) -> list[str]:
    return [f"The train number {number} is late." for number in range(start, stop)]


def test_a_small_set_is_known_exactly() -> None:
    sketch = Sketch.from_texts(texts(0, 100))
    assert (len(sketch.hashes), sketch.whole) == (100, True)
    assert sketch.overlap(texts(90, 130)) == Overlap(10, 40, exact=True)
    assert sketch.overlap(texts(100, 200)) == Overlap(0, 100, exact=True)


def test_equal_texts_count_each_time_they_are_asked_for() -> None:
    sketch = Sketch.from_texts(["a b", "a b", "c"])
    assert len(sketch.hashes) == 2
    assert sketch.overlap(["a b", "a b", "d"]) == Overlap(2, 3, exact=True)


@pytest.mark.parametrize("text", ["Straße  nach Rom", "STRASSE NACH ROM", " straße\tnach rom ", "straße nach ro\uff4d"])
def test_case_spaces_and_unicode_forms_do_not_hide_a_text(text: str) -> None:
    assert Sketch.from_texts(["Straße nach Rom"]).overlap([text]) == Overlap(1, 1, exact=True)
    assert Sketch.from_texts(["Straße nach Rom"]).overlap(["Straße nach Rom!"]) == Overlap(0, 1, exact=True)


def test_blank_texts_tell_nothing() -> None:
    assert Sketch.from_texts(["", " ", "a"]).overlap(["", "\t"]) is None
    assert Sketch.from_texts(["", "a"]).overlap(["", "a"]) == Overlap(1, 1, exact=True)


def test_of_nothing_nothing_is_known() -> None:
    assert Sketch().overlap(["a"]) == Overlap(0, 1, exact=True)
    assert Sketch().overlap([]) is None


def test_of_many_texts_a_sample_is_kept() -> None:
    sketch = Sketch.from_texts(iter(texts(0, 40_000)))
    assert (len(sketch.hashes), sketch.whole) == (SIZE, False)
    assert np.all(np.diff(sketch.hashes.astype(np.int64)) > 0)
    found = sketch.overlap(texts(0, 10_000))
    assert found is not None
    assert (found.share, found.exact) == (1, False)
    assert found.compared == pytest.approx(10_000 * SIZE / 40_000, rel=0.1)
    strange = sketch.overlap(texts(40_000, 50_000))
    assert strange is not None
    assert strange.seen == 0
    half = sketch.overlap(texts(30_000, 50_000))
    assert half is not None
    assert half.share == pytest.approx(0.5, abs=0.05)


def test_a_sample_can_be_too_coarse_for_a_few_texts() -> None:
    sketch = Sketch(np.array([5, 9], dtype=np.uint32), whole=False)
    assert sketch.overlap(texts(0, 3)) is None


@pytest.mark.parametrize("sizes", [(3, 4), (SIZE, 1), (30, 20_000), (20_000, 9_000)])
def test_the_sketch_of_both_is_the_sketch_of_all(sizes: tuple[int, int]) -> None:
    one, other = texts(0, sizes[0]), texts(sizes[0] - 2, sum(sizes))
    both, whole = Sketch.from_texts(one) | Sketch.from_texts(other), Sketch.from_texts(one + other)
    assert both.whole == whole.whole
    np.testing.assert_array_equal(both.hashes, whole.hashes)


def test_json_and_back() -> None:
    for sketch in (Sketch(), Sketch.from_texts(texts(0, 10)), Sketch.from_texts(texts(0, 5_000))):
        found = Sketch.from_dict(json.loads(json.dumps(sketch.to_dict())))
        assert found.whole == sketch.whole
        np.testing.assert_array_equal(found.hashes, sketch.hashes)
    assert Sketch(np.array([1, 258], dtype=np.uint32)).to_dict() == {"hashes": "AQAAAAIBAAA=", "whole": True}


@pytest.mark.parametrize("found", [None, [], {}, {"hashes": 3}, {"hashes": "AQ=="}, {"hashes": "?"}, {"hashes": "é"}])
def test_what_is_no_sketch_is_refused(found: object) -> None:
    with pytest.raises(ValueError, match="sketch"):
        Sketch.from_dict(found)


def test_what_is_said() -> None:
    assert Overlap(0, 100, exact=True).remarks() == []
    assert Overlap(80, 1301, exact=True).remarks() == ["The model was trained on 80 of 1,301 texts."]
    assert Overlap(3, 60, exact=False).remarks() == [
        "The model was trained on an estimated 5% of these texts (3 of 60 that were compared)."
    ]
    (found,) = Overlap(1, 2, exact=True).remarks()
    assert found == "The model was trained on 1 of 2 texts: the scores say little about text that is new to it."
    assert Overlap(1, 4, exact=True).to_dict() == {"share": 0.25, "seen": 1, "compared": 4, "exact": True}
