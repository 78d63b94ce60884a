"""Sequences of vectors: how likely, what decides them, and what a network samples beside what there is."""
