"""Scores of outputs, their significance, and reports of them."""
