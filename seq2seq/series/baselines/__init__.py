"""Forecasts without a network, which every network has to be better than."""
