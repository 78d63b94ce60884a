"""The recipe of a fine-tuning: the model's own, with a lower learning rate and more regularisation."""

from typing import Any, Final

from seq2seq.config.data import DataConfig
from seq2seq.config.initial_model import InitialModelConfig
from seq2seq.config.recipe import Recipe
from seq2seq.config.sides import SideKind

RATE: Final = 0.5
"""Share of the learning rate that the model was trained with."""
EPOCHS: Final = 20
BATCH: Final = 1024
"""Tokens of a batch at most: little data gives few steps an epoch."""
PATIENCE: Final = 4
"""Validations without improvement before it ends: on little data, overfitting comes soon."""
_UNGUIDED: Final = 1e-3
"""Highest learning rate after a training whose attention was guided, which higher ones need."""
_DROPOUT: Final = 0.2
"""Least share dropped between layers and before the output."""
_KEPT: Final = {"filters", "unit", "dev_size", "hold_out", "workers", "cache", "markup", "protect", "casing", "vectors"}
"""Settings of `data` that stay as they are."""
_ALPHA: Final = 0.3
"""Subword regularisation."""


def finetuning_recipe(base: Recipe, data: DataConfig, start: InitialModelConfig) -> dict[str, Any]:
    """Settings for fine-tuning a model of the ``base`` recipe on other data, as plain data; `--set` may change them."""
    found = base.model_dump(mode="json")
    kept = base.data.model_dump(mode="json", include=_KEPT)
    found["data"] = data.model_dump(mode="json", exclude_defaults=True) | kept
    found["initial_model"] = start.model_dump(mode="json")
    for name in ("layer", "output"):
        dropout = found["model"]["dropout"]
        dropout[name] = max(dropout[name], _DROPOUT)
    windows = base.training.batch.windows is not None
    cut_anew = base.tokenizer.kind in ("unigram", "bpe") and base.tokenizer.sampling is None and not windows
    if cut_anew and SideKind.TEXT in base.sides:
        source = base.sides.source is SideKind.TEXT
        alpha = _ALPHA if base.tokenizer.kind == "unigram" else 0.1
        found["tokenizer"]["sampling"] = {"source": source, "target": not source, "alpha": alpha}
    training = found["training"]
    training |= {"max_steps": None, "max_time": None, "max_epochs": EPOCHS}
    if training["precision"] == "bf16-mixed":  # the model may have been trained on another machine
        training["precision"] = "auto"
    training["optimizer"]["learning_rate"] = base.training.optimizer.learning_rate * RATE
    if training["guided_alignment"]:  # attention works already
        training["guided_alignment"] = 0.0
        training["optimizer"]["learning_rate"] = min(training["optimizer"]["learning_rate"], _UNGUIDED)
    training["schedule"] |= {"name": "cosine", "warmup_steps": 50}
    training["batch"]["max_tokens"] = min(training["batch"]["max_tokens"], BATCH)
    training["validation"] |= {"every_steps": None, "patience": PATIENCE, "tokenize": "auto"}
    if base.training.validation.metric == "bleu":  # which says little of single words, whatever it said of their data
        training["validation"]["metric"] = "chrf"
    return found
