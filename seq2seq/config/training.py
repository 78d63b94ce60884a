"""How a model is trained, and when that ends."""

from typing import Annotated, Literal

from pydantic import Field, NonNegativeFloat, NonNegativeInt, PositiveFloat, PositiveInt

from seq2seq.config.base import Share, Strict
from seq2seq.config.duration import Duration
from seq2seq.config.one_of import OneOf
from seq2seq.registry import METRICS

Tokenize = Literal["auto", "13a", "intl", "zh", "ja-mecab", "ko-mecab", "char", "none"]
"""What finds the words of a text that is scored: a tokenizer of sacrebleu; `auto`: what its script needs."""


class WindowsConfig(Strict):
    """Truncated back-propagation through time (Williams and Peng 1990).

    The text is cut into streams of equal length, which are read side by side.
    """

    tokens: PositiveInt = 64
    """Tokens of a window: how far back the gradient reaches."""
    streams: PositiveInt = 32
    """Places in the text that are read side by side."""
    carry_state: bool = True
    """Start a window with the state in which the one before it ended."""


class BatchConfig(Strict):
    """How examples are put together."""

    max_tokens: PositiveInt = 2048
    """Upper bound on rows x longest row, padding included, summed over source and target, per device and
    micro-batch."""
    max_rows: PositiveInt | None = None
    """Upper bound on examples (`null`: none)."""
    accumulate: PositiveInt = 1
    """Micro-batches a step."""
    windows: WindowsConfig | None = None
    """Read the texts as one that goes on, a window at a time, instead of one example after the other (`null`: every
    example begins anew). The batch is then `streams` x `tokens`, whatever `max_tokens` says."""


class OptimizerConfig(Strict):
    """Which optimiser, and its constants."""

    name: Literal["adam", "adamw", "sgd"] = "adam"
    """Kingma and Ba 2015; Loshchilov and Hutter 2019; plain gradient descent."""
    learning_rate: PositiveFloat = 1e-3
    """Peak learning rate."""
    betas: tuple[Share, Share] = (0.9, 0.998)
    """Adam's decay rates of the gradient's first and second moments."""
    epsilon: PositiveFloat = 1e-8
    """Adam's guard against division by zero."""
    weight_decay: NonNegativeFloat = 0.0
    """Decoupled for adamw; added to the gradient otherwise."""
    momentum: Share = 0.0
    """For sgd."""


class ScheduleConfig(Strict):
    """The learning rate over time, as a share of its peak."""

    name: Literal["constant", "inverse_sqrt", "cosine", "plateau", "one_cycle"] = "cosine"
    """`cosine` and `one_cycle` end with training: with the nearest of its limits."""
    warmup_steps: NonNegativeInt = 100
    """Steps over which the rate rises from zero to its peak, in a line (`one_cycle`: along a cosine)."""
    min_share: Share = 0.02
    """Share of the peak that the rate never falls below."""
    patience: PositiveInt = 1
    """`plateau`: validations without improvement before the rate falls."""
    factor: float = Field(default=0.5, gt=0.0, lt=1.0)
    """`plateau`: what the rate is multiplied by."""


class ValidationConfig(Strict):
    """How often the model is validated, by what it is judged, and when it stops for want of progress."""

    every_steps: PositiveInt | None = None
    """Steps between validations (`null`: once an epoch)."""
    metric: Annotated[str, OneOf(METRICS)] | None = None
    """What chooses the best model, and the lower loss among equals: the loss in nats; of translations, chrF, BLEU, or
    the share of outputs equal to their reference; of labels, the share that is right or the mean of the classes' F1
    (`null`: chrF of translations, which moves on any target, also on single words and without spaces; else the
    loss). As long as chrF or BLEU are no better than chance, the loss chooses."""
    decode: NonNegativeInt = 0
    """Development examples decoded greedily at each validation, for BLEU and samples (0: none, unless the metric
    needs them: then all); where text is generated, how many samples are drawn."""
    tokenize: Tokenize = "auto"
    """What finds the words that BLEU counts, in sacrebleu's names, here and in the scores at the end; `auto`: what the
    script of the references needs (`zh`; `ja-mecab` and `ko-mecab` where MeCab is installed, else `char`; `char` for
    other scripts without spaces; else `13a`)."""
    patience: PositiveInt | None = None
    """Validations without improvement before training stops (`null`: never); those at which the metric stands still
    while the loss falls are not counted."""


class TrainingConfig(Strict):
    """The `training` section. At least one of `max_steps`, `max_epochs` and `max_time` is set."""

    seed: NonNegativeInt = 1
    """Decides the initial weights, the order of the data and every random draw."""
    max_steps: PositiveInt | None = None
    """Optimiser steps at most."""
    max_epochs: PositiveInt | None = None
    """Passes over the training data at most."""
    max_time: Duration | None = None
    """Wall-clock time at most, as `90s`, `20m` or `1h30m`."""
    batch: BatchConfig = BatchConfig()
    """How examples are put together."""
    optimizer: OptimizerConfig = OptimizerConfig()
    """Which optimiser."""
    schedule: ScheduleConfig = ScheduleConfig()
    """The learning rate over time."""
    label_smoothing: Share = 0.1
    """Share of the probability spread over all tokens, or labels (Szegedy et al. 2016)."""
    class_weights: Literal["balanced"] | None = None
    """`balanced` weighs a label's examples by how rare it is, so that all labels weigh the same together."""
    clip_norm: PositiveFloat | None = 1.0
    """Largest norm of the gradient (Pascanu et al. 2013); `null`: unbounded."""
    ema_decay: Share = 0.0
    """Decay of the exponential moving average of weights, which then is what is validated and kept (0: off)."""
    validation: ValidationConfig = ValidationConfig()
    """How often the model is validated."""
    log_every: PositiveInt = 50
    """Steps between lines of the log."""
    checkpoint_every: Duration = 300.0
    """Time between checkpoints of the last state, beside the one at every validation."""
    checkpoint_every_steps: PositiveInt | None = None
    """Steps between checkpoints, beside those (`null`: by time alone)."""
    max_skipped: PositiveInt = 10
    """Steps in a row that may be skipped, since the loss or the gradient is no number, before training stops."""
    precision: Literal["32-true", "bf16-mixed"] = "32-true"
    """Arithmetic, in Lightning Fabric's names."""
    tensorboard: bool = False
    """Write TensorBoard event files as well (needs the extra `tensorboard`)."""
