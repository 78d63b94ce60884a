"""The source of the examples: files, columns, and filters."""

from typing import Annotated, Final, Literal

from pydantic import Field, NonNegativeInt, PositiveFloat, PositiveInt

from seq2seq.config.base import Strict
from seq2seq.config.forecast import ForecastConfig


class AlignedFiles(Strict):
    """Two text files, aligned line by line."""

    source: str
    """File of source sentences."""
    target: str
    """File of target sentences."""


Location = str | AlignedFiles
"""One split: a TSV, CSV, JSON, Parquet, TMX, XLIFF, PO, XLSX, plain text or ABC file, a folder of such shards, or two
aligned files."""


TAG: Final = r"^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*$"
"""The form of a language's code, as an expression."""
Language = Annotated[str, Field(pattern=TAG)]
"""A language, by its code in BCP 47: `en`, `pt-BR`, `zh-Hant`."""


class ColumnsConfig(Strict):
    """Columns by name (header or JSON key; `translation.en` for a nested value) or by index from 0."""

    source: str | NonNegativeInt | None = 0
    """Column of the source: text, or space-separated tags that a generated text is conditioned on (`null`: none, a
    language model). With two aligned files in a folder, the file ending: `en` reads `train.en`."""
    target: str | NonNegativeInt = 1
    """Column of the target: text, or a label."""
    group: str | NonNegativeInt | None = None
    """Optional column, such as a domain, by which `evaluate` groups scores; a file may lack it."""


class SplitsConfig(Strict):
    """Names of the splits inside `path`; the first that exists is used."""

    train: tuple[str, ...] = ("train",)
    """Names of the training split."""
    dev: tuple[str, ...] = ("dev", "validation", "valid", "val")
    """Names of the development split."""
    test: tuple[str, ...] = ("test",)
    """Names of the test split."""


class SourceConfig(Strict):
    """One of several sources of training, with its languages. What is not set here is that of `data`."""

    path: str | None = None
    """As `data.path`."""
    train: Location | None = None
    """As `data.train`."""
    dev: Location | None = None
    """As `data.dev`."""
    test: Location | None = None
    """As `data.test`."""
    columns: ColumnsConfig = ColumnsConfig()
    """Columns of source and target."""
    splits: SplitsConfig = SplitsConfig()
    """Names of the splits inside `path`."""
    swap: bool = False
    """Swap source and target, for the other direction of the same corpus."""
    languages: tuple[Language, Language]
    """Languages of source and target, after `swap`. Where the sources have several target languages, each text is read
    with a tag for its own, `<2de>`, which is one token; the option `--to de` sets it."""
    tags: tuple[Annotated[str, Field(pattern=r"^[A-Za-z][\w.-]*$")], ...] = ()
    """Further tags, such as a domain or a register: `formal` is read as `<:formal>`; the option `--tag formal` sets
    it."""
    share: float | None = Field(default=None, gt=0.0, le=1.0)
    """Share of an epoch's examples (`null`: by its size and `data.temperature`). An epoch has as many examples as the
    sources together."""


class ReplayConfig(Strict):
    """Other data mixed into training, against forgetting; not used for validation."""

    data: Location | None = None
    """A file, two aligned files, a folder of shards, or a whole data set (its training split)."""
    sources: tuple[SourceConfig, ...] = ()
    """In place of `data`: the training splits of several sources, with their languages and tags."""
    columns: ColumnsConfig = ColumnsConfig()
    """Columns of source and target."""
    languages: tuple[Language, Language] | None = None
    """Languages of source and target (`null`: those of the other data)."""
    share: float = Field(default=0.5, gt=0.0, lt=1.0)
    """Share of an epoch's examples taken from this data; they are sampled without replacement across epochs."""


class FilterConfig(Strict):
    """Rows left out of training; the number removed by each rule is printed."""

    max_length: PositiveInt = 256
    """Longest source or target, in tokens, EOS included (no limit for text read in windows)."""
    max_ratio: PositiveFloat | None = 9.0
    """Largest ratio between the token lengths of the two sides (`null`: any), after adding 8 to both, so that
    short pairs are kept."""
    duplicates: bool = True
    """Leave out exact duplicates of an earlier example of the same split."""


