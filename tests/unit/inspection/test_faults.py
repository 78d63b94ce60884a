"""Every check finds what was planted for it, and next to nothing else."""

import random
from pathlib import Path

import pytest
from support.faults import FAULTS, Planted, phrasebook, plant, write_tsv
from support.inspected import lines_of, said

from seq2seq.config.data import AlignedFiles, ColumnsConfig, DataConfig, VectorsConfig
from seq2seq.config.sides import TEXTS, SideKind, Sides
from seq2seq.data.tables.problems import MISSING, REMEDIES, TAG
from seq2seq.inspection.checks.catalogue import CHECKS
from seq2seq.inspection.engine.collect import MALFORMED
from seq2seq.inspection.engine.inspect import inspect

TIMES = 60
"""Faults of each kind: 1,080 in 12,000 pairs."""
RECALL = 0.95
LABELLED = Sides(SideKind.TEXT, SideKind.LABEL)


@pytest.fixture(scope="module")
def planted() -> Planted:
    return plant(phrasebook(), TIMES, seed=20)


@pytest.fixture(scope="module")
def found(planted: Planted, tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[int]]:
    """Rows, from 0, by the check that found them."""
    folder = tmp_path_factory.mktemp("planted")
    path = write_tsv(folder / "planted.tsv", planted.pairs)
    lines = lines_of(inspect(DataConfig(train=str(path)), TEXTS, folder, shown=10**9))
    return {check: {line - 1 for line in those} for check, those in lines.items()}


@pytest.mark.parametrize("check", FAULTS)
def test_recall_and_false_alarms(check: str, planted: Planted, found: dict[str, set[int]]) -> None:
    wanted, got = planted.where[check], found.get(check, set())
    assert len(wanted) == TIMES
    missed = [planted.pairs[row] for row in sorted(wanted - got)]
    assert len(missed) <= (1 - RECALL) * TIMES, missed
    false = [planted.pairs[row] for row in sorted(got - wanted - planted.allowed[check])]
    assert len(false) <= 3, false


def test_nothing_else_is_found(found: dict[str, set[int]]) -> None:
    assert set(found) <= {*FAULTS, "duplicate", "near-duplicate"}


def test_the_phrasebook_itself_is_clean(tmp_path: Path) -> None:
    config = DataConfig(path="bundled://phrasebook", columns=ColumnsConfig(source="en", target="de", group="group"))
    assert inspect(config, TEXTS, tmp_path).findings == []


# ------------------------------------------------------------------------------- rows that come again, or slip


def test_repeats_and_leaks(tmp_path: Path) -> None:
    rng = random.Random(4)
    pairs, dev, test = phrasebook()[:3000], phrasebook("dev")[:200], phrasebook("test")[:200]
    wanted: dict[str, set[int]] = {}

    shared = rng.sample(range(200), 40)
    for row in shared:
        dev[row] = (test[row][0], dev[row][1])
    free = [dev[row] for row in range(200) if row not in shared], [test[row] for row in range(200) if row not in shared]

    def add(check: str, pair: tuple[str, str]) -> None:
        pairs.append(pair)
        wanted.setdefault(check, set()).add(len(pairs))

    for source, target in rng.sample(pairs[:3000], 50):
        add("duplicate", (source, target))
    for source, target in rng.sample([pair for pair in pairs[:3000] if pair not in pairs[3000:]], 50):
        add("near-duplicate", (source.upper(), f"{target.rstrip('.?!')} ..."))
    for split in free:
        for source, target in rng.sample(split, 50):
            if rng.random() < 0.5:
                add("leak", (source, rng.choice(pairs[:3000])[1]))
            else:
                add("near-leak", (f"– {source.lower()}", target))
    for name, split in (("train", pairs), ("dev", dev), ("test", test)):
        write_tsv(tmp_path / "data" / f"{name}.tsv", split)
    found = inspect(DataConfig(path=str(tmp_path / "data")), TEXTS, tmp_path, shown=10**9)
    got = lines_of(found, "train")
    assert {check: got[check] for check in wanted} == wanted
    assert lines_of(found, "dev")["dev-in-test"] == {row + 1 for row in shared}


