"""A recipe: all sections, and the rules that span them; one class per task.

What the tasks share is in :class:`Recipe`. A task says which sides its examples have, and adds the sections, rules and
metrics that are its own: the shapes of recurrent networks are one family.

translation       text → text             many to many
                  vectors → text          many to many
classification    text → label            many to one; one to one, where the text is a single token
                  vectors → label         many to one
generation        tags, or none → text    one to many
synthesis         tags, or none → vectors one to many
forecasting       series → their future   many to many
"""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Final, Literal, Self, get_args

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from seq2seq.config import forecast_rules, model_rules, rules, synthesis_rules
from seq2seq.config.base import Strict
from seq2seq.config.data import DataConfig
from seq2seq.config.decoding import DecodingConfig, GenerationConfig, SynthesisConfig
from seq2seq.config.initial_model import InitialModelConfig
from seq2seq.config.model import (
    ForecasterConfig,
    ManyToManyConfig,
    ManyToOneConfig,
    ModelConfig,
    OneToManyConfig,
    SynthesizerConfig,
)
from seq2seq.config.problems import Problem, problem_at, spell
from seq2seq.config.sides import TEXTS, SideKind, Sides
from seq2seq.config.tokenizer import TokenizerConfig
from seq2seq.config.training import TrainingConfig
from seq2seq.errors import ConfigError
from seq2seq.registry import METRICS


class Recipe(Strict):
    """Everything that determines a training run: the sections that all tasks share."""

    usual_sides: ClassVar[Sides]
    """Kinds of source and target, unless `data.vectors` says that sources are vectors."""
    reads_vectors: ClassVar[bool] = False
    """Whether sources may be vectors."""
    writes_vectors: ClassVar[bool] = False
    """Whether targets are vectors, which `data.vectors` is then about."""
    metrics: ClassVar[tuple[str, ...]]
    """Metrics that can select the best model; the first is the default."""
    command: ClassVar[str]
    """The command that its models are used with."""

    task: str
    """The task: see the classes below."""
    data: DataConfig
    """The examples."""
    tokenizer: TokenizerConfig = TokenizerConfig()
    """Tokenisation."""
    model: ModelConfig = ModelConfig()
    """The shape of the network."""
    initial_model: InitialModelConfig | None = None
    """The model to fine-tune (`null`: random weights)."""
    training: TrainingConfig
    """Training."""

    @classmethod
    def all_metrics(cls) -> tuple[str, ...]:
        """Everything the best model can be chosen by, metrics of installed packages included."""
        return cls.metrics

    @property
    def sides(self) -> Sides:
        """Kinds of source and target."""
        usual = self.usual_sides
        if self.data.vectors is None or self.writes_vectors:
            return usual
        return usual._replace(source=SideKind.VECTORS)

    @property
    def chosen_by(self) -> str:
        """The metric that selects the best model."""
        return self.training.validation.metric or self.metrics[0]

    @property
    def selects(self) -> bool:
        """Whether validations select the best model; otherwise, each saves the latest one."""
        return True

    @property
    def attends(self) -> bool:
        """Whether the decoder attends to the source."""
        return isinstance(self.model, ManyToManyConfig) and self.model.attention is not None

    def problems(self) -> Iterator[Problem]:
        """Yield the settings that contradict each other."""
        yield from rules.data_rules(self.data, self.sides)
        if self.data.vectors is not None and not (self.reads_vectors or self.writes_vectors):
            what = "are for task: translation, classification or synthesis; set it to null"
            yield problem_at("data.vectors", what, "task")
        elif self.sides.source is SideKind.VECTORS:
            yield from rules.vector_rules(self.data, self.tokenizer, self.model, self.training, self.sides)
        yield from forecast_rules.forecast_rules(self.data, self.sides)
        yield from rules.tokenizer_rules(self.tokenizer, self.sides)
        yield from rules.protection_rules(self.data, self.tokenizer, self.sides)
        chosen = self.training.validation.metric
        metrics = self.metrics if chosen in (None, *self.metrics) else self.all_metrics()  # looks into all packages
        labels = self.sides.target is SideKind.LABEL
        annotated = self.data.terms is not None
        yield from rules.training_rules(
            self.training, metrics, labels=labels, attends=self.attends, annotated=annotated
        )
        yield from rules.window_rules(self.training, self.data, self.tokenizer, self.sides)
        yield from rules.initial_model_rules(self.initial_model, self.training, self.sides)

    @model_validator(mode="after")
    def _keep_the_rules(self) -> Self:
        """Refuse settings that contradict each other; the error carries every problem."""
        sections = list(type(self).model_fields)
        problems = sorted(self.problems(), key=lambda problem: sections.index(str(problem.setting[0])))
        if problems:
            text = "; ".join(f"{spell(problem.setting)}: {problem.what}" for problem in problems)
            raise PydanticCustomError("rules", "{text}", {"text": text, "problems": problems})
        return self


