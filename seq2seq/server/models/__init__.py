"""Which models there are, and those that are loaded."""
