"""Work on a file in shards: each process answers the lines of its own range of bytes; a merge joins what they wrote."""
