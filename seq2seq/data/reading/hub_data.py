"""Data sets of the Hugging Face hub: ``hf://user/name[@revision][#configuration]``."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seq2seq.errors import DataError
from seq2seq.extras import require
from seq2seq.hub import HubAddress, reachable

if TYPE_CHECKING:
    import pyarrow as pa
    from datasets import DatasetDict, IterableDataset


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

    with _explaining(called):
        dataset = datasets.load_dataset(where, configuration, revision=revision)
    if not isinstance(dataset, datasets.DatasetDict):
        raise DataError(f"{called}: not a data set with splits, but {type(dataset).__name__}.", code="hub.no-splits")
    return dataset


@dataclass(frozen=True)
class HubShard:
    """A file of a split, whose rows are read while it is downloaded."""

    label: str
    """Its name in messages."""
    split: "IterableDataset"
    number: int
    """Which of its files, from 0."""
    version: str
    """A digest of name, configuration and commit of the data set."""

    def tables(self, rows: int) -> "Iterator[pa.Table]":
        """Its rows, so many at a time.

        Raises:
            DataError: it cannot be read to its end; says what to do.
        """
        try:
            shard = self.split.shard(num_shards=self.split.num_shards, index=self.number)
            yield from shard.with_format("arrow").iter(batch_size=rows)
        except Exception as error:  # of many kinds, as those below
            raise DataError(
                f"{self.label}: cannot be read to its end: {_text(error)}\n"
                "  Where the hub could not be reached, the same command resumes the run, and no step is lost.",
                code="hub.data-unavailable",
            ) from error


def stream_hub(path: str) -> dict[str, list[HubShard]]:
    """All splits of a data set of the hub, none of whose rows are downloaded yet.

    Raises:
        DataError: it cannot be had; says what to do.
        MissingExtra: what reads it is not installed.
    """
    parsed = HubAddress.parse_data(path)
    require("datasets", path)
    with _offline_unless_reachable():
        return stream(f"hf://datasets/{parsed.name}", parsed.revision, parsed.configuration, called=path)


def stream(where: str, revision: str | None, configuration: str | None, *, called: str) -> dict[str, list[HubShard]]:
    """All splits of a data set, as :func:`load` finds them, none of whose rows are read yet.

    Raises:
        DataError: it cannot be had; says what to do.
    """
    import datasets

    with _explaining(called):
        builder = datasets.load_dataset_builder(where, configuration, revision=revision)
        splits = builder.as_streaming_dataset()
    return {
        name: [
            HubShard(f"{called}[{name}]/{number + 1}-of-{split.num_shards}", split, number, builder.hash)
            for number in range(split.num_shards)
        ]
        for name, split in splits.items()
    }


@contextmanager
def _explaining(called: str) -> Iterator[None]:
    """Turn the errors of ``datasets`` into ours."""
    try:
        yield
    except ConnectionError as error:
        raise DataError(
            f"{called}: the hub cannot be reached, and this data set is not in the local cache.\n"
            f"{_BY_HAND}\n  (HF_ENDPOINT names a mirror; HTTPS_PROXY a proxy.)",
            code="hub.unreachable",
        ) from error
    except Exception as error:  # load_dataset raises many kinds, of several packages
        # They are not errors of this program: what is wrong lies on the hub, or on the way to it.
        text = _text(error)
        if "onfig name is missing" in text or "BuilderConfig" in text:
            hint = f"  Name one: {called.split('#')[0]}#CONFIGURATION"
        else:
            hint = _BY_HAND
        raise DataError(f"{called}: {text}\n{hint}", code="hub.data-unavailable") from error


def _text(error: Exception) -> str:
    return (" ".join(str(error).split()) or type(error).__name__)[:500]


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
