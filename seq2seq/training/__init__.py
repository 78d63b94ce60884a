"""From a recipe to a trained model: loss, optimiser, schedule, validation, checkpoints, and the loop that ties them."""

from seq2seq.extras import require

require("torch", "Training")  # whoever imports any of these modules would meet a bare ImportError
