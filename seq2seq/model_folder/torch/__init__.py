"""The weights of a model folder as a torch module: written and read."""
