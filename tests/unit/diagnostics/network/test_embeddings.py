"""Tied embeddings that have come apart, and rows by frequency."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
import torch
from torch import Tensor

from seq2seq.config.model import ManyToManyConfig
from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.network import embeddings
from seq2seq.diagnostics.network.embeddings import measure_embeddings, partners, token_counts
from seq2seq.diagnostics.subject import Subject
from seq2seq.inference.engines.torch.load import LoadedModel
from seq2seq.model_folder.config_file import ConfigFile
from seq2seq.models.build import build_model
from seq2seq.models.seq2seq import Seq2Seq

MODELS = Path(__file__).parents[3] / "fixtures/models"


@pytest.fixture(scope="module")
def subject() -> Subject:
    return Subject.open(MODELS / "translation-1", sample=20, device="cpu")


def tied(subject: Subject) -> Finding:
    return next(one for one in measure_embeddings(subject) if one.measure == "embeddings-tied")


def test_a_tied_model_reads_tokens_by_the_rows_that_write_them(subject: Subject) -> None:
    found = tied(subject)
    assert (found.verdict, found.value) == (Verdict.FINE, 0.0)


@pytest.mark.parametrize("share", [1.0, 0.3])
def test_exchanged_rows_are_found(subject: Subject, share: float) -> None:
    decode: Callable[..., object] = Seq2Seq.decode
    size = subject.loaded.description.target_vocabulary
    chosen = torch.arange(4, size)[torch.rand(size - 4, generator=torch.Generator().manual_seed(1)) < share]
    moved = torch.arange(size)
    moved[chosen] = chosen.roll(1)

    def exchanged(self: Seq2Seq, tokens: Tensor, *rest: object) -> object:
        return decode(self, moved[tokens], *rest)

    with patch.object(Seq2Seq, "decode", exchanged):
        found = tied(subject)
    assert (found.verdict, found.trouble) == (Verdict.TROUBLE, "embeddings.untied")
    assert found.value is not None
    assert 0.15 * share < found.value / 100 < share  # half of what is read are sources, and BOS is never exchanged


def test_matrices_of_their_own_are_compared_with_the_initial_model(
    subject: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = ManyToManyConfig(embedding=16)
    model = build_model(config, 60, 60).eval()
    recipe = subject.recipe.model_copy(update={"model": config})
    own = replace(subject, model=model, loaded=_with(subject, recipe))
    assert tied(own).verdict is Verdict.UNJUDGED
    before = partners(model)
    assert before < 0.2  # chance is 1 in 56
    monkeypatch.setattr(embeddings, "_partners_before", lambda _: 0.9)
    assert tied(own).trouble == "embeddings.untied"
    with torch.no_grad():
        model.projection.weight.copy_(2 * model.target_embedding.weight)
    assert partners(model) == 1.0
    assert tied(own).verdict is Verdict.UNJUDGED


def _with(subject: Subject, recipe: object) -> LoadedModel:
    content = subject.loaded.description.model_copy(update={"recipe": recipe}).to_dict()
    return replace(subject.loaded, config=ConfigFile(subject.loaded.path, content, trusted=False))


def test_classifiers_have_no_output_to_correspond() -> None:
    found = measure_embeddings(Subject.open(MODELS / "classification-1", sample=20, device="cpu"))
    assert [one.measure for one in found] == ["embeddings-source"]


class Rows:
    """A training split in memory."""

    def __init__(self, *pairs: tuple[list[int], list[int]]) -> None:
        self.pairs = pairs

    def __len__(self) -> int:
        return len(self.pairs)

    def source_ids(self, row: int) -> np.ndarray:
        return np.array(self.pairs[row][0], dtype=np.int32)

    def target_ids(self, row: int) -> np.ndarray:
        return np.array(self.pairs[row][1], dtype=np.int32)


def test_tokens_are_counted_on_their_side() -> None:
    split = Rows(([4, 5, 5], [6]), ([5], [4, 7, 7, 7]))
    assert token_counts(split, ["source"], 9).tolist() == [0, 0, 0, 0, 1, 3, 0, 0, 0]  # type: ignore[arg-type]
    assert token_counts(split, ["source", "target"], 9).tolist() == [0, 0, 0, 0, 2, 3, 1, 3, 0]  # type: ignore[arg-type]


def test_rows_that_never_occur_are_counted(subject: Subject) -> None:
    size = subject.loaded.description.source_vocabulary
    split = Rows((list(range(4, 4 + size // 2)), []))
    found = measure_embeddings(replace(subject, train=split))  # type: ignore[arg-type]
    assert found[0].verdict is Verdict.UNJUDGED
    assert found[0].details["never_seen"] == size - 4 - size // 2
    assert found[0].value == pytest.approx(100 * (size - 4 - size // 2) / (size - 4))
