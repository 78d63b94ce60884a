"""The functions of ``import seq2seq``."""
