"""Measures of classifiers: what is learnt of the labels, which are confused, and whether probabilities are right."""
