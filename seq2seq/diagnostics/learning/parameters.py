"""Parameters that do not learn: no gradient reaches them, or training left them as they were at first."""

from collections.abc import Collection, Sequence
from copy import deepcopy
from typing import Any, Final

import torch

from seq2seq.config.recipe import Recipe
from seq2seq.data.batching.batch import Batch, collate
from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.network.reading import objective_of
from seq2seq.diagnostics.subject import Example, Subject
from seq2seq.models.build import Model, build_model
from seq2seq.models.classifier import Classifier
from seq2seq.models.forecaster import Forecaster
from seq2seq.models.projection import Projection
from seq2seq.models.synthesizer import Synthesizer
from seq2seq.series.steps import OWN
from seq2seq.special import NAMES

EXAMPLES: Final = 32
"""Examples whose gradients are added up: what none of them reaches, hardly any does."""
_NAMED: Final = 5
"""Parameters that are named."""


def measure_parameters(subject: Subject) -> list[Finding]:
    """Look for parameters without a gradient, and for those that training did not change."""
    if subject.recipe.initial_model is not None:
        return []  # parts may be frozen on purpose, and the first weights are another model's
    model = deepcopy(subject.model).cpu()
    examples = subject.examples[:EXAMPLES]
    batch = collate([one.source_ids for one in examples], [one.target_ids for one in examples])
    idle = _without_use(model, subject.examples)
    silent, same = (
        [name for name in found if name not in idle]
        for found in (without_gradient(model, batch), unchanged(model, subject.recipe))
    )
    return [judge_parameters(silent, same, encoder_parameters(model))]


def without_gradient(model: Model, batch: Batch) -> list[str]:
    """Names of the parameters whose gradient is zero for all examples of a batch; the model loses its gradients."""
    model.zero_grad(set_to_none=True)
    objective = objective_of(model).eval()
    with torch.enable_grad():
        objective(batch.source, batch.source_lengths, batch.target).smoothed.backward()
    silent = [
        name
        for name, parameter in model.named_parameters()
        if parameter.grad is None or not bool(parameter.grad.count_nonzero())
    ]
    model.zero_grad(set_to_none=True)
    return silent


def unchanged(model: Model, recipe: Recipe) -> list[str]:
    """Names of the parameters that are as the recipe's seed makes them; none if the seed makes others here.

    Constants, such as biases that begin at zero, are compared whatever the seed makes.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(recipe.training.seed)
        sizes = _vocabulary_sizes(model)
        season, channels = (model.season, model.channels) if isinstance(model, Forecaster) else (1, 1)
        model_of_seed = build_model(recipe.model, *sizes, source=recipe.sides.source, season=season, channels=channels)
        fresh = dict(model_of_seed.named_parameters())
    return [
        name for name, parameter in model.named_parameters() if name in fresh and torch.equal(parameter, fresh[name])
    ]


def _without_use(model: Model, examples: Sequence[Example]) -> set[str]:
    """Names of the parameters that such examples have no use for: before vectors of one step, there is none to read."""
    if not isinstance(model, Synthesizer) or any(len(one.target_ids) > 1 for one in examples):
        return set()
    return {"steps.linear.weight"}


def encoder_parameters(model: Model) -> set[str]:
    """Names of the parameters of the encoder; none where it has none."""
    return {name for name, _ in model.named_parameters() if name.startswith("encoder.")}


def _vocabulary_sizes(model: Model) -> tuple[int, int]:
    if isinstance(model, Forecaster):
        return (model.source.linear.in_features - (OWN - 1) * model.channels,) * 2
    if isinstance(model, Synthesizer):
        return model.tags.num_embeddings, model.channels
    read = model.embedding if isinstance(model, Classifier) else model.source_embedding
    inputs = read.linear.in_features if isinstance(read, Projection) else read.num_embeddings
    if isinstance(model, Classifier):
        return inputs, model.head.out_features + len(NAMES)
    return inputs, model.target_embedding.num_embeddings


def judge_parameters(silent: Sequence[str], same: Sequence[str], encoder: Collection[str]) -> Finding:
    """A verdict on parameters without a gradient, and on parameters that are as they were at first.

    Where none of the ``encoder`` gets a gradient, the source is not connected, which other measures name.
    """
    names = list(dict.fromkeys([*silent, *same]))
    about: dict[str, Any] = {
        "measure": "parameters",
        "title": "Parameters that do not learn",
        "value": float(len(names)),
        "unit": "parameters",
        "details": {"without_gradient": list(silent), "unchanged": list(same)},
    }
    if not names:
        return Finding(
            **about, verdict=Verdict.FINE, sentence="A gradient reaches every parameter, and training changed them all."
        )
    named = ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")
    what = [f"no gradient reaches {len(silent)} of them"] * bool(silent)
    what += [f"{len(same)} are as they were before training"] * bool(same)
    if encoder and set(encoder) <= set(silent):
        return Finding(
            **about,
            verdict=Verdict.WATCH,
            trouble="parameters.not-learning",
            sentence=f"{named}: {' and '.join(what)}, among them the whole encoder.",
            remedy="See source.ignored: what the encoder reads does not reach the decoder.",
        )
    return Finding(
        **about,
        verdict=Verdict.TROUBLE,
        trouble="parameters.not-learning",
        sentence=f"{named}: {' and '.join(what)}.",
        remedy="Look where the network drops them: a detached tensor, a part that forward does not call, dead units "
        "(model cell rnn_relu), or a learning rate of zero.",
    )
