"""What beam searches found, worked out by hand; whatever traces their best output back is tested with them.

In the file, ``tokens``, ``parents`` and ``log_probs`` (T, C) are those of one sentence, as a graph gives them
(:func:`seq2seq.export.onnx.search.beam.beam_graph_of_one`), null for minus infinity; the exponent of the penalty is 1.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "fixtures" / "beam_searches.json").read_text("utf-8")
)
NAMES = [case["name"] for case in CASES]


def found(case: dict[str, Any]) -> dict[str, Any]:
    """The outputs of the graph, of one sentence."""
    log_probs = [[-np.inf if each is None else each for each in step] for step in case["log_probs"]]
    return {
        "log_probs": np.array(log_probs)[:, None],
        "tokens": np.array(case["tokens"])[:, None],
        "parents": np.array(case["parents"])[:, None],
        "steps": np.array([case["steps"]]),
    }
