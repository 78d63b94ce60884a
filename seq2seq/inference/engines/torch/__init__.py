"""torch: the weights themselves, on any device."""
