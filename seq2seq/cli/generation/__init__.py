"""Parts of ``seq2seq generate``."""
