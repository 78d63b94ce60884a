"""What a model is trained on from: another model, instead of random weights."""

from typing import Literal

from pydantic import NonNegativeFloat, NonNegativeInt

from seq2seq.config.base import Strict

Part = Literal["embeddings", "encoder", "decoder"]


class InitialModelConfig(Strict):
    """The `initial_model` section: train on from the weights of another model (`seq2seq finetune` writes it)."""

    model: str
    """A model folder, a run folder, or `hf://user/name[@revision]`. Its vocabularies are taken too; `tokenizer` and the
    shape of `model` must be as they are there."""
    extend_vocabulary: NonNegativeInt = 0
    """Pieces added to each vocabulary of text, learnt from the new training text. Old tokens keep their ids and
    weights; a new one starts as the mean of those that it takes the place of, if there are any."""
    labels: Literal["auto", "add", "replace"] = "auto"
    """Labels that the model lacks are added to its own, or those of the new data take the place of all; `auto` replaces
    them if the new data have two or more, and none that is known."""
    optimizer: bool = True
    """Take over the optimiser's moments, where the model lies in the run folder that trained it."""
    l2_sp: NonNegativeFloat = 0.0
    """Strength of a pull back to the weights at the start: l2_sp / 2 x the squared distance is added to the loss
    (L2-SP, Li et al. 2018, section 3). Weights of new tokens and labels are free."""
    freeze: tuple[Part, ...] = ()
    """Parts that are not trained; the embeddings of new tokens are in any case."""
