"""How surprised a model is."""

import math


def perplexity(nats_per_token: float) -> float:
    """The exponential of the mean loss; infinite where a float cannot hold it."""
    try:
        return math.exp(nats_per_token)
    except OverflowError:
        return math.inf
