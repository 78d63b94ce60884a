"""Scores by properties of the source: its length, its rare words."""
