"""The baselines of forecasts on files of series: the last horizon of every series, as a table.

    python benchmarks/forecast_baselines.py                       # M1 yearly, from the folder of the package aeon
    python benchmarks/forecast_baselines.py FILE --horizon 12     # any file that the toolkit reads

Published for M1 yearly (Godahewa et al. 2021, mean MASE): SES 4.938, Theta 4.191, TBATS 3.499, ETS 3.771.
"""

import argparse
import time
from importlib.util import find_spec
from pathlib import Path

from seq2seq.evaluation.forecasting.table import baseline_scores, table_lines
from seq2seq.series.baselines.baseline import BASELINES
from seq2seq.series.reading.read import read_series
from seq2seq.series.windows import split_by_time

M1 = "datasets/data/m1_yearly_dataset/m1_yearly_dataset.tsf"


def bundled() -> Path:
    """M1 yearly in the folder of aeon, which need not be imported."""
    found = find_spec("aeon")
    if found is None or not found.submodule_search_locations:
        raise SystemExit("Name a file, or install aeon, which has M1 yearly.")
    return Path(found.submodule_search_locations[0]) / M1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("file", nargs="?", type=Path, help="series (default: M1 yearly)")
    parser.add_argument("--horizon", type=int, help="steps to be forecast (default: what the file declares)")
    options = parser.parse_args()
    found = read_series(options.file or bundled())
    horizon = options.horizon or found.horizon
    if horizon is None:
        parser.error("the file declares no horizon: give --horizon")
    split = split_by_time(found, horizon=horizon, context=horizon)
    for remark in (*found.remarks, *split.remarks):
        print(f"# {remark}")
    begin = time.perf_counter()
    results = baseline_scores(split.test, found.season, BASELINES)
    print(*table_lines(None, results), sep="\n")
    print(f"# {time.perf_counter() - begin:.1f} s")


if __name__ == "__main__":
    main()
