"""Exponential smoothing with error, trend and season, by statsmodels; the form is chosen by AICc.

The forms are those of Hyndman and Khandakar (2008) without multiplicative trends, as `ets` of R's package
`forecast` has them: additive or multiplicative errors; no trend, a linear or a damped one; no season, an additive or a
multiplicative one. What is multiplicative needs positive values, and a multiplicative season multiplicative errors.
"""

import math
import warnings
from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from seq2seq.series.baselines.forecast import Forecast, is_finite, observed, sampled_forecast
from seq2seq.series.series import Floats

_LONGEST_SEASON: Final = 24
"""Steps; a state for each place of a longer season would be too much, and R has none either."""
_SEASONS: Final = 2
"""A season needs as many whole ones."""
_SIZE: Final = 100.0
"""Mean size of the values that are fitted: the steps of the optimiser depend on it, and forecasts must not."""
_PATHS: Final = 5_000
"""Simulated paths, of which the quantiles are taken."""


def exponential_smoothing(history: Floats, horizon: int, season: int) -> Forecast | None:
    """Forecast a history (T,) whose missing values are interpolated; None: no form could be fitted.

    Args:
        history: at least one value.
        horizon: steps to be forecast.
        season: steps per season.
    """
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    steps, values = observed(history)
    if np.ptp(values) == 0:
        return None
    whole = np.interp(np.arange(steps[0], len(history)), steps, values)
    unit = np.abs(whole).mean() / _SIZE
    best: Any = None
    least = math.inf
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the optimiser: a form that does not converge is not chosen
        for form, parameters in _forms(whole, season):
            try:
                fitted = ETSModel(whole / unit, **form).fit(disp=False)
            except Exception:  # too short for the form, singular, or whatever a series can do: it must not end a table
                continue
            criterion = _aicc(float(fitted.llf), parameters, len(whole))
            if criterion < least:
                best, least = fitted, criterion
        if best is None:
            return None
        errors = np.random.default_rng(0).standard_normal((horizon, _PATHS)) * np.sqrt(best.scale)
        paths = best.simulate(horizon, anchor="end", repetitions=_PATHS, random_errors=errors)
        mean = np.asarray(best.forecast(horizon))
    forecast = sampled_forecast(mean * unit, np.asarray(paths).reshape(horizon, _PATHS).T * unit, "ets")
    return forecast if is_finite(forecast) else None


def _aicc(likelihood: float, parameters: int, steps: int) -> float:
    """Akaike's criterion, corrected for few steps; infinite: too few."""
    rest = steps - parameters - 1
    value = 2 * parameters * (1 + (parameters + 1) / rest) - 2 * likelihood if rest > 0 else math.inf
    return value if math.isfinite(value) else math.inf


def _forms(values: Floats, season: int) -> Iterator[tuple[dict[str, Any], int]]:
    """The forms that a series admits, as statsmodels calls them, and the numbers of their parameters.

    First states are parameters. Those of seasonal forms are not fitted but set by the rules of Hyndman et al. (2008,
    Forecasting with Exponential Smoothing, section 2.6): fitting those of months takes a dozen times as long. They are
    counted all the same.
    """
    positive = bool(values.min() > 0)
    seasonal = 1 < season <= _LONGEST_SEASON and len(values) >= _SEASONS * season + 1
    for error in ("add", "mul") if positive else ("add",):
        for trend, damped in ((None, False), ("add", False), ("add", True)):
            form = {"error": error, "trend": trend, "damped_trend": damped}
            parameters = (
                3 + 2 * (trend is not None) + damped
            )  # weight, first level, deviation; weight, first slope; damping
            yield form, parameters
            for kind in ("add", "mul") if error == "mul" else ("add",):
                if seasonal:
                    more = {"seasonal": kind, "seasonal_periods": season, "initialization_method": "heuristic"}
                    yield form | more, parameters + season
