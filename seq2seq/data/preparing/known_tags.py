"""The tags of a stream of shards: those of its sample, for the model has a token for each."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

from seq2seq.data.reading.raw_split import Origin, Source
from seq2seq.data.tables import problems
from seq2seq.data.tables.problems import BadRows
from seq2seq.data.tables.rows import Rows
from seq2seq.text.vocabulary.labels import LabelVocabulary
from seq2seq.wording import listed


def require_known(source: Source, tags: LabelVocabulary) -> Source:
    """The same split, whose rows with other tags are bad."""
    return replace(source, origins=tuple(_checked(origin, tags, swap=source.swap) for origin in source.origins))


def _checked(origin: Origin, tags: LabelVocabulary, *, swap: bool) -> Origin:
    def read(bad: BadRows) -> Iterator[Rows]:
        with closing(origin.read(bad)) as chunks:  # type: ignore[type-var]
            for rows in chunks:
                keep = []
                for index, text in enumerate(rows.targets if swap else rows.sources):
                    unknown = tags.unknown(text)
                    if unknown:
                        what = f"tag {listed(unknown, 3)}, which the stream's sample lacks"
                        bad.refuse(origin.label, rows.lines[index], problems.TAG, what)
                    else:
                        keep.append(index)
                rows.keep(keep)
                yield rows

    # Another process would find the origin without the check.
    return replace(origin, read=read, apart=False, cutting=None)
