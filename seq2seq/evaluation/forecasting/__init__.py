"""How good forecasts are, beside those that need no network."""
