"""The cleaned copy: the format of the original, what could be repaired, and nothing that training complains of."""

import csv
import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from support.faults import phrasebook, plant, write_tsv
from support.inspected import lines_of
from support.refused import refused

from seq2seq.config.data import AlignedFiles, ColumnsConfig, DataConfig
from seq2seq.config.sides import TEXTS, SideKind, Sides
from seq2seq.data.reading.raw_split import Origin, Source
from seq2seq.data.reading.sources import find_splits
from seq2seq.data.tables.rows import Rows
from seq2seq.inspection.engine.finding import Severity
from seq2seq.inspection.engine.inspect import inspect
from seq2seq.inspection.repair.fix import CHANGED, INSPECTION, LEFT_OUT, Fixed, check_names, fix

Write = Callable[[str, str | bytes], Path]
NAMED = ColumnsConfig(source="en", target="de")


def clean(
    config: DataConfig, tmp_path: Path, sides: Sides = TEXTS, only: str | None = None
) -> tuple[Path, dict[str, Fixed]]:
    (tmp_path / "rows").mkdir(exist_ok=True)
    out = tmp_path / "out"
    names = None if only is None else check_names(only)
    return out, fix(inspect(config, sides, tmp_path / "rows"), config, out, only=names)


def changed(out: Path) -> list[list[str]]:
    """Line, checks, text before and after of what was changed."""
    header, *rows = (out / CHANGED).read_text(encoding="utf-8").splitlines()
    assert header == "file\tline\tchecks\tbefore\tafter"
    return [row.split("\t")[1:] for row in rows]


def left_out(out: Path) -> list[list[str]]:
    """Line, check and text of what was left out."""
    header, *rows = (out / LEFT_OUT).read_text(encoding="utf-8").splitlines()
    assert header == "file\tline\tcheck\ttext"
    return [row.split("\t")[1:] for row in rows]


def test_tsv_keeps_its_header_its_columns_and_its_other_lines(write: Write, tmp_path: Path) -> None:
    rows = ["en\tde\tgroup", "one &amp; all\teins\tg", "two\t\tg", "two\tzwei\tg", "three\tdrei\tg", "a\tb\tc\td"]
    rows.append("fo\u2028ur\tvier\tg")
    path = write("train.tsv", "\ufeff" + "\r\n".join(rows))
    config = DataConfig(train=str(path), columns=NAMED.model_copy(update={"group": "group"}))
    out, fixed = clean(config, tmp_path)
    assert (out / "train.tsv").read_text(encoding="utf-8").split("\n") == [
        "en\tde\tgroup", "one & all\teins\tg", "two\tzwei\tg", "three\tdrei\tg", "fo ur\tvier\tg", ""
    ]  # fmt: skip
    assert left_out(out) == [["3", "empty", "two\\t\\tg"], ["6", "columns", "a\\tb\\tc\\td"]]
    assert changed(out) == [
        ["2", "html", "one &amp; all\\teins\\tg", "one & all\\teins\\tg"],
        ["7", "line-separator", "fo\\u2028ur\\tvier\\tg", "fo ur\\tvier\\tg"],
    ]
    assert (fixed["train"].kept, fixed["train"].repaired) == (4, 2)
    assert str(fixed["train"]) == "4 rows kept (2 repaired), 2 left out: empty 1, columns 1"
    report = json.loads((out / INSPECTION).read_text(encoding="utf-8"))
    assert report["fixed"]["train"]["left_out"] == {"empty": 1, "columns": 1}
    assert {finding["check"] for finding in report["findings"]} == {"columns", "line-separator", "empty", "html"}


def test_aligned_files_stay_aligned(write: Write, tmp_path: Path) -> None:
    source = write("a.en", b"one\n\ntwo\nthr\xffee\nfour\nfi\x07ve\n")
    target = write("a.de.gz", gzip.compress("eins\nnull\nz\0wei\ndrei\nvier\nfünf\n".encode()))
    config = DataConfig(train=AlignedFiles(source=str(source), target=str(target)))
    out, _ = clean(config, tmp_path)
    assert (out / "a.en").read_text() == "one\nfour\nfive\n"
    assert gzip.decompress((out / "a.de.gz").read_bytes()).decode() == "eins\nvier\nfünf\n"
    assert [(line, check) for line, check, _ in left_out(out)] == [("2", "empty"), ("3", "nul"), ("4", "encoding")]
    assert left_out(out)[0][2] == "\\tnull"


