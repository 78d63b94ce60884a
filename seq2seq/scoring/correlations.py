"""The correlations of channels that a trained forecaster continues together, from what it has learnt from."""

from pathlib import Path
from typing import Final

import numpy as np

from seq2seq import log
from seq2seq.data.reading.sequences.windows import own_forecasts
from seq2seq.inference.forecasting.forecaster import SeriesForecaster
from seq2seq.inference.load import open_pipeline
from seq2seq.model_folder.description import ChannelFacts
from seq2seq.model_folder.writing.update import write_measured
from seq2seq.scoring.forecasting import SEED
from seq2seq.series.copula import correlations

_MOST: Final = 1000
"""Windows that are enough."""
_DIGITS: Final = 4


def save_correlations(path: Path) -> ChannelFacts | None:
    """Measure how the channels of a step go together, given the state before it, and save it in the model folder.

    Returns what was saved; None: the model is no forecaster of several channels together.
    """
    loaded, pipeline = open_pipeline(path)
    if not isinstance(pipeline, SeriesForecaster) or pipeline.format.width == 1:
        return None
    windows = own_forecasts(loaded.own_data, pipeline.format).train
    rows = np.unique(np.linspace(0, len(windows) - 1, num=min(_MOST, len(windows)), dtype=int))
    levels = pipeline.one_step_levels([windows[row] for row in rows], seed=SEED)
    found = correlations(np.concatenate(levels)).round(_DIGITS)
    facts = ChannelFacts(correlations=tuple(map(tuple, found.tolist())))
    write_measured(path, {"channels": facts.model_dump(mode="json")})
    apart = found[~np.eye(len(found), dtype=bool)]
    log.say(f"channels of a step, given those before it: correlations from {apart.min():.2f} to {apart.max():.2f}")
    return facts
