"""Text in other letter case."""

import numpy as np
import pytest

from seq2seq.config.data import CasingConfig
from seq2seq.text.casing import draw_casing, recase, title


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("we don't know l’heure", "We Don't Know L’heure"),
        ("über-große straße", "Über-Große Straße"),
        ("3rd day of XML", "3rd Day Of XML"),
        ("猫 and", "猫 And"),
    ],
)
def test_words_begin_with_capitals(text: str, expected: str) -> None:
    assert title(text) == expected


def test_symbols_stay() -> None:
    parts = ["go to ", "<2de>", " now ", "｟a｠", ""]
    assert recase("go to <2de> now ｟a｠", str.upper, lambda _: parts) == "GO TO <2de> NOW ｟a｠"


def test_shares() -> None:
    rng = np.random.default_rng(1)
    drawn = [draw_casing(CasingConfig(upper=0.2, title=0.1), rng) for _ in range(5000)]
    assert abs(drawn.count(title) / 5000 - 0.1) < 0.02
    assert abs(drawn.count(None) / 5000 - 0.7) < 0.02
