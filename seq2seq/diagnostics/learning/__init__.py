"""How well a model has learnt, and what went wrong while it was trained."""
