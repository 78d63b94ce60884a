"""Large data are prepared by several processes: what comes out is, byte for byte, what one process makes."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from seq2seq import process
from seq2seq.config.data import AlignedFiles, ColumnsConfig, DataConfig, ReplayConfig, SourceConfig
from seq2seq.config.tokenizer import TokenizerConfig
from seq2seq.data.preparing import read, tokenise
from seq2seq.data.preparing.prepare import Prepared, prepare
from seq2seq.data.reading import aligned, columnar
from seq2seq.data.tables import lines
from seq2seq.data.tables.lines import block_edges, read_blocks
from seq2seq.data.tables.problems import BadRows
from seq2seq.errors import DataError, NoExamples

CHARACTERS = TokenizerConfig(kind="char", vocabulary=100)
NAMES = ColumnsConfig(source="en", target="de")
ROWS = [(f"the number {n} " + "x" * (n % 11), f"die Zahl {n} ä" + "y" * (n % 7)) for n in range(90)]


def tsv(rows: Sequence[tuple[str, str]], end: str = "\n") -> str:
    return "".join(f"{source}\t{target}{end}" for source, target in rows)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small blocks, parts and files."""
    monkeypatch.setattr(lines, "BLOCK", 100)
    monkeypatch.setattr(aligned, "CHUNK", 7)
    monkeypatch.setattr(columnar, "BATCH", 5)
    monkeypatch.setattr(read, "PROCESS_BYTES", 300)
    monkeypatch.setattr(read, "PART_BYTES", 250)
    monkeypatch.setattr(tokenise, "FILE_ROWS", 20)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Has the work of other processes done in this one; the modules whose work was divided."""
    divided = []

    def run_workers(
        module: str, jobs: Sequence[Mapping[str, Any]], *, advance: Callable[[int], None], **_: object
    ) -> list[Any]:
        divided.append(module.rpartition(".")[2])
        work = {"read": read, "tokenise": tokenise}[divided[-1]]._run_job
        passed = [json.loads(json.dumps(job)) for job in jobs]
        return [json.loads(json.dumps(work(job, advance))) for job in passed]

    monkeypatch.setattr(read, "run_workers", run_workers)
    monkeypatch.setattr(tokenise, "run_workers", run_workers)
    return divided


@pytest.fixture
def prepared(tmp_path: Path) -> Callable[..., Prepared]:
    """Data, prepared by some processes at most."""
    (tmp_path / "dev.tsv").write_text("de\ten\na\tb\n")

    def prepared(processes: int, **data: Any) -> Prepared:
        where = {"dev": str(tmp_path / "dev.tsv"), "columns": NAMES, "skip_bad": True} | data
        cache = str(tmp_path / f"cache-{processes}")
        return prepare(DataConfig(**where, cache=cache, workers=processes), CHARACTERS, seed=1)

    return prepared


def contents(prepared: Prepared) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in prepared.folder.iterdir()}


def tables(folder: Path) -> dict[str, Any]:
    """Tables with a header, bad rows in several places, lines that end differently, and files without rows."""
    folder.mkdir()
    head, bad = "en\tde\n", ["one\n", "a\tb\tc\n", "\n", "x\0\ty\n"]
    (folder / "0.tsv").write_text(head + tsv(ROWS[:40]) + bad[0] + tsv(ROWS[40:60]) + bad[1] + bad[2] * 3)
    (folder / "1.tsv").write_text("\ufeff" + head)
    (folder / "2.tsv").write_bytes((head + tsv(ROWS[55:90], "\r\n") + bad[3] + "last\tletzte").encode())
    (folder / "3.csv").write_text('en,de\n"a\nb",c\n' + "".join(f'"{source}",{target}\n' for source, target in ROWS))
    return {"train": str(folder)}


def json_lines(folder: Path) -> dict[str, Any]:
    folder.mkdir()
    for shard in range(3):
        found = [json.dumps({"translation": {"en": source, "de": target}}) for source, target in ROWS[shard::3]]
        found[7:7] = ["[]", json.dumps({"en": "elsewhere", "de": "anderswo"}), "{"]
        found[20:20] = [json.dumps({"en": "both", "de": "beides", "translation": {"en": "inside", "de": "innen"}})]
        (folder / f"{shard}.jsonl").write_text("\n".join(found))
    return {"train": str(folder)}


def fasttext(folder: Path) -> dict[str, Any]:
    folder.mkdir()
    (folder / "train.txt").write_text(
        "".join(f"__label__{n % 3} {source}\n" for n, (source, _) in enumerate(ROWS)) + "x"
    )
    return {"train": str(folder / "train.txt"), "columns": ColumnsConfig()}


def pairs(folder: Path) -> dict[str, Any]:
    folder.mkdir()
    for number, side in enumerate(("en", "de")):
        (folder / f"train.{side}").write_bytes(b"".join(row[number].encode() + b"\n" for row in ROWS))
    with (folder / "train.de").open("r+b") as file:
        file.write(b"\xff")
    return {"train": AlignedFiles(source=str(folder / "train.en"), target=str(folder / "train.de"))}


def row_groups(folder: Path) -> dict[str, Any]:
    folder.mkdir()
    sides = {side: [row[number] for row in ROWS] for number, side in enumerate(("en", "de"))}
    parquet.write_table(pa.table(sides), folder / "one.parquet", row_group_size=3)
    sides["de"][7] = "a\fb"
    parquet.write_table(pa.table(sides), folder / "two.parquet", row_group_size=50)
    return {"train": str(folder)}


def mixed(folder: Path) -> dict[str, Any]:
    """With other data that are replayed, and in the other direction."""
    data = tables(folder)
    (folder.parent / "old.tsv").write_text(tsv(ROWS))
    replay = ReplayConfig(data=str(folder.parent / "old.tsv"))
    return data | {"replay": replay, "swap": True}


def both_directions(folder: Path) -> dict[str, Any]:
    """Every file is read twice, with other tags."""
    pairs(folder)
    train = AlignedFiles(source=str(folder / "train.en"), target=str(folder / "train.de"))
    given: dict[str, Any] = {"train": train, "dev": str(folder.parent / "dev.tsv"), "columns": NAMES}
    forth = SourceConfig(**given, languages=("en", "de"))
    back = SourceConfig(**given, languages=("de", "en"), swap=True, tags=("formal",))
    return {"sources": (forth, back), "dev": None, "columns": ColumnsConfig()}


@pytest.mark.parametrize("make", [tables, json_lines, fasttext, pairs, row_groups, mixed, both_directions])
def test_processes_change_nothing(
    make: Callable[[Path], dict[str, Any]], prepared: Callable[..., Prepared], here: list[str], tmp_path: Path
) -> None:
    data = make(tmp_path / "data")
    one = contents(prepared(1, **data))
    assert not here
    assert len([name for name in one if name.startswith("train-")]) >= 4
    for processes in (2, 3, 7):
        here.clear()
        assert contents(prepared(processes, **data)) == one
        assert {"read", "tokenise"} == set(here)


def test_real_processes_change_nothing(
    prepared: Callable[..., Prepared], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "BLOCK", 1 << 20)  # theirs
    divided, started, popen = [], [], subprocess.Popen

    def watched_workers(module: str, jobs: Sequence[Mapping[str, Any]], **more: Any) -> list[Any]:
        divided.append((module.rpartition(".")[2], len(jobs)))
        return process.run_workers(module, jobs, **more)

    def watched_process(*given: Any, **more: Any) -> subprocess.Popen[str]:
        started.append(popen(*given, **more))
        return started[-1]

    for module in (read, tokenise):
        monkeypatch.setattr(module, "run_workers", watched_workers)
    monkeypatch.setattr(process.subprocess, "Popen", watched_process)
    data = json_lines(tmp_path / "data")
    one = contents(prepared(1, **data))
    assert not started
    assert contents(prepared(2, **data)) == one
    assert divided == [("read", 2), ("tokenise", 2)]
    assert [worker.returncode for worker in started] == [0, 0, 0, 0]
    assert len({worker.pid for worker in started} - {os.getpid()}) == 4


@pytest.mark.parametrize(
    ("place", "line"),
    [("2.tsv", "one column\n"), ("0.tsv", "a\tb\tc\n"), ("0.tsv", "\n" * 9), ("2.tsv", None), ("1.tsv", None)],
)
def test_errors_are_those_of_one_process(
    prepared: Callable[..., Prepared], here: list[str], tmp_path: Path, place: str, line: str | None
) -> None:
    """Bad rows, however many; and files that cannot be read at all."""
    folder = tmp_path / "data"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.tsv").write_text("en\tde\n" + tsv(ROWS[30 * number : 30 * number + 30]))
    with (folder / place).open("r+") as file:
        if line is None:
            file.write("fr")  # the header
        else:
            file.seek(0, 2)
            file.write(line + tsv(ROWS[:20]) + line)
    said = []
    for processes in (1, 3):
        with pytest.raises(DataError) as caught:
            prepared(processes, train=str(folder), skip_bad=False)
        said.append((caught.value.code, str(caught.value)))
    assert here == ["read"]
    assert said[0] == said[1]
    assert place in said[0][1]


def test_files_without_rows_are_no_examples_in_several_processes_either(
    prepared: Callable[..., Prepared], here: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read, "PROCESS_BYTES", 3)
    (tmp_path / "data").mkdir()
    for number in range(3):
        (tmp_path / "data" / f"{number}.tsv").write_text("en\tde\n")
    with pytest.raises(NoExamples, match=r"2\.tsv"):
        prepared(3, train=str(tmp_path / "data"))
    assert here == ["read"]


def test_small_data_are_read_by_one_process(
    prepared: Callable[..., Prepared], here: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read, "PROCESS_BYTES", 1_000_000)
    prepared(4, **json_lines(tmp_path / "data"))
    assert here == ["tokenise"]


@pytest.mark.parametrize("lines_of_block", [None, 1, 3])
@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n\n"])
def test_spans_have_the_blocks_of_the_file(tmp_path: Path, lines_of_block: int | None, end: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text("\ufeff" + "\n".join("x" * (n * 37 % 150) for n in range(60)) + end, newline="")
    edges = block_edges(path, lines=lines_of_block)

    def blocks(**part: Any) -> Iterator[tuple[int, list[str]]]:
        return ((one.first, one.lines) for one in read_blocks(path, BadRows(), lines=lines_of_block, **part))

    for size in (1, 150, 1000, 10**6):
        spans = edges.spans(size)
        assert [block for span in spans for block in blocks(span=span)] == list(blocks())
        assert spans[0].start == 0
        assert spans[-1].stop == path.stat().st_size
        assert all(span.stop - span.start >= size for span in spans[:-1])
