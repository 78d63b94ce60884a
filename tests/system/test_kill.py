"""A run that is killed at any moment ends as if nothing had happened, to the last bit.

Real processes, real SIGKILL. `make soak` kills each training twenty times and at every change of its folder; the suite,
a few times in all.
"""

import os
import random
import secrets
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from support import toy
from support.instants import Children
from support.kill import Record, Training, differences, kill_again_and_again, outcome, write_recipe

from seq2seq.config.data import StreamConfig
from seq2seq.config.load import parse_recipe
from seq2seq.config.recipe import Recipe
from seq2seq.training.run_folder.folder import lock_run

SOAK = int(os.environ.get("SOAK", "0"))
"""Kills of each training; 0: the quick form."""
DISK = 0.015
"""Seconds that a flush or a rename takes."""
pytestmark = [pytest.mark.system, pytest.mark.timeout(300 + 60 * SOAK)]


def test_a_run_may_be_killed_at_every_change_of_its_folder(tmp_path: Path) -> None:
    """In all of them by `make soak`, in a few by the suite: before a file is opened, renamed, deleted ..."""
    made = toy.recipe(
        tmp_path,
        max_steps=10,
        ema_decay=0.9,
        schedule={"name": "plateau", "warmup_steps": 2},
        validation={"every_steps": 4},
        log_every=4,
        checkpoint_every_steps=2,
    )
    whole = tmp_path / "whole"
    with Children(write_recipe(made, tmp_path / "recipe")) as children:
        children.train(tmp_path / "prepares")
        changes = children.train(whole)
        expected = outcome(whole)
        assert changes > 100
        moments = range(1, changes + 1) if SOAK else sorted(random.sample(range(1, changes + 1), 4))
        wrong = []
        for moment in moments:
            run = tmp_path / f"{moment}"
            children.train(run, killed_at=moment)
            children.train(run)
            wrong += [f"killed at change {moment}: {line}" for line in differences(expected, outcome(run))]
            shutil.rmtree(run)
    print(f"killed at {len(moments)} of {changes} changes of the folder: {len(wrong)} differences")
    assert wrong == []


def test_a_second_process_in_the_folder_is_refused(tmp_path: Path) -> None:
    """Until the first is dead, however it died: each process that is killed here is followed by one that gets in."""
    recipe = write_recipe(toy.recipe(tmp_path), tmp_path / "recipe")
    with lock_run(tmp_path / "run"), Training(recipe, tmp_path / "run") as second:
        assert second.end() == 2
        assert f"run: in use by another run (process {os.getpid()} on " in second.said()
        assert "Traceback" not in second.said()


def sentences(count: int, *, longest: int) -> list[list[str]]:
    """Made-up sentences: words of two or three syllables, so that there are pieces to be drawn otherwise."""
    draw = random.Random(7)
    syllables = [consonant + vowel for consonant in "bdfgklmnprst" for vowel in "aeiou"]
    lexicon = ["".join(draw.choices(syllables, k=draw.randint(2, 3))) for _ in range(40)]
    return [draw.choices(lexicon, k=draw.randint(2, longest)) for _ in range(count)]


def translation(folder: Path) -> Recipe:
    """Words in the opposite order; with all that draws at random or looks back: it ends by its patience."""
    pairs = [f"{' '.join(words)}\t{' '.join(reversed(words))}\n" for words in sentences(460, longest=5)]
    (folder / "train.tsv").write_text("".join(pairs[:400]))
    (folder / "dev.tsv").write_text("".join(pairs[400:430]))
    (folder / "test.tsv").write_text("".join(pairs[430:]))
    return parse_recipe(
        {
            "data": {"path": str(folder), "workers": 1},
            "tokenizer": {"kind": "unigram", "vocabulary": 90, "sampling": {"source": True, "target": True}},
            "model": {
                "embedding": 32,
                "tied": "all",
                "encoder": {"cell": "lstm", "hidden": 24, "bidirectional": True},
                "decoder": {"cell": "lstm", "hidden": 48},
                "attention": {"score": "general"},
                "dropout": {"embedding": 0.1, "layer": 0.1, "output": 0.1, "word": 0.05},
            },
            "training": {
                "max_steps": 400 if SOAK else 120,
                "batch": {"max_tokens": 800, "accumulate": 2},
                "optimizer": {"name": "adam", "learning_rate": 0.02},
                "schedule": {"name": "plateau", "warmup_steps": 10, "patience": 1},
                "ema_decay": 0.9,
                "validation": {"every_steps": 30 if SOAK else 20, "metric": "bleu", "patience": 4},
                "log_every": 7,
                "checkpoint_every_steps": 10,
            },
        },
        "a test",
    )


