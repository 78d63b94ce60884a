"""What benchmarks/gpu.py is made of: a corpus, one module per question, and the report."""
