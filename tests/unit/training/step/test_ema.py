"""The moving average of weights."""

import torch
from torch import nn

from seq2seq.training.step.ema import EMA


def test_follows_the_weights_and_is_only_lent() -> None:
    module = nn.Linear(1, 1, bias=False)
    nn.init.constant_(module.weight, 0.0)
    average = EMA(module, decay=0.5)
    nn.init.constant_(module.weight, 1.0)
    average.update()  # decay (1 + 1) / (10 + 1) at the first step
    expected = 1 - 2 / 11
    with average.swapped_in():
        torch.testing.assert_close(module.weight.item(), expected)
    assert module.weight.item() == 1.0
    torch.testing.assert_close(average.weights["weight"].item(), expected)


def test_what_is_lent_lies_where_the_weights_lay() -> None:
    """A recurrent layer's kernel reads its weights from one buffer on a GPU: they change, not where they are."""
    module = nn.LSTM(3, 4)
    average = EMA(module, decay=0.5)
    for parameter in module.parameters():
        nn.init.constant_(parameter, 1.0)
    average.update()
    places = [parameter.data_ptr() for parameter in module.parameters()]
    before = {name: value.clone() for name, value in average.weights.items()}
    with average.swapped_in():
        assert [parameter.data_ptr() for parameter in module.parameters()] == places
        assert all(torch.equal(before[name], parameter) for name, parameter in module.named_parameters())
        assert all(bool((value == 1.0).all()) for value in average.weights.values())
    assert [parameter.data_ptr() for parameter in module.parameters()] == places
    assert all(bool((parameter == 1.0).all()) for parameter in module.parameters())
    assert all(torch.equal(before[name], value) for name, value in average.weights.items())


def test_the_decay_grows_to_what_was_asked_for() -> None:
    module = nn.Linear(1, 1, bias=False)
    nn.init.constant_(module.weight, 0.0)
    average = EMA(module, decay=0.9)
    average.steps = 10_000
    nn.init.constant_(module.weight, 1.0)
    average.update()
    torch.testing.assert_close(average.weights["weight"].item(), 0.1)


def test_stays_where_a_device_says_so_and_moves_as_ever_where_not() -> None:
    torch.manual_seed(1)
    module, twin = nn.Linear(7, 5), nn.Linear(7, 5)
    twin.load_state_dict(module.state_dict())
    guarded, plain = EMA(module, decay=0.9), EMA(twin, decay=0.9)
    for one in (module, twin):
        nn.init.constant_(one.weight, 1.0)
    plain.update()
    guarded.update(torch.tensor(True))
    before = {name: weight.clone() for name, weight in guarded.weights.items()}
    for name, weight in plain.weights.items():
        torch.testing.assert_close(guarded.weights[name], weight)
    nn.init.constant_(module.weight, 5.0)
    guarded.update(torch.tensor(False))
    for name, weight in before.items():
        assert torch.equal(guarded.weights[name], weight)


def test_tied_weights_are_averaged_once() -> None:
    module = nn.ModuleDict({"a": nn.Linear(2, 2, bias=False), "b": nn.Linear(2, 2, bias=False)})
    module["b"].weight = module["a"].weight
    assert list(EMA(module, decay=0.9).weights) == ["a.weight"]
