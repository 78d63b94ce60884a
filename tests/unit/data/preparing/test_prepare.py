import os
import shutil
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from support.refused import refused

from seq2seq.config.data import ColumnsConfig, DataConfig, FilterConfig, ReplayConfig, TermsConfig
from seq2seq.config.tokenizer import SamplingConfig, TokenizerConfig
from seq2seq.data.preparing import prepare as module
from seq2seq.data.preparing import tokenise
from seq2seq.data.preparing.prepare import Prepared, prepare
from seq2seq.data.preparing.report import Report
from seq2seq.data.reading.raw_split import RawSplit, Source
from seq2seq.errors import DataError
from seq2seq.text.sketch import Overlap
from seq2seq.text.tokenizer import Tokenizer

Write = Callable[[str, str | bytes], Path]
CHARACTERS = TokenizerConfig(kind="char", vocabulary=100)


def lines(count: int, start: int = 0) -> str:
    return "".join(f"the number {n}\tdie Zahl {n}\n" for n in range(start, start + count))


@pytest.fixture
def corpus(write: Write, tmp_path: Path) -> Callable[..., DataConfig]:
    """A folder with three splits, and a cache beside it."""
    write("data/train.tsv", lines(40))
    write("data/dev.tsv", lines(5, start=100))
    write("data/test.tsv", lines(5, start=200))

    def corpus(**changes: object) -> DataConfig:
        return DataConfig(path=str(tmp_path / "data"), cache=str(tmp_path / "cache")).model_copy(update=changes)

    return corpus


def texts(prepared: Prepared) -> list[tuple[str, str]]:
    return list(prepared.train.pairs())


def test_text_ids_and_origins(corpus: Callable[..., DataConfig], tmp_path: Path, said: list[str]) -> None:
    prepared = prepare(corpus(), CHARACTERS, seed=1)
    assert (len(prepared.train), len(prepared.dev), prepared.test and len(prepared.test)) == (40, 5, 5)
    assert texts(prepared)[7] == ("the number 7", "die Zahl 7")
    assert prepared.train.where(7) == f"{tmp_path}/data/train.tsv:8"
    for row in range(40):
        source, target = prepared.train.texts(row)
        assert prepared.train.source_ids(row).tolist() == prepared.tokenizers.source.encode(source)
        assert prepared.train.target_ids(row).tolist() == prepared.tokenizers.target.encode(target)
        assert prepared.train.lengths[row].tolist() == [
            len(prepared.tokenizers.source.encode(source)) + 1,
            len(prepared.tokenizers.target.encode(target)) + 1,
        ]
    assert prepared.tokenizers.joint
    text = "\n".join(said)
    assert f"train  40 examples from {tmp_path}/data/train.tsv; " in text
    assert "rows left out" not in text
    assert not list(prepared.folder.glob("*.text"))  # the texts are in the prepared files


def test_what_is_trained_on_is_recognised_later(corpus: Callable[..., DataConfig], write: Write) -> None:
    """The texts that filters leave are those of the sketch; old data that are mixed in are among them."""
    write("data/train.tsv", lines(40) + "the number " * 100 + "\tdie Zahl\n")
    replay = ReplayConfig(data=str(write("old.tsv", lines(5, start=300))))
    prepared = prepare(corpus(replay=replay), CHARACTERS, seed=1)
    assert prepare(corpus(replay=replay), CHARACTERS, seed=1).sketch.to_dict() == prepared.sketch.to_dict()
    for split in (prepared.train, prepared.dev):  # lengths on the disk, those of what is replayed included
        assert not split.lengths.flags.writeable
        assert split.lengths.tolist() == [
            [len(split.source_ids(row)) + 1, len(split.target_ids(row)) + 1] for row in range(len(split))
        ]
    assert len(prepared.train) > prepared.new
    asked = ["the number 7", "the number 39", "the number 304", "the number 100", "the number " * 100]
    assert prepared.sketch.overlap(asked) == Overlap(3, 5, exact=True)
    assert len(prepared.sketch.hashes) == 45


