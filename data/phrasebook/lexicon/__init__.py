"""The words, in tables that a reader of either language can check."""