def test_a_slip_that_ends_again_is_found_as_a_stretch(tmp_path: Path) -> None:
    """One side has a line too many at 2,001, the other at 2,101: the numbers of lines tell nothing."""
    pairs = phrasebook()[:6000]
    targets = [target for _, target in pairs]
    targets[2000:2100] = targets[2001:2101]
    path = write_tsv(tmp_path / "slipped.tsv", list(zip((source for source, _ in pairs), targets, strict=True)))
    found = inspect(DataConfig(train=str(path)), TEXTS, tmp_path, shown=10**9)
    (finding,) = (finding for finding in found.findings if finding.check.name == "slipped")
    (example,) = finding.examples
    assert abs(example.line - 2001) <= 5
    assert example.last_line is not None
    assert abs(example.last_line - 2100) <= 5
    assert 90 <= finding.rows <= 110
    inside = {line for line in lines_of(found).get("misaligned", set()) if 1996 <= line <= 2105}
    assert not inside, "told once is enough"


@pytest.mark.parametrize("side", ["source", "target"])
def test_a_missing_line_is_located_and_what_stands_before_is_checked(tmp_path: Path, side: str) -> None:
    pairs = phrasebook()[:4000]
    sides = {"source": [source for source, _ in pairs], "target": [target for _, target in pairs]}
    sides["target"][99] = "nan"
    del sides[side][2999]
    for name, lines in sides.items():
        (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    files = AlignedFiles(source=str(tmp_path / "source"), target=str(tmp_path / "target"))
    found = inspect(DataConfig(train=files), TEXTS, tmp_path, shown=10**9)
    got = lines_of(found)
    assert set(got) - {"misaligned", "final-punctuation"} == {"line-count", "missing", "length", "ratio"}
    assert got["missing"] == {100}
    (line,) = got["line-count"]
    assert abs(line - 3000) <= 20
    between = range(3000, line + 1)
    assert len({pair for pair in got.get("misaligned", set()) if pair not in between}) <= 2
    verdict, checks = found.splits[0].ledger.left_out()
    assert {checks[number - 1].name for number in set(verdict[line - 1 :].tolist())} == {"line-count"}


# -------------------------------------------------------------------------------------- rows that cannot be read


def test_malformed_lines_of_tsv(tmp_path: Path) -> None:
    rng = random.Random(5)
    lines = [f"{source}\t{target}".encode() for source, target in phrasebook()[:3000]]
    rows = rng.sample([row for row, line in enumerate(lines) if line[:8].isascii()], 200)
    wanted: dict[str, set[int]] = {}
    kinds = {
        "columns": [lambda line: line + b"\tmore", lambda line: line.replace(b"\t", b" "), lambda _: b""],
        "encoding": [lambda line: line[:5] + b"\xfc" + line[5:], lambda line: line + b"\xc3"],
        "nul": [lambda line: line[:4] + b"\0" + line[4:]],
        "line-separator": [
            lambda line, mark=mark: line[:6] + mark.encode() + line[6:] for mark in "\v\f\r\x1c\x85\u2028\u2029"
        ],
    }
    for number, row in enumerate(rows):
        check = list(kinds)[number % 4]
        lines[row] = rng.choice(kinds[check])(lines[row])
        wanted.setdefault(check, set()).add(row + 1)
    path = tmp_path / "bad.tsv"
    path.write_bytes(b"\n".join(lines) + b"\n")
    found = inspect(DataConfig(train=str(path)), TEXTS, tmp_path, shown=10**9)
    got = lines_of(found)
    assert {check: got[check] for check in wanted} == wanted
    assert {finding.severity for finding in found.findings if finding.check.name in wanted} == {"error"}
    (split,) = found.splits
    assert split.ledger.malformed == 150, "line separators become spaces, and the row is read"
    assert split.ledger.rows == 2850


def test_malformed_rows_of_csv_and_jsonl(tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text('one,eins\n"two",zwei,2\nthree\n"four" x,vier\nfive,fünf\n', encoding="utf-8")
    got = lines_of(inspect(DataConfig(train=str(tmp_path / "bad.csv")), TEXTS, tmp_path))
    assert got["columns"] == {2, 3}
    assert got["csv"] == {4}
    rows = [
        '{"s": "one", "t": "eins"}',
        '{"s": "two"}',
        '["three"]',
        "four",
        '{"s": 5, "t": "fünf"}',
        '{"s": "\\u2028", "t": "x"}',
    ]
    (tmp_path / "bad.jsonl").write_text("\n".join(rows), encoding="utf-8")
    config = DataConfig(train=str(tmp_path / "bad.jsonl"), columns=ColumnsConfig(source="s", target="t"))
    found = inspect(config, TEXTS, tmp_path)
    got = lines_of(found)
    assert (got["value"], got["json"], got["line-separator"]) == ({2, 5}, {3, 4}, {6})
    assert found.splits[0].ledger.rows == 2


def test_a_split_that_cannot_be_read_does_not_hide_the_others(tmp_path: Path) -> None:
    write_tsv(tmp_path / "data" / "train.tsv", [("en", "de"), ("one", ""), ("two", "zwei")])
    write_tsv(tmp_path / "data" / "dev.tsv", [("fr", "de"), ("un", "eins")])
    config = DataConfig(path=str(tmp_path / "data"), columns=ColumnsConfig(source="en", target="de"))
    found = inspect(config, TEXTS, tmp_path)
    assert lines_of(found, "train")["empty"] == {2}
    (what,) = said(found, "unreadable", "dev")
    assert "no column 'en'" in what


# ------------------------------------------------------------------------------------------------------- labels


def test_labelled_data(tmp_path: Path) -> None:
    rng = random.Random(6)
    texts = [source for source, _ in phrasebook()[:2000]]
    rows = [(text, "good" if rng.random() < 0.93 else "bad") for text in texts]
    wanted: dict[str, set[int]] = {"conflict": set(), "label-spelling": set()}
    for row in rng.sample(range(2000), 30):
        text, label = rows[row]
        rows.append((text.upper(), "bad" if label == "good" else "good"))
        wanted["conflict"] |= {row + 1, len(rows)}
    rows += [("How odd!", "Good"), ("How very odd!", "rare")]
    wanted["label-spelling"] = {len(rows) - 1}
    dev = [("It is new.", "good"), ("It is old.", "unheard of")]
    for name, split in (("train", rows), ("dev", dev)):
        write_tsv(tmp_path / "data" / f"{name}.tsv", split)
    found = inspect(DataConfig(path=str(tmp_path / "data")), LABELLED, tmp_path, shown=10**9)
    train, held = lines_of(found, "train"), lines_of(found, "dev")
    assert {check: train[check] for check in wanted} == wanted
    assert "balance" in train
    assert held["unknown-label"] == {2}
    assert "absent-label" in held
    assert found.splits[0].labels["rare"] == 1


def test_names_that_are_missing_and_a_single_label(tmp_path: Path) -> None:
    path = write_tsv(tmp_path / "one.tsv", [("a b", "0"), ("c d", "0"), ("e f", "7")])
    config = DataConfig(train=str(path), labels={"0": "bad", "1": "good"})
    got = lines_of(inspect(config, LABELLED, tmp_path))
    assert got["label"] == {3}
    assert "single-label" in got


def test_every_kind_of_bad_row_has_a_check() -> None:
    # A stream's sample is known to training alone, and targets that are numbers are not inspected.
    assert set(MALFORMED) == set(REMEDIES) - {TAG, MISSING}


def test_sequences_of_vectors_that_cannot_be_read(tmp_path: Path) -> None:
    path = write_tsv(tmp_path / "curves.tsv", [("[[1, 2]]", "up"), ("[[1]]", "up"), ("[1, [2]]", "down")])
    sides = Sides(SideKind.VECTORS, SideKind.LABEL)
    found = lines_of(inspect(DataConfig(train=str(path), vectors=VectorsConfig()), sides, tmp_path))
    assert found["vectors"] == {2, 3}


def test_numbers_of_vectors_that_stand_for_missing_ones(tmp_path: Path) -> None:
    rows = [(f"[[{row}, 2], [3, {row}], [2, 3]]", "up") for row in range(4)]
    rows += [("[[1, 2], [-999, 1], [2, 3]]", "up"), ("[[1, null], [3, null], [2, 3]]", "up")]
    path = write_tsv(tmp_path / "curves.tsv", rows)
    sides = Sides(SideKind.VECTORS, SideKind.LABEL)
    found = lines_of(inspect(DataConfig(train=str(path), vectors=VectorsConfig()), sides, tmp_path))
    assert found["vector-code"] == {5}
    assert found["vector-missing"] == {6}


def test_labels_with_probabilities_are_judged_by_the_most_probable(tmp_path: Path) -> None:
    rows = [(f"text {number} of some", f'{{"good": 0.{number % 4 + 5}1, "bad": 0.1}}') for number in range(60)]
    rows += [(f"another text {number}", "bad") for number in range(20)]
    path = write_tsv(tmp_path / "soft.tsv", [*rows, ("the last one", "{worse}")])
    dev = write_tsv(tmp_path / "dev.tsv", [("a dev text", "good"), ("one more of them", "bad"), ("the end", "worse")])
    found = inspect(DataConfig(train=str(path), dev=str(dev), soft_labels=True), LABELLED, tmp_path)
    assert found.splits[0].labels == {"good": 60, "bad": 20}
    assert lines_of(found, "train")["soft-label"] == {81}
    assert lines_of(found, "dev")["unknown-label"] == {3}
    assert not {"many-labels", "absent-label"} & {*lines_of(found, "train"), *lines_of(found, "dev")}


def test_labels_read_as_text_and_a_header_read_as_a_row(tmp_path: Path) -> None:
    rows = [("text", "label"), *((source, "yes" if len(source) % 2 else "no") for source, _ in phrasebook()[:500])]
    got = lines_of(inspect(DataConfig(train=str(write_tsv(tmp_path / "a.tsv", rows))), TEXTS, tmp_path))
    assert got["header"] == {1}
    assert got["labelled"] == {1}


@pytest.mark.parametrize("seed", range(25))
def test_labels_that_are_no_classes(seed: int, tmp_path: Path) -> None:
    """Ids, measured values, counts and texts in the place of labels; and classes that are many, or few."""
    rng = random.Random(seed)
    texts = [source for source, _ in phrasebook()[: rng.choice([60, 300, 1500])]]
    wrong = [
        [f"row-{number}" for number in range(len(texts))],
        [f"{rng.gauss(0, 3):.4f}" for _ in texts],
        [str(rng.randrange(10 * len(texts))) for _ in texts],
        [target for _, target in phrasebook()[: len(texts)]],
    ]
    right = [
        [str(rng.randrange(len(texts) // 30 + 1)) for _ in texts],
        [f"class {rng.randrange(19)}" for _ in texts],
        [f"{rng.randrange(2, 11) / 2}" for _ in texts],
    ]
    for labels, expected in [*((one, True) for one in wrong), *((one, False) for one in right)]:
        path = write_tsv(tmp_path / "train.tsv", list(zip(texts, labels, strict=True)))
        got = lines_of(inspect(DataConfig(train=str(path)), LABELLED, tmp_path))
        assert ("too-many-labels" in got) == expected, labels[:5]


def test_every_check_has_a_fault() -> None:
    """By reading this file: a check that no test names here has no recall."""
    text = Path(__file__).read_text(encoding="utf-8")
    assert {name for name in CHECKS if f'"{name}"' in text} | set(FAULTS) == set(CHECKS)
