"""Perplexity is the exponential of the loss."""

import math

from seq2seq.evaluation.perplexity import perplexity


def test_of_an_even_choice_it_is_the_number_of_choices() -> None:
    assert math.isclose(perplexity(math.log(8)), 8.0)


def test_of_a_hopeless_model_it_is_infinite() -> None:
    assert perplexity(1e4) == math.inf
