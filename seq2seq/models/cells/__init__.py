"""Recurrent cells, one per file, each with its equations as a textbook writes them.

A cell runs over a whole sequence by its fused kernel, or, without one, step by step; a decoder that writes one token at
a time takes single steps. The tests hold the two equal.

``ssru`` and ``minlstm`` have gates that see their inputs alone: without a matrix product over time, a sequence takes a
fraction of the time (:mod:`seq2seq.models.cells.scanned`), and a unit knows of the others what the layer below tells.

Why an LSTM remembers: dc'/dc = f, a product of numbers near one where the gate is open, while dh'/dh of the plain RNN
multiplies by U and by tanh' < 1 at every step, and so vanishes or explodes with the length (Hochreiter 1991;
Pascanu et al. 2013).
"""
