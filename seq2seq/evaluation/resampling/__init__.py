"""Resampling a test set: confidence intervals of scores, and tests of differences."""
