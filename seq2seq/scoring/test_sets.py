"""Test sets that sacrebleu knows by name: ``wmt14/en-de``.

They lie in sacrebleu's folder (``$SACREBLEU``, else ``~/.sacrebleu``), where it downloads them to when they are first
needed.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from seq2seq.errors import DataError, reason_of
from seq2seq.hints import alike
from seq2seq.inference.lines import read_lines
from seq2seq.scoring.evaluation_set import EvaluationSet


def read_test_set(name: str, pair: str | None = None) -> tuple[str, list[str], list[list[str]]]:
    """Sources and references of a test set.

    Args:
        name: of the test set, which a language pair may follow: ``wmt14/en-de``.
        pair: the language pair, if the name does not have it; a test set with one needs none.

    Returns:
        The name with its language pair; N sources; one or more sets of N references.

    Raises:
        DataError: there is no such test set; it does not have these languages; or it is not here and cannot be
            downloaded.
    """
    from sacrebleu.dataset import DATASETS

    known, own = _split_name(name, DATASETS)
    pairs = list(DATASETS[known].langpairs)
    chosen = own or pair or (pairs[0] if len(pairs) == 1 else None)
    if chosen is None or chosen not in pairs:
        problem = f"no language pair {chosen}" if chosen else "name the languages"
        example = alike(chosen or "", pairs) or pairs[0]
        raise DataError(
            f"{known}: {problem}; it has {', '.join(pairs)}.\n  Name one: --test-set {known}/{example}",
            code="test-set.languages",
        )
    source, references = _files(DATASETS[known], chosen)
    return f"{known}/{chosen}", read_lines(Path(source)), [read_lines(Path(file)) for file in references]


def named_set(name: str, pair: str | None, more: Sequence[tuple[str, Sequence[str]]] = ()) -> EvaluationSet:
    """The same as texts to score on, with further sets of references, by name, beside its own.

    Raises:
        DataError: as above; or there are more or fewer further references than sources.
    """
    title, sources, references = read_test_set(name, pair)
    return EvaluationSet(title, sources, references).with_references(more)


def _split_name(name: str, known: Any) -> tuple[str, str | None]:
    """The test set of a name, and the language pair behind it."""
    if name in known:
        return name, None
    front, _, back = name.rpartition("/")
    if front in known:
        return front, back
    near = alike(front or name, known)
    few = [one for one in known if one.startswith((front or name)[:3])]
    hint = f"Did you mean '{near}'? " if near else f"There is {', '.join(few)}. " if few else ""
    raise DataError(
        f"{name}: sacrebleu has no such test set. {hint}All of them: sacrebleu --list", code="test-set.unknown"
    )


def _files(dataset: Any, pair: str) -> tuple[str, list[str]]:
    """The files of sources and references: those that are there, else what sacrebleu downloads."""
    plain = {side: dataset._get_txt_file_path(pair, side) for side in ("src", "ref")}
    try:
        fields = [field for field in dataset.fieldnames(pair) if field.startswith(("src", "ref"))]
        files = [dataset._get_txt_file_path(pair, field) for field in fields]
        if not all(map(os.path.exists, files)):  # sacrebleu asks for files with years and domains, too
            return dataset.get_source_file(pair), dataset.get_reference_files(pair)
        return files[0], files[1:]
    except (Exception, SystemExit) as error:  # no network, a changed archive, a file that cannot be unpacked, ...
        if all(map(os.path.exists, plain.values())):
            return plain["src"], [plain["ref"]]
        reason = reason_of(error) if isinstance(error, Exception) else "the download is not what it should be"
        raise DataError(
            f"{dataset.name}/{pair}: not on this machine, and cannot be downloaded: {reason}.\n"
            f"  It comes from {dataset.data[0]}. With a network, this downloads it:\n"
            f"  sacrebleu -t {dataset.name} -l {pair} --echo src\n"
            "  Without, put its sources and references, one sentence per line, into these files:\n"
            f"  {plain['src']}\n  {plain['ref']}",
            code="test-set.not-here",
        ) from error
