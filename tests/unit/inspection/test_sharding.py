"""An inspection in shards finds what one process finds, field by field; parts that do not fit are refused."""

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.faults import Pair, phrasebook, plant, write_tsv

from seq2seq.config.data import AlignedFiles, ColumnsConfig, DataConfig
from seq2seq.config.sides import TEXTS, SideKind, Sides
from seq2seq.errors import DataError
from seq2seq.inspection.engine.inspect import inspect
from seq2seq.inspection.engine.result import Inspection
from seq2seq.inspection.report import lines
from seq2seq.inspection.sharding.merge import merge_inspections, read_inspections
from seq2seq.inspection.sharding.settings import ShardSettings
from seq2seq.inspection.sharding.work import inspect_shard
from seq2seq.shards.shard import Shard

LABELLED = Sides(SideKind.TEXT, SideKind.LABEL)


@pytest.fixture
def scratch(tmp_path: Path) -> Callable[[], Path]:
    """An empty folder for temporary files, each time."""

    def make() -> Path:
        folder = tmp_path / "scratch"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder

    return make


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of a few hundred rows have many batches, at which shards are cut."""
    monkeypatch.setattr("seq2seq.data.tables.json_rows.CHUNK", 37)
    monkeypatch.setattr("seq2seq.data.reading.aligned.CHUNK", 37)


def settings(data: DataConfig, sides: Sides = TEXTS, *, examples: int = 5) -> ShardSettings:
    return ShardSettings(data=data, source=sides.source, target=sides.target, examples=examples, as_json=True)


def in_shards(of: ShardSettings, output: Path, count: int, scratch: Callable[[], Path]) -> Inspection:
    for number in random.Random(count).sample(range(1, count + 1), count):
        assert inspect_shard(of, output, Shard(number, count), scratch(), resume=False)
    return merged(output, scratch)


def merged(output: Path, scratch: Callable[[], Path]) -> Inspection:
    records, read = read_inspections(output)
    return merge_inspections(output, records, read, scratch())


def compare(of: ShardSettings, tmp_path: Path, scratch: Callable[[], Path], counts: tuple[int, ...]) -> set[str]:
    """Inspect in shards and as a whole, and compare both reports; returns what was found."""
    whole = inspect(of.data, of.sides, scratch(), shown=of.examples)
    wanted = whole.to_dict(), lines(whole)
    for count in counts:
        found = in_shards(of, tmp_path / f"report-{count}", count, scratch)
        assert (found.to_dict(), lines(found)) == wanted
    return {finding.check.name for finding in whole.findings}


def write_json(path: Path, pairs: list[Pair]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = (json.dumps({"source": source, "target": target}) for source, target in pairs)
    path.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize(("seed", "counts"), [(1, (1, 3)), (2, (2, 4))])
def test_pairs(seed: int, counts: tuple[int, ...], tmp_path: Path, scratch: Callable[[], Path]) -> None:
    draw = random.Random(seed)
    pairs = plant(draw.sample(phrasebook(), 1_500), 4, seed=seed).pairs
    pairs += draw.sample(pairs, 20)
    slip = draw.randrange(100, 1_000)
    targets = [target for _, target in pairs[slip : slip + 60]]
    for row, target in enumerate(targets[1:] + targets[:1], slip):
        pairs[row] = pairs[row][0], target
    cut = draw.randrange(1_000)
    data = tmp_path / "data"
    write_json(data / "train" / "1.jsonl", pairs[:cut])
    write_json(data / "train" / "2.jsonl", pairs[cut:])
    write_json(data / "dev.jsonl", draw.sample(pairs, draw.randrange(20, 90)))
    with (data / "train" / "1.jsonl").open("a") as file:
        file.write("no JSON\n")
    examples = draw.choice([0, 1, 5, 1_000])
    found = compare(settings(DataConfig(path=str(data)), examples=examples), tmp_path, scratch, counts)
    assert {"duplicate", "leak", "misaligned", "slipped", "json", "empty", "ratio", "html", "third-language"} <= found


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("seed", [1, 2])
def test_labels(seed: int, tmp_path: Path, scratch: Callable[[], Path]) -> None:
    draw = random.Random(seed)
    texts = [source for source, _ in draw.sample(phrasebook(), 300)]
    rows = [(text, draw.choice(["good", "good", "bad", "Bad", "so so"])) for text in texts]
    rows[draw.randrange(300)] = texts[0], "once"
    rows += [(texts[draw.randrange(300)].upper(), "good") for _ in range(20)]
    write_json(tmp_path / "data" / "train.jsonl", rows)
    write_json(tmp_path / "data" / "test.jsonl", [*draw.sample(rows, 50), ("new", "unseen")])
    data = DataConfig(path=str(tmp_path / "data"), columns=ColumnsConfig(source="source", target="target"))
    found = compare(settings(data, LABELLED), tmp_path, scratch, (1, 2, 3, 4))
    assert {"conflict", "balance", "label-spelling", "unknown-label", "leak"} <= found


@pytest.mark.usefixtures("small_batches")
def test_files_that_slip_apart(tmp_path: Path, scratch: Callable[[], Path]) -> None:
    pairs = phrasebook()[:400]
    for side, name in enumerate(("a.en", "a.de")):
        texts = [pair[side] for pair in pairs]
        if side:
            del texts[200]
        (tmp_path / name).write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    data = DataConfig(train=AlignedFiles(source=str(tmp_path / "a.en"), target=str(tmp_path / "a.de")))
    assert "line-count" in compare(settings(data), tmp_path, scratch, (3,))


def test_targets_that_look_like_labels_and_markup_on_both_sides(tmp_path: Path, scratch: Callable[[], Path]) -> None:
    rows = [(f"Press <b>{number}</b> now", ("yes", "no")[number % 2]) for number in range(60)]
    for number in range(3):
        write_tsv(tmp_path / "labels" / f"{number}.tsv", rows[20 * number : 20 * number + 20])
        marked = [(one, one.replace("Press", "Drücke")) for one, _ in rows[20 * number : 20 * number + 20]]
        write_tsv(tmp_path / "marked" / f"{number}.tsv", marked)
    columns = ColumnsConfig(source=0, target=1)
    data = DataConfig(train=str(tmp_path / "labels"), columns=columns)
    assert "labelled" in compare(settings(data), tmp_path, scratch, (2,))
    data = DataConfig(train=str(tmp_path / "marked"), columns=columns)
    found = in_shards(settings(data), tmp_path / "report", 3, scratch)
    assert any("data.protect" in note for note in found.splits[0].notes)
    compare(settings(data), tmp_path, scratch, (2,))


# ------------------------------------------------------------------------------- what is refused, and what is resumed


@pytest.fixture
def corpus(tmp_path: Path) -> DataConfig:
    """Three files: a shard each."""
    for number in range(3):
        write_tsv(tmp_path / "data" / f"{number}.tsv", [(f"one {number} {row}", f"eins {row}") for row in range(10)])
    return DataConfig(train=str(tmp_path / "data"), columns=ColumnsConfig(source=0, target=1))


@pytest.fixture
def output(tmp_path: Path, corpus: DataConfig, scratch: Callable[[], Path]) -> Path:
    """The parts of three shards."""
    in_shards(settings(corpus), tmp_path / "out", 3, scratch)
    return tmp_path / "out"


def part(output: Path, number: int) -> Path:
    return Shard(number, 3).part(output)


def change(output: Path, number: int, edit: Callable[[dict[str, Any]], object]) -> None:
    """Change the record of a part."""
    path = part(output, number).with_name(part(output, number).name + ".json")
    record = json.loads(path.read_text())
    edit(record)
    path.write_text(json.dumps(record))


def refused(output: Path, scratch: Callable[[], Path]) -> str:
    with pytest.raises(DataError) as caught:
        merged(output, scratch)
    assert caught.value.code == "shards.parts"
    return str(caught.value)


def test_rows_are_divided(output: Path) -> None:
    records, _ = read_inspections(output)
    assert [record.rows["train"] for record in records] == [(0, 10), (10, 20), (20, 30)]
    assert {record.content["train"].rows for record in records} == {30}


def test_missing_and_unfinished_parts(output: Path, scratch: Callable[[], Path]) -> None:
    part(output, 2).unlink()
    assert "shard 2/3" in refused(output, scratch)
    part(output, 2).with_name(part(output, 2).name + ".json").unlink()
    assert "missing: shard 2/3" in refused(output, scratch)


def test_a_part_that_is_not_what_was_written(output: Path, scratch: Callable[[], Path]) -> None:
    part(output, 3).write_bytes(part(output, 1).read_bytes())
    assert "shard 3/3" in refused(output, scratch)


@pytest.mark.parametrize(
    ("edit", "named"),
    [
        (lambda record: record["job"]["settings"].update(examples=7), "settings.examples"),
        (lambda record: record["job"]["settings"]["libraries"].update(numpy="0.1"), "settings.libraries.numpy"),
        (lambda record: record["content"]["train"].update(xxh3_128="0"), "other data"),
        (lambda record: record["rows"].update(train=[11, 20]), "row 11"),
    ],
    ids=["settings", "libraries", "content", "gap"],
)
def test_parts_that_do_not_belong_together(
    edit: Callable[[dict[str, Any]], object], named: str, output: Path, scratch: Callable[[], Path]
) -> None:
    change(output, 2, edit)
    assert named in refused(output, scratch)


def test_parts_of_another_version(output: Path, scratch: Callable[[], Path]) -> None:
    for number in (1, 2, 3):
        change(output, number, lambda record: record["job"].update(version="0.0.1"))
    assert "0.0.1" in refused(output, scratch)


def test_a_last_shard_that_ends_early(output: Path, scratch: Callable[[], Path]) -> None:
    change(output, 3, lambda record: record["rows"].update(train=[20, 29]))
    assert "row 29" in refused(output, scratch)


def test_data_that_have_changed_since(output: Path, corpus: DataConfig, scratch: Callable[[], Path]) -> None:
    path = Path(str(corpus.train)) / "1.tsv"
    path.write_text(path.read_text().replace("eins 3", "drei 3"))
    assert "train" in refused(output, scratch)


def test_a_complete_part_is_resumed_unless_anything_differs(
    output: Path, corpus: DataConfig, scratch: Callable[[], Path]
) -> None:
    shard = Shard(2, 3)
    assert not inspect_shard(settings(corpus), output, shard, scratch(), resume=True)
    assert inspect_shard(settings(corpus), output, shard, scratch(), resume=False)
    part(output, 2).write_bytes(b"")
    assert inspect_shard(settings(corpus), output, shard, scratch(), resume=True)
    assert inspect_shard(settings(corpus, examples=3), output, shard, scratch(), resume=True)
    path = Path(str(corpus.train)) / "0.tsv"
    path.write_text(path.read_text() + "more\tmehr\n")
    assert inspect_shard(settings(corpus, examples=3), output, shard, scratch(), resume=True)
