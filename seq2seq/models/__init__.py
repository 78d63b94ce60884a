"""Recurrent encoders, decoders and attention, in plain PyTorch: no logging, no loss and no search in here.

Letters: B batch, S source length, T target length, R rows of a search, E embedding, H hidden,
M memory (encoder output), A attention, V vocabulary, L layers.
"""
