"""Documents in each format: read into segments, and written with their translations in place."""
