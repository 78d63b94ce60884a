"""How a model that writes text uses its source, its attention and its own words: measures on pairs of texts."""
