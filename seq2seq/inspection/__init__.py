"""What is wrong with a corpus, and how to repair it."""
