"""Outputs are looked up among the training pairs."""

from dataclasses import replace

import pytest

from seq2seq.diagnostics.diagnosis import Diagnosis, Part
from seq2seq.diagnostics.finding import Verdict
from seq2seq.diagnostics.page import page
from seq2seq.diagnostics.subject import Example, Subject
from seq2seq.diagnostics.translation.outputs import Output
from seq2seq.diagnostics.translation.writing import nearest as module
from seq2seq.diagnostics.translation.writing.nearest import nearest

PAIRS = [
    ("a red boat", "ein rotes Boot"),
    ("the old house", "das alte Haus"),
    ("we do not see it", "wir sehen es nicht"),
]


class _Split:
    def __len__(self) -> int:
        return len(PAIRS)

    def texts(self, row: int) -> tuple[str, str]:
        return PAIRS[row]

    def pairs(self) -> list[tuple[str, str]]:
        return PAIRS


def test_outputs_have_their_nearest_pairs(subject: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [("ein rotes Boot", "ein Boot"), ("das alte Haus.", "das alte Haus"), ("guten Morgen", "guten Tag")]
    outputs = [Output(Example("x", target, (5,), (5,)), text, (5,), True, None) for text, target in texts]
    monkeypatch.setattr(module, "decoded", lambda _: outputs)
    (found,) = nearest(replace(subject, train=_Split()))  # type: ignore[arg-type]
    assert found.verdict is Verdict.UNJUDGED
    assert found.value == pytest.approx(33.3)
    assert (found.details["verbatim"], found.details["verbatim_references"]) == (1, 1)
    near = found.details["nearest"]
    assert isinstance(near, list)
    assert [(one["training_target"], one["similarity"]) for one in near] == [  # type: ignore[index, call-overload]
        ("ein rotes Boot", 1.0),
        ("das alte Haus", 0.929),  # one of 14 characters more
        (None, None),
    ]
    assert found.sentence.endswith(": “ein rotes Boot”")  # the one that is not its reference
    first, _, last = found.examples
    assert [line.label for line in first.lines] == [
        "source",
        "output",
        "training target",
        "training source",
        "reference",
    ]
    assert [line.label for line in last.lines] == ["source", "output"]
    part = Part("translation", "Translation", (found,))
    html = page(Diagnosis("", "model", {}, (part,))).html()
    assert '<summary dir="auto">Similarity 0.93: das alte Haus.' in html
    assert "a red boat" in html


def test_copies_that_are_no_references_come_first(subject: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    outputs = [Output(Example("x", "guten Tag", (5,), (5,)), f"etwas {n}", (5,), True, None) for n in range(12)]
    outputs.append(replace(outputs[0], text="das alte Haus"))
    monkeypatch.setattr(module, "decoded", lambda _: outputs)
    (found,) = nearest(replace(subject, train=_Split()))  # type: ignore[arg-type]
    near = found.details["nearest"]
    assert isinstance(near, list)
    assert [one["output"] for one in near[:2]] == ["das alte Haus", "etwas 0"]  # type: ignore[index, call-overload]


def test_without_training_data_it_is_not_known(subject: Subject) -> None:
    (found,) = nearest(subject)
    assert (found.verdict, found.value) == (Verdict.UNJUDGED, None)
