"""How ours and the peers are compared: what is read out of their reports, and the arithmetic of rounds."""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.config.load import load_recipe

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))

import peers as script
from beside import ours
from beside.figures import Column, Results, Spread, percentiles, turns
from beside.opennmt import Peers, Report, detokenise, pairs_per_second, reports
from beside.process import Failed, run
from beside.setting import Setting

ONMT = """\
[2026-01-01 10:00:00,000 INFO] Starting training on CPU, could be very slow
[2026-01-01 10:00:30,000 INFO] Step 20/  100; acc: 4.0; ppl: 5811.1; xent: 8.7; lr: 0.00100; sents:    4600; \
bsz: 3700/3800/230; 2467/2533 tok/s;     30 sec;
[2026-01-01 10:00:50,000 INFO] Step 40/  100; acc: 9.1; ppl: 900.0; xent: 6.8; lr: 0.00100; sents:    4700; \
bsz: 3700/3800/235; 3700/3800 tok/s;     50 sec;
[2026-01-01 10:01:20,000 INFO] Step 100/  100; acc: 9.5; ppl: 800.0; xent: 6.7; lr: 0.00100; sents:    5300; \
bsz: 3700/3800/235; 3700/3800 tok/s;     90 sec;
"""


def test_reports_of_opennmt_are_read() -> None:
    assert reports(ONMT) == [Report(20, 4600, 30), Report(40, 4700, 50), Report(100, 5300, 90)]


def test_its_rate_leaves_out_what_comes_before_the_first_report() -> None:
    assert pairs_per_second(reports(ONMT)) == pytest.approx((4700 + 5300) / 60)


@pytest.mark.parametrize("found", [[], [Report(20, 500, 3)], [Report(20, 500, 3), Report(40, 500, 3)]])
def test_too_few_of_its_reports_are_no_rate(found: list[Report]) -> None:
    with pytest.raises(Failed, match=r" 60 .*\(--steps\)"):
        pairs_per_second(found)


def record(step: int, rate: float, kind: str = "train") -> dict[str, Any]:
    return {"kind": kind, "step": step, "examples_per_second": rate}


def test_our_rate_is_pairs_by_time() -> None:
    # 20 steps at 100 pairs/s and 20 at 300: as many pairs in 3 times the time, so 2 / (1/100 + 1/300).
    records = [record(20, 1.0), record(40, 100.0), record(40, 9.0, "validation"), record(60, 300.0)]
    assert ours.pairs_per_second(records) == pytest.approx(150)


@given(st.lists(st.floats(1, 1e4), min_size=1, max_size=8), st.floats(1, 1e4))
def test_a_rate_lies_between_the_slowest_and_the_fastest(rates: list[float], first: float) -> None:
    records = [record(20 * n, rate) for n, rate in enumerate([first, *rates], start=1)]
    assert min(rates) * (1 - 1e-9) <= ours.pairs_per_second(records) <= max(rates) * (1 + 1e-9)


def test_one_report_of_ours_is_no_rate() -> None:
    with pytest.raises(Failed, match=r" 60 .*\(--steps\)"):
        ours.pairs_per_second([record(20, 100.0)])


def test_our_training_ends_with_the_last_record_that_has_a_time() -> None:
    records = [{"kind": "train", "seconds": 480.0}, {"kind": "validation", "seconds": 491.5}, {"kind": "checkpoint"}]
    assert ours.training_seconds(records) == 491.5


def test_pieces_become_text() -> None:
    assert detokenise("▁Ein ▁M ann ▁geht .") == "Ein Mann geht."
    assert detokenise("") == ""


# ------------------------------------------------------------------------------------------------------------ figures


def filled(better: str = "less") -> Results:
    value = Column("value", "seconds", 1, better, compared=True)  # type: ignore[arg-type]
    results = Results("Decoding", (value, Column("bleu", "BLEU", 2)), ["theirs"])
    for theirs, mine in ((4.0, 1.0), (6.0, 2.0), (5.0, 0.5)):
        results.add("theirs", {"value": theirs, "bleu": 30.0})
        results.add("ours", {"value": mine, "bleu": None})
    return results


def test_ratios_are_taken_round_by_round() -> None:
    less, more = filled(), filled("more")
    assert less.ratio("ours", less.columns[0], "theirs") == Spread(3.0, 4.0, 10.0)  # 4/1, 6/2, 5/0.5
    assert more.ratio("ours", more.columns[0], "theirs") == Spread(0.1, 0.25, pytest.approx(1 / 3))
    assert less.ratio("theirs", less.columns[0], "theirs") == Spread(1.0, 1.0, 1.0)
    assert less.ratio("nobody", less.columns[0], "theirs") is None
    assert less.ratio("ours", less.columns[0], "nobody") is None


