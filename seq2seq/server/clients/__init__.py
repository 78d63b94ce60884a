"""Who asks, whether it may, and how often."""
