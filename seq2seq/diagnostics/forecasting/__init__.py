"""Forecasts beside what came: errors, intervals, what is left of them, and how far back a network reads."""
