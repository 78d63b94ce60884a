"""What a student learns, and what it is measured on: never the same sources."""

import json
from pathlib import Path

import pytest

from seq2seq.distillation.corpus import Corpus, read_corpus
from seq2seq.errors import ConfigError, DataError

PAIRS = [(f"the dog number {number} sleeps", f"der Hund Nummer {number} schläft") for number in range(200)]


def table(path: Path, pairs: list[tuple[str, str]] = PAIRS) -> Path:
    path.write_text("".join(f"{source}\t{target}\n" for source, target in [("en", "de"), *pairs]), encoding="utf-8")
    return path


def read(*data: Path, monolingual: tuple[Path, ...] = (), **more: object) -> Corpus:
    return read_corpus([str(one) for one in data], monolingual, columns={}, **more)  # type: ignore[arg-type]


def test_some_sources_are_held_out(tmp_path: Path) -> None:
    corpus = read(table(tmp_path / "pairs.tsv"))
    assert len(corpus.dev.sources) == 20
    assert not set(corpus.sources) & set(corpus.dev.sources)
    assert {*corpus.sources, *corpus.dev.sources} == {source for source, _ in PAIRS}
    assert all(
        dict(PAIRS)[source] == target for source, target in zip(corpus.dev.sources, corpus.dev.targets, strict=True)
    )
    assert set(corpus.references) == set(corpus.sources)
    assert corpus.test is None
    assert corpus.languages == ("en", "de")
    assert read(tmp_path / "pairs.tsv") == corpus


def test_a_source_is_asked_for_once_and_keeps_all_its_references(tmp_path: Path) -> None:
    corpus = read(table(tmp_path / "pairs.tsv", [*PAIRS, *((source, "anders") for source, _ in PAIRS)]))
    assert len(corpus.sources) == len(set(corpus.sources))
    assert all(corpus.references[source] == [dict(PAIRS)[source], "anders"] for source in corpus.sources)


def test_what_is_measured_is_not_learnt(tmp_path: Path) -> None:
    train, test = table(tmp_path / "pairs.tsv"), table(tmp_path / "test.tsv", PAIRS[:30])
    more = tmp_path / "more.en"
    more.write_text("".join(f"{source}\n" for source, _ in PAIRS[:40]) + "a new one\n", encoding="utf-8")
    corpus = read(train, monolingual=(more,), test=str(test))
    assert corpus.test is not None
    assert not {*corpus.sources, *corpus.dev.sources} & {source for source, _ in PAIRS[:30]}
    assert "a new one" in {*corpus.sources, *corpus.dev.sources}
    assert "a new one" not in corpus.references


def test_sources_alone_are_enough(tmp_path: Path) -> None:
    texts = tmp_path / "texts.en"
    texts.write_text("".join(f"{source}\n\n" for source, _ in PAIRS), encoding="utf-8")
    corpus = read(monolingual=(texts,))
    assert not corpus.has_references
    assert (len(corpus.sources), len(corpus.dev.sources)) == (180, 20)
    assert set(corpus.dev.targets) == {""}
    assert corpus.languages is None


def test_lines_that_are_no_text_are_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    texts = tmp_path / "texts.en"
    texts.write_bytes(b"".join(b"line %d\n" % number for number in range(50)) + b"\xff bad\n\0\n")
    corpus = read(monolingual=(texts,))
    assert len(corpus.sources) + len(corpus.dev.sources) == 50
    assert "2" in capsys.readouterr().err


def test_too_little_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError) as error:
        read(table(tmp_path / "pairs.tsv", PAIRS[:10]))
    assert error.value.code == "distill.too-small"
    with pytest.raises(ConfigError):
        read()


def test_labels_with_probabilities_are_named_by_the_most_probable(tmp_path: Path) -> None:
    rows = [(f"text {number}", '{"0": 4, "1": 3, "2": 3}' if number % 2 else "0") for number in range(40)]
    data = tmp_path / "labels.tsv"
    data.write_text("".join(f"{text}\t{label}\n" for text, label in [("text", "label"), *rows]), encoding="utf-8")
    corpus = read(data, task="classification", names={"0": "no", "1": "yes", "2": "yes"})
    assert {label for some in corpus.references.values() for label in some} == {"no", "yes"}
    assert set(corpus.dev.targets) <= {"no", "yes"}
    assert all(some == [("no", "yes")[int(text[-1]) % 2]] for text, some in corpus.references.items())


def test_labels_as_objects_of_probabilities(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    lines = [
        {"text": source, "label": {"a": 0.4, "b": 0.6} if number % 2 else "a"}
        for number, (source, _) in enumerate(PAIRS)
    ]
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    (tmp_path / "dev.jsonl").write_text(json.dumps({"text": "else", "label": "b"}), encoding="utf-8")
    corpus = read(path, task="classification", dev=str(tmp_path / "dev.jsonl"))
    assert [corpus.references[source] for source, _ in PAIRS] == [["b" if number % 2 else "a"] for number in range(200)]
    assert corpus.dev.targets == ["b"]
