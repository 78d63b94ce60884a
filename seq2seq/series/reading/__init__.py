"""Files with series in them, read."""
