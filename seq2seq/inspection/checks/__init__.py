"""The checks, one kind of fault per file."""
