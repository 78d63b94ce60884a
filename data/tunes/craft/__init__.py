"""How a tune is made: its key, its dance, its melody, its form."""
