"""Parts of ``seq2seq evaluate``."""
