"""A digest of all that decides what is prepared, under which it is cached."""

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, get_args

from seq2seq.data.preparing.read import REPLAY
from seq2seq.data.preparing.vocabularies import Preparation
from seq2seq.data.reading.sources import SplitName
from seq2seq.files.digest import content_digest

FORMAT: Final = 5
"""Version of what is prepared; part of every fingerprint."""


def fingerprint_of(
    contents: dict[str, list[str]], preparation: Preparation, others: list[tuple[str, int | str]]
) -> str:
    """Digest of all that decides what is prepared: content, settings, tokenizers; not the place of the cache.

    ``others`` are the shards of a stream that come later.
    """
    deciding = {"columns", "swap", "extra_columns", "skip_bad", "dev_size", "test_size", "hold_out", "unit", "labels"}
    # Left out where they are not set, so that a run from before they existed can be resumed.
    added = preparation.data.model_dump(
        mode="json",
        include={"casing", "languages", "target_languages", "terms", "vectors", "forecast", "soft_labels"},
        exclude_defaults=True,
    )
    reading = {"columns", "splits", "swap", "languages", "tags"}
    if preparation.data.sources:
        added["sources"] = [one.model_dump(mode="json", include=reading) for one in preparation.data.sources]
    if preparation.data.terms is not None:
        added["glossary"] = _glossary_digest(Path(preparation.data.terms.glossary))
    replay = preparation.data.replay
    if replay is not None and replay.languages is not None:
        added["replay languages"] = replay.languages
    decides: dict[str, Any] = {
        "format": FORMAT,
        "seed": preparation.seed,
        "sides": [kind.value for kind in preparation.sides],
        "whole": preparation.whole,
        "splits": {name: contents.get(name) for name in (*get_args(SplitName), REPLAY)},
        "data": preparation.data.model_dump(mode="json", include={*deciding, "filters"}) | added,
        # Sampling happens while training.
        "tokenizer": preparation.tokenizers.fingerprint
        if preparation.tokenizers
        else preparation.tokenizer.model_dump(mode="json", exclude={"sampling", "symbols"}),
        "growth": None if preparation.extension is None else asdict(preparation.extension),
        "replay": None if replay is None else replay.columns.model_dump(mode="json"),
    }
    if others:
        decides["stream"] = others
        # A run that met a bad row in a later shard can be resumed without it: the sample is the same.
        decides["data"] = decides["data"] | {"skip_bad": False}
    if preparation.protection is not None:
        decides["protection"] = asdict(preparation.protection)
    return hashlib.blake2b(json.dumps(decides, sort_keys=True).encode(), digest_size=16).hexdigest()


def _glossary_digest(path: Path) -> str:
    """Digest of a glossary; of one that is gone, nothing: training needs it, and scoring does not."""
    return content_digest((path,)) if path.exists() else ""
