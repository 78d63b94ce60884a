"""Parameters of a request, and what its answers have in common."""
