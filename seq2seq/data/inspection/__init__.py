"""What is wrong with a corpus: checks over whole batches of texts, a report, and a cleaned copy."""
