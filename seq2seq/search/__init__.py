"""Search over what a model proposes: greedy, beam and sampling, in NumPy, knowing nothing of torch."""
