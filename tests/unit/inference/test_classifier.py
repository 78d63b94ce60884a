"""The classifier: text in, a label with its probability out, in order, whatever the text."""

import pytest
from support import tiny

from seq2seq.inference.classifier import Classified, TextClassifier
from seq2seq.inference.engines.torch.classifier import TorchClassifier
from seq2seq.inference.request.input_warnings import InputWarnings, Lines
from seq2seq.inference.request.sources import EMPTY_SOURCE, MAX_TOKENS

TEXTS = tiny.SOURCES


@pytest.fixture(scope="module")
def classifier() -> TextClassifier:
    return TextClassifier(TorchClassifier(tiny.classifier()), tiny.label_tokenizers())


def shares(one: Classified) -> list[float]:
    return [share for _, share in one.probabilities]


def test_the_label_is_the_likeliest(classifier: TextClassifier) -> None:
    found = classifier.classify(TEXTS)
    assert len(found) == len(TEXTS)
    assert len({one.label for one in found}) > 1
    for one in found:
        assert [label for label, _ in one.probabilities] == list(classifier.labels) == list(tiny.LABELS)
        assert (one.label, one.probability) == max(one.probabilities, key=lambda pair: pair[1])
        assert tiny.LABELS[max(range(3), key=one.logits.__getitem__)] == one.label
        assert sum(shares(one)) == pytest.approx(1, abs=1e-12)
        assert min(shares(one)) > 0


def test_neighbours_change_nothing(classifier: TextClassifier) -> None:
    whole = classifier.classify([*TEXTS, *reversed(TEXTS)] * 8)  # more than a batch
    alone = [classifier.classify([text])[0] for text in TEXTS]
    for one, other in zip(whole, [*alone, *reversed(alone)] * 8, strict=True):
        assert one.label == other.label
        assert one.logits == pytest.approx(other.logits, abs=1e-4)


def test_temperature_changes_probabilities_and_no_label(classifier: TextClassifier) -> None:
    plain = classifier.classify(TEXTS)
    for temperature in (0.5, 4.0):
        other = TextClassifier(classifier.network, classifier.tokenizers, temperature=temperature)
        for one, tempered in zip(plain, other.classify(TEXTS), strict=True):
            assert tempered.label == one.label
            assert tempered.logits == pytest.approx(one.logits)
            assert (tempered.probability > one.probability) == (temperature < 1)
            ratios = [
                after / before ** (1 / temperature) for before, after in zip(shares(one), shares(tempered), strict=True)
            ]
            assert ratios == pytest.approx([ratios[0]] * 3)  # p ** (1 / T), normalised


@pytest.mark.parametrize("blank", ["", " ", "\t \u3000"])
def test_a_blank_line_has_no_label(classifier: TextClassifier, blank: str) -> None:
    warnings = InputWarnings()
    first, empty, last = classifier.classify(["the dog", blank, "a bird"], warnings=warnings)
    assert empty == Classified("", 0.0)
    assert first.label
    assert last.label
    assert (warnings.lines, warnings.empty, warnings.kinds) == (3, 1, {})


def test_a_line_of_which_nothing_is_left_is_noted(classifier: TextClassifier) -> None:
    warnings = InputWarnings()
    (found,) = classifier.classify(["\u200b"], warnings=warnings)
    assert (found.label, found.probabilities, found.note) == ("", (), EMPTY_SOURCE)
    assert warnings.kinds == {EMPTY_SOURCE: Lines(1, [1])}


def test_unknown_text_is_counted_by_line(classifier: TextClassifier) -> None:
    warnings = InputWarnings()
    found = classifier.classify(["the dog", "the 犬", "犬"], start=10, warnings=warnings)
    assert all(one.label for one in found)
    assert (warnings.unknown, warnings.unknown_lines) == ({"犬": 2}, Lines(2, [12, 13]))


def test_a_text_without_end_is_cut_and_noted(classifier: TextClassifier) -> None:
    warnings = InputWarnings()
    long = "ab" * MAX_TOKENS
    short, cut, head = classifier.classify(["the dog", long, long[: MAX_TOKENS - 1]], warnings=warnings)
    assert (short.note, head.note) == (None, None)
    assert cut.note == "source cut after its first 1,000 tokens"
    assert warnings.kinds == {cut.note: Lines(1, [2])}
    # A space is put before a text: its first 1,000 tokens are 999 letters.
    assert cut.logits == pytest.approx(head.logits, abs=1e-4)


def test_progress_counts_every_line(classifier: TextClassifier) -> None:
    steps: list[int] = []
    classifier.classify([*TEXTS, "", "\u200b"] * 20, advance=steps.append)
    assert sum(steps) == 200


def test_nothing_in_nothing_out(classifier: TextClassifier) -> None:
    assert classifier.classify([]) == []


def test_what_is_meant_otherwise_is_refused(classifier: TextClassifier) -> None:
    with pytest.raises(TypeError, match=r"\['the dog'\]"):
        classifier.classify("the dog")
    with pytest.raises(TypeError, match="names"):
        TextClassifier(classifier.network, tiny.tokenizers())
