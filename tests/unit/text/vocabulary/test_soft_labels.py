"""Labels with probabilities: what is read, written, and taken for the most probable."""

import pytest

from seq2seq.text.vocabulary.labels import LabelVocabulary
from seq2seq.text.vocabulary.soft_labels import distribution, likeliest, read_soft_label, write_soft_label


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("joy", {"joy": 1.0}),
        (" joy ", {"joy": 1.0}),
        ('{"joy": 0.75, "sadness": 0.25}', {"joy": 0.75, "sadness": 0.25}),
        ('{"joy": 3, "sadness": 1, "anger": 0}', {"joy": 0.75, "sadness": 0.25}),
        ('{" joy": 1, "joy ": 1}', {"joy": 1.0}),
        ('{"joy": 1, "sadness": 1, "joy": 2}', {"joy": 0.75, "sadness": 0.25}),
        ('{"👩‍🚀": 1e99, "sadness": 1e99}', {"👩‍🚀": 0.5, "sadness": 0.5}),
    ],
)
def test_weights_become_probabilities(text: str, expected: dict[str, float]) -> None:
    assert read_soft_label(text) == pytest.approx(expected)


@pytest.mark.parametrize(
    "text",
    ["{joy}", '{"joy": "0.5"}', '{"joy": true}', '{"joy": -0.5, "sadness": 1.5}', '{"joy": NaN}', '{"joy": 0}', "{}",
     '{"": 1}', "{" * 100_000, '{"joy": 1e308, "sadness": 1e308}', f'{{"joy": 1{"0" * 400}}}', '{"joy": {"a": 1}}',
     '{"joy\\t": 1, "a\\tb": 1}', '{"\\ud800": 1, "joy": 1}', '{"joy\\u2028sadness": 1}', "joy\t0.9"],
)  # fmt: skip
def test_what_has_no_probabilities_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^(is no|has )"):
        read_soft_label(text)


def test_what_is_written_is_read_with_the_most_probable_label_first() -> None:
    text = write_soft_label({"Wut": 0.1, "Glück": 0.9 - 1e-7, "nichts": 1e-7})
    assert text == '{"Glück": 0.9, "Wut": 0.1}'
    assert read_soft_label(text) == pytest.approx({"Glück": 0.9, "Wut": 0.1})


def test_the_most_probable_label() -> None:
    assert likeliest('{"anger": 0.25, "joy": 0.5, "sadness": 0.25}') == "joy"
    assert likeliest(" joy") == "joy"


def test_probabilities_among_the_labels_of_a_vocabulary() -> None:
    names = LabelVocabulary(["anger", "joy"], separated=False)
    assert distribution('{"joy": 0.5, "anger": 0.25, "fear": 0.25}', names)[0] == pytest.approx([1 / 3, 2 / 3])
    assert distribution("joy", names)[0].tolist() == [0.0, 1.0]
    assert distribution("fear", names)[0].tolist() == [0.0, 0.0]