def test_csv_and_jsonl_are_repaired_as_values(write: Write, tmp_path: Path) -> None:
    """An entity may be a quote, which a format has to quote."""
    table = write("train.csv", 'en,de,x\n"a &quot;b&quot;, c","zwei\nZeilen",1\n,leer,2\nfive,fünf,3\n"open,\n')
    out, _ = clean(DataConfig(train=str(table), columns=NAMED), tmp_path)
    with (out / "train.csv").open(newline="", encoding="utf-8") as file:
        assert list(csv.reader(file)) == [["en", "de", "x"], ['a "b", c', "zwei\nZeilen", "1"], ["five", "fünf", "3"]]
    assert [row[:2] for row in left_out(out)] == [["4", "empty"], ["6", "csv"]]
    rows = [{"en": "a &quot;b&quot;", "de": "x", "id": 1}, {"en": " ", "de": "y"}, {"en": "f\u2028ine", "de": "gut"}]
    lines = write("train.jsonl", "".join(f"{json.dumps(row)}\n" for row in rows) + "[]\n")
    (tmp_path / "second").mkdir()
    out, _ = clean(DataConfig(train=str(lines), columns=NAMED), tmp_path / "second")
    assert [json.loads(line) for line in (out / "train.jsonl").read_text(encoding="utf-8").splitlines()] == [
        {"en": 'a "b"', "de": "x", "id": 1},
        {"en": "f ine", "de": "gut"},
    ]


def test_parquet_keeps_its_columns(tmp_path: Path) -> None:
    texts = [{"en": "one &amp; all", "de": "eins"}, {"en": "", "de": "zwei"}, {"en": "three", "de": "drei"}]
    parquet.write_table(pa.table({"translation": texts, "id": [1, 2, 3]}), tmp_path / "train.parquet")
    columns = ColumnsConfig(source="translation.en", target="translation.de")
    out, _ = clean(DataConfig(train=str(tmp_path / "train.parquet"), columns=columns), tmp_path)
    assert parquet.read_table(out / "train.parquet").to_pylist() == [
        {"translation": {"en": "one & all", "de": "eins"}, "id": 1},
        {"translation": {"en": "three", "de": "drei"}, "id": 3},
    ]
    assert left_out(out)[0][:2] == ["2", "empty"]


def test_plain_text_goes_by_paragraphs(write: Write, tmp_path: Path) -> None:
    path = write("book.txt", "One line,\nand\u200b more.\n\nLost \ufffd\nhere.\n\nThe end.\n")
    columns = ColumnsConfig(source=None)
    sides = Sides(SideKind.TAGS, SideKind.TEXT)
    out, _ = clean(DataConfig(train=str(path), columns=columns), tmp_path, sides)
    assert (out / "book.txt").read_text(encoding="utf-8") == "One line,\nand more.\n\nThe end.\n"
    assert left_out(out) == [["4", "lost-character", "Lost \ufffd\\nhere.\\n"]]


def test_shards_and_files_of_one_name(write: Write, tmp_path: Path) -> None:
    for name in ("one", "two"):
        write(f"data/train/{name}.tsv", f"{name}\tx\n\tleer\n")
    write("data/dev/one.tsv", "three\ty\n")
    out, fixed = clean(DataConfig(path=str(tmp_path / "data")), tmp_path)
    assert fixed["train"].files == ["train/one.tsv", "train/two.tsv"]
    assert fixed["dev"].files == ["one.tsv"]
    assert (out / "train/two.tsv").read_text() == "two\tx\n"


