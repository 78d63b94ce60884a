"""A model over a test set."""
