"""Documents: a file in, the same kind of file out, with its sentences translated and everything else as it was."""
