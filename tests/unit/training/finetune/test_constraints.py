"""Weights that are pulled back, or stay where they are, while others learn."""

from collections.abc import Iterable

import pytest
import torch
from support import tiny

from seq2seq.errors import ConfigError
from seq2seq.models.build import Model, build_model
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.training.finetune.constraints import WeightConstraints
from seq2seq.training.finetune.weight_transfer import WeightTransfer

SIZE = tiny.tokenizers().source.size
GROWN = [*([token] for token in range(SIZE)), [5, 6]]
ALL = WeightTransfer(GROWN, GROWN)


def grown(*, tied: bool = False) -> Seq2Seq:
    torch.manual_seed(1)
    return build_model(tiny.recipe(tied=tied).model, SIZE + 1, SIZE + 1)


def step(model: Model, constraints: WeightConstraints, *, rate: float = 0.1) -> None:
    """One step of Adam on gradients that reach every weight."""
    optimizer = torch.optim.Adam(model.parameters(), lr=rate, fused=True)
    sum((parameter**2).sum() + parameter.sum() for parameter in model.parameters()).backward()  # type: ignore[union-attr]
    constraints.add_anchor_gradient()
    optimizer.step()
    constraints.restore_frozen()


def weights(model: Model) -> dict[str, torch.Tensor]:
    return {name: parameter.detach().clone() for name, parameter in model.named_parameters()}


def changed(before: dict[str, torch.Tensor], model: Model) -> set[str]:
    return {name for name, parameter in model.named_parameters() if not torch.equal(before[name], parameter)}


def of(names: Iterable[str], *starts: str) -> set[str]:
    return {name for name in names if name.startswith(starts)}


@pytest.mark.parametrize(
    ("freeze", "stay"),
    [("encoder", ("encoder.",)), ("decoder", ("decoder.", "bridge.", "projection."))],
)
def test_frozen_parts_stay(freeze: str, stay: tuple[str, ...]) -> None:
    torch.manual_seed(1)
    model = build_model(tiny.recipe().model, SIZE, SIZE)
    same = [[token] for token in range(SIZE)]
    constraints = WeightConstraints(model, WeightTransfer(same, same), anchor=0.0, freeze=(freeze,))  # type: ignore[arg-type]
    before = weights(model)
    step(model, constraints)
    assert before.keys() - changed(before, model) == of(before, *stay)


def test_a_tied_projection_is_an_embedding() -> None:
    model = grown(tied=True)
    constraints = WeightConstraints(model, ALL, anchor=0.0, freeze=("decoder",))
    before = weights(model)
    step(model, constraints)
    assert "source_embedding.weight" in changed(before, model)  # which the projection is tied to


def test_new_tokens_learn_though_embeddings_are_frozen() -> None:
    model = grown()
    constraints = WeightConstraints(model, ALL, anchor=0.0, freeze=("embeddings",))
    before = weights(model)
    step(model, constraints)
    for name in ("source_embedding.weight", "target_embedding.weight"):
        now = dict(model.named_parameters())[name]
        assert torch.equal(now[:SIZE], before[name][:SIZE])
        assert not torch.equal(now[SIZE], before[name][SIZE])
    assert of(before, "encoder.") <= changed(before, model)


def test_the_gradient_of_the_pull() -> None:
    model = grown()
    constraints = WeightConstraints(model, ALL, anchor=0.5, freeze=())
    with torch.no_grad():
        for parameter in model.parameters():
            parameter += 2.0
            parameter.grad = torch.full_like(parameter, 3.0)
    constraints.add_anchor_gradient()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None
        expected = torch.full_like(parameter, 4.0)
        if name.startswith(("source_embedding", "target_embedding", "projection")):
            expected[SIZE] = 3.0  # new: nothing pulls
        torch.testing.assert_close(parameter.grad, expected)


def test_the_stronger_the_pull_the_nearer() -> None:
    def distance(anchor: float) -> float:
        model = grown()
        constraints = WeightConstraints(model, ALL, anchor=anchor, freeze=())
        before = weights(model)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        for _ in range(30):
            optimizer.zero_grad()
            sum(parameter.sum() for parameter in model.parameters()).backward()  # type: ignore[union-attr]
            constraints.add_anchor_gradient()
            optimizer.step()
        return float((model.encoder.state_dict()[name] - before[f"encoder.{name}"]).norm())

    name = next(iter(dict(grown().encoder.named_parameters())))
    far, near, nearest = distance(0.0), distance(1.0), distance(5.0)
    assert far > near > nearest
    # At rest, pull and gradient (all ones) cancel: anchor x distance = 1 in every coordinate.
    size = dict(grown().encoder.named_parameters())[name].numel()
    assert nearest == pytest.approx(size**0.5 / 5.0, rel=1e-3)


def test_a_classifier_has_parts_too() -> None:
    model = tiny.classifier()
    same = [[token] for token in range(tiny.label_tokenizers().source.size)]
    labels = [[token] for token in range(tiny.label_tokenizers().target.size)]
    constraints = WeightConstraints(model, WeightTransfer(same, labels), anchor=0.0, freeze=("embeddings", "encoder"))
    before = weights(model)
    step(model, constraints)
    assert changed(before, model) == of(before, "head.")


def test_something_has_to_be_left() -> None:
    same = [[token] for token in range(SIZE)]
    model = build_model(tiny.recipe(tied=True).model, SIZE, SIZE)
    with pytest.raises(ConfigError) as caught:
        WeightConstraints(model, WeightTransfer(same, same), anchor=0.0, freeze=("embeddings", "encoder", "decoder"))
    assert caught.value.code == "finetune.nothing-to-train"


def test_frozen_rows_do_not_count_in_the_norm_of_the_gradient() -> None:
    model = grown()
    constraints = WeightConstraints(model, ALL, anchor=0.0, freeze=("embeddings", "encoder", "decoder"))
    sum((parameter**2).sum() + parameter.sum() for parameter in model.parameters()).backward()  # type: ignore[union-attr]
    new = [parameter for parameter in model.parameters() if parameter.grad is not None]
    expected = sum(float(parameter.grad[SIZE:].square().sum()) for parameter in new if parameter.grad is not None)
    constraints.add_anchor_gradient()
    assert float(torch.nn.utils.get_total_norm([one.grad for one in new if one.grad is not None])) == pytest.approx(
        expected**0.5
    )
    optimizer = torch.optim.Adam(new, lr=0.1)
    optimizer.step()
    for parameter in new:
        moments = optimizer.state[parameter]
        assert not moments["exp_avg"][:SIZE].any()
        assert moments["exp_avg"][SIZE:].any()
