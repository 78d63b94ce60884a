"""Exported models of an earlier day run without torch, with whatever releases are installed, and give what they gave.

This is what `make oldest WITHOUT_TORCH=1` and `make newest WITHOUT_TORCH=1` say of ONNX Runtime and of the tokenizers.
"""

import json
from pathlib import Path

import pytest
from support.commands import run
from support.kept import CLOSE, KEPT, MODELS, exported, outputs

import seq2seq


@pytest.mark.parametrize("name", KEPT)
def test_the_networks_give_what_the_weights_gave(name: str, tmp_path: Path) -> None:
    kept = json.loads((MODELS / f"{name}.json").read_text("utf-8"))
    model = seq2seq.load(exported(name, tmp_path), engine="onnx")
    for found, expected in zip(outputs(model, kept["inputs"]), kept["outputs"], strict=True):
        assert found.keys() == expected.keys()
        for key, value in expected.items():
            assert found[key] == (value if isinstance(value, str) else pytest.approx(value, abs=CLOSE)), key


def test_commands_choose_the_networks_on_a_cpu(tmp_path: Path) -> None:
    kept = json.loads((MODELS / "translation-1.json").read_text("utf-8"))
    folder = exported("translation-1", tmp_path)
    lines = run("translate", folder, "--device", "cpu", text="\n".join(kept["inputs"]) + "\n").stdout.splitlines()
    assert lines == [output["text"] for output in kept["outputs"]]
