"""Fine-tuning: the model whose weights training starts from."""

from typing import Literal

from pydantic import NonNegativeFloat, NonNegativeInt

from seq2seq.config.base import Strict

Part = Literal["embeddings", "encoder", "decoder"]


class InitialModelConfig(Strict):
    """The `initial_model` section: train on from the weights of another model (`seq2seq finetune` writes it)."""

    model: str
    """A model folder, a run folder, or `hf://user/name[@revision]`. Its vocabularies are used too; `tokenizer` and the
    sizes in `model` must equal its own."""
    extend_vocabulary: NonNegativeInt = 0
    """Tokens added to each text vocabulary, learnt from the new training text. Old tokens keep their ids and weights; a
    new one is initialised with the mean of the old tokens that it replaces, if any."""
    labels: Literal["auto", "add", "replace"] = "auto"
    """Add new labels to the model's own, or replace all of them; `auto` replaces them if the new data have at least two
    labels and none that the model knows."""
    optimizer: bool = True
    """Also load the optimiser state, if the model is in the run folder that trained it."""
    l2_sp: NonNegativeFloat = 0.0
    """Strength of the L2 penalty towards the initial weights: l2_sp / 2 x the squared distance is added to the loss
    (L2-SP, Li et al. 2018, section 3). Weights of new tokens and labels are exempt."""
    freeze: tuple[Part, ...] = ()
    """Parts that are not trained, except the embeddings of new tokens."""
