"""Sequences of vectors from tags."""
