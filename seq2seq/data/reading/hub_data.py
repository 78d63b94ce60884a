"""Data sets of the Hugging Face hub: ``hf://user/name[@revision][#configuration]``."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from seq2seq.errors import DataError
from seq2seq.extras import require
from seq2seq.hub import HubAddress, reachable

if TYPE_CHECKING:
    from datasets import DatasetDict


def load_hub(path: str) -> "DatasetDict":
    """All splits of a data set of the hub, from the local cache if the hub is out of reach.

    Raises:
        DataError: it cannot be had; says what to do.
        MissingExtra: what reads it is not installed.
    """
    parsed = HubAddress.parse_data(path)
    require("datasets", path)
    with _offline_unless_reachable():
        # The long form, since load_dataset takes a short one for a local folder of that name, if there is one.
        return load(f"hf://datasets/{parsed.name}", parsed.revision, parsed.configuration, called=path)


def load(where: str, revision: str | None, configuration: str | None, *, called: str) -> "DatasetDict":
    """All splits of a data set: on the hub, or in a local folder of the same form; ``called`` so in messages.

    Raises:
        DataError: it cannot be had; says what to do.
    """
    import datasets

    try:
        dataset = datasets.load_dataset(where, configuration, revision=revision)
    except ConnectionError as error:
        raise DataError(
            f"{called}: the hub cannot be reached, and this data set is not in the local cache.\n"
            f"{_BY_HAND}\n  (HF_ENDPOINT names a mirror; HTTPS_PROXY a proxy.)",
            code="hub.unreachable",
        ) from error
    except Exception as error:  # load_dataset raises many kinds, of several packages
        # They are not errors of this program: what is wrong lies on the hub, or on the way to it.
        text = " ".join(str(error).split()) or type(error).__name__
        if "onfig name is missing" in text or "BuilderConfig" in text:
            hint = f"  Name one: {called.split('#')[0]}#CONFIGURATION"
        else:
            hint = _BY_HAND
        raise DataError(f"{called}: {text[:500]}\n{hint}", code="hub.data-unavailable") from error
    if not isinstance(dataset, datasets.DatasetDict):
        raise DataError(f"{called}: not a data set with splits, but {type(dataset).__name__}.", code="hub.no-splits")
    return dataset


_BY_HAND = (
    "  Fetch it where there is a network (`hf download --repo-type dataset NAME --local-dir FOLDER`),\n"
    "  or put train.tsv, dev.tsv and test.tsv in a folder, and name that in its place (--set data.path=FOLDER)."
)


@contextmanager
def _offline_unless_reachable() -> Iterator[None]:
    """Let ``datasets`` do without the hub if it is out of reach."""
    import datasets

    before = datasets.config.HF_HUB_OFFLINE
    if not before and not reachable(datasets.config.HF_ENDPOINT):
        datasets.config.HF_HUB_OFFLINE = True
    try:
        yield
    finally:
        datasets.config.HF_HUB_OFFLINE = before
