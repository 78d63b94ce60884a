"""The rules of recipes for synthesis: each names the contradiction and how to resolve it."""

from collections.abc import Iterator

from seq2seq.config.data import DataConfig
from seq2seq.config.model import SynthesizerConfig
from seq2seq.config.problems import Problem, problem_at
from seq2seq.config.rules import step_rules
from seq2seq.config.tokenizer import TokenizerConfig
from seq2seq.config.training import TrainingConfig


def synthesis_rules(
    data: DataConfig,
    tokenizer: TokenizerConfig,
    model: SynthesizerConfig,
    training: TrainingConfig,
) -> Iterator[Problem]:
    """Yield what does not go with targets that are vectors."""
    yield from step_rules(data, "source", "tags")
    if tokenizer != TokenizerConfig():
        yield problem_at("tokenizer", "is for text, and there is none here; remove it", "task")
    if model.dropout.word:
        what = "drops words, and there are none here; set it to 0, or use model.dropout.embedding"
        yield problem_at("model.dropout.word", what, "task")
    if training.batch.windows is not None:
        yield problem_at("training.batch.windows", "is for running text; set it to null", "task")
    if training.r_drop:
        yield problem_at("training.r_drop", "is for tokens and labels; set it to 0", "task")
