"""What a trained network has learnt, and how: measures with verdicts, for `seq2seq diagnose`."""
