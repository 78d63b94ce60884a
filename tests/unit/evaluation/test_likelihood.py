"""Perplexity and bits per byte."""

import json
import math

import pytest
from support.refused import refused

from seq2seq.evaluation.likelihood import Likelihood

# Four tokens, each one of eight that are equally likely: 3 bits a token, 12 bits for 6 bytes.
FOUND = Likelihood(4 * math.log(8), tokens=4, bytes=6, sequences=1)


def test_by_hand() -> None:
    assert FOUND.perplexity == pytest.approx(8)
    assert FOUND.bits_per_byte == pytest.approx(2)


def test_longer_tokens_change_the_perplexity_and_not_the_bits_per_byte() -> None:
    longer = Likelihood(FOUND.nats, tokens=2, bytes=6, sequences=1)
    assert longer.bits_per_byte == FOUND.bits_per_byte
    assert longer.perplexity == pytest.approx(64)


def test_a_sum_is_over_all_tokens_not_a_mean_of_means() -> None:
    both = FOUND + Likelihood(0.0, tokens=8, bytes=6, sequences=2)
    assert (both.tokens, both.bytes, both.sequences) == (12, 12, 3)
    assert both.perplexity == pytest.approx(2)
    assert both.bits_per_byte == pytest.approx(1)
    assert sum([FOUND, FOUND], Likelihood()).perplexity == pytest.approx(8)


def test_a_hopeless_model_has_an_infinite_perplexity() -> None:
    assert Likelihood(1e6, tokens=1, bytes=1, sequences=1).perplexity == math.inf


def test_nothing_to_score() -> None:
    with refused("evaluation.empty", "tokens"):
        _ = Likelihood().perplexity
    with refused("evaluation.empty", "bytes"):
        _ = Likelihood(1.0, tokens=1, bytes=0, sequences=1).bits_per_byte


def test_json_and_lines() -> None:
    assert json.loads(json.dumps(FOUND.to_dict())) == {
        "bits_per_byte": pytest.approx(2),
        "perplexity": pytest.approx(8),
        "nats": FOUND.nats,
        "tokens": 4,
        "bytes": 6,
        "sequences": 1,
    }
    assert FOUND.lines() == [
        "bits per byte  2.000  (6 bytes, 1 text)",
        "perplexity     8.00  per token (4 tokens)",
    ]
