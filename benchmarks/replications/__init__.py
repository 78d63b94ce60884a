"""Replications of five claims about recurrent networks, each over three seeds (`benchmarks/replicate.py` runs them)."""
