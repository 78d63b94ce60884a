"""What an installation without the extra `train` does without, and says when it is asked for it.

By itself the package runs models that have been exported; the extra has what makes them.
"""

from importlib.util import find_spec
from typing import Final

from seq2seq.errors import MissingExtra

TRAIN: Final = (
    "torch", "lightning_fabric", "datasets", "pyarrow", "matplotlib", "ml_dtypes", "onnx", "py3langid", "xxhash",
)  # fmt: skip
"""Modules that the extra brings; what runs an exported model imports none of them."""
INSTALL: Final = 'pip install "seq2seq[train]"'
"""The command that installs the extra."""
INSTALL_XLSX: Final = 'pip install "seq2seq[xlsx]"'
"""The command that installs what reads workbooks."""
INSTALL_FORECAST: Final = 'pip install "seq2seq[forecast]"'
"""The command that installs what fits the baseline ETS."""
INSTALL_TEACHERS: Final = 'pip install "seq2seq[teachers]"'
"""The command that installs what runs teachers of other toolkits."""


def installed(module: str) -> bool:
    """Whether a package can be imported; it is not imported to find out."""
    return find_spec(module) is not None


def require(module: str, what: str, install: str = INSTALL) -> None:
    """Make sure that a package of an extra, which ``what`` needs, is there before anything is done that will need it.

    Raises:
        MissingExtra: it is not installed.
    """
    if not installed(module):
        raise MissingExtra(f"{what} needs {module}, which is not installed.\n  {install}", code="extra.missing")


def is_missing_extra(error: ModuleNotFoundError) -> bool:
    """Whether an import failed because the extra is missing."""
    return (error.name or "").partition(".")[0] in TRAIN
