"""Several systems on one test set: models, and outputs in files."""
