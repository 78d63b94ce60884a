"""The confidence of a trained translator: fitted and checked on its development split, and saved in its folder."""

from pathlib import Path
from typing import Final

import numpy as np
from pydantic import JsonValue

from seq2seq import log
from seq2seq.evaluation.confidence import GOOD, ConfidenceCheck, fit_confidence, is_good
from seq2seq.inference.load import open_pipeline
from seq2seq.inference.translation import confidence_features
from seq2seq.inference.translator import Translator
from seq2seq.model_folder.writing.update import write_measured
from seq2seq.scoring.splits import read_own

_MOST: Final = 4000
"""Translations that are enough to fit a few weights."""


def save_confidence(path: Path) -> ConfidenceCheck | None:
    """Fit the confidence of the translator in a folder on its recipe's development split; save it there if it holds.

    Returns the check; None: the model is no translator, or there is no confidence, which is reported.
    """
    loaded, pipeline = open_pipeline(path)
    if not isinstance(pipeline, Translator) or pipeline.decoding.method != "beam":
        return None
    examples = read_own(loaded.recipe, "dev", loaded.tokenizers)
    if examples is None:
        return None
    config = pipeline.decoding.model_copy(update={"nbest": 1})
    best = [translations[0] for translations in pipeline.translate_nbest(examples.sources[:_MOST], config)]
    good = is_good([translation.text for translation in best], examples.targets[:_MOST])
    found = fit_confidence(np.array([*map(confidence_features, best)]), good)
    if isinstance(found, str):
        log.say(f"translations get no confidence: {found}")
        write_measured(path, {"confidence": None})
        return None
    confidence, check = found
    fitted: dict[str, JsonValue] = {"bias": confidence.bias, "weights": [*confidence.weights], "good": GOOD}
    write_measured(path, {"confidence": {**fitted, **check.to_dict()}})
    log.say(f"confidence of translations, each half of dev checked with the other: {check.line()}")
    return check
