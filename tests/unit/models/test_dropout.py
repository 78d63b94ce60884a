"""What is dropped, how much of it, and that nothing is when a model is used."""

import pytest
import torch

from seq2seq.models.dropout import Dropout, WordDropout
from seq2seq.special import BOS, EOS, PAD, UNK


@pytest.mark.parametrize("variational", [False, True])
def test_the_mean_is_kept_and_the_share_is_right(variational: bool) -> None:
    dropped = Dropout(0.3, variational=variational)(torch.ones(2000, 3, 50))
    assert dropped.mean().item() == pytest.approx(1.0, abs=0.02)
    assert (dropped == 0).float().mean().item() == pytest.approx(0.3, abs=0.02)


@pytest.mark.parametrize("rate", [1e-9, 0.001, 0.1, 0.5, 0.999, 1 - 1e-9])
def test_units_are_dropped_one_by_one_at_the_rate(rate: float) -> None:
    x = torch.ones(401, 33, 61)
    dropped = Dropout(rate)(x) == 0
    count = x.numel()
    tolerance = 5 * (rate * (1 - rate) / count) ** 0.5 + 2**-16
    assert dropped.float().mean().item() == pytest.approx(rate, abs=tolerance)
    neighbours = dropped.flatten()[:-1] & dropped.flatten()[1:]
    assert neighbours.float().mean().item() == pytest.approx(rate * rate, abs=10 * tolerance)


def test_a_mask_has_the_type_of_what_it_masks_and_comes_from_the_seed() -> None:
    x = torch.ones(2, 3, 5, dtype=torch.bfloat16)
    torch.manual_seed(3)
    once = Dropout(0.5)(x)
    torch.manual_seed(3)
    assert once.dtype == torch.bfloat16
    assert torch.equal(once, Dropout(0.5)(x))
    assert set(once.flatten().tolist()) == {0.0, 2.0}


def test_a_variational_mask_is_the_same_at_every_step() -> None:
    dropped = Dropout(0.5, variational=True)(torch.ones(4, 9, 20))
    assert torch.equal(dropped, dropped[:, :1].expand_as(dropped))
    assert not torch.equal(dropped[0], dropped[1])


@pytest.mark.parametrize("module", [Dropout(0.9), Dropout(0.9, variational=True)])
def test_nothing_is_dropped_in_evaluation(module: Dropout) -> None:
    x = torch.randn(2, 3, 4)
    assert torch.equal(module.eval()(x), x)


def test_words_become_unknown_but_the_frame_stays() -> None:
    tokens = torch.randint(4, 100, (200, 12))
    tokens[:, 0], tokens[:, 10], tokens[:, 11] = BOS, EOS, PAD
    dropped = WordDropout(0.4)(tokens)
    assert torch.equal(dropped[:, [0, 10, 11]], tokens[:, [0, 10, 11]])
    changed = dropped != tokens
    assert (dropped[changed] == UNK).all()
    assert changed[:, 1:10].float().mean().item() == pytest.approx(0.4, abs=0.05)
    assert torch.equal(WordDropout(0.4).eval()(tokens), tokens)
