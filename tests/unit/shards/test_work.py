"""What a shard writes is whole or not there; what is done and still true is not done again."""

import subprocess
import sys
from pathlib import Path

import pytest
from support.sharded import job, whole, work

import seq2seq.shards.work
from seq2seq.errors import DataError
from seq2seq.inference.lines import CHUNK_LINES
from seq2seq.shards.merge import merge
from seq2seq.shards.record import Record
from seq2seq.shards.shard import Shard
from seq2seq.shards.work import open_work

ONE = Shard(1, 1)
SUPPORT = Path(__file__).parents[2]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Three chunks of lines, the last of them short."""
    path = tmp_path / "in"
    path.write_text("".join(f"line {number}\n" for number in range(2 * CHUNK_LINES + 10)), encoding="utf-8")
    return path


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "out"


@pytest.fixture
def keeping(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every chunk is brought to the disk."""
    monkeypatch.setattr(seq2seq.shards.work, "KEEP", 0.0)


def stop(source: Path, output: Path) -> None:
    """Work that is interrupted after two chunks."""
    with pytest.raises(KeyboardInterrupt):
        work(source, output, ONE, job(), chunks=2)
    assert not ONE.part(output).exists()


def test_a_part_has_its_record_and_nothing_else(source: Path, output: Path) -> None:
    total = sum(work(source, output, Shard(number, 3), job()) for number in (1, 2, 3))
    assert total == 2 * CHUNK_LINES + 10
    names = [f"out.part-0000{number}-of-00003{ending}" for number in (1, 2, 3) for ending in ("", ".json")]
    assert sorted(path.name for path in source.parent.iterdir()) == ["in", *names]
    record = Record.read(output.with_name(names[3]))
    assert record is not None
    assert record.complete
    assert record.output.size == Shard(2, 3).part(output).stat().st_size
    assert record.output.lines == record.lines_read == record.source.lines


@pytest.mark.usefixtures("keeping")
def test_work_goes_on_from_what_was_kept(source: Path, output: Path) -> None:
    stop(source, output)
    assert work(source, output, ONE, job()) == 10
    assert ONE.part(output).read_bytes() == whole(source, job())


def test_without_resume_all_is_done_again(source: Path, output: Path) -> None:
    stop(source, output)
    assert work(source, output, ONE, job(), resume=False) == 2 * CHUNK_LINES + 10
    assert work(source, output, ONE, job(), resume=False) == 2 * CHUNK_LINES + 10
    assert work(source, output, ONE, job()) == 0


@pytest.mark.usefixtures("keeping")
@pytest.mark.parametrize("change", ["source", "settings", "model", "written", "shorter", "record", "gone"])
def test_what_is_no_longer_true_is_done_again(change: str, source: Path, output: Path) -> None:
    stop(source, output)
    growing = source.with_name(".out.part-00001-of-00001.new")
    record = growing.with_name(growing.name + ".json")
    now = job({"beam": 4} if change == "settings" else None, model="other" if change == "model" else "m")
    data = growing.read_bytes()
    if change == "source":
        source.write_text(source.read_text().replace("line 7\n", "LINE 7\n"), encoding="utf-8")
    elif change == "written":
        growing.write_bytes(b"X" + data[1:])
    elif change == "shorter":
        growing.write_bytes(data[:-100])
    elif change == "record":
        record.write_text("{", encoding="utf-8")
    elif change == "gone":
        growing.unlink()
    assert work(source, output, ONE, now) == 2 * CHUNK_LINES + 10
    assert ONE.part(output).read_bytes() == whole(source, now)


@pytest.mark.parametrize("change", ["source", "settings", "model", "part", "record"])
def test_a_complete_part_that_is_no_longer_true_is_written_anew(change: str, source: Path, output: Path) -> None:
    assert work(source, output, ONE, job()) > 0
    assert work(source, output, ONE, job()) == 0
    now = job({"beam": 4} if change == "settings" else None, model="other" if change == "model" else "m")
    part = ONE.part(output)
    if change == "source":
        source.write_text(source.read_text().replace("line 7\n", "LINE 7\n"), encoding="utf-8")
    elif change == "part":
        part.write_bytes(part.read_bytes()[:-1])
    elif change == "record":
        part.with_name(part.name + ".json").unlink()
    assert work(source, output, ONE, now) == 2 * CHUNK_LINES + 10
    assert part.read_bytes() == whole(source, now)


def test_where_the_input_lies_does_not_matter(source: Path, output: Path, tmp_path: Path) -> None:
    work(source, output, ONE, job())
    (tmp_path / "elsewhere").mkdir()
    assert work(source.rename(tmp_path / "elsewhere" / "in"), output, ONE, job()) == 0


def test_a_second_process_is_refused(source: Path, output: Path) -> None:
    with open_work(source, output, ONE, job(), resume=True):
        with pytest.raises(DataError) as caught:
            work(source, output, ONE, job())
        assert caught.value.code == "shards.locked"


def test_a_source_that_changes_leaves_no_part(source: Path, output: Path) -> None:
    with pytest.raises(DataError) as caught, open_work(source, output, ONE, job(), resume=True):
        source.write_text("other\n", encoding="utf-8")
    assert caught.value.code == "shards.changed"
    assert not ONE.part(output).exists()


def test_a_line_that_is_not_utf8_is_named(source: Path, output: Path) -> None:
    source.write_bytes(b"a\nb\nc\nd\nf\xfcr\n")
    with pytest.raises(DataError) as caught:
        work(source, output, Shard(2, 2), job())
    assert caught.value.code == "data.encoding"
    assert str(caught.value).startswith(f"{source}, shard 2/2:2: ")


@pytest.mark.parametrize("line", ["BZh9 dog", "%PDF-1 dog", "PK\x03\x04 dog", "\ufeffdog"])
def test_a_shard_may_begin_like_a_file_of_another_kind(line: str, source: Path, output: Path) -> None:
    source.write_text(f"dog\n{line}\n" + f"{line}\n" * 50, encoding="utf-8")
    for number in range(1, 9):
        work(source, output, Shard(number, 8), job())
    merge(output)
    assert output.read_bytes() == whole(source, job())


def test_a_process_may_be_killed_at_every_change_of_the_folder(source: Path, output: Path) -> None:
    """After each kill: nothing that looks whole and is not; then the rest is done, and is right."""
    command = [sys.executable, str(SUPPORT / "support" / "killed_shard.py"), str(source), str(output), "1/1"]
    path = {"PYTHONPATH": f"{SUPPORT}:{SUPPORT.parent}"}
    killed = 0
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=path) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        while True:
            print(killed + 1, file=child.stdin, flush=True)
            if child.stdout.readline().strip() == "0":
                break
            killed += 1
            part = ONE.part(output)
            assert not part.exists() or part.read_bytes() == whole(source, job())
            left = work(source, output, ONE, job())
            assert left in ({2 * CHUNK_LINES + 10} if killed < 8 else {2 * CHUNK_LINES + 10, CHUNK_LINES + 10, 10, 0})
            merge(output, delete=True)
            assert output.read_bytes() == whole(source, job())
            output.unlink()
            assert [path.name for path in output.parent.iterdir()] == ["in"]
        child.stdin.close()
    assert killed >= 15
