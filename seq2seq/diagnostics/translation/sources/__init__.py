"""How the source reaches the output: pairs that belong together, its use, its vector, attention."""
