"""Scores of a forecaster on the last steps of series, beside those of baselines."""

import time
from collections.abc import Sequence
from typing import Final

from seq2seq.errors import DataError
from seq2seq.evaluation.forecasting.report import ForecastReport
from seq2seq.evaluation.forecasting.scores import score_forecasts
from seq2seq.evaluation.forecasting.table import baseline_scores, can_be_scored, outcomes_of
from seq2seq.extras import INSTALL_FORECAST, installed
from seq2seq.inference.forecasting.forecaster import PATHS, SeriesForecaster
from seq2seq.progress import show_progress
from seq2seq.scoring.scored import Scored
from seq2seq.series.baselines.baseline import BASELINES
from seq2seq.series.windows import Window

FEW: Final = 64
"""Series for which ETS is fitted without having been asked for."""
SEED: Final = 1
"""Of the sampled paths."""


def scorable(windows: Sequence[Window], name: str) -> list[Window]:
    """The windows of which a channel has a value before the origin, and one after it; ``name`` is that of the data.

    Raises:
        DataError: there are none.
    """
    found = [
        window for window in windows if any(can_be_scored(window, row) for row in range(len(window.series.channels)))
    ]
    if not found:
        last = f"last {windows[0].horizon} steps" if windows else "last steps"
        message = f"{name}: no series has values before its {last}, and in them.\n  Give longer series."
        raise DataError(message, code="series.no-target")
    return found


def score(
    forecaster: SeriesForecaster, windows: Sequence[Window], name: str, *, ets: bool = True, origins: int = 1
) -> Scored[ForecastReport]:
    """Forecast the targets of windows, and compare with what came, and with baselines.

    The median of the paths stands for the forecast where one number is asked for. ETS is left out where statsmodels is
    not installed.

    Args:
        forecaster: of the model.
        windows: with one horizon.
        name: of the data, for people.
        ets: whether ETS is among the baselines: it takes half a second per window and more, the others next to nothing.
        origins: windows of every series, one step apart.

    Raises:
        DataError: no window can be scored.
    """
    scored = scorable(windows, name)
    less = "`seq2seq evaluate` has it" if origins == 1 else "it is there without --origins"
    without = "" if ets else f"it takes longer than all the rest; {less}"
    without = without or ("" if installed("statsmodels") else f"statsmodels is not installed ({INSTALL_FORECAST})")
    names = [one for one in BASELINES if one != "ets" or not without]
    start = time.perf_counter()
    with show_progress("forecasting", total=len(scored), unit="forecasts") as bar:
        forecasts = forecaster.forecast_windows(scored, paths=PATHS, seed=SEED, advance=bar.advance)
    seconds = time.perf_counter() - start
    with show_progress("fitting baselines", total=len(scored) * len(names), unit="forecasts") as bar:
        baselines = baseline_scores(scored, forecaster.format.season, names, advance=bar.advance)
    report = ForecastReport(
        score_forecasts(outcomes_of(scored, forecasts), forecaster.format.season),
        baselines,
        horizon=scored[0].horizon,
        origins=origins,
        left_out=f"ETS is left out: {without}" if without else "",
    )
    return Scored(
        name=name,
        report=report,
        seconds=seconds,
        count=len(scored),
        unit="series" if origins == 1 else "forecasts",
        skipped=len(windows) - len(scored),
        settings={"paths": PATHS, "seed": SEED},
    )
