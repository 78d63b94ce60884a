"""Validation, and the best model so far."""
