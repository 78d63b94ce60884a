"""Training that begins with another model's weights."""
