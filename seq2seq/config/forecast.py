"""The `data.forecast` section: series that are to be continued."""

from typing import Annotated, Literal

from pydantic import Field, PositiveInt

from seq2seq.config.base import Strict


class ForecastConfig(Strict):
    """Series that are to be continued: what a forecast is made from, and what is held out to judge it.

    A file holds one series or many, as `docs/forecasting.md` describes.
    """

    horizon: PositiveInt
    """Steps to be forecast."""
    context: Annotated[int, Field(ge=2)] | None = None
    """Steps before them that the network reads, fewer at the beginning of a series (`null`: three horizons, at least
    two seasons)."""
    stride: PositiveInt = 1
    """Steps from one training example to the next of the same series; more than 1 for long series."""
    frequency: str | None = None
    """Interval between two steps: `monthly`, `15 minutes`, `W-SUN` (`null`: what the file declares, or the commonest
    interval of its times)."""
    season: PositiveInt | None = None
    """Steps per season (`null`: by the frequency: 12 for months, 7 for days, 24 for hours; 1: none)."""
    hold_out: Literal["dev", "test", "none"] = "test"
    """What is not learnt from, at the end of every series. `dev`: the last two horizons; the last but one selects the
    best model, which is for choosing settings, the number of steps included. `test`: the last horizon; `none`: nothing.
    With these, the model of the last step is kept, since no data are left to select one, and the figures of
    validations are of data that have been learnt from. A forecast needs what the last steps show: train with `test` or
    `none` what is used."""
    dev_horizons: PositiveInt = 1
    """Horizons of every series that are the development split. More of them select the best model, and calibrate
    intervals, by more forecasts; with `hold_out: dev` they are not learnt from."""
    calibration: bool | str = True
    """Whether sampled paths are spread so that intervals of 80 % cover 80 % of dev, by a factor per step: with
    `hold_out: dev`, where dev has 20 forecasts or more. With the others, nothing is left to measure it by: name the
    model folder of a run with `dev` whose factors are taken over."""
    series: str | Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    """Column that says which series a row belongs to, or several that do so together: of `[store, product]` series are
    called `north/apples` (`null`: `unique_id`, or the fewest columns of texts that tell apart the rows of times that
    repeat; without any, the table is one series)."""
    time: str | None = None
    """Column of times: dates or whole numbers (`null`: `ds`, the first column of dates, or the first one that is
    called `date`, `time`, `year` and the like; without one, rows are steps)."""
    value: str | tuple[str, ...] | None = None
    """Column of the values, or several, one per channel: `[power, heat]` (`null`: `y`, or the only column of numbers
    that is left; of a table that is one series all that are left)."""
    known_covariates: tuple[str, ...] | None = None
    """Columns of numbers that are known in advance, such as prices and holidays (`null`: those that are left of a table
    with several series or with a named `value`, except `past_covariates`)."""
    past_covariates: tuple[str, ...] | None = None
    """Columns of numbers that are known up to the last value, such as the weather: of the steps to be forecast they are
    not read (`null`: those that are empty where others are known in advance)."""
    ignore: tuple[str, ...] = ()
    """Columns that are not read; those that hold text alone, or nothing, need not be named."""
    channels: Literal["separate", "joint"] = "separate"
    """Series of several channels. `separate`: each channel is a series by itself. `joint`: a step reads all of them,
    and each has a distribution given that state, so that channels that lead others are of use to these."""
    decimal: Literal["point", "comma"] | None = None
    """Decimal sign of a table in text (`null`: as its numbers show; 1,234 alone does not show it)."""
    delimiter: Literal["comma", "semicolon", "tab", "bar"] | None = None
    """What separates the fields of a table in text (`null`: as it shows itself)."""
