"""The graphs, node by node."""
