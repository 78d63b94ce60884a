"""The kinds of DATA of ``seq2seq evaluate``, and the sources and references that it gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from seq2seq.config.data import DataConfig
    from seq2seq.inference.load import Pipeline
    from seq2seq.scoring.evaluation_set import EvaluationSet


def is_file(data: str) -> bool:
    """Whether DATA is one file."""
    from seq2seq.data.reading.find_files import resolve

    return resolve(data).is_file()


def is_text(data: str, references: Sequence[Path]) -> bool:
    """Whether DATA is a file of sentences, not of pairs: by its name, and where it has no references by its lines."""
    from seq2seq.data.reading.find_files import kind_by_content, kind_by_name, resolve

    if not is_file(data) or kind_by_name(Path(data)):
        return False
    return bool(references) or kind_by_content(resolve(data)) is None


def is_document(data: str) -> bool:
    """Whether DATA is a file that some models read as it is: text that is generated."""
    from seq2seq.data.reading.find_files import kind_by_name

    return kind_by_name(Path(data), documents=True) is not None


def evaluation_set_of(
    config: DataConfig,
    data: str | None,
    split: Literal["test", "dev"] | None,
    columns: Mapping[str, str | int],
    references: Sequence[Path],
) -> EvaluationSet:
    """Sources and references: of DATA or the recipe's split, and --references beside them."""
    from seq2seq.config.sides import TEXTS
    from seq2seq.data.reading.sources import read_split
    from seq2seq.inference.lines import read_lines
    from seq2seq.scoring.evaluation_data import examples_of, no_split
    from seq2seq.scoring.evaluation_set import EvaluationSet

    more = [read_lines(file) for file in references]
    if data is not None and is_text(data, references):
        return EvaluationSet(data, read_lines(Path(data).expanduser()), more)
    if data is None:
        examples = read_split(config, split or "test")
        if examples is None:
            raise no_split(split)
    else:
        examples = examples_of(config, data, split, columns, sides=TEXTS)
    evaluation_set = EvaluationSet.from_examples(examples)
    return replace(evaluation_set, references=[*evaluation_set.references, *more])


def named_set(texts: Mapping[str, Any]) -> EvaluationSet:
    """The test set of --test-set, and --references beside its own."""
    from seq2seq.inference.lines import read_lines
    from seq2seq.scoring.evaluation_set import EvaluationSet
    from seq2seq.scoring.test_sets import read_test_set

    name, sources, own = read_test_set(texts["test_set"], texts.get("language_pair"))
    return EvaluationSet(name, sources, [*own, *map(read_lines, texts.get("references", ()))])


def languages_of_model(pipeline: Pipeline) -> str | None:
    """The language pair of a translator, such as en-de; None: not known."""
    from seq2seq.inference.translator import Translator

    return "-".join(pipeline.languages) if isinstance(pipeline, Translator) and all(pipeline.languages) else None


def set_without_model(texts: Mapping[str, Any]) -> EvaluationSet:
    """What --hypotheses are compared with: --references, or a test set of sacrebleu's."""
    from seq2seq.inference.lines import read_lines
    from seq2seq.scoring.evaluation_set import EvaluationSet

    if "test_set" in texts:
        return named_set(texts)
    files, sources = texts["references"], texts.get("sources")
    name = ", ".join(map(str, files))
    return EvaluationSet(name, None if sources is None else read_lines(sources), list(map(read_lines, files)))
