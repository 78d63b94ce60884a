"""Training a synthesizer: the loss of every step; evaluated by it, beside independent numbers."""

from seq2seq.config.recipe import SynthesisRecipe
from seq2seq.data.preparing.prepare import Prepared
from seq2seq.evaluation.vectors import Independent
from seq2seq.models.build import Model
from seq2seq.models.synthesizer import Synthesizer
from seq2seq.training.distributed import Runtime
from seq2seq.training.step.synthesis_objective import SynthesisObjective
from seq2seq.training.validation.validation import Check, Validation, dev_loader, mean_loss, never_interrupt


def synthesis_objective(recipe: SynthesisRecipe, model: Model, prepared: Prepared) -> SynthesisObjective:  # noqa: ARG001
    """The objective of a synthesizer."""
    assert isinstance(model, Synthesizer)
    return SynthesisObjective(model)


class SynthesisValidator:
    """Evaluates a model by the loss."""

    def __init__(
        self, recipe: SynthesisRecipe, objective: SynthesisObjective, prepared: Prepared, runtime: Runtime
    ) -> None:
        self._runtime, self._objective = runtime, objective
        self._loader = dev_loader(prepared, recipe.training.batch)
        dev = prepared.dev
        independent = Independent.of(dev.target_ids(row) for row in range(len(dev)))
        self._baseline = independent.nats / int(dev.lengths[:, 1].sum())

    def validate(self, check: Check = never_interrupt) -> Validation:
        """Evaluate the model."""
        loss = mean_loss(self._objective, self._loader, self._runtime, check)
        return Validation({"loss": loss}, f"nats per step (independent normal numbers {self._baseline:.3f})")
