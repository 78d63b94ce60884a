"""Where the examples come from, which columns are read, and which rows are left out."""

from typing import Literal

from pydantic import Field, NonNegativeInt, PositiveFloat, PositiveInt

from seq2seq.config.base import Strict


class AlignedFiles(Strict):
    """Two text files, aligned line by line."""

    source: str
    """File of source sentences."""
    target: str
    """File of target sentences."""


Location = str | AlignedFiles
"""One split: a TSV, CSV, JSON, Parquet, plain text or ABC file, a folder of such shards, or two aligned files."""


class ColumnsConfig(Strict):
    """Which columns hold what: by name (header, JSON key; `translation.en` inside of a value) or by position from 0."""

    source: str | NonNegativeInt | None = 0
    """Column of the source: text, or the tags that a generated text starts from, set apart by spaces (`null`: there is
    none, a language model). With two aligned files in a folder, their ending: `en` reads `train.en`."""
    target: str | NonNegativeInt = 1
    """Column of the target: text, or a label."""
    group: str | NonNegativeInt | None = None
    """Optional column by which `evaluate` reports scores apart (a domain, say); a file may lack it."""


class SplitsConfig(Strict):
    """What the splits are called inside `path`: the first name that exists is taken."""

    train: tuple[str, ...] = ("train",)
    """Names of the training split."""
    dev: tuple[str, ...] = ("dev", "validation", "valid", "val")
    """Names of the development split."""
    test: tuple[str, ...] = ("test",)
    """Names of the test split."""


class ReplayConfig(Strict):
    """Other data mixed into training, so that what was learnt from them is not forgotten; never validated on."""

    data: Location
    """A file, two aligned files, a folder of shards, or a whole data set (its training split)."""
    columns: ColumnsConfig = ColumnsConfig()
    """Which columns hold what."""
    share: float = Field(default=0.5, gt=0.0, lt=1.0)
    """Share of an epoch's examples that come from here: others are drawn each time, until all have come."""


class FilterConfig(Strict):
    """Rows left out of training; what each rule removed is counted and printed."""

    max_length: PositiveInt = 256
    """Longest source or target kept, in tokens, EOS included (text that is read in windows has no longest)."""
    max_ratio: PositiveFloat | None = 9.0
    """Largest ratio between the token lengths of the two sides (`null`: any). Short pairs are spared: 8 tokens are
    added to both."""
    duplicates: bool = True
    """Leave out an example that stands earlier in the same split, to the letter."""


class DataConfig(Strict):
    """The `data` section: `path` for a whole data set, or `train`, `dev` and `test` one by one."""

    path: str | None = None
    """A folder with one file (or pair of files, or folder of shards) a split, `hf://user/name[@revision][#configuration]`
    from the hub, or `bundled://NAME`."""
    train: Location | None = None
    """Training split; takes the place of the one in `path`."""
    dev: Location | None = None
    """Development split. If there is none, `dev_size` examples are held out of train."""
    test: Location | None = None
    """Test split, scored once when training ends."""
    columns: ColumnsConfig = ColumnsConfig()
    """Which columns hold what."""
    splits: SplitsConfig = SplitsConfig()
    """Names of the splits inside `path`."""
    swap: bool = False
    """Exchange source and target: the other direction of the same corpus (text on both sides)."""
    extra_columns: bool = False
    """Allow a TSV or CSV without header to have more columns than are read."""
    skip_bad: bool = False
    """Leave malformed rows out, and count them, instead of stopping at the first."""
    dev_size: PositiveInt = 500
    """Examples held out of train when no development split is given (at most a tenth of train)."""
    test_size: NonNegativeInt = 0
    """Examples held out of train when no test split is given (likewise; 0: none)."""
    hold_out: Literal["random", "end"] = "random"
    """Which examples are held out: any, or the last ones, as text that goes on from line to line needs."""
    unit: Literal["line", "paragraph"] = "paragraph"
    """What is one example in a plain text file (`.txt`): a line, or the lines up to a blank one, joined by spaces (in a
    file with hardly a blank line, a line)."""
    replay: ReplayConfig | None = None
    """Other data mixed into training."""
    markup: tuple[Literal["rest", "html", "markdown", "icu", "printf"], ...] = ()
    """Markup languages that the texts are written in. Markup is recognised without it, too; declaring it makes certain
    what is ambiguous (`100%s`, `<file>`, `|two words|`). `inspect` does not count markup as words."""
    labels: dict[str, str] | None = None
    """Names for the labels as they stand in the data: `{0: negative, 1: positive}`."""
    filters: FilterConfig = FilterConfig()
    """Rows left out of training."""
    workers: PositiveInt | None = Field(default=None)
    """Processes that prepare the data (`null`: as many as there are cores). Each takes 150,000 rows at least: fewer
    than twice that are prepared by one process, which uses all cores as it is."""
    cache: str | None = None
    """Folder of prepared data (`null`: the user's cache folder, or $SEQ2SEQ_CACHE)."""
