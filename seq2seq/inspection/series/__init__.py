"""What is wrong with series of numbers."""
