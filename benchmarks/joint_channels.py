"""Channels that lead each other and move together: forecast each by itself, and all together.

    python benchmarks/joint_channels.py draw rivers.csv later.csv
    seq2seq train rivers.csv --output runs/joint --set data.forecast.channels=joint ...
    python benchmarks/joint_channels.py sums runs/joint later.csv

Two gauges have much of their rain in common; a river rises two days after it, and a lake three days after the river.
The second file has the same basins, and goes on for 60 days. ``sums`` says how many sums of the two gauges are inside
of the intervals of the sums of paths; those of channels that are separate are paired at random.
"""

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

CHANNELS = ("north", "south", "river", "lake")
STEPS, LATER, EARLY = 240, 60, 50


def basin(random: np.random.Generator) -> NDArray[np.float64]:
    """(T, 4) rain at two gauges, river and lake of one basin."""
    steps = EARLY + STEPS + LATER
    rain, river, lake = np.zeros((steps, 2)), np.zeros(steps), np.zeros(steps)
    weather = np.zeros(2)
    for day in range(EARLY, steps):
        weather = 0.6 * weather + 0.9 * random.normal() + 0.4 * random.normal(size=2)
        rain[day] = np.maximum(weather, 0.0) + 0.05 * random.normal(size=2)
        river[day] = 0.7 * river[day - 1] + rain[day - 2].sum() / 2 + 0.1 * random.normal()
        lake[day] = 0.95 * lake[day - 1] + 0.3 * river[day - 3] + 0.1 * random.normal()
    return np.column_stack([rain, river, lake])[EARLY:] * random.lognormal(sigma=1.0)


def draw(file: Path, later: Path, basins: int, seed: int) -> None:
    """Write the series of some basins, to learn from and as they go on."""
    random = np.random.default_rng(seed)
    found = [basin(random).round(4).tolist() for _ in range(basins)]
    for path, steps in ((file, STEPS), (later, STEPS + LATER)):
        lines = [",".join(("unique_id", "ds", *CHANNELS))]
        for number, rows in enumerate(found, 1):
            lines += [f"basin-{number},{day},{','.join(map(str, row))}" for day, row in enumerate(rows[:steps])]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def sums(model: Path, later: Path) -> None:
    """Print the share of the sums of both gauges that are in the intervals of 80 and 95 % of the sums of paths."""
    from seq2seq.inference.forecasting.forecaster import SeriesForecaster
    from seq2seq.scoring.series_data import windows_of

    folder, forecaster = SeriesForecaster.open(str(model))
    origins = LATER - forecaster.format.horizon + 1
    windows, _ = windows_of(folder, later, origins=origins)
    paths = forecaster.sample_windows(windows)
    gauges: dict[tuple[str, int], list[tuple[NDArray[np.float64], NDArray[np.float64]]]] = {}
    for window, own in zip(windows, paths, strict=True):
        of_gauges = [place for place, name in enumerate(window.series.channels) if name in CHANNELS[:2]]
        found = gauges.setdefault((window.series.id.partition("/")[0], window.end), [])
        found += [(window.target[:, place], own[:, :, place]) for place in of_gauges]
    actual = np.stack([one[0] + other[0] for one, other in gauges.values()])
    added = np.stack([one[1] + other[1] for one, other in gauges.values()], axis=1)
    for share in (0.8, 0.95):
        low, high = np.quantile(added, [(1 - share) / 2, (1 + share) / 2], axis=0)
        print(f"sums in {share:.0%}: {((actual >= low) & (actual <= high)).mean():.1%} of {actual.size:,}")


def main() -> None:
    """Draw series, or judge the sums of a model's forecasts."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    drawing, judging = commands.add_parser("draw"), commands.add_parser("sums")
    drawing.add_argument("file", type=Path)
    drawing.add_argument("later", type=Path)
    drawing.add_argument("--basins", type=int, default=12)
    drawing.add_argument("--seed", type=int, default=1)
    judging.add_argument("model", type=Path)
    judging.add_argument("later", type=Path)
    options = parser.parse_args()
    if options.command == "draw":
        draw(options.file, options.later, options.basins, options.seed)
    else:
        sums(options.model, options.later)


if __name__ == "__main__":
    main()