class CasingConfig(Strict):
    """Training rows in other letter case, sampled anew in every epoch, so that headings and capitals are translated.

    The vocabulary is learnt from such rows, too. Both sides of a row change in the same way; labels do not.
    """

    upper: float = Field(default=0.03, ge=0.0, le=0.5)
    """Share of the rows that are in capitals alone."""
    title: float = Field(default=0.03, ge=0.0, le=0.5)
    """Share of the rows in which each word begins with a capital."""


class TermsConfig(Strict):
    """Terms of a glossary, annotated in the sources of training with their translations (Dinu et al. 2019).

    `translate --glossary` then annotates sources, so that the words around a term fit it.
    """

    glossary: str
    """A file of terms and their translations: TSV, CSV or TBX."""
    share: float = Field(default=0.5, gt=0.0, le=1.0)
    """Share of the training rows with terms, sampled anew in every epoch, whose terms are annotated: those whose
    translation stands in the target."""


class VectorsConfig(Strict):
    """Sequences of vectors of numbers: sensors, gestures, curves; sources, or targets of `task: synthesis`.

    One sequence is a JSON list of steps, each a list of one number per channel (`null`: missing), such as
    `[[0.5, 2.0], [0.7, null]]`; or a list of numbers, where there is one channel. A column of a TSV or CSV file holds
    it as text; JSON and Parquet files may hold lists. `.ts` and NPZ files hold sequences with their labels, and a table
    may have one row per step.
    """

    channels: tuple[str, ...] | None = None
    """Columns of numbers, one for each channel, of tables with one row per step (`null`: a row holds a whole sequence).
    The label, `columns.target`, is the same in all rows of a sequence; so are the tags of `task: synthesis`,
    `columns.source`."""
    series: str | Annotated[tuple[str, ...], Field(min_length=1)] = "unique_id"
    """With `channels`: the column that says which sequence a row belongs to, or several that do so together."""
    time: str = "ds"
    """With `channels`: the column of the steps' times, dates or whole numbers; rows may be in any order."""

    scaling: Literal["standard", "none"] = "standard"
    """Scaling of each channel: `standard` subtracts the mean and divides by the standard deviation of the training
    split; they are part of the model. After it, a missing number is 0, and each channel with missing numbers in the
    training split has a second one, which is 1 where a number is missing."""


class StreamConfig(Strict):
    """Training on shards that are prepared while training runs: a corpus that is larger than the disk.

    An epoch of training has a few shards, which are deleted from the cache after it: `training.max_epochs`, validations
    and schedules count such epochs. All shards come once, in random order, before one comes again. Those of the hub are
    prepared while they are downloaded. The development split needs files, or a split of the hub, of its own. A
    classifier needs `labels`, which names all labels.
    """

    shards: PositiveInt = 1
    """Shards (files of the training split) of an epoch; they are shuffled together."""
    sample: PositiveInt = 1
    """Shards, evenly spread over all, that are prepared first: the vocabulary is learnt from them, and what is said
    about the training data is said of them."""


