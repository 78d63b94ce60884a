"""From a trained model to text: the model folder, the stepper that search asks, and the translator."""
