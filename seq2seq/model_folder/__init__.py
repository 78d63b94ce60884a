"""The format of a trained model on disk."""
