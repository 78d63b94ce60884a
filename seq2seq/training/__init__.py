"""From a recipe to a trained model: loss, optimiser, schedule, validation, checkpoints, and the loop that ties them."""
