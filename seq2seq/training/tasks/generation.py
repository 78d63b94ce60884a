"""Training a generator: the loss of every token; evaluated by it, and shown by a few samples."""

from itertools import islice

from seq2seq.config.recipe import GenerationRecipe
from seq2seq.data.preparing.prepare import Prepared
from seq2seq.evaluation.likelihood import Likelihood
from seq2seq.inference.engines.torch.stepper import TorchStepper
from seq2seq.inference.generator import Generator, text_bytes
from seq2seq.training.distributed import Runtime
from seq2seq.training.step.objective import SequenceObjective
from seq2seq.training.validation.validation import Check, Validation, dev_loader, mean_loss, never_interrupt

_SHOWN = 300
"""Characters of a sample that are shown."""


class GenerationValidator:
    """Evaluates a model by the loss; ``validation.decode`` samples from the tags of dev examples show its output."""

    def __init__(
        self, recipe: GenerationRecipe, objective: SequenceObjective, prepared: Prepared, runtime: Runtime
    ) -> None:
        self._runtime, self._prepared, self._objective = runtime, prepared, objective
        self._decoding = recipe.decoding
        self._loader = dev_loader(prepared, recipe.training.batch)
        # The model cannot start from tags that occur only in dev.
        known = (tags for tags, _ in prepared.dev.pairs() if not prepared.tokenizers.source.unknown(tags))
        self._tags = list(islice(known, recipe.training.validation.decode))
        self._bytes = text_bytes(prepared.tokenizers.target, (target for _, target in prepared.dev.pairs()))
        self._tokens = int(prepared.dev.lengths[:, 1].sum())

    def validate(self, check: Check = never_interrupt) -> Validation:
        """Evaluate the model."""
        loss = mean_loss(self._objective, self._loader, self._runtime, check)
        likelihood = Likelihood(loss * self._tokens, self._tokens, self._bytes, len(self._prepared.dev))
        figures = {"loss": loss, "perplexity": likelihood.perplexity, "bits_per_byte": likelihood.bits_per_byte}
        shown = f"perplexity {likelihood.perplexity:.2f}  {likelihood.bits_per_byte:.3f} bits/byte"
        return Validation(figures, shown, tuple(self._write()) if self._runtime.is_main else ())

    def _write(self) -> list[str]:
        if not self._tags:
            return []
        stepper = TorchStepper(self._objective.model, self._runtime.device)
        generator = Generator(stepper, self._prepared.tokenizers, self._decoding)
        return [
            f"    {f'{one.tags}: ' if one.tags else ''}{one.text[:_SHOWN]}" for one in generator.generate(self._tags)
        ]