def test_a_data_set_of_the_hub_becomes_json_lines(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    rows = Rows(["good day", "", "b\u00adad"], ["1", "1", "0"], [None] * 3, [1, 2, 3])
    origin = Origin("hf://a/b[train]", lambda _: (one for one in [rows]), str)
    labels = {"0": "negative", "1": "positive"}
    source = Source("hf://a/b[train]", (origin,), skip_bad=False, swap=False, labels=labels)
    monkeypatch.setattr("seq2seq.inspection.engine.reading.find_splits", lambda _, sides: {"train": source})  # noqa: ARG005
    config = DataConfig(path="hf://a/b", columns=ColumnsConfig(source="text", target="sentiment"), labels=labels)
    out, fixed = clean(config, tmp_path, Sides(SideKind.TEXT, SideKind.LABEL))
    assert fixed["train"].files == ["train.jsonl"]
    assert [json.loads(line) for line in (out / "train.jsonl").read_text(encoding="utf-8").splitlines()] == [
        {"text": "good day", "sentiment": "1"},
        {"text": "bad", "sentiment": "0"},
    ]
    assert left_out(out) == [["2", "empty", "\\tpositive"]]


def test_labels(tmp_path: Path) -> None:
    rows = [("good day", "1"), ("Good day!", "0"), ("bad day", "0"), ("a\u200bn odd day", "0"), ("nice", "1")]
    path = write_tsv(tmp_path / "train.tsv", rows)
    out, _ = clean(DataConfig(train=str(path)), tmp_path, Sides(SideKind.TEXT, SideKind.LABEL))
    assert (out / "train.tsv").read_text() == "bad day\t0\nan odd day\t0\nnice\t1\n"
    assert [check for _, check, _ in left_out(out)] == ["conflict", "conflict"]


def test_files_that_slipped_are_kept_up_to_there(tmp_path: Path) -> None:
    pairs = phrasebook()[:2000]
    (tmp_path / "a.en").write_text("".join(f"{source}\n" for source, _ in pairs), encoding="utf-8")
    targets = [f"{target}\n" for row, (_, target) in enumerate(pairs) if row != 1500]
    (tmp_path / "a.de").write_text("".join(targets), encoding="utf-8")
    files = AlignedFiles(source=str(tmp_path / "a.en"), target=str(tmp_path / "a.de"))
    out, fixed = clean(DataConfig(train=files), tmp_path)
    sides = [(out / name).read_text(encoding="utf-8").splitlines() for name in ("a.en", "a.de")]
    assert len(sides[0]) == len(sides[1]) == fixed["train"].kept
    assert 1450 <= fixed["train"].kept <= 1510
    assert set(fixed["train"].left_out) <= {"line-count", "misaligned", "slipped"}


def test_training_has_no_complaint_about_the_copy(tmp_path: Path) -> None:
    """Planted faults of every kind, and malformed lines: the copy can be read strictly, and most of it is clean."""
    planted = plant(phrasebook()[:4000], 20, seed=9)
    path = write_tsv(tmp_path / "train.tsv", planted.pairs)
    with path.open("ab") as file:
        file.write(b"a\tb\tc\n\xff\tx\n\0\tx\ny\xc2\x85\tx\n")
    config = DataConfig(train=str(path))
    out, _ = clean(config, tmp_path)
    copy = DataConfig(train=str(out / "train.tsv"))
    train = find_splits(copy)["train"]
    assert train is not None
    raw = train.read(tmp_path / "copy.arrow")
    assert (raw.skipped, raw.notes) == (0, ())
    again = inspect(copy, TEXTS, tmp_path / "rows", shown=10**9)
    assert not [finding.check.name for finding in again.findings if finding.severity == Severity.ERROR]
    repaired = {
        "empty", "control", "zero-width", "lost-character", "normalisation", "mojibake", "missing", "swapped", "script",
    }  # fmt: skip
    assert not repaired & set(lines_of(again))


def test_an_old_folder_is_not_written_to(write: Write, tmp_path: Path) -> None:
    path = write("a.tsv", "one\teins\n")
    write("out/mine.txt", "mine")
    with refused("inspection.folder-exists", "--fix"):
        clean(DataConfig(train=str(path)), tmp_path)
    assert [one.name for one in (tmp_path / "out").iterdir()] == ["mine.txt"]


def test_a_split_of_which_nothing_is_left(write: Write, tmp_path: Path) -> None:
    path = write("a.tsv", "\teins\n\tzwei\n")
    with refused("inspection.nothing-left", "a.tsv", "train", "empty 2"):
        clean(DataConfig(train=str(path)), tmp_path)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.tsv", "rows"]


GOOD = [
    ("Use `&amp;` for an ampersand.", "Schreiben Sie `&amp;` für ein Und-Zeichen."),
    ("An image is written as ``<img ... />`` in HTML.", "Ein Bild wird als ``<img ... />`` geschrieben."),
    ("See :term:`meta paths <meta path>` for more.", "Mehr steht unter :term:`Metapfade <Metapfad>`."),
    ("The output is ``--> 6 4 1`` here.", "Die Ausgabe ist hier ``--> 6 4 1``."),
    ("The sign \u212a is the Kelvin sign, \u212b the angstrom sign.", "Das Zeichen \u212a steht für Kelvin."),
    ("A null is written as &#0; in old pages.", "Eine Null steht als &#0; in alten Seiten."),
    ("A tag is written as &lt;b&gt; here.", "Ein Tag wird hier geschrieben."),
    ("The string ``caf\u00c3\u00a9`` was read wrongly.", "Die Kette wurde falsch gelesen."),
    ("It is ``e\u0301`` in two signs.", "Das sind zwei Zeichen."),
    ("This is <b>bold &amp; big</b> text.", "Dies ist fetter Text."),
    ("See [the list](https://example.org/en/list).", "Siehe [die Liste](https://example.org/de/liste)."),
]


def test_good_rows_with_code_and_markup_stay_as_they_are(tmp_path: Path) -> None:
    path = write_tsv(tmp_path / "train.tsv", [*phrasebook()[:200], *GOOD])
    out, fixed = clean(DataConfig(train=str(path)), tmp_path)
    assert changed(out) == []
    assert left_out(out) == []
    assert (out / "train.tsv").read_bytes() == path.read_bytes()
    assert fixed["train"].kept == 200 + len(GOOD)


def test_what_may_stand_within_a_word_is_left_out(write: Write, tmp_path: Path) -> None:
    """Nobody knows whether ``mensa\\vje`` is one word or two; beside a space or a full stop it is clear."""
    path = write("a.tsv", "mensa\vje\tone\nuno. \vdos\ttwo\ntres.\vcuatro\tthree\nfin\tend\n")
    out, fixed = clean(DataConfig(train=str(path)), tmp_path)
    assert (out / "a.tsv").read_text(encoding="utf-8") == "uno.  dos\ttwo\ntres. cuatro\tthree\nfin\tend\n"
    assert left_out(out) == [["1", "line-separator", "mensa\\x0bje\\tone"]]
    assert [row[0] for row in changed(out)] == ["2", "3"]
    assert fixed["train"].left_out == {"line-separator": 1}


def test_only_the_checks_that_are_named(write: Write, tmp_path: Path) -> None:
    rows = "one &amp; all\teins\nbe\u200bll\tGlocke &amp; so\n\tleer\nbell\x07\tx\n\tdrei\tvier\n"
    path = write("a.tsv", rows)
    out, fixed = clean(DataConfig(train=str(path)), tmp_path, only="zero-width, control")
    assert (out / "a.tsv").read_text(encoding="utf-8") == rows.replace("\u200b", "").replace("\x07", "")
    assert [row[:2] for row in changed(out)] == [["2", "zero-width"], ["4", "control"]]
    assert left_out(out) == []
    assert (fixed["train"].kept, fixed["train"].repaired) == (5, 2)
    (tmp_path / "second").mkdir()
    out, fixed = clean(DataConfig(train=str(path)), tmp_path / "second", only="empty")
    assert [row[:2] for row in left_out(out)] == [["3", "empty"]]
    assert fixed["train"].repaired == 0


@pytest.mark.parametrize("kind", ["jsonl", "json", "parquet", "csv"])
def test_changes_are_listed_for_every_format(tmp_path: Path, kind: str) -> None:
    rows = [{"en": "be\u200bll", "de": "Glocke"}, {"en": "bread", "de": "Brot"}]
    path = tmp_path / f"train.{kind}"
    match kind:
        case "jsonl":
            path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
        case "json":
            path.write_text(json.dumps(rows))
        case "parquet":
            parquet.write_table(pa.Table.from_pylist(rows), path)
        case _:
            path.write_text("en,de\n" + "".join(f"{row['en']},{row['de']}\n" for row in rows), encoding="utf-8")
    out, fixed = clean(DataConfig(train=str(path), columns=NAMED), tmp_path)
    ((_, checks, before, after),) = changed(out)
    assert checks == "zero-width"
    assert "bell" in after
    assert "bell" not in before
    assert fixed["train"].repaired == 1


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ("zero-widht", "'zero-widht' is no check"),
        ("brackets,empty", "'brackets' finds what --fix keeps"),
        (" , ", "names no check"),
    ],
)
def test_names_that_are_wrong(names: str, message: str) -> None:
    with refused("inspection.unknown-check", message, "mojibake", "zero-width"):
        check_names(names)


def test_files_that_are_not_written_become_json_lines(write: Write, tmp_path: Path) -> None:
    """Rows of one unit have one line, and are kept, repaired or left out each by itself."""
    variants = "".join(f'<tuv xml:lang="de"><seg>{text}</seg></tuv>' for text in ("zu", "zu", "z\u200bu!", "a\u2028b"))
    unit = f'<tu><tuv xml:lang="en"><seg>close</seg></tuv>{variants}</tu>'
    path = write("a.tmx", f'<tmx version="1.4"><header srclang="en"/><body>\n{unit}\n</body></tmx>')
    out, fixed = clean(DataConfig(train=str(path), languages=("en", "de")), tmp_path)
    assert fixed["train"].files == ["a.jsonl"]
    rows = [json.loads(line) for line in (out / "a.jsonl").read_text(encoding="utf-8").splitlines()]
    assert rows == [{"en": "close", "de": "zu"}, {"en": "close", "de": "zu!"}, {"en": "close", "de": "a b"}]
    assert [row[:2] for row in left_out(out)] == [["2", "duplicate"]]
