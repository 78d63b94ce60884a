"""Many callers, one engine: a fair queue, and batches across requests."""
