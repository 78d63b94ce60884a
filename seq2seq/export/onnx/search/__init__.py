"""Whole searches as graphs: the encoder, and a loop around the decoder's step."""
