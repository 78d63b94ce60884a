"""``--shard``: what `translate` and `classify` share to answer a part of a file."""
