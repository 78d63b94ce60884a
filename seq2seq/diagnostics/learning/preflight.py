"""A check before training: whether a fresh model of a recipe can learn at all."""

from typing import Any, Final

import numpy as np
import torch

from seq2seq.config.recipe import Recipe
from seq2seq.data.batching.batch import Batch, collate
from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.learning.losses import batch_losses
from seq2seq.diagnostics.learning.padding import judge_padding, padding_differences
from seq2seq.diagnostics.learning.parameters import judge_parameters, without_gradient
from seq2seq.diagnostics.learning.quality import judge_initialisation
from seq2seq.diagnostics.learning.trials import fresh_trainer, take_step
from seq2seq.diagnostics.subject import Example
from seq2seq.models.classifier import Classifier
from seq2seq.models.dropout import Dropout, WordDropout
from seq2seq.models.forecaster import Forecaster
from seq2seq.models.synthesizer import Synthesizer
from seq2seq.special import NAMES
from seq2seq.training.trainer import Trainer

ROWS: Final = 8
"""Examples that are to be memorised."""
STEPS: Final = 150
"""Steps for it: a sound model of any bundled recipe needs less than half of them."""
MEMORISED: Final = 0.5
"""Share of the initial loss below which a batch counts as memorised: frequencies alone leave most of it, since every
sequence and its tokens are different."""
_CHECKED: Final = 32
"""Examples on which padding and gradients are checked."""
_COMPARED: Final = 2**20
"""Examples by whose lengths those are chosen."""


def preflight(recipe: Recipe, *, device: str = "cpu", steps: int = STEPS) -> list[Finding]:
    """Check a recipe before training it: first loss, gradients, padding, and a batch that is to be memorised.

    Takes some seconds; the data are prepared if they are not yet.

    Raises:
        DataError: the data are missing or wrong.
    """
    with fresh_trainer(recipe, device) as trainer:
        examples = _examples(trainer)
        model = trainer.model.eval()
        batch = collate([one.source_ids for one in examples], [one.target_ids for one in examples])
        with torch.random.fork_rng():
            nats, units = batch_losses(model, batch.to(trainer.runtime.device))
        kind = trainer.task.objective.unit
        findings = [] if recipe.initial_model else [_initial(trainer, float(nats.sum() / max(units.sum(), 1)), kind)]
        on_cpu = model.cpu()
        findings.append(judge_parameters(without_gradient(on_cpu, batch), [], ()))
        findings.append(judge_padding(padding_differences(on_cpu, examples)))
        model.to(trainer.runtime.device)
        findings.append(judge_memorising(*memorise(trainer, examples, steps), kind, steps=steps))
    return findings


def memorise(trainer: Trainer, examples: list[Example], steps: int) -> tuple[float, float]:
    """Loss of a few examples in nats per token or label, before and after training on them alone, without dropout."""
    distinct = list({np.asarray(one.source_ids).tobytes(): one for one in examples}.values())[:ROWS]
    batch = collate([one.source_ids for one in distinct], [one.target_ids for one in distinct])
    _switch_dropout_off(trainer.model)
    trainer.task.objective.train()  # a GPU's recurrent layers have no gradient in evaluation mode
    before, rate = _loss(trainer, batch), trainer.config.optimizer.learning_rate
    warmup = min(trainer.config.schedule.warmup_steps, steps // 10)
    for number in range(1, steps + 1):
        take_step(trainer, batch, rate=rate * min(1.0, number / max(warmup, 1)), number=number)
    return before, _loss(trainer, batch)


def judge_memorising(before: float, after: float, unit: str, *, steps: int = STEPS) -> Finding:
    """A verdict on the loss of a batch before and after training on it alone."""
    about: dict[str, Any] = {
        "measure": "memorising",
        "title": "Loss of one batch after training on it alone",
        "value": after,
        "unit": f"nats per {unit}",
        "details": {"before": before, "after": after, "steps": steps},
    }
    said = f"{steps} steps on one batch take its loss from {before:.3f} to {after:.3f} nats per {unit}"
    if not after < MEMORISED * before:
        return Finding(
            **about,
            verdict=Verdict.TROUBLE,
            trouble="nothing-learnt",
            sentence=f"{said}: the model cannot even learn a few examples by heart.",
            remedy="Look at the learning rate (seq2seq diagnose --learning-rate-range), then at parameters without a "
            "gradient, and at what the model reads of its source.",
        )
    return Finding(**about, verdict=Verdict.FINE, sentence=f"{said}.")


def _switch_dropout_off(model: torch.nn.Module) -> None:
    for module in model.modules():
        if isinstance(module, Dropout | WordDropout):
            module.rate = 0.0
        elif isinstance(module, torch.nn.Dropout):
            module.p = 0.0


def _loss(trainer: Trainer, batch: Batch) -> float:
    nats, units = batch_losses(trainer.model, batch.to(trainer.runtime.device))
    return float(nats.sum() / max(units.sum(), 1))


def _initial(trainer: Trainer, loss: float, unit: str) -> Finding:
    model = trainer.model
    assert not isinstance(model, Synthesizer | Forecaster)  # refused with its recipe
    size = model.head.out_features if isinstance(model, Classifier) else model.projection.out_features
    counted = isinstance(model, Classifier) and model.nb_weight > 0
    uniform = float(np.log(size))
    return judge_initialisation(loss, uniform, unit=unit, prior=uniform if counted else 0.0)


def _examples(trainer: Trainer) -> list[Example]:
    """Training examples of all lengths, of known labels, cut where they are very long."""
    split = trainer.loader.split
    some = np.arange(0, len(split), -(-len(split) // _COMPARED))
    order = some[np.argsort(split.lengths[some].sum(axis=1), kind="stable")]
    order = order[: max(1, int(0.95 * len(order)))]  # the longest take long, and show no more
    rows = order[np.unique(np.linspace(0, len(order) - 1, num=min(_CHECKED, len(order)), dtype=int))]
    labels = isinstance(trainer.model, Classifier)
    found = [Example.of_row(split, int(row)) for row in rows]
    return [one for one in found if not labels or one.target_ids[0] >= len(NAMES)]
