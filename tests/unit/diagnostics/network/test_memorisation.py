"""Gradients from outputs to inputs, against finite differences; sub-words as words."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from seq2seq.config.model import AttentionConfig, DecoderConfig, EncoderConfig, ManyToManyConfig
from seq2seq.data.batching.batch import collate
from seq2seq.diagnostics.finding import Verdict
from seq2seq.diagnostics.network.memorisation import Influence, _gradients, _merged, _words, measure_memorisation
from seq2seq.diagnostics.subject import Subject
from seq2seq.models.build import build_model

MODELS = Path(__file__).parents[3] / "fixtures/models"


@pytest.mark.parametrize("attention", [None, AttentionConfig(), AttentionConfig(input_feeding=True)])
def test_norms_are_those_of_finite_differences(attention: AttentionConfig | None) -> None:
    torch.manual_seed(4)
    config = ManyToManyConfig(
        embedding=3, encoder=EncoderConfig(hidden=4), decoder=DecoderConfig(hidden=5), attention=attention
    )
    model = build_model(config, 9, 8).eval().double()
    source, target, words = [5, 6, 4], [4, 7], [[0, 1], [2]]
    batch = collate([source], [target])

    def log_probability(word: list[int], place: int, unit: int, change: float) -> float:
        """Of a word's tokens, with one number of one input's embedding changed."""

        def changed(_module: nn.Module, _args: object, output: Tensor) -> Tensor:
            output = output.clone()
            output[0, place, unit] += change
            return output

        with torch.no_grad():
            hook = model.source_embedding.register_forward_hook(changed)
            memory, state = model.encode(batch.source, batch.source_lengths)
            hook.remove()
            logits = model.project(model.decode(batch.target[:, :-1], memory, state).features)
            return float(torch.log_softmax(logits, dim=2)[0, word, batch.target[0, 1:][word]].sum())

    found = _gradients(model, source, target, words, embedding=0)
    for row, word in enumerate(words):
        for place in range(4):
            slopes = [
                (log_probability(word, place, unit, 0.01) - log_probability(word, place, unit, -0.01)) / 0.02
                for unit in range(3)
            ]
            # the attention's softmax is in float32, which leaves no smaller differences
            assert found[row, place] == pytest.approx(float(np.linalg.norm(slopes)), rel=2e-3)


class Pieces:
    """A vocabulary of pieces."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def pieces(self, ids: list[int]) -> list[str]:
        return [["▁I", "▁read", "ing", "▁"][one] for one in ids]


def test_subwords_become_words() -> None:
    assert _words(Pieces("bpe"), [0, 1, 2]) == ([[0], [1, 2], [3]], ("I", "reading", "</s>"))  # type: ignore[arg-type]
    positions, words = _words(Pieces("char"), [0, 1, 2, 3])  # type: ignore[arg-type]
    assert (positions, words) == ([[0], [1], [2], [3], [4]], ("I", "read", "ing", "␣", "</s>"))
    assert _merged(np.array([[1.0, 3.0, 4.0]]), [[0], [1, 2]]).tolist() == [[1.0, 5.0]]


def test_the_spread_is_a_number_of_inputs() -> None:
    norms = np.array([[1.0, 1.0, 1.0, 1.0], [1.0, np.nan, np.nan, np.nan]])
    assert Influence(("a", "b"), ("c", "d", "e", "f"), norms).spread == pytest.approx((4 + 1) / 2)


@pytest.mark.parametrize("name", ["translation-1", "classification-1", "generation-1"])
def test_every_task_has_its_picture(name: str) -> None:
    subject = Subject.open(MODELS / name, sample=12, device="cpu")
    (finding,) = measure_memorisation(subject)
    assert finding.verdict is Verdict.UNJUDGED
    assert len(finding.drawings) == 3
    for drawing, example in zip(finding.drawings, finding.details["examples"], strict=True):  # type: ignore[arg-type]
        assert "<svg" in drawing.svg()
        norms = np.array(example["norms"], dtype=float)  # type: ignore[index, call-overload]
        assert norms.shape == (len(example["outputs"]), len(example["inputs"]))  # type: ignore[index, call-overload, arg-type]
        if name == "generation-1":  # what comes later moves nothing
            assert np.isnan(norms[np.triu_indices_from(norms)]).all()
            assert np.isfinite(norms[np.tril_indices_from(norms, -1)]).all()
        else:
            assert (norms > 0).all()


def test_no_example_no_finding() -> None:
    subject = Subject.open(MODELS / "classification-1", sample=12, device="cpu")
    assert measure_memorisation(replace(subject, examples=())) == []
