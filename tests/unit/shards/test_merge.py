"""The parts become what one process would have written, or are refused, with all that is wrong."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.sharded import job, whole, work

from seq2seq.errors import DataError
from seq2seq.shards.merge import merge
from seq2seq.shards.record import Job
from seq2seq.shards.shard import Shard


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """Three parts."""
    source, output = tmp_path / "in", tmp_path / "out"
    source.write_bytes("".join(f"line {number}\r\n" for number in range(100)).encode() + "ダ".encode())
    shards(source, output, job())
    return output


def shards(source: Path, output: Path, of: Job, count: int = 3) -> None:
    for number in range(1, count + 1):
        work(source, output, Shard(number, count), of)


def refused(output: Path) -> str:
    with pytest.raises(DataError) as caught:
        merge(output)
    assert caught.value.code == "shards.parts"
    assert not output.exists()
    return str(caught.value)


def change(output: Path, number: int, edit: Callable[[dict[str, Any]], object]) -> None:
    """Change the record of a part."""
    path = output.with_name(f"out.part-0000{number}-of-00003.json")
    record = json.loads(path.read_text())
    edit(record)
    path.write_text(json.dumps(record))


def test_parts_stay_unless_they_are_to_be_deleted(output: Path) -> None:
    merged = merge(output)
    assert output.read_bytes() == whole(output.with_name("in"), job())
    assert (merged.parts, merged.lines, merged.compared) == (3, 101, True)
    assert merged.size == output.stat().st_size
    assert len(list(output.parent.iterdir())) == 8
    merge(output, delete=True)
    assert sorted(path.name for path in output.parent.iterdir()) == ["in", "out"]


@pytest.mark.parametrize("numbered", ["json", "column"])
def test_lines_are_numbered_through(numbered: str, tmp_path: Path) -> None:
    of = job(numbered="json" if numbered == "json" else "column")
    source = tmp_path / "in"
    source.write_text('7\t{"line": 5}\n' * 40, encoding="utf-8")
    shards(source, tmp_path / "out", of)
    merge(tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == whole(source, of)


def test_gaps_are_refused(output: Path) -> None:
    for number in (1, 3):
        Shard(number, 3).part(output).unlink()
        output.with_name(f"out.part-0000{number}-of-00003.json").unlink()
    assert "1/3, 3/3" in refused(output)


def test_unfinished_parts_are_refused(output: Path) -> None:
    Shard(2, 3).part(output).unlink()
    output.with_name("out.part-00003-of-00003.json").unlink()
    found = refused(output)
    assert "2/3" in found
    assert "3/3" in found


def test_no_parts_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        merge(tmp_path / "nothing")
    assert caught.value.code == "shards.no-parts"


def test_parts_of_two_divisions_are_refused(output: Path) -> None:
    work(output.with_name("in"), output, Shard(1, 4), job())
    assert "3 of 3 and 1 of 4" in refused(output)


@pytest.mark.parametrize(
    ("other", "named"),
    [
        (job({"decoding": {"beam": 4}}), "settings.decoding.beam"),
        (job(model="other"), "models"),
        (Job(command="classify", models=("m",), settings={}), "command"),
        (Job(command="translate", models=("m",), settings={}, version="0.0.1"), "version"),
    ],
)
def test_parts_of_another_job_are_refused(other: Job, named: str, output: Path) -> None:
    work(output.with_name("in"), output, Shard(2, 3), other, resume=False)
    found = refused(output)
    assert f"2/3: {named}" in found
    assert "3/3: " not in found


def test_parts_of_another_input_are_refused(output: Path, tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(output.with_name("in").read_bytes())
    work(tmp_path / "other", output, Shard(2, 3), job(), resume=False)
    assert "2/3: is of another input" in refused(output)


def test_an_input_that_has_changed_since_is_refused(output: Path) -> None:
    source = output.with_name("in")
    data = source.read_bytes()
    source.write_bytes(data.replace(b"line 50", b"LINE 50"))
    found = refused(output)
    assert "2/3" in found
    assert "3/3" not in found
    source.write_bytes(data + b"more")
    assert f"{len(data) + 4:,}" in refused(output)
    source.unlink()
    assert not merge(output).compared


def test_changed_parts_are_refused(output: Path) -> None:
    part = Shard(2, 3).part(output)
    part.write_bytes(part.read_bytes().replace(b"LINE 50", b"LINE 51"))
    assert "2/3: out.part-00002-of-00003" in refused(output)


def test_wrong_counts_and_ranges_are_refused(output: Path) -> None:
    change(output, 2, lambda record: record["output"].update(lines=7))
    assert "2/3: has 7 lines" in refused(output)
    change(output, 2, lambda record: record["source"].update(start=1))
    assert "2/3" in refused(output)
    change(output, 2, lambda record: record.update(bytes_read=record["source"]["end"] - 1))
    assert "2/3: begins at byte 1 " in refused(output)
    change(output, 3, lambda record: record["output"].update(size="x"))
    assert "3/3" in refused(output)
