"""The labels of a prepared split: how many examples have each, and whether the model knows any."""

from collections import Counter
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from seq2seq.data.preparing.filter_rows import record_batches
from seq2seq.data.preparing.report import SplitReport
from seq2seq.errors import DataError
from seq2seq.text.vocabulary.labels import LabelVocabulary
from seq2seq.text.vocabulary.pair import Vocabulary
from seq2seq.text.vocabulary.soft_labels import has_probabilities, likeliest, read_soft_label
from seq2seq.wording import listed


def count_labels(paths: Sequence[Path], *, soft: bool) -> dict[str, int]:
    """Examples per label, the most frequent first.

    Args:
        paths: Arrow files of the split.
        soft: whether labels may have probabilities. Then the most probable ones are counted; those that never are have
            no example, though they are learnt.
    """
    labels: Counter[str] = Counter()
    for batch in chain.from_iterable(map(record_batches, paths)):
        texts = batch.column("target").to_pylist()
        labels.update(map(likeliest if soft else str.strip, texts))
        for text in texts if soft else ():
            labels.update(dict.fromkeys(read_soft_label(text), 0))
    return dict(labels.most_common())


def require_known_label(dev: SplitReport, names: Vocabulary) -> None:
    """Refuse a development split whose labels are all others than the model's: nothing can be measured on it."""
    if not isinstance(names, LabelVocabulary) or not dev.labels or not dev.labels.keys().isdisjoint(names.names):
        return
    soft = any(map(has_probabilities, dev.labels))
    hint = "Probabilities are for the training split (data.soft_labels)." if soft else "Is its column the right one?"
    raise DataError(
        f"{dev.name}: none of its labels is one of the training split: {listed(list(dev.labels))}.\n"
        f"  Those are: {listed(names.names)}. {hint}",
        code="data.nothing-to-evaluate",
    )
