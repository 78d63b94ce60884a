"""Forecasts: from series to sampled paths, and to their quantiles."""
