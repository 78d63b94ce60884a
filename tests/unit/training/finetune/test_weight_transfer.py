"""Weights for a model with other vocabularies: old tokens keep theirs, new ones start as means."""

import pytest
import torch
from support import tiny

from seq2seq.special import NAMES
from seq2seq.training.finetune.weight_transfer import WeightTransfer

SAME = [[token] for token in range(6)]


def test_rows_are_kept_meant_or_fresh() -> None:
    transfer = WeightTransfer(source=[*SAME, [4, 5], []], target=SAME)
    older, fresh = torch.arange(12.0).reshape(6, 2), torch.full((8, 2), -1.0)
    taken = transfer.transfer("source_embedding.weight", older, fresh)
    assert torch.equal(taken[:6], older)
    assert taken[6:].tolist() == [[9.0, 10.0], [-1.0, -1.0]]
    kept = transfer.unchanged_rows("source_embedding.weight")
    assert kept is not None
    assert kept.tolist() == [True] * 6 + [False, False]
    assert transfer.unchanged_rows("target_embedding.weight") is None


def test_a_token_that_takes_the_place_of_one_is_new_all_the_same() -> None:
    kept = WeightTransfer(source=[*SAME, [5]], target=SAME).unchanged_rows("embedding.weight")
    assert kept is not None
    assert kept.tolist() == [True] * 6 + [False]


def test_labels_have_no_row_for_special_tokens() -> None:
    special = [[token] for token in range(len(NAMES))]
    transfer = WeightTransfer(source=SAME, target=[*special, [5], [], [4]])
    older, fresh = torch.tensor([1.0, 2.0]), torch.tensor([-1.0, -2.0, -3.0])
    assert transfer.transfer("head.bias", older, fresh).tolist() == [2.0, -2.0, 1.0]


def test_what_has_no_rows_for_tokens_is_taken_over() -> None:
    older, fresh = torch.ones(3), torch.zeros(3)
    assert WeightTransfer(SAME, SAME).transfer("decoder.readout.weight", older, fresh) is older


@pytest.mark.parametrize("tied", [True, False])
def test_a_model_with_more_tokens_scores_the_old_ones_as_before(tied: bool) -> None:
    recipe = tiny.recipe(tied=tied)
    old = tiny.model(recipe)
    size = tiny.tokenizers().source.size
    rows = [*([token] for token in range(size)), [7, 8], [9]]
    transfer = WeightTransfer(source=rows, target=rows)
    from seq2seq.models.build import build_model

    new = build_model(recipe.model, len(rows), len(rows)).eval()
    own = new.state_dict()
    with torch.no_grad():
        for name, tensor in old.state_dict().items():
            own[name].copy_(transfer.transfer(name, tensor, own[name]))
    source, lengths = torch.tensor([[5, 6, 7, 3]]), torch.tensor([4])
    tokens = torch.tensor([[2, 9, 10, 11]])
    before, after = (one.project(one(source, lengths, tokens)) for one in (old, new))
    torch.testing.assert_close(after[..., :size], before)
    # The features are the same, and so a new token's logit is the mean of those that it stands for.
    torch.testing.assert_close(after[..., size], before[..., [7, 8]].mean(dim=-1))
    torch.testing.assert_close(after[..., size + 1], before[..., 9])
