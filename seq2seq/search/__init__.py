"""Search over the proposals of a model: greedy, beam and sampling, in NumPy, without torch."""
