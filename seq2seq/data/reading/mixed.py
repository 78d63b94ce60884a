"""Several sources as one split: each with its languages and its tags (:mod:`seq2seq.text.tags`)."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace

from seq2seq.config.data import DataConfig, SourceConfig
from seq2seq.data.reading.raw_split import Origin, Source
from seq2seq.data.tables.rows import Rows
from seq2seq.text.tags import tagged, tags_of


def configs_of(data: DataConfig, sources: Sequence[SourceConfig]) -> list[DataConfig]:
    """The data section of each of its sources, as if it were alone."""
    own = ("path", "train", "dev", "test", "columns", "splits", "swap")
    return [
        data.model_copy(
            update={
                **{name: getattr(source, name) for name in own},
                "languages": source.languages[::-1] if source.swap else source.languages,
                "sources": (),
            }
        )
        for source in sources
    ]


def mix(data: DataConfig, sources: Sequence[SourceConfig], found: Sequence[Source | None]) -> Source | None:
    """One split of the splits of each source, one after the other; None: none of them has it."""
    parts = [(config, split) for config, split in zip(sources, found, strict=True) if split is not None]
    if not parts:
        return None
    origins = [
        _tagged(origin, split, config, tags_of(data, config)) for config, split in parts for origin in split.origins
    ]
    return Source(
        " + ".join(dict.fromkeys(split.name for _, split in parts)),
        tuple(origins),
        skip_bad=data.skip_bad,
        swap=False,
        parts=tuple(0 if split is None else len(split.origins) for split in found),
    )


def _tagged(origin: Origin, split: Source, config: SourceConfig, tags: Sequence[str]) -> Origin:
    """An origin whose rows have tags; those without a group are grouped by their languages."""
    direction = "-".join(config.languages)

    def add_tags(found: Iterator[Rows]) -> Iterator[Rows]:
        with closing(found) as chunks:  # type: ignore[type-var]
            for rows in chunks:
                if split.swap:
                    rows.sources, rows.targets = rows.targets, rows.sources
                rows.sources = [tagged(text, tags) for text in rows.sources]
                rows.groups = [group or direction for group in rows.groups]
                yield rows

    cutting = origin.cutting
    return replace(
        origin,
        read=lambda bad: add_tags(origin.read(bad)),
        cutting=cutting and replace(cutting, read=lambda bad, spans: add_tags(cutting.read(bad, spans))),
    )
