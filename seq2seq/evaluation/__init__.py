"""How good outputs are: scores, their significance, and tables of them."""
