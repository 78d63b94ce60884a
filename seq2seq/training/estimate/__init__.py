"""What a training will take in time and memory, before it starts."""
