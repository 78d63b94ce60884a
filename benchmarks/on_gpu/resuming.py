"""Whether a run that was stopped and resumed ends with the weights of one that was not, bit for bit."""

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor

from on_gpu.report import Figure
from seq2seq import log
from seq2seq.config.load import parse_recipe
from seq2seq.config.recipe import Recipe
from seq2seq.training.fit import LaunchOptions, fit
from seq2seq.training.run_folder.checkpoint import newest


def measure(recipe: Recipe, device: str, folder: Path, *, steps: int) -> list[Figure]:
    """Three runs of 2 x ``steps``: one, the same again, and one that is resumed after half of them."""
    whole = trained(recipe, device, folder / "whole", 2 * steps)
    again = trained(recipe, device, folder / "again", 2 * steps)
    trained(recipe, device, folder / "resumed", steps)
    resumed = trained(recipe, device, folder / "resumed", 2 * steps, resume=True)
    return [
        Figure(f"two runs of {2 * steps} steps are equal, bit for bit", difference(whole, again) == 0),
        Figure("largest difference of a weight", difference(whole, again), digits=6),
        Figure(f"a run resumed after {steps} steps is equal to one that was not", difference(whole, resumed) == 0),
        Figure("largest difference of a weight then", difference(whole, resumed), digits=6),
    ]


def trained(recipe: Recipe, device: str, run: Path, steps: int, *, resume: bool = False) -> dict[str, Tensor]:
    """Train up to a step; the weights of the last checkpoint. The learning rate depends on no limit."""
    changed = parse_recipe(
        recipe.model_dump(mode="json"), "recipe", (f"training.max_steps={steps}", "training.schedule.name=constant")
    )
    with log.muted():
        fit(changed, run, LaunchOptions(accelerator=device, devices=1, resume=resume, overwrite=not resume))
    last = newest(run / "checkpoints")
    assert last is not None
    return load_file(last / "weights.safetensors")


def difference(one: dict[str, Tensor], other: dict[str, Tensor]) -> float:
    """The largest difference of a weight; infinite where one is not finite or they have other names."""
    if one.keys() != other.keys():
        return float("inf")
    apart = torch.stack([(one[name].double() - other[name].double()).abs().max() for name in one]).max()
    return float(apart) if apart.isfinite() else float("inf")  # a NaN is the largest of any, to torch
