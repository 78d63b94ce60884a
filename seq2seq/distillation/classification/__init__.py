"""A student that labels."""