def test_the_table_has_medians_ranges_and_gaps() -> None:
    assert filled().table().splitlines() == [
        "**Decoding**",
        "",
        "|  | seconds | BLEU | times theirs |",
        "| --- | ---: | ---: | ---: |",
        "| theirs | 5.0 (4.0 to 6.0) | 30.00 | 1.00 |",
        "| ours | 1.0 (0.5 to 2.0) |  | 4.00 (3.00 to 10.00) |",
    ]


def test_json_keeps_every_value() -> None:
    found = json.loads(json.dumps(filled().to_dict()))
    assert found["samples"]["theirs"]["value"] == [4.0, 6.0, 5.0]
    ratio = {"figure": "value", "contestant": "ours", "against": "theirs", "low": 3.0, "median": 4.0, "high": 10.0}
    assert ratio in found["ratios"]
    assert len(found["ratios"]) == 2


def test_several_figures_are_compared_with_all_who_took_part() -> None:
    columns = (Column("p50", "p50", 1, compared=True), Column("p99", "p99", 1, compared=True))
    results = Results("Latency", columns, ["slow", "absent", "fast (int8)"])
    for name, p50, p99 in (("slow", 8.0, 20.0), ("fast (int8)", 4.0, 5.0), ("ours", 2.0, 4.0)):
        results.add(name, {"p50": p50, "p99": p99})
    titles = "|  | p50 | p99 | p50: times slow | p50: times fast | p99: times slow | p99: times fast |"
    assert titles in results.table()
    assert "| ours | 2.0 | 4.0 | 4.00 | 2.00 | 5.00 | 1.25 |" in results.table()


def test_figures_that_nobody_has_are_no_column() -> None:
    results = Results("Memory", (Column("seconds", "seconds", 1), Column("megabytes", "MB", 0)), ["theirs"])
    results.add("ours", {"seconds": 1.0, "megabytes": None})
    assert "MB" not in results.table()


def test_every_second_round_goes_backwards() -> None:
    assert turns(["a", "b", "c"], 3) == ["a", "b", "c", "c", "b", "a", "a", "b", "c"]


def test_percentiles_of_latencies() -> None:
    found = percentiles([float(n) for n in range(101)], [1] * 101)
    assert (found["p50"], found["p99"], found["piece_p50"], found["piece_p99"]) == (50.0, 99.0, 50.0, 99.0)
    assert percentiles([7.0], [0]) == {"p50": 7.0, "p99": 7.0, "piece_p50": 7.0, "piece_p99": 7.0, "pieces": 0.0}


def test_a_sentence_is_divided_by_its_own_pieces() -> None:
    # 30/10, 40/8, 4/4: the sentence in the middle by time (30) is the one in the middle per piece (3), the last is not.
    found = percentiles([30.0, 40.0, 4.0], [10, 8, 4])
    assert (found["p50"], found["piece_p50"]) == (30.0, 3.0)
    assert found["piece_p99"] == pytest.approx(3 + 0.98 * 2)  # linear between the second and the third of 1, 3, 5
    assert found["pieces"] == pytest.approx(22 / 3)


def test_pieces_of_single_sentences_are_those_that_were_written(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answers(_: Peers, name: str, model: Path, beam: int, **options: Any) -> dict[str, Any]:
        assert (name, model.name, beam, options["single"]) == ("run_opennmt", "lstm_step_20.pt", 5, True)
        options["outputs"].parent.mkdir(parents=True)
        options["outputs"].write_text("▁Ein ▁M ann\n▁Hunde\n", encoding="utf-8")
        return {"latencies": [6.0, 4.0]}

    (setting.home / "lstm_step_20.pt").touch()
    monkeypatch.setattr(Peers, "_child", answers)
    found = Peers(setting).latencies(5, None)
    assert (found["p50"], found["piece_p50"], found["pieces"]) == (5.0, 3.0, 2.0)


def test_who_fails_is_left_out_and_said(capsys: pytest.CaptureFixture[str]) -> None:
    calls: list[str] = []

    def fails() -> script.Figures:
        calls.append("fails")
        raise Failed("no such model")

    results = Results("Decoding", (Column("seconds", "seconds", 1),), ["good"])
    contestants: dict[str, Callable[[], script.Figures]] = {"good": lambda: {"seconds": 2.0}, "bad": fails}
    script.measure(results, contestants, rounds=2)
    assert results.samples == {"good": {"seconds": [2.0, 2.0]}}
    assert calls == ["fails"]
    assert "left out: bad: no such model" in capsys.readouterr().err


# ----------------------------------------------------------------------------------------------------------- programs

GROW = "import time; taken = bytearray(b'x') * 150_000_000; time.sleep(0.2); print('{\"seconds\": 1}')"


def test_a_program_is_timed_and_its_memory_seen(tmp_path: Path) -> None:
    done = run([sys.executable, "-c", GROW], threads=1, log=tmp_path / "logs" / "grow.log")
    assert done.report() == {"seconds": 1}
    assert done.seconds > 0.2
    if Path("/proc/self/status").exists():
        assert done.megabytes is not None
        assert 143 < done.megabytes < 250


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory of descendants is known on Linux only")
def test_memory_of_a_programs_own_workers_counts(tmp_path: Path) -> None:
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {GROW!r}], check=True)"
    done = run([sys.executable, "-c", parent], threads=1, log=tmp_path / "log")
    assert done.megabytes is not None
    assert done.megabytes > 143


