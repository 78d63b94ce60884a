"""The kinds of file that people have, from bytes to rows."""
