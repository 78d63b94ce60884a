"""The spans of a translation are those of its source, or it is flagged."""

import pytest

from seq2seq.documents.spans.verify import verify
from seq2seq.formats.segment import Code, Part

B, B_ = Code("<b>", Part.OPEN, "b"), Code("</b>", Part.CLOSE, "b")


@pytest.mark.parametrize(
    ("source", "target", "codes"),
    [
        (("play with %s each",), ("spielen mit %s, ja",), []),
        (("play with %s each",), ("spielen mit %seinander",), ["documents.spans-differ"]),
        (("%ss",), ("%ss",), []),
        (("{name} is here",), ("{name}s Haus",), []),
        (("all of {0}",), ("alle",), ["documents.spans-differ"]),
        ((B, "one", B_), (B_, "eins", B), ["documents.not-nested"]),
        ((B, "one", B_), (B, "eins"), ["documents.spans-differ", "documents.not-nested"]),
    ],
)
def test_flags(source: tuple[str | Code, ...], target: tuple[str | Code, ...], codes: list[str]) -> None:
    assert [flag.code for flag in verify(source, target)] == codes