class DataConfig(Strict):
    """The `data` section: `path` for a whole data set, or `train`, `dev` and `test` separately."""

    path: str | None = None
    """A folder with one file (or pair of files, or folder of shards) per split,
    `hf://user/name[@revision][#configuration]` from the hub, or `bundled://NAME`."""
    train: Location | None = None
    """Training split; overrides the one in `path`."""
    dev: Location | None = None
    """Development split (`null`: that of `path`, else `dev_size` examples held out from train)."""
    test: Location | None = None
    """Test split, scored once after training."""
    sources: tuple[SourceConfig, ...] = ()
    """Several sources for one model, in place of `path`, `train`, `dev` and `test`: other languages, or domains."""
    target_languages: tuple[Language, ...] = ()
    """Further target languages that the model can be asked for. Fine-tuning sets those of its model here."""
    temperature: float = Field(default=1.0, ge=1.0)
    """How evenly `sources` are sampled: 1 by their sizes, towards infinity equally (Arivazhagan et al. 2019 take 5)."""
    columns: ColumnsConfig = ColumnsConfig()
    """Columns of source and target."""
    languages: tuple[Language, Language] | None = None
    """Languages of source and target as they are read, before `swap`: `[en, de]`, `[en, pt-BR]`. They choose two of the
    languages in TMX, XLIFF and PO files, and the columns that are called by them where `columns` has its default
    (`null`: the files decide)."""
    splits: SplitsConfig = SplitsConfig()
    """Names of the splits inside `path`."""
    swap: bool = False
    """Swap source and target, for the other translation direction of the same corpus."""
    extra_columns: bool = False
    """Accept a TSV or CSV file without header that has more columns than are read."""
    skip_bad: bool = False
    """Skip and count malformed rows, instead of stopping with an error."""
    dev_size: PositiveInt = 500
    """Examples held out from train if there is no development split (at most a tenth of train)."""
    test_size: NonNegativeInt = 0
    """Examples held out from train if there is no test split (at most a tenth of train; 0: none)."""
    hold_out: Literal["random", "end"] = "random"
    """Choice of held-out examples: random, or the last ones, as continuous text needs."""
    unit: Literal["line", "paragraph"] = "paragraph"
    """One example of a plain text file (`.txt`): a line, or a paragraph, whose lines are joined by spaces (a line, in a
    file with hardly any blank line)."""
    replay: ReplayConfig | None = None
    """Other data mixed into training."""
    markup: tuple[Literal["rest", "html", "markdown", "icu", "printf"], ...] = ()
    """Markup languages of the texts. Most markup is recognised without this setting, which resolves ambiguous cases
    (`100%s`, `<file>`, `|two words|`). `inspect` does not count markup as words."""
    terms: TermsConfig | None = None
    """Terms that are annotated in training (`null`: none)."""
    casing: CasingConfig | None = None
    """Robustness against other letter case (`null`: rows keep theirs)."""
    protect: tuple[Literal["rest", "html", "markdown", "icu", "printf"], ...] = ()
    """Markup languages of the texts, as in `markup`, if their markup is to be copied: all tags, placeholders, links,
    code and other marks become numbered symbols before training and translation, and are put back after it, each as
    often as in the source. In training, marks that one side has more often than the other remain text."""
    vectors: VectorsConfig | None = None
    """Sources are sequences of vectors of numbers (`null`: they are text). For `task: synthesis`, whose targets are
    such: how these are read and scaled."""
    forecast: ForecastConfig | None = None
    """Series are to be continued: for `task: forecasting`, which needs it."""
    labels: dict[str, str] | None = None
    """Names of the labels in the data: `{0: negative, 1: positive}`."""
    soft_labels: bool = False
    """Labels of the training split may have probabilities, written as JSON, such as `{"joy": 0.9, "sadness": 0.1}`,
    which are learnt instead of one label (Hinton et al. 2015); a plain label is certain. The development split has
    plain labels, in a file of its own."""
    filters: FilterConfig = FilterConfig()
    """Rows left out of training."""
    stream: StreamConfig | None = None
    """Prepare the shards of the training split while training runs (`null`: prepare all of it first)."""
    workers: PositiveInt | None = Field(default=None)
    """Processes that prepare the data (`null`: one per core). Each reads at least 100 MB and tokenises at least 150,000
    rows: smaller data are prepared by one process. The result does not depend on their number."""
    cache: str | None = None
    """Folder for prepared data (`null`: $SEQ2SEQ_CACHE, else the user's cache folder)."""

    @property
    def has_steps(self) -> bool:
        """Whether tables have one row per step: then the column of what a sequence's rows have alike is read alone."""
        return self.vectors is not None and self.vectors.channels is not None

    @property
    def places(self) -> list[Location]:
        """All files, folders and data sets that are named."""
        parts = [self, *self.sources, *(self.replay.sources if self.replay else ())]
        found = [getattr(part, name) for part in parts for name in ("path", "train", "dev", "test")]
        found.append(self.replay.data if self.replay else None)
        return [place for place in found if place is not None]
