"""A word is forced into an output, and both beams are recorded."""

import pytest

from seq2seq.diagnostics.subject import Subject
from seq2seq.diagnostics.translation.writing.what_if import joined, split_words, what_if
from seq2seq.errors import ConfigError

SOURCE = "Her father dreams of a boat."


def test_what_is_forced_is_written(subject: Subject) -> None:
    free = what_if(subject, SOURCE, position=1, word="Mein", beam=3)
    assert free.forced.outputs
    texts = [output["text"] for output in free.finding().details["forced"]]  # type: ignore[index, union-attr]
    assert all(str(text).split()[0].rstrip(".,") == "Mein" for text in texts)
    again = what_if(subject, SOURCE, position=2, word="Hund", beam=3)
    words = again.finding().details["forced"][0]["text"].split()  # type: ignore[index, union-attr, call-overload]
    assert words[0] == again.words[0]
    assert words[1].rstrip(".,") == "Hund"


def test_the_figures_are_the_scores_of_the_whole_texts(subject: Subject) -> None:
    found = what_if(subject, SOURCE, position=2, word="Hund", beam=2)
    details = found.finding().details
    for beam, outputs in ((found.free, details["free"]), (found.forced, details["forced"])):
        assert isinstance(outputs, list)
        for number, output in enumerate(beam.outputs):
            prefix = beam.root.end(beam.prefix, finished=False).log_prob
            assert outputs[number]["log_prob"] == pytest.approx(prefix + output.log_prob, abs=1e-3)  # type: ignore[index, call-overload]
    assert found.nats < 0
    before = found.forced.root.end(found.forced.prefix[:-1], finished=False).log_prob
    assert found.nats <= found.forced.root.end(found.forced.prefix, finished=False).log_prob - before + 1e-9


@pytest.mark.parametrize(
    ("source", "position", "word", "code"),
    [
        (SOURCE, 0, "Hund", "diagnose.what-if-position"),
        (SOURCE, 99, "Hund", "diagnose.what-if-position"),
        (SOURCE, 1, " ", "diagnose.what-if-empty"),
        ("", 1, "Hund", "diagnose.what-if-empty"),
        (SOURCE, 1, "犬", "inference.unknown-prefix"),
    ],
)
def test_what_cannot_be_forced_is_refused(subject: Subject, source: str, position: int, word: str, code: str) -> None:
    with pytest.raises(ConfigError) as caught:
        what_if(subject, source, position=position, word=word)
    assert caught.value.code == code


def test_words_are_characters_where_there_are_no_spaces() -> None:
    assert split_words("Das ist gut.") == ["Das", "ist", "gut."]
    assert split_words("私は犬。") == ["私", "は", "犬", "。"]
    assert joined(["私", "は"]) == "私は"
    assert joined(["Das", "ist"]) == "Das ist"
    assert split_words("1 2 3") == ["1", "2", "3"]
