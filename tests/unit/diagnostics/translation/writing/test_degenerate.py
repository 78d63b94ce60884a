"""Degenerate outputs are counted against references, and named where nothing else explains them."""

from dataclasses import replace

import pytest

from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.subject import Example, Subject
from seq2seq.diagnostics.translation.outputs import Output
from seq2seq.diagnostics.translation.writing import degenerate as module
from seq2seq.diagnostics.translation.writing.degenerate import degenerate

Findings = dict[str, Finding]


def _judged(subject: Subject, monkeypatch: pytest.MonkeyPatch, texts: list[str], *, learning: bool = False) -> Findings:
    examples = [
        Example(f"the source number {row}", f"ein Ziel mit Nummer {row}", (row, 5), (row,)) for row in range(len(texts))
    ]
    outputs = [Output(example, text, (5,), True, None) for example, text in zip(examples, texts, strict=True)]
    monkeypatch.setattr(module, "decoded", lambda _: tuple(outputs))
    monkeypatch.setattr(module, "has_learnt", lambda _: True)
    monkeypatch.setattr(module, "still_learning", lambda _: learning)
    monkeypatch.setattr(module, "uses_source", lambda _: True)
    return {found.measure: found for found in degenerate(replace(subject))}


def _good(row: int) -> str:
    return f"ein Ziel mit Zahl {row}"


@pytest.mark.parametrize(
    ("measure", "trouble", "bad"),
    [
        ("outputs-repeat", "outputs.repeat", lambda row: f"{row} und und und und und"),
        ("outputs-copy", "outputs.copy", lambda row: f"the source number {row}"),
        ("outputs-length", "outputs.too-short", lambda row: f"ein {row}"),
        ("outputs-length", "outputs.too-long", lambda row: f"ein Ziel mit Nummer {row}, und noch ein anderes dazu"),
        ("outputs-distinct", "outputs.one-for-all", lambda _: "ein Ziel mit Nummer"),
    ],
)
def test_each_kind_has_its_name(
    subject: Subject, monkeypatch: pytest.MonkeyPatch, measure: str, trouble: str, bad: object
) -> None:
    good = _judged(subject, monkeypatch, [_good(row) for row in range(50)])
    assert {found.verdict for found in good.values()} == {Verdict.FINE}
    texts = [bad(row) for row in range(50)]  # type: ignore[operator]
    found = _judged(subject, monkeypatch, texts)
    assert {name: one.trouble for name, one in found.items() if one.verdict is Verdict.TROUBLE} == {measure: trouble}
    found = _judged(subject, monkeypatch, texts, learning=True)
    assert (found[measure].verdict, found[measure].trouble) == (Verdict.WATCH, trouble)


def test_a_few_are_watched(subject: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["das und " * 5 + _good(row) if row < 2 else _good(row) for row in range(50)]
    found = _judged(subject, monkeypatch, texts)["outputs-repeat"]
    assert (found.verdict, found.value) == (Verdict.WATCH, 4.0)


def test_few_outputs_are_not_judged(subject: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _judged(subject, monkeypatch, [_good(row) for row in range(10)]) == {}
