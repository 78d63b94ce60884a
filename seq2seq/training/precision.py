"""The numeric precision of training: where bfloat16 is computed in, and what `auto` stands for."""

from typing import Final

import torch

from seq2seq.config.training import Precision
from seq2seq.errors import ConfigError

_INSTRUCTIONS: Final = ("avx512_bf16", "amx_bf16", "bf16", "sve_bf16")
"""Torch's names for the bfloat16 instructions of a processor (x86, then ARM)."""
_CAPABILITY: Final = 8
"""Major compute capability from which NVIDIA's GPUs have bfloat16 arithmetic (Ampere; CUDA C++ Programming Guide,
section "Arithmetic Instructions")."""


def resolve_precision(precision: Precision, device: torch.device) -> Precision:
    """The precision that training on a device takes: `auto` is `bf16-mixed` where it is fast, else `32-true`.

    Raises:
        ConfigError: bfloat16 is asked for by name, on a processor that does not compute in it.
    """
    if precision == "auto":
        return "bf16-mixed" if computes_bf16(device) else "32-true"
    if precision == "bf16-mixed" and device.type == "cpu" and not computes_bf16(device):
        problem = (
            "bf16-mixed: this processor does not compute in bfloat16; set it to 32-true (a run that was started "
            "elsewhere resumes so with --resume), or train on a GPU"
        )
        raise ConfigError("training.precision", [problem], code="training.no-bf16")
    return precision


def computes_bf16(device: torch.device) -> bool:
    """Whether a device has bfloat16 arithmetic; without, torch converts back and forth, and is slower."""
    if device.type == "cuda":
        return torch.cuda.get_device_capability(device)[0] >= _CAPABILITY
    if device.type != "cpu":
        return False
    if hasattr(torch.cpu, "get_capabilities"):
        capabilities = torch.cpu.get_capabilities()
        return any(capabilities.get(name) for name in _INSTRUCTIONS)
    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())
