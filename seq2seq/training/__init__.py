"""From a recipe to a trained model: loss, optimiser, schedule, validation, checkpoints, and the loop that ties them."""

from seq2seq.extras import require

require("torch", "Training")  # else importing any of these modules raises a bare ImportError
