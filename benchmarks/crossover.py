#!/usr/bin/env python3
"""An LSTM and a Transformer, trained for the same minutes on the same pairs: which has the better BLEU?

    python benchmarks/crossover.py lstm pairs.jsonl --dev dev.jsonl --columns en de --minutes 5
    python benchmarks/crossover.py transformer pairs.jsonl --dev dev.jsonl --columns en de --minutes 5

Both start from what `seq2seq train` chooses for the pairs (vocabulary, width, batches, dropout), and have the same
trainer, loss, moving average and beam search of 5; `--set` changes settings of either. The minutes begin before the
tokenizer is trained. The averaged weights of the end are scored. A line of JSON goes to standard output.
"""

import argparse
import json
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from unittest import mock

import torch
from transformer import Transformer

from seq2seq import log
from seq2seq.config.data import ColumnsConfig, DataConfig
from seq2seq.config.default_recipe import default_recipe
from seq2seq.config.model import ManyToManyConfig
from seq2seq.config.recipe import TranslationRecipe
from seq2seq.data.preparing.prepare import prepare
from seq2seq.data.reading.survey import survey
from seq2seq.diagnostics.learning.trials import fresh_trainer
from seq2seq.evaluation.translation import corpus_scores
from seq2seq.inference.engines.torch.stepper import TorchStepper
from seq2seq.inference.translator import Translator
from seq2seq.training.trainer import Trainer


def recipe_for(
    pairs: Path, dev: Path, columns: Sequence[str], settings: list[str], cache: Path | None
) -> TranslationRecipe:
    """What `seq2seq train PAIRS` would take, with some settings changed."""
    source, target = (int(column) if column.isdecimal() else column for column in columns)
    data = DataConfig(
        train=str(pairs),
        dev=str(dev),
        columns=ColumnsConfig(source=source, target=target),
        cache=None if cache is None else str(cache),
    )
    facts = survey([str(pairs)], "translation", {"source": source, "target": target}).facts
    recipe = default_recipe("translation", data, facts, ("training.max_time=1h", *settings))
    assert isinstance(recipe, TranslationRecipe)
    return recipe


def train(trainer: Trainer) -> None:
    """Train until the time is over."""
    trainer.stopwatch.start()
    while True:
        for batches in trainer.remaining_steps():
            trainer.learn(batches)
            if trainer.progress >= 1:
                return
        trainer.state.epoch, trainer.state.batch = trainer.state.epoch + 1, 0


def bleu(trainer: Trainer, recipe: TranslationRecipe) -> tuple[float, float]:
    """BLEU of the development split, greedily and with the recipe's beam, by the averaged weights."""
    assert trainer.updater.ema is not None
    split = trainer._prepared.dev
    sources, references = zip(*(split.texts(row) for row in range(len(split))), strict=True)
    scores = []
    with trainer.updater.ema.swapped_in():
        trainer.model.eval()
        stepper = TorchStepper(trainer.model)  # type: ignore[arg-type] # a translator's
        for beam in (1, recipe.decoding.beam):
            decoding = recipe.decoding.model_copy(update={"beam": beam, "nbest": 1})
            translator = Translator(stepper, trainer._prepared.tokenizers, decoding)
            found = [one[0].text for one in translator.translate_nbest(list(sources))]
            score = corpus_scores(found, [references], metrics=["bleu"]).bleu
            assert score is not None
            scores.append(score.score)
    return scores[0], scores[1]


def _transformer(
    config: ManyToManyConfig, source_vocabulary: int, target_vocabulary: int, **_sides: object
) -> Transformer:
    """In the place of ``build_model``."""
    return Transformer(config, source_vocabulary, target_vocabulary)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("system", choices=["lstm", "transformer"])
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--dev", type=Path, required=True)
    parser.add_argument("--columns", nargs=2, metavar=("SOURCE", "TARGET"), required=True)
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--set", action="append", default=[], dest="settings")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--cache", type=Path, help="folder for prepared data (default: the user's)")
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    begun = time.perf_counter()
    with log.muted():
        recipe = recipe_for(given.pairs, given.dev, given.columns, given.settings, given.cache)
        prepare(recipe.data, recipe.tokenizer, seed=recipe.training.seed)
    left = max(60 * given.minutes - (time.perf_counter() - begun), 1.0)
    training = recipe.training.model_copy(update={"max_time": left, "max_steps": None, "max_epochs": None})
    recipe = recipe.model_copy(update={"training": training})
    built: AbstractContextManager[object] = nullcontext()
    if given.system == "transformer":
        built = mock.patch("seq2seq.training.trainer.build_model", _transformer)
    with built, fresh_trainer(recipe) as trainer:
        train(trainer)
        greedy, beam = bleu(trainer, recipe)
        result = {
            "system": given.system,
            "pairs": len(trainer._prepared.train),
            "minutes": given.minutes,
            "settings": given.settings,
            "parameters": trainer.model.parameter_count(),
            "steps": trainer.state.step,
            "epochs": round(trainer.epochs, 2),
            "greedy": round(greedy, 2),
            "beam": round(beam, 2),
        }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
