"""The files of exported networks in a model folder."""

from typing import Final, Literal

from seq2seq.inference.engines.onnx.searcher import SearchName
from seq2seq.model_folder.layout import EXPORT_FOLDER

Precision = Literal["onnx", "onnx-int8"]

_ENDINGS: Final[dict[Precision, str]] = {"onnx": ".onnx", "onnx-int8": ".int8.onnx"}
PRECISIONS: Final[tuple[Precision, ...]] = ("onnx", "onnx-int8")


def network_file(name: str, precision: Precision) -> str:
    """The file of one network in a model folder."""
    return f"{EXPORT_FOLDER}/{name}{_ENDINGS[precision]}"


def precision_of(file: str) -> Precision:
    """The precision of a network, by its file."""
    return "onnx-int8" if file.endswith(_ENDINGS["onnx-int8"]) else "onnx"


def network_names(*, classifies: bool, shortlist: bool = False) -> tuple[str, ...]:
    """The networks that compute everything: a classifier, or an encoder and the step (over a shortlist)."""
    return ("classifier",) if classifies else ("encoder", "step.shortlist" if shortlist else "step")


def network_files(precision: Precision, *, classifies: bool, shortlist: bool = False) -> tuple[str, ...]:
    """The files of :func:`network_names` in a model folder."""
    return tuple(network_file(name, precision) for name in network_names(classifies=classifies, shortlist=shortlist))


def weights_file(precision: Precision) -> str:
    """The file of the weights of all networks of a precision; exports of earlier releases have weights in each."""
    return f"{EXPORT_FOLDER}/weights{_ENDINGS[precision].removesuffix('.onnx')}.bin"


def search_files(precision: Precision, *, shortlist: bool = False) -> dict[SearchName, str]:
    """The files of whole searches, which exports of earlier releases lack; ``shortlist``: those over a shortlist."""
    names: tuple[SearchName, ...] = ("greedy", "beam", "sampling")
    if shortlist:
        return {name: network_file(f"{name}.shortlist", precision) for name in names}
    return {name: network_file(name, precision) for name in (*names, "greedy_one", "beam_one")}
