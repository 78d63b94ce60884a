"""Faults that can be repaired, and the files that are written without them."""
