"""What benchmarks/peers.py is made of: programs that are run, peers, our own side, figures."""
