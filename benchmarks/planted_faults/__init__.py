"""Faults that are planted in trainings, to see whether `seq2seq diagnose` names them."""