def stream(folder: Path) -> Recipe:
    """The same on shards, four of seven an epoch, which are prepared by another process meanwhile."""
    made = translation(folder)
    rows = (folder / "train.tsv").read_text().splitlines(keepends=True)
    (folder / "train").mkdir()
    for shard in range(7):
        (folder / "train" / f"{shard}.tsv").write_text("".join(rows[shard::7]))
    streamed = {"train": str(folder / "train"), "stream": StreamConfig(shards=4, sample=7)}
    return made.model_copy(update={"data": made.data.model_copy(update=streamed)})


def language_model(folder: Path) -> Recipe:
    """A text that goes on, read in windows: the state at the end of one is where the next begins."""
    lines = [" ".join(words) for words in sentences(330, longest=9)]
    (folder / "train.txt").write_text("\n\n".join(lines[:300]))
    (folder / "dev.txt").write_text("\n\n".join(lines[300:]))
    return parse_recipe(
        {
            "task": "generation",
            "data": {"path": str(folder), "columns": {"source": None, "target": 0}, "workers": 1},
            "tokenizer": {"kind": "char", "vocabulary": 24},
            "model": {
                "embedding": 16,
                "decoder": {"cell": "lstm", "hidden": 48, "layers": 2},
                "dropout": {"embedding": 0.1, "layer": 0.1, "output": 0.1},
            },
            "training": {
                "max_steps": 300 if SOAK else 100,
                "batch": {"windows": {"tokens": 24, "streams": 6}},
                "optimizer": {"name": "adamw", "learning_rate": 0.01, "weight_decay": 0.01},
                "schedule": {"name": "cosine", "warmup_steps": 20},
                "ema_decay": 0.95,
                "log_every": 7,
                "checkpoint_every_steps": 11,
            },
        },
        "a test",
    )


@pytest.mark.parametrize(
    ("make", "polite"),
    [
        (translation, signal.SIGTERM),
        (language_model, signal.SIGINT),
        pytest.param(stream, signal.SIGINT, marks=pytest.mark.skipif(not SOAK, reason="takes a while: make soak")),
    ],
)
def test_a_run_that_is_killed_again_and_again_ends_like_one_that_never_was(
    tmp_path: Path, make: Callable[[Path], Recipe], polite: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    recipe = write_recipe(make(data), tmp_path / "recipe")
    monkeypatch.setenv("SEQ2SEQ_CACHE", str(tmp_path / "cache of the whole"))
    whole = tmp_path / "whole"
    start = time.monotonic()
    with Record(whole) as record, Training(recipe, whole, disk=DISK) as training:
        assert training.end() == 0, training.said()
    expected, longest = outcome(whole), time.monotonic() - start
    monkeypatch.setenv("SEQ2SEQ_CACHE", str(tmp_path / "cache of the killed"))  # they prepare for themselves, too
    seed = secrets.randbelow(1_000_000)
    tally = kill_again_and_again(
        recipe, tmp_path / "killed", record, SOAK or 1, polite, longest=0.6 * longest, disk=DISK, seed=seed
    )
    print(f"{make.__name__}, moments of seed {seed}: {tally}")
    assert tally.wrong == []
    assert [line for end in tally.ends for line in differences(expected, end)] == []
    assert tally.kills == tally.equal == (SOAK or 1)
    ((code, seconds),) = tally.polite
    assert code == 128 + polite
    assert seconds < 10
    if make is translation:
        state = expected["checkpoint"][max(expected["checkpoint"])]["state"]["state"]
        assert state["plateau_reduction"] < 1  # else the schedule would have nothing to remember
        assert not SOAK or state["stale"] == 4
