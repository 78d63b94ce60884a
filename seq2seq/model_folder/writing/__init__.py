"""What writes a model folder, its card included."""
