"""Training a translator: the loss of every target token; evaluated by it, and by decoded translations."""

import math
from collections.abc import Sequence

import numpy as np

from seq2seq import log, registry
from seq2seq.config.recipe import TranslationRecipe
from seq2seq.data.preparing.prepare import Prepared
from seq2seq.evaluation.added_metrics import added_metric
from seq2seq.evaluation.translation import METRICS, corpus_scores
from seq2seq.evaluation.word_tokenisation import ORDER, WordTokenisation, word_counts
from seq2seq.inference.engines.torch.stepper import TorchStepper
from seq2seq.inference.translator import Translator
from seq2seq.text.protection import Protection
from seq2seq.training.distributed import Runtime
from seq2seq.training.step.objective import SequenceObjective
from seq2seq.training.validation.validation import Check, Validation, dev_loader, mean_loss, never_interrupt

_SAMPLES = 3
_SHOWN = 300
"""Characters of a source that are shown with a sample."""
_CHANCE_ROWS = 500
"""Rows that suffice to estimate the scores of chance."""
_SHIFTS = 8
"""Number of comparisons of outputs with the references of other rows."""
_SIGMAS = 4.0
"""Standard deviations by which a score must exceed the mean of those comparisons."""
_MARGIN = 0.5
"""Points by which it must exceed that, too."""
_SHORT = 0.5
"""Share of short references from which BLEU is unreliable."""


class TranslationValidator:
    """Evaluates a model by the loss, and by translations of some sources.

    As many as ``validation.decode`` says, evenly spread over the development split, are decoded greedily, for speed.
    """

    def __init__(
        self, recipe: TranslationRecipe, objective: SequenceObjective, prepared: Prepared, runtime: Runtime
    ) -> None:
        self._runtime, self._prepared, self._objective = runtime, prepared, objective
        self._greedy = recipe.decoding.model_copy(update={"method": "beam", "beam": 1, "nbest": 1})
        self._protection = Protection.from_config(recipe.data, recipe.tokenizer)
        self._loader = dev_loader(prepared, recipe.training.batch)
        validation, dev = recipe.training.validation, prepared.dev
        decode = validation.decode or (len(dev) if recipe.chosen_by != "loss" else 0)
        rows = np.unique(np.linspace(0, len(dev) - 1, num=min(decode, len(dev)), dtype=int))
        self._texts: Sequence[tuple[str, str]] = [dev.texts(int(row)) for row in rows]
        references = [target for _, target in self._texts]
        self._words = WordTokenisation.of([references], tokenize=validation.tokenize)
        self._added = [recipe.chosen_by] if recipe.chosen_by in registry.METRICS.added() else []
        if recipe.chosen_by == "bleu":
            _warn_of_short(references, self._words.tokenizer)

    def validate(self, check: Check = never_interrupt) -> Validation:
        """Evaluate the model.

        The processes share the sentences and exchange the results, so that all have the same figures.
        """
        loss = mean_loss(self._objective, self._loader, self._runtime, check)
        if not self._texts:
            return Validation({"loss": loss}, "")
        stepper = TorchStepper(self._objective.model, self._runtime.device)
        translator = Translator(stepper, self._prepared.tokenizers, self._greedy, protection=self._protection)
        sources, references = zip(*self._texts, strict=True)
        rank, ranks = self._runtime.rank, self._runtime.world_size
        found = translator.translate_nbest(sources[rank::ranks], advance=lambda _: check())
        hypotheses = [""] * len(sources)
        for process, own in enumerate(self._runtime.gather([one[0].text for one in found])):
            hypotheses[process::ranks] = own
        scores = corpus_scores(
            hypotheses,
            [references],
            metrics=["chrf", "bleu"],
            added=self._added,
            words=self._words,
            sources=sources,
        )
        assert scores.chrf is not None
        assert scores.bleu is not None
        chrf, bleu = scores.chrf.score, scores.bleu.score
        figures = {"loss": loss, "chrf": chrf, "bleu": bleu, "exact_match": scores.exact_match}
        figures |= {name: score.score for name, score in scores.added.items()}
        added = "".join(f"  {added_metric(name).title} {score.score:.4g}" for name, score in scores.added.items())
        samples = list(zip(sources, hypotheses, references, strict=True))[:_SAMPLES]
        return Validation(
            figures,
            f"chrF {chrf:.1f}  BLEU {bleu:.1f}  exact {scores.exact_match:.1%}{added}",
            tuple(
                f"    source      {source[:_SHOWN]}\n    hypothesis  {hypothesis}\n    reference   {reference}"
                for source, hypothesis, reference in samples
            ),
            chance=lambda metric: chance(metric, hypotheses, references, self._words),
        )


def chance(metric: str, hypotheses: Sequence[str], references: Sequence[str], words: WordTokenisation) -> float:
    """The score that chance may reach.

    Outputs that are unrelated to their sources are as close to any other reference: their scores against the references
    of other rows show the mean and the variation. Noise may score higher than a model that is beginning to learn.
    Unknown for metrics other than `chrf` and `bleu`.
    """
    name = next((one for one in METRICS if one == metric), None)
    rows = np.unique(np.linspace(0, len(references) - 1, num=min(_CHANCE_ROWS, len(references)), dtype=int))
    shifts = np.unique(np.linspace(0, len(rows), num=_SHIFTS + 1, endpoint=False, dtype=int))[1:]
    if name is None or len(shifts) < 2:
        return -math.inf
    outputs = [hypotheses[row] for row in rows]
    scores = []
    for shift in shifts:
        others = [references[row] for row in np.roll(rows, shift)]
        scores.append(corpus_scores(outputs, [others], metrics=[name], words=words).named()[name].score)
    return float(np.mean(scores) + _SIGMAS * np.std(scores, ddof=1)) + _MARGIN


def _warn_of_short(references: Sequence[str], tokenizer: str) -> None:
    """Warn that BLEU is unreliable where most references are shorter than the sequences that it counts."""
    short = sum(count < ORDER for count in word_counts(references, tokenizer)) / len(references)
    if short > _SHORT:
        log.warn(
            f"training.validation.metric: bleu counts sequences of {ORDER} words, and {short:.0%} of the development "
            f"references have fewer (words by {tokenizer}): it hardly distinguishes models, and may stay at 0. chrf "
            "suits any target: --set training.validation.metric=chrf",
            code="training.bleu-unreliable",
        )
