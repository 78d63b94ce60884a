"""How fast, how much memory, how near to the machine's limit."""