def test_a_second_run_opens_what_the_first_prepared(
    corpus: Callable[..., DataConfig], said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = prepare(corpus(), CHARACTERS, seed=1)
    monkeypatch.setattr(module, "build", None)  # would fail if it were called
    sampled = CHARACTERS.model_copy(update={"sampling": SamplingConfig()})
    second = prepare(corpus(workers=1), sampled, seed=1)
    assert second.fingerprint == first.fingerprint
    assert second.report == first.report
    assert texts(second) == texts(first)
    assert second.tokenizers.fingerprint == first.tokenizers.fingerprint
    assert any("prepared before" in line for line in said)


@pytest.mark.parametrize(
    "change",
    [
        {"swap": True},
        {"filters": FilterConfig(max_length=50)},
        {"skip_bad": True},
        {"columns": ColumnsConfig(source=1, target=0)},
        {"languages": ("de", "en")},
    ],
    ids=str,
)
def test_settings_decide_the_fingerprint(corpus: Callable[..., DataConfig], change: dict[str, object]) -> None:
    first = prepare(corpus(), CHARACTERS, seed=1)
    assert prepare(corpus(**change), CHARACTERS, seed=1).fingerprint != first.fingerprint
    assert prepare(corpus(), CHARACTERS, seed=2).fingerprint != first.fingerprint
    word = TokenizerConfig(kind="word", vocabulary=20)
    assert prepare(corpus(), word, seed=1).fingerprint != first.fingerprint


def test_a_changed_file_is_noticed(corpus: Callable[..., DataConfig], write: Write, tmp_path: Path) -> None:
    before = (tmp_path / "data" / "train.tsv").stat()
    first = prepare(corpus(), CHARACTERS, seed=1)
    path = write("data/train.tsv", lines(40).replace("number 7\t", "nomber 7\t"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))  # same size and time, other content
    second = prepare(corpus(), CHARACTERS, seed=1)
    assert second.fingerprint != first.fingerprint
    assert texts(second)[7][0] == "the nomber 7"


def test_the_terms_of_a_glossary_decide_the_fingerprint(corpus: Callable[..., DataConfig], write: Write) -> None:
    terms = TermsConfig(glossary=str(write("terms.tsv", "number\tZahl\n")))
    first = prepare(corpus(terms=terms), CHARACTERS, seed=1).fingerprint
    assert prepare(corpus(terms=terms), CHARACTERS, seed=1).fingerprint == first
    write("terms.tsv", "number\tNummer\n")
    second = prepare(corpus(terms=terms), CHARACTERS, seed=1).fingerprint
    assert second not in (first, prepare(corpus(), CHARACTERS, seed=1).fingerprint)
    Path(terms.glossary).unlink()  # scoring does not need it
    assert prepare(corpus(terms=terms), CHARACTERS, seed=1).fingerprint not in (first, second)


def test_what_the_filters_leave_out_is_counted(
    corpus: Callable[..., DataConfig], write: Write, said: list[str]
) -> None:
    extra = "a\tb\n\tx\na\tb\n" + "l" * 60 + "\tlong\n" + "u" * 40 + "\tu\n\x07\tbell\n"
    write("data/train.tsv", lines(10) + extra)
    prepared = prepare(corpus(filters=FilterConfig(max_length=50, max_ratio=3.0)), CHARACTERS, seed=1)
    assert prepared.report.train.removed == {
        "empty": 2,  # the second is blank to the tokenizer alone
        "duplicate": 1,
        "longer than max_length": 1,
        "length ratio above max_ratio": 1,
    }
    assert texts(prepared)[10:] == [("a", "b")]
    assert prepared.report.train.rows == 16
    assert prepared.report.train.kept == 11
    assert any("11 of 16 examples" in line for line in said)
    assert any("left out: 2 empty, 1 duplicate, 1 longer than data.filters.max_length, " in line for line in said)


def test_dev_and_test_are_never_changed(
    corpus: Callable[..., DataConfig], write: Write, said: list[str], warned: list[str]
) -> None:
    content = "a\tb\na\tb\nlonely\t\n" + "x" * 300 + "\ty\n"
    path = write("data/test.tsv", content)
    prepared = prepare(corpus(), CHARACTERS, seed=1)
    assert prepared.test is not None
    assert len(prepared.test) == 4
    assert prepared.test.texts(2) == ("lonely", "")
    assert prepared.test.target_ids(2).tolist() == []
    assert "data.blank-side" in warned
    assert any(f" 1 example of {path}" in line for line in said)


def test_dev_is_held_out_where_there_is_none(
    corpus: Callable[..., DataConfig], tmp_path: Path, said: list[str]
) -> None:
    (tmp_path / "data" / "dev.tsv").unlink()
    prepared = prepare(corpus(dev_size=3), CHARACTERS, seed=1)
    assert (len(prepared.train), len(prepared.dev)) == (37, 3)
    assert not set(texts(prepared)) & set(prepared.dev.pairs())
    source, _ = prepared.dev.texts(0)
    assert prepared.dev.where(0) == f"{tmp_path}/data/train.tsv:{int(source.split()[-1]) + 1}"
    assert any("3 held out" in line for line in said)


def test_overlap_with_train_is_reported(corpus: Callable[..., DataConfig], write: Write, said: list[str]) -> None:
    write("data/test.tsv", lines(2, start=39))
    assert prepare(corpus(), CHARACTERS, seed=1).report.test.in_train == 1  # type: ignore[union-attr]
    assert any(line.strip().startswith("1 text ") for line in said)


def test_what_the_vocabulary_lacks_is_reported(
    corpus: Callable[..., DataConfig], write: Write, said: list[str]
) -> None:
    write("data/test.tsv", "the number Q\tdie Zahl §\n")
    report = prepare(corpus(), CHARACTERS, seed=1).report
    assert report.test is not None
    assert report.test.unknown_tokens == 2
    assert report.dev.unknown_tokens == 0
    text = "\n".join(said)
    assert "'Q'" in text
    assert "'§'" in text
    assert Report.from_dict(report.to_dict()) == report


def test_what_the_vocabulary_lacks_of_train_is_reported(
    corpus: Callable[..., DataConfig], write: Write, said: list[str]
) -> None:
    write("data/train.tsv", lines(40) + "§ and ß\t§\n")
    rare = CHARACTERS.model_copy(update={"character_coverage": 0.99})
    train = prepare(corpus(), rare, seed=1).report.train
    tokens = train.source_tokens + train.target_tokens - 2 * train.kept
    assert train.unknown_tokens >= 3
    assert train.byte_tokens == 0
    assert f"         unknown tokens {train.unknown_tokens} ({train.unknown_tokens / tokens:.3%})" in said


def test_byte_tokens_are_reported(corpus: Callable[..., DataConfig], write: Write, said: list[str]) -> None:
    write("data/test.tsv", "Q\tdie Zahl §\n")
    fallback = TokenizerConfig(kind="char", vocabulary=400, byte_fallback=True)
    report = prepare(corpus(), fallback, seed=1).report
    assert report.test is not None
    assert (report.test.unknown_tokens, report.test.byte_tokens) == (0, 3)
    assert (report.train.byte_tokens, report.dev.byte_tokens) == (0, 0)
    (line,) = [line for line in said if "bytes" in line]
    assert line.strip() == (
        "source: 2 tokens, 2.0 per sentence; 1 of them bytes (50.000%); none unknown; "
        "target: 12 tokens, 12.0 per sentence; 2 of them bytes (16.667%); none unknown"
    )


def test_a_file_that_changes_while_it_is_read(
    corpus: Callable[..., DataConfig], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "data" / "dev.tsv"
    read = Source.read

    def change(source: Source, to: Path) -> RawSplit:
        found = read(source, to)
        if source.name == str(path):
            path.write_text(lines(6), encoding="utf-8")
        return found

    monkeypatch.setattr(Source, "read", change)
    with refused("data.changed", "dev.tsv:"):
        prepare(corpus(), CHARACTERS, seed=1)
    assert not [found for found in (tmp_path / "cache").iterdir() if found.is_dir()]
    monkeypatch.undo()
    assert len(prepare(corpus(), CHARACTERS, seed=1).dev) == 6


def test_the_text_is_named_where_the_vocabulary_is_too_small(corpus: Callable[..., DataConfig], tmp_path: Path) -> None:
    with refused("config.vocabulary-too-small", "tokenizer.vocabulary: 10 ") as error:
        prepare(corpus(), TokenizerConfig(kind="unigram", vocabulary=10), seed=1)
    assert error.value.where == f"{tmp_path}/data/train.tsv"


def test_separate_vocabularies_and_given_ones(corpus: Callable[..., DataConfig], write: Write) -> None:
    separate = TokenizerConfig(kind="char", vocabulary=100, joint=False)
    prepared = prepare(corpus(), separate, seed=1)
    assert not prepared.tokenizers.joint
    assert prepared.tokenizers.source.size != prepared.tokenizers.target.size
    write("data/train.tsv", "another alphabet: äöü\tx\n" * 3 + "b\tc\n")
    given = prepare(corpus(), CHARACTERS, seed=1, tokenizers=prepared.tokenizers)
    assert given.tokenizers is prepared.tokenizers
    assert given.report.train.unknown_tokens
    assert given.train.source_ids(0).tolist() == prepared.tokenizers.source.encode("another alphabet: äöü")


def test_the_tokenizer_is_trained_on_what_stays_of_train(corpus: Callable[..., DataConfig], write: Write) -> None:
    write("data/train.tsv", lines(40) + "§\t\n")
    write("data/dev.tsv", "ß\tß\n")
    tokenizer = prepare(corpus(), CHARACTERS, seed=1).tokenizers.source
    assert tokenizer.unknown("§") == ["§"]
    assert tokenizer.unknown("ß") == ["ß"]
    assert tokenizer.unknown("number") == []


def test_nothing_left(corpus: Callable[..., DataConfig], write: Write) -> None:
    with pytest.raises(DataError) as error:
        prepare(corpus(filters=FilterConfig(max_length=2)), CHARACTERS, seed=1)
    assert "no usable row is left of 40. Left out:\n  longer than max_length: 40\n" in str(error.value)
    write("data/train.tsv", "\tx\nx\t\n")
    with refused("data.no-usable-rows", " 2. ", "\n  empty: 2"):
        prepare(corpus(), CHARACTERS, seed=1)


def test_one_row_cannot_be_shared(corpus: Callable[..., DataConfig], write: Write, tmp_path: Path) -> None:
    write("data/train.tsv", "a\tb\n")
    (tmp_path / "data" / "dev.tsv").unlink()
    with pytest.raises(DataError) as caught:
        prepare(corpus(), CHARACTERS, seed=1)
    assert caught.value.code == "data.too-few-rows"


def test_bad_rows_stop_or_are_counted(corpus: Callable[..., DataConfig], write: Write, said: list[str]) -> None:
    write("data/train.tsv", lines(10) + "bad\n")
    with refused("data.bad-rows", "train.tsv:11:"):
        prepare(corpus(), CHARACTERS, seed=1)
    prepared = prepare(corpus(skip_bad=True), CHARACTERS, seed=1)
    assert prepared.report.train.skipped == 1
    assert any(line.endswith("rows left out: 1 malformed") for line in said)


def test_files_may_differ_in_having_groups(corpus: Callable[..., DataConfig], write: Write) -> None:
    write("data/test.tsv", "a\tb\tnovel\nc\td\n")
    prepared = prepare(corpus(columns=ColumnsConfig(group=2)), CHARACTERS, seed=1)
    assert prepared.test is not None
    assert list(prepared.test.pairs()) == [("a", "b"), ("c", "d")]


def test_a_process_that_fails_is_reported(
    corpus: Callable[..., DataConfig], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = shutil.which("false")
    monkeypatch.setattr(tokenise, "FILE_ROWS", 15)
    monkeypatch.setattr(sys, "executable", command)
    with refused("process.failed", "data.workers=1"):
        prepare(corpus(workers=2), CHARACTERS, seed=1)
    assert not [path for path in (tmp_path / "cache").iterdir() if path.is_dir()]


@pytest.mark.parametrize("path", ["as it is", ""])
def test_processes_import_nothing_from_the_current_folder(
    corpus: Callable[..., DataConfig], write: Write, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.chdir(write("here/pyarrow.py", "raise SystemExit('the wrong one')").parent)
    if not path:
        monkeypatch.setattr(sys, "path", ["", *sys.path])
    monkeypatch.setattr(tokenise, "FILE_ROWS", 15)
    assert len(prepare(corpus(workers=2), CHARACTERS, seed=1).train) == 40


def test_counts_add_up(corpus: Callable[..., DataConfig]) -> None:
    prepared = prepare(corpus(), CHARACTERS, seed=1)
    report = prepared.report.train
    assert report.source_tokens == prepared.train.lengths[:, 0].sum()
    assert report.target_tokens == prepared.train.lengths[:, 1].sum()
    assert Counter(report.removed).total() + report.kept == report.rows


# ------------------------------------------------------------------------------------------------------------- symbols


def marked(count: int, start: int = 0) -> str:
    return "".join(
        f"keep <b>number {n}</b> in {{file}} {{n}}\tdie {{file}} <b>Zahl {n}</b> {{m}}\n"
        for n in range(start, start + count)
    )


MARKED = TokenizerConfig(kind="char", vocabulary=200)


@pytest.fixture
def protecting(corpus: Callable[..., DataConfig], write: Write) -> Callable[..., DataConfig]:
    for name, start in (("train", 0), ("dev", 100), ("test", 200)):
        write(f"data/{name}.tsv", marked(40 if name == "train" else 5, start))
    return lambda **changes: corpus(**{"protect": ("html", "icu"), **changes})


def test_spans_become_symbols_and_the_texts_stay(protecting: Callable[..., DataConfig], said: list[str]) -> None:
    prepared = prepare(protecting(), MARKED, seed=1)
    assert prepared.train.texts(7) == (
        "keep <b>number 7</b> in {file} {n}",
        "die {file} <b>Zahl 7</b> {m}",
    )
    vocabulary = prepared.tokenizers.source
    assert isinstance(vocabulary, Tokenizer)
    for split in (prepared.train, prepared.dev):
        for row in range(len(split)):
            sides = [vocabulary.pieces(ids.tolist()) for ids in (split.source_ids(row), split.target_ids(row))]
            symbols = [{piece for piece in pieces if piece in vocabulary.symbols} for pieces in sides]
            assert symbols[0] == symbols[1]
            assert len(symbols[0]) == 3
            assert "".join(sides[0]).endswith("{n}")  # which the target lacks
    assert not any(vocabulary.has(character) for character in "<>/")
    report = prepared.report.train
    assert (report.protected, report.unprotected, report.unknown_tokens) == (3 * 40, 40, 0)
    assert any("120" in line and "40" in line for line in said)
    assert prepared.report.dev.coverage is None
    assert Report.from_dict(prepared.report.to_dict()) == prepared.report


def test_processes_make_the_same_symbols(
    protecting: Callable[..., DataConfig], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = prepare(protecting(), MARKED, seed=1)
    monkeypatch.setattr(tokenise, "FILE_ROWS", 15)
    two = prepare(protecting(cache=str(tmp_path / "other"), workers=2), MARKED, seed=1)
    for row in range(40):
        assert two.train.source_ids(row).tolist() == one.train.source_ids(row).tolist()
        assert two.train.target_ids(row).tolist() == one.train.target_ids(row).tolist()
    assert two.report == one.report


def test_what_is_copied_decides_the_fingerprint(protecting: Callable[..., DataConfig]) -> None:
    prints = [
        prepare(protecting(), MARKED, seed=1).fingerprint,
        prepare(protecting(protect=()), MARKED, seed=1).fingerprint,
        prepare(protecting(), MARKED.model_copy(update={"symbols": ("numbers",)}), seed=1).fingerprint,
        prepare(protecting(protect=()), MARKED.model_copy(update={"symbols": ("file",)}), seed=1).fingerprint,
    ]
    assert len(set(prints)) == 4
