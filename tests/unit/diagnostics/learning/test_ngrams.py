"""Kneser-Ney by hand, and against a plain reimplementation; probabilities sum to one."""

from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seq2seq.diagnostics.learning.ngrams import NgramModel
from seq2seq.special import BOS, EOS

A, B = 4, 5
V = 6


def reference(texts: list[list[int]], order: int, history: tuple[int, ...], token: int) -> float:
    """The definition, by dictionaries."""
    counts: list[Counter[tuple[int, ...]]] = [Counter() for _ in range(order + 1)]
    for text in texts:
        padded = [*[BOS] * (order - 1), *text, EOS]
        for end in range(order, len(padded) + 1):
            counts[order][tuple(padded[end - order : end])] += 1
    for size in range(order - 1, 0, -1):
        before: dict[tuple[int, ...], set[int]] = defaultdict(set)
        whole: Counter[tuple[int, ...]] = Counter()
        for gram, number in counts[size + 1].items():
            before[gram[1:]].add(gram[0])
            whole[gram[1:]] += number
        for gram, left in before.items():
            counts[size][gram] = whole[gram] if size > 1 and gram[0] == BOS else len(left)
    prob = 1 / V
    for size in range(1, order + 1):
        context = history[len(history) - size + 1 :]
        after = {gram: number for gram, number in counts[size].items() if gram[:-1] == context}
        if after:
            once, twice = (sum(number == n for number in counts[size].values()) for n in (1, 2))
            discount = once / (once + 2 * twice) if once else 0.5
            total = sum(after.values())
            own = max(after.get((*context, token), 0) - discount, 0)
            prob = own / total + discount * len(after) / total * prob
    return prob


def test_bigrams_by_hand() -> None:
    """a b | a b | a: bigrams <s>a 3, ab 2, bE 2, aE 1, so D2 = 1 / (1 + 4) = 1/5.

    Continuations: a after {<s>}, b after {a}, E after {b, a}: counts 1, 1, 2 of 4, so D1 = 2 / (2 + 2) = 1/2.
    p1(b) = (1 - .5) / 4 + .5 * 3 / 4 / 6 = 3/16; p2(b | a) = (2 - .2) / 3 + .2 * 2 / 3 * 3/16 = .625.
    """
    model = NgramModel([[A, B], [A, B], [A]], V, order=2)
    found = np.exp(model.log_probs([[A, B]]))
    assert found[1] == pytest.approx(0.625)
    assert found[0] == pytest.approx((3 - 0.2) / 3 + 0.2 / 3 * 3 / 16)
    assert found[2] == pytest.approx((2 - 0.2) / 2 + 0.2 / 2 * ((2 - 0.5) / 4 + 3 / 8 / 6))


TEXTS = st.lists(st.lists(st.integers(4, V - 1), max_size=6), min_size=1, max_size=6)


@given(TEXTS, TEXTS, st.integers(1, 4))
@settings(max_examples=60, deadline=None)
def test_it_is_the_definition(train: list[list[int]], texts: list[list[int]], order: int) -> None:
    expected = []
    for text in texts:
        padded = [*[BOS] * (order - 1), *text, EOS]
        expected += [
            reference(train, order, tuple(padded[place - order + 1 : place]), padded[place])
            for place in range(order - 1, len(padded))
        ]
    np.testing.assert_allclose(np.exp(NgramModel(train, V, order).log_probs(texts)), expected, rtol=1e-9)


@given(TEXTS, st.lists(st.integers(4, V - 1), max_size=4))
@settings(max_examples=40, deadline=None)
def test_probabilities_sum_to_one(train: list[list[int]], history: list[int]) -> None:
    model = NgramModel(train, V, order=3)
    last = [np.exp(model.log_probs([[*history, token]])[len(history)]) for token in range(V) if token != EOS]
    end = np.exp(model.log_probs([history])[-1])
    assert sum(last) + end == pytest.approx(1.0)


def test_the_loss_is_a_sum_over_tokens_with_their_ends() -> None:
    model = NgramModel([[A, B], [A]], V, order=2)
    nats, tokens = model.loss([[A], [B, B]])
    assert tokens == 5
    assert nats == pytest.approx(model.loss([[A]])[0] + model.loss([[B, B]])[0])


def test_the_order_is_lowered_where_keys_would_not_fit() -> None:
    assert NgramModel([[A]], 2**16, order=5).order == 3