def test_a_program_runs_on_the_threads_that_it_is_given(tmp_path: Path) -> None:
    show = "import os; print(os.environ['OMP_NUM_THREADS'], os.environ['EXTRA'])"
    done = run([sys.executable, "-c", show], threads=3, log=tmp_path / "log", environment={"EXTRA": "too"})
    assert done.output == "3 too\n"


def test_modules_of_a_program_are_compiled_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    show = "import sys; print(sys.dont_write_bytecode)"
    assert run([sys.executable, "-c", show], threads=1, log=tmp_path / "log").output == "False\n"


def test_a_program_that_fails_is_quoted(tmp_path: Path) -> None:
    with pytest.raises(Failed, match=r"(?s)code 3.*log:\n  too bad"):
        run([sys.executable, "-c", "print('too bad'); raise SystemExit(3)"], threads=1, log=tmp_path / "log")
    with pytest.raises(Failed, match=r"nothing .*: No such file"):
        run([tmp_path / "nothing"], threads=1, log=tmp_path / "log")
    with pytest.raises(Failed, match="report"):
        run([sys.executable, "-c", ""], threads=1, log=tmp_path / "log").report()


# ------------------------------------------------------------------------------------------- what is there, and is not


@pytest.fixture
def setting(tmp_path: Path) -> Setting:
    for folder in ("data", "home"):
        (tmp_path / folder).mkdir()
    return Setting(data=tmp_path / "data", home=tmp_path / "home", work=tmp_path / "work", threads=1)


def test_what_is_missing_is_named_with_its_remedy(setting: Setting) -> None:
    peers = Peers(setting)
    with pytest.raises(Failed, match=r"venv/bin/onmt_train\.\n.*peers\.py setup"):
        peers.program("onmt_train")
    with pytest.raises(Failed, match=r"vocab\.shared\.\n.*peers\.py setup"):
        peers.train("lstm", steps=1, tokens=1)
    with pytest.raises(Failed, match=r"transformer_step_\*\.pt\.\n.*peers\.py models --kind transformer"):
        peers.model("transformer")
    with pytest.raises(Failed, match=r"(?s)train\.en, train\.de, val\.en, .*--data"):
        setting.check_data()
    with pytest.raises(Failed, match=r"work/model: .*\n.*peers\.py quality"):
        ours.Ours(setting, setting.work / "model").ways()


def test_the_checkpoint_with_the_most_updates_is_taken(setting: Setting) -> None:
    for step in (900, 1750, 20):
        (setting.home / f"lstm_step_{step}.pt").touch()
    assert Peers(setting).model("lstm").name == "lstm_step_1750.pt"


# Says what `onmt_translate` says, and answers every source with itself.
FAKE = f"""#!{sys.executable}
import shutil, sys
options = dict(zip(sys.argv[1::2], sys.argv[2::2]))
shutil.copy(options["-src"], options["-output"])
print("[2026-01-01 10:00:00,000 INFO] Total translation time (s): 4.725000")
"""