class TranslationRecipe(Recipe):
    """Text, or a sequence of vectors, to text."""

    usual_sides = TEXTS
    reads_vectors = True
    metrics = ("chrf", "loss", "bleu", "exact_match")
    command = "translate"

    task: Literal["translation"] = "translation"
    """Text, or a sequence of vectors, to text."""
    model: ManyToManyConfig = ManyToManyConfig()
    """The shape of the network."""
    decoding: DecodingConfig = DecodingConfig()
    """Decoding."""

    @classmethod
    def all_metrics(cls) -> tuple[str, ...]:
        """Everything the best model can be chosen by, metrics of installed packages included."""
        return (*cls.metrics, *METRICS.added())

    def problems(self) -> Iterator[Problem]:
        """Yield the settings that contradict each other."""
        yield from super().problems()
        yield from model_rules.many_to_many_rules(self.model, self.tokenizer, self.sides)
        yield from rules.decoding_rules(self.decoding)


class ClassificationRecipe(Recipe):
    """Text, or a sequence of vectors, to a label."""

    usual_sides = Sides(SideKind.TEXT, SideKind.LABEL)
    reads_vectors = True
    metrics = ("loss", "accuracy", "macro_f1")
    command = "classify"

    task: Literal["classification"]
    """Text, a single word, or a sequence of vectors to a label."""
    model: ManyToOneConfig = ManyToOneConfig()
    """The shape of the network."""

    def problems(self) -> Iterator[Problem]:
        """Yield the settings that contradict each other."""
        yield from super().problems()
        yield from model_rules.layer_rules(self.model, self.model.encoder.layers, "model.encoder.layers")


class GenerationRecipe(Recipe):
    """Tags, or nothing, to text."""

    usual_sides = Sides(SideKind.TAGS, SideKind.TEXT)
    metrics = ("loss",)
    command = "generate"

    task: Literal["generation"]
    """Text from tags, or from nothing: a language model."""
    model: OneToManyConfig = OneToManyConfig()
    """The shape of the network."""
    decoding: GenerationConfig = GenerationConfig()
    """Decoding."""

    def problems(self) -> Iterator[Problem]:
        """Yield the settings that contradict each other."""
        yield from super().problems()
        yield from model_rules.layer_rules(self.model, self.model.decoder.layers, "model.decoder.layers")
        yield from rules.decoding_rules(self.decoding)


class SynthesisRecipe(Recipe):
    """Tags, or nothing, to a sequence of vectors."""

    usual_sides = Sides(SideKind.TAGS, SideKind.VECTORS)
    writes_vectors = True
    metrics = ("loss",)
    command = "generate"

    task: Literal["synthesis"]
    """A sequence of vectors of numbers, step by step, from tags, or from nothing."""
    model: SynthesizerConfig = SynthesizerConfig()
    """The shape of the network."""
    decoding: SynthesisConfig = SynthesisConfig()
    """Sampling."""

    def problems(self) -> Iterator[Problem]:
        """Yield the settings that contradict each other."""
        yield from super().problems()
        yield from model_rules.layer_rules(self.model, self.model.decoder.layers, "model.decoder.layers")
        yield from synthesis_rules.synthesis_rules(self.data, self.tokenizer, self.model, self.training)


class ForecastingRecipe(Recipe):
    """Series to their next steps."""

    usual_sides = Sides(SideKind.SERIES, SideKind.SERIES)
    metrics = ("loss", "mase", "wql")
    command = "forecast"

    task: Literal["forecasting"]
    """Series of numbers to a distribution of their next steps."""
    model: ForecasterConfig = ForecasterConfig()
    """The shape of the network."""

    @property
    def selects(self) -> bool:
        """Whether validations select the best model; otherwise, each saves the latest one."""
        return self.data.forecast is None or self.data.forecast.hold_out == "dev"

    def problems(self) -> Iterator[Problem]:
        """Yield the settings that contradict each other."""
        yield from super().problems()
        yield from model_rules.forecaster_rules(self.model)
        yield from forecast_rules.series_rules(self.data, self.tokenizer, self.initial_model, self.training)


AnyRecipe = Annotated[
    TranslationRecipe | ClassificationRecipe | GenerationRecipe | SynthesisRecipe | ForecastingRecipe,
    Field(discriminator="task"),
]
"""A recipe of whichever task, for pydantic."""

RECIPES: Final[dict[str, type[Recipe]]] = {
    get_args(kind.model_fields["task"].annotation)[0]: kind
    for kind in (TranslationRecipe, ClassificationRecipe, GenerationRecipe, SynthesisRecipe, ForecastingRecipe)
}
"""The class of each task's recipes."""


def refuse_numeric_targets(recipe: Recipe, what: str) -> None:
    """Refuse a recipe whose targets are numbers where ``what``, in the plural, are for those of texts or labels.

    Raises:
        ConfigError: it is one.
    """
    if recipe.sides.target.numeric:
        raise ConfigError("recipe", [f"task: {what} are not for {recipe.task}"], code="config.other-task")


DEFAULT_TASK: Final = "translation"
"""The task of a recipe that names none."""
