"""From examples to token ids on disk."""