def test_opennmt_decodes_by_its_own_clock_and_is_judged_as_text(setting: Setting) -> None:
    program = setting.home / "venv" / "bin" / "onmt_translate"
    program.parent.mkdir(parents=True)
    program.write_text(FAKE, encoding="utf-8")
    program.chmod(0o755)
    (setting.home / "lstm_step_20.pt").touch()
    pieces = ["▁Ein ▁M ann ▁geht ▁über ▁die ▁Straße .", "▁Zwei ▁Hunde ▁spielen ▁im ▁Schnee ."]
    (setting.home / "test_2016_flickr.bpe.en").write_text("\n".join(pieces) + "\n", encoding="utf-8")
    references = "Ein Mann geht über die Straße.\nZwei Hunde spielen im Schnee.\n"
    (setting.data / "test_2016_flickr.de").write_text(references, encoding="utf-8")
    found = Peers(setting).decode(5)
    assert found["seconds"] == 4.725
    assert found["bleu"] == pytest.approx(100)
    assert found["pieces"] == 14
    assert found["wall"] is not None


def test_the_first_sentences_are_taken_of_sources_and_references_alike(setting: Setting) -> None:
    few = Setting(data=setting.data, home=setting.home, work=setting.work, threads=1, sentences=2)
    path = setting.data / "test_2016_flickr.de"
    path.write_text("Ein Mann geht heim.\nEine Frau geht heim.\nEin Kind geht heim.\n", encoding="utf-8")
    assert few.excerpt(path).read_text(encoding="utf-8").count("\n") == 2
    assert few.excerpt(path, 1).read_text(encoding="utf-8") == "Ein Mann geht heim.\n"
    assert few.bleu(["Ein Mann geht heim.", "Eine Frau geht heim."]) == pytest.approx(100)


@pytest.mark.parametrize(
    ("quick", "verdict"), [((530.0, 32.6), "reached"), ((531.0, 40.0), "missed"), ((9.0, 32.5), "missed")]
)
def test_the_target_of_quality_is_time_and_bleu(
    quick: tuple[float, float], verdict: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seconds, bleu = quick
    monkeypatch.setattr(ours.Ours, "train_quickly", lambda *_: {"seconds": seconds, "training": seconds})
    monkeypatch.setattr(ours.Ours, "evaluate", lambda *_: bleu)
    mine = ours.Ours(Setting(data=Path(), home=Path(), work=Path(), threads=1), Path())
    script.quality(Peers(mine.setting), mine, argparse.Namespace(overrides=[], peer=False, quality_rounds=1, only=[]))
    assert f"32.6 BLEU within 530 s: {verdict}" in capsys.readouterr().err


def test_ways_share_the_threads(setting: Setting) -> None:
    model = setting.work / "model"
    (model / "onnx").mkdir(parents=True)
    for name in ("config.json", "onnx/step.onnx", "onnx/step.shortlist.onnx", "onnx/step.int8.onnx"):
        (model / name).touch()
    two = Setting(data=setting.data, home=setting.home, work=setting.work, threads=2)
    ways, missing = ours.Ours(two, model).ways()
    assert [way.name for way in ways] == [
        "seq2seq torch, 1 x 2 threads",
        "seq2seq onnx, 2 x 1 thread",
        "seq2seq onnx, 1 x 2 threads",
        "seq2seq onnx, 2 x 1 thread, shortlist",
        "seq2seq onnx-int8, 2 x 1 thread",
        "seq2seq onnx-int8, 1 x 2 threads",
    ]
    assert all(way.workers * way.threads == 2 for way in ways)
    (advice,) = missing
    assert "no onnx/step.shortlist.int8.onnx" in advice
    assert advice.endswith(f"seq2seq export {model} --shortlist")


def test_a_way_is_given_as_options() -> None:
    options = ["--engine", "onnx", "--workers", "2", "--threads", "1"]
    assert ours.Way("onnx", 2, 1).options("--short") == options
    assert ours.Way("onnx", 2, 1, shortlist=True).options("--short") == [*options, "--short"]


@pytest.mark.parametrize(("where", "overrides"), [(ours.SAME_SIZE, ()), (ours.QUICK, ours.QUICK_SETTINGS)])
def test_recipes_have_the_size_that_is_compared(where: Path | str, overrides: tuple[str, ...]) -> None:
    recipe = load_recipe(where, overrides)
    assert recipe.task == "translation"
    encoder, decoder = recipe.model.encoder, recipe.model.decoder
    assert (recipe.tokenizer.vocabulary, recipe.tokenizer.joint) == (8000, True)
    assert (recipe.model.embedding, recipe.model.tied) == (256, "all")
    assert (encoder.cell, encoder.layers, encoder.hidden, encoder.bidirectional) == ("lstm", 1, 256, True)
    assert (decoder.cell, decoder.layers, decoder.hidden) == ("lstm", 1, 512)
    assert recipe.model.attention is not None
    assert recipe.data.splits.test == ("test",)  # which the folder lacks: training scores no test sentences
