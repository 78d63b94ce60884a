"""Several classifiers on one test set: models, and labels in files."""
