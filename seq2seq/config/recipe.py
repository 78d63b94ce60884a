"""A recipe: all sections, and the rules that span them."""

from typing import Literal, Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from seq2seq.config import rules
from seq2seq.config.base import Strict
from seq2seq.config.data import DataConfig
from seq2seq.config.decoding import DecodingConfig
from seq2seq.config.model import ModelConfig
from seq2seq.config.problems import spell
from seq2seq.config.tokenizer import TokenizerConfig
from seq2seq.config.training import TrainingConfig


class Recipe(Strict):
    """Everything that decides what is trained, and how."""

    task: Literal["translation"] = "translation"
    """Text to text."""
    data: DataConfig
    """Where the examples come from."""
    tokenizer: TokenizerConfig = TokenizerConfig()
    """How text becomes tokens."""
    model: ModelConfig = ModelConfig()
    """The shape of the network."""
    training: TrainingConfig
    """How it is trained."""
    decoding: DecodingConfig = DecodingConfig()
    """How output is searched for."""

    @model_validator(mode="after")
    def _keep_the_rules(self) -> Self:
        """Refuse settings that contradict each other; the error carries every problem."""
        problems = [
            *rules.data_rules(self.data),
            *rules.tokenizer_rules(self.tokenizer),
            *rules.model_rules(self.model, self.tokenizer),
            *rules.training_rules(self.training),
            *rules.decoding_rules(self.decoding),
        ]
        if problems:
            text = "; ".join(f"{spell(problem.setting)}: {problem.what}" for problem in problems)
            raise PydanticCustomError("rules", "{text}", {"text": text, "problems": problems})
        return self
