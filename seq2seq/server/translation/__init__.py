"""What is asked for, taken to the model that translates it."""
