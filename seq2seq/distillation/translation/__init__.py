"""A student that translates."""
