"""Shapes of answers, for ``/spec``; the records of texts are those that the command line writes."""

from typing import Literal

from pydantic import BaseModel, ConfigDict


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Term(_Shape):
    """A term of the glossary that a text has."""

    source: str
    targets: list[str]
    met: bool
    """Whether the translation has one of its translations."""
    forced: bool
    """Whether it was searched for again for that."""


class _Scored(_Shape):
    log_prob: float | None
    """Sum of the tokens' log-probabilities in nats."""
    score: float | None
    """The log-probability under the length penalty, by which translations are ranked."""
    tokens: list[str] | None
    """Sub-word pieces."""
    alignment: list[tuple[int, int, float]] | None
    """Attention: output piece, source piece, weight. The index after the last source piece is the end of the
    sentence."""
    confidence: float | None
    """Probability (0 to 1) that it is good, if the model can say."""
    terms: list[Term] | None
    note: str | None
    """A warning, for people."""


class Translation(_Scored):
    """One of the translations of a line."""

    text: str


class Sentence(_Scored):
    """A sentence of a line, and its translation."""

    source: str
    translation: str
    source_tokens: list[str] | None
    memory: None = None


class SearchNode(_Shape):
    """A prefix that the search had."""

    piece: str | None
    """Its last sub-word piece; null: the end of the sentence."""
    parent: int | None
    """Place in the list of the prefix without that piece, which stands before; null: it is the first piece."""
    log_prob: float
    """Of all its pieces, in nats."""
    probability: float
    """Of its last piece, after those before."""
    fate: Literal["continued", "finished", "pruned", "live"]
    """Whether others continue it, it is an output, better ones took its place, or it was in the beam when the search
    stopped."""
    best: bool
    """Whether the best output begins so."""


class Flag(_Shape):
    """Why a person has to look at a line."""

    code: str
    text: str


class PlacedSpan(_Shape):
    """A span of a line, and the same in its translation."""

    text: str
    kind: str
    """`placeholder`, `url`, `email`, `tag`, `code` and others that are recognised; `protected` for a string of
    `protect`."""
    source: tuple[int, int]
    """Its first character, from 0, and the character after its last."""
    target: tuple[int, int] | None
    """Likewise; null if the translation lacks it."""


class Line(_Shape):
    """A line of a text, or a segment of HTML."""

    line: int
    """From 1."""
    source: str
    translation: str
    source_tokens: list[str]
    """Sub-word pieces as the model read them."""
    translations: list[Translation]
    """Best first."""
    sentences: list[Sentence] = []
    """Unless the line was translated whole."""
    flags: list[Flag] = []
    search: list[SearchNode] | None = None
    """With `search`: its hypotheses, a parent before its children."""
    spans: list[PlacedSpan] | None = None
    """With `spans` or `protect`: what was not translated, in the order of the source."""


class TranslatedText(_Shape):
    """A text, translated."""

    translation: str
    source: str
    """Language of the text."""
    source_probability: float | None
    """If it was detected."""
    target: str
    model: str | None
    """Null if the text was in the target language already, and is returned as it is."""
    version: str | None
    lines: list[Line]
    """None of a text that is returned as it is."""


class TranslateAnswer(_Shape):
    """Of ``/v1/translate``."""

    results: list[TranslatedText]
    """In the order of the texts."""


class Word(_Shape):
    """The effect of a word on a label."""

    start: int
    """Its first character in the text, from 0."""
    end: int
    """The character after its last."""
    text: str
    contribution: float
    """Log-odds of the label with the word less those without it, in nats."""
    probability_without: float
    """Probability of the label without the word."""


class Label(_Shape):
    """The label of a text."""

    line: int
    """Number of the text, from 1."""
    text: str
    label: str | None
    """The most probable one; null for a text without words."""
    probability: float
    probabilities: dict[str, float]
    note: str | None
    """A warning, for people."""
    log_odds: float | None = None
    """With `explain`: of the label, in nats."""
    words: list[Word] | None = None
    """With `explain`."""


class ClassifyAnswer(_Shape):
    """Of ``/v1/classify``."""

    model: str
    version: str
    results: list[Label]
    """In the order of the texts."""


class GeneratedText(_Shape):
    """A text that was generated."""

    text: str
    """The prompt included."""
    tags: str
    log_prob: float
    """Sum of the tokens' log-probabilities in nats, without the prompt's."""
    tokens: list[str]
    """Sub-word pieces, without the prompt's."""
    note: str | None
    """A warning, for people."""
    abc: str | None = None
    """With `format` `abc`: the tune, with headers."""


class GenerateAnswer(_Shape):
    """Of ``/v1/generate``."""

    model: str
    version: str
    texts: list[GeneratedText]


class SynthesizedSequence(_Shape):
    """A sequence of vectors that was generated."""

    tags: str
    """Those it was generated from."""
    vectors: list[list[float]]
    """The numbers of each step, in the units of the training data."""
    note: str | None
    """A warning, for people."""


class SynthesizeAnswer(_Shape):
    """Of ``/v1/synthesize``."""

    model: str
    version: str
    sequences: list[SynthesizedSequence]


class ForecastSeries(_Shape):
    """The next steps of a series."""

    unique_id: str
    """Its name, or its number, from 1."""
    ds: list[str]
    """Times of the steps, or their numbers."""
    mean: list[float]
    """Of the sampled continuations, by step."""
    quantiles: dict[str, list[float]]
    """By their levels; `0.5` is the median."""
    paths: list[list[float]] | None = None
    """With `keep_paths`: the continuations."""


class ForecastAnswer(_Shape):
    """Of ``/v1/forecast``."""

    model: str
    version: str
    results: list[ForecastSeries]
    """In the order of the series."""


class SeriesRead(_Shape):
    """What a forecaster reads of series."""

    frequency: str | None
    """Interval between two steps; null: steps are numbered."""
    clock: Literal["utc", "local"] | None
    """Of the times that it reads: `utc`, to which times with offsets are converted, or that of a place (`local`), for
    which offsets are left out; null: steps are numbered."""
    season: int
    """Steps per season; 1: there is none."""
    horizon: int
    """Steps that it forecasts."""
    context: int
    """Most steps that it reads before them."""
    channels: list[str]
    """Names of the channels that it reads together, which `/v1/forecast` does not take; none: it reads one."""
    known_covariates: list[str]
    """Names of the numbers that have to be known in advance."""
    past_covariates: list[str]
    """Names of those that are read up to the last value."""


class VectorsWritten(_Shape):
    """What a synthesizer writes."""

    numbers: int
    """Of a step."""
    max_steps: int
    """Most steps of a sequence, by default."""
    temperature: float
    """By default."""


class Model(_Shape):
    """A model of the server."""

    id: str
    """Its name."""
    object: str
    """`model`."""
    created: int
    """0: it is not known."""
    owned_by: str
    """`seq2seq`."""
    name: str
    version: str
    task: str
    """`translation`, `classification`, `generation`, `synthesis` or `forecasting`."""
    directions: list[tuple[str, str]]
    """Languages from which and into which it translates."""
    labels: list[str]
    """Of a classifier."""
    tags: list[str]
    """Of a generator or synthesizer."""
    series: SeriesRead | None
    """Of a forecaster."""
    vectors: VectorsWritten | None
    """Of a synthesizer."""
    license: str | None
    loaded: bool
    """Whether it is in memory."""
    working: bool
    """Whether it could be described, and loaded the last time."""


class ModelsAnswer(_Shape):
    """Of ``/v1/models``."""

    object: str
    """`list`."""
    data: list[Model]
