"""Training: batches, optimiser, schedule, validation and stopping."""

from typing import Annotated, Literal

from pydantic import Field, NonNegativeFloat, NonNegativeInt, PositiveFloat, PositiveInt

from seq2seq.config.base import Share, Strict
from seq2seq.config.duration import Duration
from seq2seq.config.one_of import OneOf
from seq2seq.registry import METRICS

Precision = Literal["auto", "32-true", "bf16-mixed"]
"""Numeric precision, by Lightning Fabric's names; `auto`: chosen by the device."""
Tokenize = Literal["auto", "13a", "intl", "zh", "ja-mecab", "ko-mecab", "char", "none"]
"""A tokenizer of sacrebleu, for scores; `auto`: chosen by the script of the text."""


class WindowsConfig(Strict):
    """Truncated back-propagation through time (Williams and Peng 1990).

    The text is cut into streams of equal length, which are read in parallel.
    """

    tokens: PositiveInt = 64
    """Tokens per window: how far back the gradient reaches."""
    streams: PositiveInt = 32
    """Number of parallel streams."""
    carry_state: bool = True
    """Start a window with the final state of the previous one."""


class BatchConfig(Strict):
    """Batches."""

    max_tokens: PositiveInt = 2048
    """Upper bound on rows x longest row, padding included, summed over source and target, per device and
    micro-batch."""
    max_rows: PositiveInt | None = None
    """Upper bound on examples per micro-batch (`null`: none)."""
    accumulate: PositiveInt = 1
    """Micro-batches per step (gradient accumulation)."""
    windows: WindowsConfig | None = None
    """Read the texts as one continuous text, window by window (`null`: every example is independent). The batch is then
    `streams` x `tokens`; `max_tokens` has no effect."""


class OptimizerConfig(Strict):
    """The optimiser and its constants."""

    name: Literal["adam", "adamw", "sgd"] = "adam"
    """Adam (Kingma and Ba 2015), AdamW (Loshchilov and Hutter 2019), or stochastic gradient descent."""
    learning_rate: PositiveFloat = 1e-3
    """Peak learning rate."""
    betas: tuple[Share, Share] = (0.9, 0.998)
    """Adam's decay rates of the first and second moments of the gradient."""
    epsilon: PositiveFloat = 1e-8
    """Added to Adam's denominator, against division by zero."""
    weight_decay: NonNegativeFloat = 0.0
    """Decoupled for adamw; added to the gradient otherwise."""
    momentum: Share = 0.0
    """Momentum of sgd."""


class ScheduleConfig(Strict):
    """The learning rate over time, as a share of its peak."""

    name: Literal["constant", "inverse_sqrt", "cosine", "plateau", "one_cycle"] = "cosine"
    """Shape over time; `cosine` and `one_cycle` end at the first limit of training that is reached."""
    warmup_steps: NonNegativeInt = 100
    """Steps over which the rate rises from zero to its peak, linearly (`one_cycle`: along a cosine)."""
    min_share: Share = 0.02
    """Lower bound of the rate, as a share of its peak."""
    patience: PositiveInt = 1
    """`plateau`: validations without improvement before the rate falls."""
    factor: float = Field(default=0.5, gt=0.0, lt=1.0)
    """`plateau`: factor by which the rate falls."""


class ValidationConfig(Strict):
    """Validation: interval, metric and early stopping."""

    every_steps: PositiveInt | None = None
    """Steps between validations (`null`: once per epoch)."""
    metric: Annotated[str, OneOf(METRICS)] | None = None
    """Metric that selects the best model; ties are broken by the loss. The loss is in nats; translations also have
    chrF, BLEU and the share of exact matches; labels, accuracy and macro-F1; forecasts, MASE and wQL (`null`: chrF
    for translations, since it varies even on single words and on text without spaces; else the loss). While chrF or
    BLEU are no better than chance, the loss selects."""
    decode: NonNegativeInt = 0
    """Development examples decoded greedily at each validation, for BLEU and samples (0: none, or all if the metric
    needs them); for generation, the number of samples; for forecasting, the number of series (0: all)."""
    tokenize: Tokenize = "auto"
    """Tokenizer of BLEU, by sacrebleu's names, in validation and in the final scores; `auto`: chosen by the script of
    the references (`zh`; `ja-mecab` and `ko-mecab` where MeCab is installed, else `char`; `char` for
    other scripts without spaces; else `13a`)."""
    patience: PositiveInt | None = None
    """Validations without improvement before training stops (`null`: never); a validation whose metric is unchanged
    while the loss falls does not count."""


class TrainingConfig(Strict):
    """The `training` section. At least one of `max_steps`, `max_epochs` and `max_time` is required."""

    seed: NonNegativeInt = 1
    """Seed of the initial weights, the data order and all sampling."""
    max_steps: PositiveInt | None = None
    """Maximum number of optimiser steps."""
    max_epochs: PositiveInt | None = None
    """Maximum number of passes over the training data."""
    max_time: Duration | None = None
    """Maximum wall-clock time: `90s`, `20m`, `1h30m`."""
    batch: BatchConfig = BatchConfig()
    """Batches."""
    optimizer: OptimizerConfig = OptimizerConfig()
    """The optimiser."""
    schedule: ScheduleConfig = ScheduleConfig()
    """The learning rate over time."""
    label_smoothing: Share = 0.1
    """Probability mass spread evenly over all tokens, or labels (Szegedy et al. 2016, section 7); not for forecasts or
    vectors."""
    guided_alignment: NonNegativeFloat = 0.0
    """Weight of the loss that shows attention, from the first step, which source tokens a target token may translate
    (Chen et al. 2016), by a lexicon that is learnt from the training pairs in seconds (0: off). On Multi30k, 0.3
    and a rate six times as high reach in 3 epochs what took 12."""
    r_drop: NonNegativeFloat = 0.0
    """Weight of R-Drop: every batch is read twice, with different dropout masks, and the two predictions are drawn to
    each other (Liang et al. 2021; they take 5 for translation). A step takes twice as long (0: off)."""
    class_weights: Literal["balanced"] | None = None
    """`balanced` weights examples by the inverse frequency of their label, so that all labels have the same total
    weight."""
    clip_norm: PositiveFloat | None = 1.0
    """Maximum norm of the gradient (Pascanu et al. 2013; `null`: unbounded)."""
    ema_decay: Share = 0.0
    """Decay of the exponential moving average of the weights, which is then validated and saved (0: off)."""
    validation: ValidationConfig = ValidationConfig()
    """Validation and early stopping."""
    log_every: PositiveInt = 50
    """Steps between log lines."""
    checkpoint_every: Duration = 300.0
    """Time between checkpoints, in addition to those at validations."""
    checkpoint_every_steps: PositiveInt | None = None
    """Steps between checkpoints, in addition (`null`: by time alone)."""
    keep_checkpoints: Annotated[int, Field(ge=2)] = 2
    """Last checkpoints that stay in the run folder, each about as large as three models or four; `seq2seq average RUN
    --last N` averages the weights of N of them."""
    max_skipped: PositiveInt = 10
    """Consecutive steps with a loss or gradient that is not finite, which are skipped, before training stops."""
    precision: Precision = "32-true"
    """Numeric precision, by Lightning Fabric's names; `auto` is `bf16-mixed` where the device computes in bfloat16
    (CPUs with AVX512-BF16, AMX or ARM's BF16; GPUs of compute capability 8.0 or later), else `32-true`. The run's
    `recipe.yaml` has what was taken, and a resumed run keeps it."""
    tensorboard: bool = False
    """Also write TensorBoard event files (needs the extra `tensorboard`)."""
