"""Sequences of vectors from files."""
