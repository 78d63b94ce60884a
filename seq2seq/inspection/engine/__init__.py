"""What all checks stand on: batches of texts, findings, and the passes over a corpus."""
