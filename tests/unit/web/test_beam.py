"""The best output of a beam search, as read in JavaScript from what the graph gives, is Python's."""

from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from support import exported, node
from support.beam_cases import CASES, found

from seq2seq.config.decoding import DecodingConfig
from seq2seq.export.onnx.search.beam import beam_graph_of_one
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.search.beam import beam_search
from seq2seq.search.penalties import LengthPenalty
from seq2seq.special import EOS

SCRIPT = Path(node.__file__).with_name("best_output.mjs")
NAMES = ("log_probs", "tokens", "parents", "steps")


def as_json(array: Any) -> dict[str, Any]:
    flat = array.ravel().tolist()
    return {"data": [None if number == -np.inf else number for number in flat], "dims": list(array.shape)}


@pytest.mark.parametrize("penalty", ["average", "wu", "none"])
def test_it_is_that_of_python(penalty: Literal["average", "wu", "none"]) -> None:
    given, expected = [], []
    for seed in range(12):
        model = exported.built(exported.many_to_many(), seed=seed, scale=4.0)
        assert isinstance(model, Seq2Seq)
        session, stepper = exported.opened(beam_graph_of_one(model, int8=False).model()), exported.exported(model)
        generator = np.random.default_rng(seed)
        for beam in (2, 5):
            source = generator.integers(EOS + 1, exported.SOURCE_VOCABULARY, size=4).tolist()
            limit = int(generator.integers(1, 9))
            config = DecodingConfig(beam=beam, length_penalty=penalty, alpha=0.7)
            ((best,),) = beam_search(stepper, [source], np.array([limit]), config, attention=False)
            expected.append({"tokens": list(best.tokens), "ended": best.finished})
            inputs = {
                "source": np.array([[*source, EOS]]),
                "limits": np.array([limit]),
                "trips": np.array([limit + 1]),
                "min_length": np.array([config.min_length]),
                "beam": np.array([beam]),
                "nbest": np.array([1]),
                "divisors": LengthPenalty(penalty, 0.7).divisor(np.arange(limit + 2)),
            }
            outputs = {name: as_json(array) for name, array in zip(NAMES, session.run(NAMES, inputs), strict=True)}
            given.append({"found": outputs, "beam": beam, "penalty": penalty, "alpha": 0.7, "limit": limit})
    assert {output["ended"] for output in expected} == {True, False}
    assert node.run_module(SCRIPT, given) == expected


def test_of_equal_scores_the_first_text_in_the_order_of_ids_is_taken() -> None:
    # after one step: hypotheses 7 and 5, both of which end, equally likely
    tied = {
        "log_probs": as_json(np.array([[[-1.0, -1.0, -9.0, -9.0]], [[-2.0, -2.0, -9.0, -9.0]]])),
        "tokens": as_json(np.array([[[7, 5, 8, 9]], [[EOS, EOS, 8, 9]]])),
        "parents": as_json(np.array([[[0, 0, 0, 0]], [[0, 1, 0, 0]]])),
        "steps": as_json(np.array([2])),
    }
    (output,) = node.run_module(SCRIPT, [{"found": tied, "beam": 2, "penalty": "none", "alpha": 1.0, "limit": 4}])
    assert output["tokens"] == [5]


def test_outputs_that_were_worked_out_by_hand() -> None:
    given = [
        {
            "found": {name: as_json(array) for name, array in found(case).items()},
            **{"beam": case["beam"], "penalty": case["penalty"], "alpha": 1.0, "limit": len(case["tokens"]) + 1},
        }
        for case in CASES
    ]
    outputs = node.run_module(SCRIPT, given)
    assert outputs == [{name: case["best"][name] for name in ("tokens", "ended")} for case in CASES]
