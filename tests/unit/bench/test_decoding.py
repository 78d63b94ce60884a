"""How fast a model answers: what is counted, what is asked of a process, and how it is summed up."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from support import tiny
from support.refused import refused

from seq2seq import process
from seq2seq.bench import decoding
from seq2seq.bench.decoding import DecodingSpeed, measure_decoding, work_of
from seq2seq.bench.decoding_worker import BeamTiming, WorkerJob, WorkerResult, measure, run_worker
from seq2seq.bench.operations import Work, forward_operations
from seq2seq.bench.random_model import length_limits
from seq2seq.bench.tables import speed_table
from seq2seq.errors import ConfigError, DataError
from seq2seq.export.export import export
from seq2seq.inference.translator import Translator

PEAK = 1e9
TEXTS = list(tiny.SOURCES)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A translator with the networks of float32."""
    path = tiny.save(tmp_path_factory.mktemp("speed") / "model")
    export(path, int8=False)
    return path


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> list[WorkerJob]:
    """No process is started, and the peak is known; gives the jobs that were done."""
    done: list[WorkerJob] = []

    def do(job: WorkerJob) -> WorkerResult:
        done.append(job)
        return replace(measure(job), start=0.5)

    monkeypatch.setattr(decoding, "run_worker", do)
    monkeypatch.setattr(decoding, "matmul_peak", lambda: PEAK)
    monkeypatch.setattr(decoding, "_SINGLES", 3)
    return done


def job(path: Path, **changes: object) -> WorkerJob:
    plain = WorkerJob(str(path), "torch", threads=1, workers=1, texts=TEXTS, beams=[1], singles=3, limits={})
    return replace(plain, **changes)  # type: ignore[arg-type]


# ---------------------------------------------------------------------------------------------------------- by hand


def test_a_search_looks_at_one_token_first_and_then_at_a_beam_of_them() -> None:
    assert work_of([4, 6], [3, 1], 1) == Work(sentences=2, source=10, target=3 + 1, pairs=4 * 3 + 6 * 1)
    assert work_of([4, 6], [3, 1], 5) == Work(sentences=2, source=10, target=11 + 1, pairs=4 * 11 + 6 * 1)


def test_a_label_is_no_token() -> None:
    assert work_of([4, 6], [0, 0], 1) == Work(sentences=2, source=10, target=0, pairs=0)


def test_outputs_are_held_at_the_mean_length(model: Path) -> None:
    _, translator = Translator.open(model, engine="torch", device="cpu")
    limits = length_limits(translator.tokenizers, tiny.TARGETS)
    lengths = [len(ids) for ids in translator.tokenizers.target.encode_batch(tiny.TARGETS)]
    mean = round(sum(lengths) / len(lengths))
    for beam in (1, 3):
        config = translator.decoding.model_copy(update={**limits, "beam": beam})
        assert {len(best.tokens) for best, *_ in translator.translate_nbest(TEXTS, config)} == {mean}


# ---------------------------------------------------------------------------------------------------- in a process


def test_what_is_read_and_written_is_counted_with_its_end(model: Path) -> None:
    _, translator = Translator.open(model, engine="torch", device="cpu")
    found = measure(job(model, beams=[1, 3]))
    assert found.read == [len(ids) + 1 for ids in translator.tokenizers.source.encode_batch(TEXTS)]
    for beam, answered in zip((1, 3), found.answered, strict=True):
        config = translator.decoding.model_copy(update={"beam": beam})
        assert answered.lengths == [len(best.tokens) + 1 for best, *_ in translator.translate_nbest(TEXTS, config)]
        assert len(answered.latencies) == 3
        assert answered.seconds > 0


def test_a_process_starts_and_answers_without_torch(model: Path) -> None:
    """The smallest memory that a process with torch needs is far more."""
    found = run_worker(job(model, engine="onnx", beams=[None]))
    assert 0.05 < found.start < 60
    assert found.answered[0].lengths == measure(job(model, beams=[None])).answered[0].lengths
    code = "import seq2seq.bench.decoding_worker, sys; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_an_error_in_the_process_is_said_as_it_says_it(model: Path) -> None:
    with refused("model.not-exported", "encoder.int8.onnx: ", "seq2seq export "):
        run_worker(job(model, engine="onnx-int8"))


