"""Steppers around steppers: a prefix, what a search reads, several models."""
