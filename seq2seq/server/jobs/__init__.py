"""What is asked of models, kind by kind: each runs in the model's thread, over the texts of one batch."""
