"""Vocabularies: learnt from text, closed, extended, and those of both sides of an example."""