def test_a_process_that_is_killed_points_to_memory(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    killed = [sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"]
    monkeypatch.setattr(process, "command", lambda _: killed)
    with refused("process.failed", "code -9") as caught:
        run_worker(job(model))
    assert "Out of memory?" in str(caught.value)


# -------------------------------------------------------------------------------------------------------- summed up


def test_engines_take_turns_and_their_figures_follow_from_what_was_timed(
    model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = iter([2.0, 1.0, 4.0, 0.5])
    order: list[str] = []

    def do(asked: WorkerJob) -> WorkerResult:
        order.append(asked.engine)
        spent = next(seconds)
        return WorkerResult(1.0, 1000, [4, 6], [BeamTiming(spent, [3, 1], [spent / 1000, 0.001])])

    monkeypatch.setattr(decoding, "run_worker", do)
    monkeypatch.setattr(decoding, "matmul_peak", lambda: PEAK)
    found = measure_decoding(model, texts=["a", " ", "b"], beams=[5], rounds=2, threads=1)
    assert order == ["torch", "onnx", "torch", "onnx"]
    assert (found.texts, found.source_tokens, found.peak.median) == (2, 10, PEAK)
    torch, onnx = found.engines
    assert (torch.engine, torch.beam, onnx.engine) == ("torch", 5, "onnx")
    assert (torch.seconds.lowest, torch.seconds.median, torch.seconds.highest) == (2.0, 3.0, 4.0)
    assert torch.sentences.highest == 2 / 2.0
    assert onnx.tokens.highest == 4 / 0.5
    assert torch.latency_p99 == 4.0
    assert torch.latency_p50 == pytest.approx(1.5)
    needed = sum(forward_operations(tiny.model(tiny.recipe()), work_of([4, 6], [3, 1], 5)).values())
    assert torch.share.highest == pytest.approx(needed / 2.0 / PEAK)
    assert asdict(found)["engines"][1]["memory"]["median"] == 1000


def test_threads_are_those_of_all_batches_and_of_the_peak(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs: list[tuple[str, int, int]] = []
    peaks: list[int] = []

    def do(asked: WorkerJob) -> WorkerResult:
        jobs.append((asked.engine, asked.threads, asked.workers))
        return WorkerResult(1.0, 1, [2], [BeamTiming(1.0, [2], [1.0])])

    monkeypatch.setattr(decoding, "run_worker", do)
    monkeypatch.setattr(decoding, "matmul_peak", lambda: PEAK)
    monkeypatch.setattr("torch.set_num_threads", peaks.append)
    measure_decoding(model, texts=["a"], beams=[1], rounds=1, threads=4)
    assert jobs == [("torch", 4, 1), ("onnx", 1, 4)]
    jobs.clear()
    found = measure_decoding(model, texts=["a"], beams=[1], rounds=1, threads=4, workers=2)
    assert jobs == [("torch", 2, 2), ("onnx", 2, 2)]
    assert found.threads == 4
    assert peaks == [4, 4]


def test_people_see_a_row_for_every_engine_and_beam(model: Path, in_this_process: list[WorkerJob]) -> None:
    found = measure_decoding(model, texts=TEXTS, engines=["onnx"], rounds=1, threads=1)
    assert in_this_process[0].beams == [1, 5]
    assert [*map(str, speed_table(found).columns[0].cells)][:2] == ["onnx, beam 1", "onnx, beam 5"]
    assert found.lines()[0].startswith("decoding: 8 texts of ")


@pytest.mark.usefixtures("in_this_process")
@pytest.mark.parametrize("save", [tiny.save_classifier, tiny.save_generator])
def test_other_tasks_answer_as_their_recipes_say(save: Callable[[Path], Path], tmp_path: Path) -> None:
    texts = TEXTS if save is tiny.save_classifier else ["K:D", "K:G M:6/8"]
    found: DecodingSpeed = measure_decoding(save(tmp_path / "model"), texts=texts, rounds=1, threads=1)
    (one,) = found.engines
    assert (one.engine, one.beam) == ("torch", None)
    assert one.share.median > 0
    assert (one.tokens.median > 0) is (save is tiny.save_generator)
    json.dumps(asdict(found))


@pytest.mark.usefixtures("in_this_process")
def test_a_model_that_writes_from_tags_needs_no_text(tmp_path: Path) -> None:
    found = measure_decoding(tiny.save_generator(tmp_path / "model"), rounds=1, threads=1)
    assert found.texts == 32


@pytest.mark.usefixtures("in_this_process")
def test_what_makes_no_sense_is_refused(model: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as beam:
        measure_decoding(tiny.save_classifier(tmp_path / "model"), texts=TEXTS, beams=[1], rounds=1, threads=1)
    assert beam.value.code == "bench.beam-for-classifier"
    with pytest.raises(DataError) as empty:
        measure_decoding(model, texts=["", " "], rounds=1, threads=1)
    assert empty.value.code == "bench.no-text"
