"""A verdict that asks for action has a name and a remedy; others have neither."""

import pytest

from seq2seq.diagnostics.finding import Finding, Verdict


def finding(verdict: Verdict, trouble: str | None, remedy: str | None) -> Finding:
    return Finding(
        measure="source-use", title="Use of the source", value=0.0, unit="nats per token", verdict=verdict,
        sentence="It does not matter.", trouble=trouble, remedy=remedy,
    )  # fmt: skip


@pytest.mark.parametrize("verdict", [Verdict.TROUBLE, Verdict.WATCH])
def test_a_trouble_has_a_name_and_a_remedy(verdict: Verdict) -> None:
    content = finding(verdict, "source.ignored", "train longer").to_dict()
    assert (content["verdict"], content["trouble"], content["value"]) == (verdict.value, "source.ignored", 0.0)
    for trouble, remedy in ((None, "train longer"), ("source.ignored", None), (None, None)):
        with pytest.raises(ValueError, match="source-use"):
            finding(verdict, trouble, remedy)


@pytest.mark.parametrize("verdict", [Verdict.FINE, Verdict.UNJUDGED])
def test_other_verdicts_have_neither(verdict: Verdict) -> None:
    assert finding(verdict, None, None).to_dict()["remedy"] is None
    with pytest.raises(ValueError, match="source-use"):
        finding(verdict, "source.ignored", "train longer")
