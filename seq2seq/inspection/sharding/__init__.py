"""Inspection in shards: each process checks its own rows, and a merge concludes from what all of them remember."""
