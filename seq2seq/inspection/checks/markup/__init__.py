"""Checks that compare the markup and placeholders of two sides."""
