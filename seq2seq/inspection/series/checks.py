"""The checks of series of numbers."""

from typing import Final

from seq2seq.inspection.engine.finding import Check, Severity
from seq2seq.series.reading.problems import REMEDIES, Kind

_UNREADABLE: Final[dict[Kind, tuple[str, str, str]]] = {
    "fields": ("fields", "rows with another number of fields than the header has", "row"),
    "number": ("not-a-number", "values that are no numbers", "value"),
    "finite": ("infinity", "values that are not finite", "value"),
    "size": ("too-large", "numbers that are too large to compute with", "value"),
    "time": ("not-a-time", "times that cannot be read, or are missing", "row"),
    "zone": ("offset", "times without an offset from UTC, where others have one", "row"),
    "duplicate": ("duplicate-time", "several rows of a series at one time", "row"),
    "interval": ("irregular-time", "times that fall between the steps of a series", "row"),
    "far": ("far-time", "times that are far from all others of a series", "series"),
    "empty": ("no-value", "series without a value", "series"),
    "label": ("label", "series without a label, or with two", "series"),
    "shape": ("shape", "lines that are not what the file declares", "line"),
    "id": ("no-name", "rows that name no series, or a name that is taken", "row"),
}
PROBLEMS: Final = {
    kind: Check(name, title, REMEDIES[kind].replace("\n", " "), severity=Severity.ERROR, unit=unit)
    for kind, (name, title, unit) in _UNREADABLE.items()
}
"""What :mod:`seq2seq.series.reading` refuses."""
UNLEARNABLE: Final = Check(
    "unlearnable",
    "no series can be learnt from",
    "Give longer series, or forecast fewer steps: --set data.forecast.horizon=N",
    severity=Severity.ERROR,
    unit="file",
)
TOO_SHORT: Final = Check(
    "too-short",
    "series with too few values to learn from",
    "Give more steps of them, or forecast fewer (--set data.forecast.horizon=N). A model forecasts them all the same, "
    "from two steps on.",
    unit="series",
)
CODE: Final = Check(
    "missing-code",
    "values that look like codes for missing ones",
    "If such a number means that nothing was measured, leave the field empty: it would be learnt as a value.",
    unit="value",
)
UNIT: Final = Check(
    "unit",
    "values that change by a thousand",
    "Write all values of a series in one unit, and decimal signs and signs between thousands in one way.",
    unit="place",
)
CONSTANT: Final = Check(
    "constant",
    "series whose values are all the same",
    "Leave them out, unless they may change: there is nothing to learn, and MASE does not count them.",
    unit="series",
)
MOSTLY_MISSING: Final = Check(
    "mostly-missing",
    "series with more missing values than others",
    "Leave them out, or give them at longer intervals. If no row means that nothing was sold, write 0.",
    unit="series",
)
NEARLY_CONSTANT: Final = Check(
    "nearly-constant",
    "series with one value nearly always",
    "Look whether the sensor was stuck, or a value was filled in: the most probable forecast is that value.",
    severity=Severity.NOTE,
    unit="series",
)
OUTLIER: Final = Check(
    "outlier",
    "single values far outside of those around them",
    "Correct them if they are mistakes, such as a missing decimal sign. Of events that are known in advance, a column "
    "(0 or 1) tells the model.",
    severity=Severity.NOTE,
    unit="value",
)
GAP: Final = Check(
    "gap",
    "steps without a row",
    "They are missing values for the model. If no row means that nothing was sold, write 0.",
    severity=Severity.NOTE,
    unit="step",
)
MISSING: Final = Check(
    "missing-value",
    "rows without a value",
    "Nothing has to be done: a model is told which values are missing, and they count in no score.",
    severity=Severity.NOTE,
    unit="value",
)
CONSTANT_COVARIATE: Final = Check(
    "constant-covariate",
    "covariates that are the same everywhere",
    "Leave the column out: --set data.forecast.ignore='[NAME]'",
    severity=Severity.NOTE,
    unit="column",
)
CHECKS: Final = (
    *PROBLEMS.values(), UNLEARNABLE, TOO_SHORT, CODE, UNIT, CONSTANT, MOSTLY_MISSING, NEARLY_CONSTANT, OUTLIER, GAP,
    MISSING, CONSTANT_COVARIATE,
)  # fmt: skip
"""In the order in which they are reported, by severity first."""
