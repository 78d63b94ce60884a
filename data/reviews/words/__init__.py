"""The lexicon of the reviews: what is judged, and the words that judge it."""
