"""Shards that are prepared while training runs: which, when, and what is left of them."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet
from support.refused import refused

from seq2seq.config.data import ColumnsConfig, DataConfig, StreamConfig
from seq2seq.config.sides import TEXTS
from seq2seq.config.tokenizer import TokenizerConfig
from seq2seq.data.preparing import build
from seq2seq.data.preparing.cache import entries
from seq2seq.data.preparing.prepare import Prepared, prepare
from seq2seq.data.preparing.read import read
from seq2seq.data.preparing.shard_list import require_shards, write_shards
from seq2seq.data.preparing.stream import ShardStream
from seq2seq.data.reading import hub_data
from seq2seq.errors import NoExamples
from seq2seq.log import codes

CHARACTERS = TokenizerConfig(kind="char", vocabulary=100)
ROWS = 6


def rows(shard: int) -> list[tuple[str, str]]:
    return [(f"source {shard} {row}", f"target {row} {shard}") for row in range(ROWS)]


@pytest.fixture
def corpus(tmp_path: Path) -> DataConfig:
    """Seven shards of six rows."""
    (tmp_path / "train").mkdir()
    for shard in range(7):
        lines = [json.dumps({"source": source, "target": target}) for source, target in rows(shard)]
        (tmp_path / "train" / f"part-{shard}.jsonl").write_text("\n".join(lines))
    (tmp_path / "dev.tsv").write_text("source 1 1\ttarget 1 1\nother\tother\n")
    return DataConfig(
        train=str(tmp_path / "train"),
        dev=str(tmp_path / "dev.tsv"),
        cache=str(tmp_path / "cache"),
        workers=1,
        stream=StreamConfig(shards=2),
    )


@pytest.fixture
def opened(corpus: DataConfig) -> Iterator[Callable[..., ShardStream]]:
    made = []

    def opened(*, seed: int = 1, ahead: bool = False, shards: int = 2, epochs: int | None = None) -> ShardStream:
        data = corpus.model_copy(update={"stream": StreamConfig(shards=shards)})
        prepared = prepare(data, CHARACTERS, seed=1)
        made.append(ShardStream(data, CHARACTERS, seed=seed, sample=prepared.folder, ahead=ahead, epochs=epochs))
        return made[-1]

    yield opened
    for stream in made:
        stream.close()


def numbers(stream: ShardStream, epoch: int) -> list[int]:
    """The shards of an epoch."""
    return [int(name[-len("0.jsonl")]) for name in stream.shards(epoch)]


def cached(corpus: DataConfig) -> set[str]:
    assert corpus.cache is not None
    return {entry.path.name for entry in entries(Path(corpus.cache))}


def test_all_shards_come_once_before_one_comes_again(opened: Callable[..., ShardStream]) -> None:
    stream = opened()
    passes = [[numbers(stream, 4 * number + epoch) for epoch in range(4)] for number in range(3)]
    for one in passes:
        assert sorted(shard for shards in one for shard in shards) == list(range(7))
        assert [len(shards) for shards in one] == [2, 2, 2, 1]
    assert passes[0] != passes[1] != passes[2]
    assert [numbers(opened(seed=2), epoch) for epoch in range(4)] != passes[0]
    assert [numbers(opened(), epoch) for epoch in range(4)] == passes[0]
    assert numbers(opened(shards=10), 5) == list(range(7))


def test_an_epoch_has_the_rows_of_its_shards_in_the_vocabulary_of_the_sample(
    opened: Callable[..., ShardStream], corpus: DataConfig
) -> None:
    stream, sample = opened(), prepare(corpus, CHARACTERS, seed=1)
    for epoch in range(5):
        split = stream.open(epoch)
        assert list(split.pairs()) == [pair for shard in numbers(stream, epoch) for pair in rows(shard)]
        assert split.where(0) == f"{stream.shards(epoch)[0]}:1"
        for row in range(len(split)):
            source, target = split.texts(row)
            assert sample.tokenizers.source.encode(source) == split.source_ids(row).tolist()
            assert sample.tokenizers.target.encode(target) == split.target_ids(row).tolist()


def test_dev_is_prepared_once(opened: Callable[..., ShardStream], monkeypatch: pytest.MonkeyPatch) -> None:
    names: list[str] = []

    def watched(name: str, *given: Any, **more: Any) -> Any:
        names.append(name)
        return read(name, *given, **more)

    monkeypatch.setattr(build, "read", watched)
    stream = opened()
    assert sorted(names) == ["dev", "train"]
    names.clear()
    assert [len(stream.open(epoch)) for epoch in (0, 1)] == [2 * ROWS, 2 * ROWS]
    assert names == ["train", "train"]


def test_what_is_prepared_first_is_a_sample(corpus: DataConfig) -> None:
    def sample(size: int) -> Prepared:
        stream = StreamConfig(sample=size)
        return prepare(corpus.model_copy(update={"stream": stream}), CHARACTERS, seed=1)

    assert list(sample(1).train.pairs()) == rows(0)
    assert list(sample(2).train.pairs()) == rows(0) + rows(3)
    assert len(sample(100).train) == 7 * ROWS
    assert sample(1).report.train.rows == ROWS


def test_one_epoch_at_a_time_is_on_the_disk(opened: Callable[..., ShardStream], corpus: DataConfig) -> None:
    stream = opened()
    sample = cached(corpus)
    first = stream.open(0)
    one = cached(corpus) - sample
    stream.open(1)
    assert len(cached(corpus) - sample) == len(one) == 1
    assert cached(corpus) - sample != one
    assert first.texts(0) == rows(numbers(stream, 0)[0])[0]  # what is open stays readable
    again = opened()  # as after a kill
    assert list(again.open(0).pairs()) == list(first.pairs())
    # An epoch that has all shards is not prepared again.
    whole = opened(shards=7)
    whole.open(0)
    before = cached(corpus)
    whole.open(1)
    assert cached(corpus) == before


def test_no_epoch_is_prepared_after_the_last(
    opened: Callable[..., ShardStream], monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[int] = []
    monkeypatch.setattr("seq2seq.data.preparing.stream.start_worker", lambda _, job: started.append(job["epoch"]))
    stream = opened(ahead=True, epochs=2)
    stream.open(0)
    stream.open(1)
    assert started == [1]


def test_the_next_epoch_is_prepared_meanwhile(
    opened: Callable[..., ShardStream], corpus: DataConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = opened(ahead=True)
    sample = cached(corpus)
    stream.open(0)
    worker = stream._worker
    assert worker is not None
    assert worker.wait(120) == 0
    assert len(cached(corpus) - sample) == 2

    def prepared_again(*_: object) -> None:
        raise AssertionError

    with monkeypatch.context() as patch:
        patch.setattr("seq2seq.data.preparing.prepare.build", prepared_again)
        split = stream.open(1)
    assert list(split.pairs()) == [pair for shard in numbers(stream, 1) for pair in rows(shard)]
    monkeypatch.setattr("seq2seq.data.preparing.stream._PATIENCE", 120.0)  # it is niced, and others are not
    stream.close()
    assert stream._worker is None
    # Whether it had come far or not, nothing half done is left.
    assert not any(name.startswith(".") for name in cached(corpus))


def test_a_shard_that_is_gone_or_bad_is_named(opened: Callable[..., ShardStream]) -> None:
    stream = opened()
    bad, gone = Path(stream.shards(1)[0]), Path(stream.shards(2)[0])
    bad.write_text('{"source": "one"}\n')
    gone.unlink()
    stream.open(0)
    with refused("data.keys-not-positions", f"{bad}:1"):
        stream.open(1)
    with refused("data.changed", str(gone)):
        stream.open(2)


def test_an_empty_shard_is_refused_at_once(corpus: DataConfig) -> None:
    (Path(str(corpus.train)) / "part-5.jsonl").write_text("")  # not in the sample
    with refused("data.empty-file", "part-5.jsonl"):
        prepare(corpus, CHARACTERS, seed=1)


def test_shards_without_rows_are_all_named(opened: Callable[..., ShardStream]) -> None:
    stream = opened()
    headers = [Path(name) for name in stream.shards(1)]
    for path in headers:
        path.write_text("")
    stream.open(0)
    with refused("data.empty-file", *map(str, headers)) as raised:
        stream.open(1)
    assert isinstance(raised.value, NoExamples)
    assert list(stream.open(2).pairs())  # the next ones follow


def test_what_is_left_out_of_an_epoch_is_reported(
    opened: Callable[..., ShardStream], corpus: DataConfig, capsys: pytest.CaptureFixture[str]
) -> None:
    stream = opened()
    bad, twice = (Path(name) for name in stream.shards(1))
    bad.write_text(bad.read_text() + "\nnot JSON\nnot JSON either")
    twice.write_text(twice.read_text() + "\n" + twice.read_text())
    stream.open(0)
    with refused("data.bad-rows", f"{bad}:{ROWS + 1}"):
        stream.open(1)
    data = corpus.model_copy(update={"skip_bad": True})
    sample = stream._sample
    stream = ShardStream(data, CHARACTERS, seed=1, sample=sample)
    capsys.readouterr()
    with codes(show=True):
        assert len(stream.open(1)) == 2 * ROWS
    said = capsys.readouterr().err
    assert "data.rows-skipped" in said
    assert f"2 malformed, {ROWS} " in said


def test_leaving_out_bad_rows_changes_no_sample(corpus: DataConfig) -> None:
    lenient = corpus.model_copy(update={"skip_bad": True})
    fingerprints = {prepare(data, CHARACTERS, seed=1).fingerprint for data in (corpus, lenient)}
    assert len(fingerprints) == 1
    whole = [data.model_copy(update={"stream": None}) for data in (corpus, lenient)]
    assert len({prepare(data, CHARACTERS, seed=1).fingerprint for data in whole}) == 2


def test_other_shards_are_other_data(corpus: DataConfig) -> None:
    before = prepare(corpus, CHARACTERS, seed=1).fingerprint
    assert prepare(corpus, CHARACTERS, seed=1).fingerprint == before
    with (Path(str(corpus.train)) / "part-6.jsonl").open("a") as file:  # not in the sample
        file.write('\n{"source": "one", "target": "more"}\n')
    assert prepare(corpus, CHARACTERS, seed=1).fingerprint != before


@pytest.fixture
def on_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataConfig:
    """Four shards of the hub and its development split: a local folder takes the same way through ``datasets``."""
    (tmp_path / "hub").mkdir()
    for shard in range(4):
        table = [{"translation": {"en": source, "de": target}} for source, target in rows(shard)]
        parquet.write_table(
            pa.Table.from_pylist(table), tmp_path / f"hub/train-0000{shard}-of-00004.parquet", row_group_size=4
        )
    parquet.write_table(pa.Table.from_pylist(table), tmp_path / "hub/validation-00000-of-00001.parquet")

    def never(_: str) -> None:
        raise AssertionError

    monkeypatch.setattr(hub_data, "load_hub", never)  # which downloads everything
    monkeypatch.setattr(
        hub_data, "stream_hub", lambda path: hub_data.stream(str(tmp_path / "hub"), None, None, called=path)
    )
    columns = ColumnsConfig(source="en", target="de")
    cache = str(tmp_path / "cache")
    return DataConfig(path="hf://user/name", columns=columns, cache=cache, workers=1, stream=StreamConfig(shards=2))


def test_shards_of_the_hub(on_hub: DataConfig) -> None:
    prepared = prepare(on_hub, CHARACTERS, seed=1)
    assert (list(prepared.train.pairs()), list(prepared.dev.pairs())) == (rows(0), rows(3))
    stream = ShardStream(on_hub, CHARACTERS, seed=1, sample=prepared.folder)
    learnt = []
    for epoch in range(2):
        split = stream.open(epoch)
        places = [split.where(row) for row in range(len(split))]
        assert places == [f"{name}:{line}" for name in stream.shards(epoch) for line in range(1, ROWS + 1)]
        learnt += list(split.pairs())
    assert sorted(learnt) == sorted(pair for shard in range(4) for pair in rows(shard))
    assert set(stream.shards(0) + stream.shards(1)) == {f"hf://user/name[train]/{n}-of-4" for n in range(1, 5)}


def test_a_shard_of_the_hub_that_changes_or_is_damaged_is_named(on_hub: DataConfig, tmp_path: Path) -> None:
    prepared = prepare(on_hub, CHARACTERS, seed=1)
    write_shards(tmp_path / "shards.json", on_hub, TEXTS)
    require_shards(tmp_path / "shards.json", on_hub, TEXTS)
    (tmp_path / "hub" / "train-00002-of-00004.parquet").write_bytes(b"PAR1")
    with refused("data.changed", "hf://user/name[train]/3-of-4"):
        require_shards(tmp_path / "shards.json", on_hub, TEXTS)
    stream = ShardStream(on_hub, CHARACTERS, seed=1, sample=prepared.folder)
    epoch = next(epoch for epoch in range(2) if any("3-of-4" in name for name in stream.shards(epoch)))
    with refused("hub.data-unavailable", "hf://user/name[train]/3-of-4"):
        stream.open(epoch)


def test_a_folder_without_dev_is_refused(corpus: DataConfig, tmp_path: Path) -> None:
    (tmp_path / "dev.tsv").unlink()
    with refused("data.stream-without-dev"):
        prepare(corpus.model_copy(update={"train": None, "dev": None, "path": str(tmp_path)}), CHARACTERS, seed=1)
