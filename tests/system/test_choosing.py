"""With default settings, the model that is kept is one that has learnt: on single words, and without spaces, too."""

import json
import random
import secrets
from pathlib import Path

import pytest
from support import corpora
from support.seeds import two_seeds
from support.toy import write_pairs

from seq2seq.config.load import load_recipe
from seq2seq.evaluation.translation import corpus_scores
from seq2seq.inference.translator import Translator
from seq2seq.training.finetune.finetune import FinetuneOptions, fit_and_compare, recipe_for
from seq2seq.training.fit import fit

pytestmark = pytest.mark.system

SMALL = (
    "model.embedding=64",
    "model.encoder.hidden=64",
    "model.decoder.hidden=128",
    "training.batch.max_tokens=512",
    "training.max_time=null",
    "data.workers=1",
)


def draw() -> tuple[random.Random, int]:
    """A fresh seed, and what it draws."""
    seed = secrets.randbelow(1_000)
    return random.Random(seed), seed


def kept(run: Path, held_out: corpora.Pairs) -> float:
    """chrF of the model that a run has kept, on pairs that it has not seen; it must be the best that was validated."""
    validations = [
        entry
        for entry in map(json.loads, (run / "metrics.jsonl").read_text().splitlines())
        if entry["kind"] == "validation"
    ]
    opened, translator = Translator.open(run)
    summary = opened.description.training
    assert summary is not None
    assert summary.metric == "chrf"
    chosen = next(entry for entry in validations if entry["step"] == summary.best_step)
    assert (chosen["chrf"], -chosen["loss"]) == max((entry["chrf"], -entry["loss"]) for entry in validations[3:])
    scores = corpus_scores(translator.translate([source for source, _ in held_out]), [[text for _, text in held_out]])
    assert scores.chrf is not None
    print(f"kept step {summary.best_step} of {validations[-1]['step']}: {scores}")
    return scores.chrf.score


@pytest.mark.parametrize(
    ("name", "epochs", "threshold"), [("numbers", 150, 50.0), ("transliteration", 25, 40.0), ("chinese", 60, 25.0)]
)
@two_seeds
def test_the_kept_model_has_learnt(tmp_path: Path, name: str, epochs: int, threshold: float) -> None:
    chance, seed = draw()
    pairs = {
        "numbers": corpora.number_words,
        "transliteration": lambda: corpora.transliterations(600, chance),
        "chinese": lambda: corpora.chinese(400, chance),
    }[name]()
    chance.shuffle(pairs)
    held_out, rest = pairs[: len(pairs) // 10], pairs[len(pairs) // 10 :]
    train = write_pairs(tmp_path / "train.tsv", rest)
    kind = "char" if name == "transliteration" else "unigram"  # what is new is in the letters
    settings = [f"data.train={train}", f"training.seed={seed}", f"training.max_epochs={epochs}", *SMALL]
    settings += [f"tokenizer.kind={kind}"]
    fit(load_recipe("translation/custom", settings), tmp_path / "run")
    print(f"{name}, seed {seed}")
    assert kept(tmp_path / "run", held_out) >= threshold


@two_seeds
def test_a_model_goes_on_to_a_script_without_spaces(tmp_path: Path) -> None:
    """From Chinese by BLEU to Japanese, with 500 pairs of which the old vocabulary knows few characters."""
    chance, seed = draw()
    train = write_pairs(tmp_path / "zh.tsv", corpora.chinese(500, chance))
    base = ["training.validation.metric=bleu", "training.max_epochs=15", *SMALL]
    recipe = load_recipe("translation/custom", [f"data.train={train}", f"training.seed={seed}", *base])
    fit(recipe, tmp_path / "base")
    pairs = corpora.japanese(560, chance)
    new = write_pairs(tmp_path / "ja.tsv", pairs[60:])
    options = FinetuneOptions(extend_vocabulary=200)
    result, compared = fit_and_compare(recipe_for(str(tmp_path / "base"), [str(new)], options), tmp_path / "run")
    print(f"seed {seed}; {result.summary.stopped}; {[one.to_dict() for one in compared]}")
    assert kept(tmp_path / "run", pairs[:60]) >= 20.0
