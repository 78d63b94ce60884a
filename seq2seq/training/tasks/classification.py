"""Training a classifier: the loss of every label; evaluated by it, and by the predicted labels."""

from dataclasses import asdict

import numpy as np
import torch
from pydantic import JsonValue
from torch import Tensor

from seq2seq.config.recipe import ClassificationRecipe
from seq2seq.data.batching.batch import Batch
from seq2seq.data.preparing.prepare import Prepared
from seq2seq.errors import DataError
from seq2seq.evaluation.calibration import calibrate
from seq2seq.evaluation.classification import classification_scores
from seq2seq.models.build import Model
from seq2seq.models.classifier import Classifier
from seq2seq.special import NAMES
from seq2seq.text.vocabulary.labels import LabelVocabulary
from seq2seq.training.distributed import Runtime
from seq2seq.training.step.objective import LabelObjective
from seq2seq.training.step.out_of_memory import in_smaller_batches
from seq2seq.training.validation.validation import Check, Validation, dev_loader, mean_loss, never_interrupt
from seq2seq.wording import listed


def label_objective(recipe: ClassificationRecipe, model: Model, prepared: Prepared) -> LabelObjective:
    """The objective of a classifier; its naive Bayes features, if any, are counted from the data."""
    assert isinstance(model, Classifier)
    weights = _balanced(prepared) if recipe.training.class_weights == "balanced" else None
    if model.nb_log_ratios is not None:
        model.nb_log_ratios.copy_(_naive_bayes(prepared, *model.nb_log_ratios.shape))
    config = recipe.training
    return LabelObjective(model, smoothing=config.label_smoothing, weights=weights, r_drop=config.r_drop)


def _balanced(prepared: Prepared) -> Tensor:
    """(C,) weights inversely proportional to the labels' numbers of examples; their mean over all examples is 1."""
    names = prepared.tokenizers.target
    assert isinstance(names, LabelVocabulary)
    counts = torch.tensor([prepared.report.train.labels.get(name, 0) for name in names.names], dtype=torch.float32)
    if prepared.shards is not None and not counts.all():
        lacking = [name for name, count in zip(names.names, counts, strict=True) if not count]
        raise DataError(
            f"The sample of the stream has no example of the label {listed(lacking)}, and training.class_weights are "
            "counted from it.",
            settings="Prepare a larger one: --set data.stream.sample=SHARDS",
            code="data.stream-sample-lacks-label",
        )
    occur = (counts > 0).sum()  # a filter may have left out all examples of a label
    return counts.sum() / (occur * counts.clamp(min=1))


def _naive_bayes(prepared: Prepared, tokens: int, labels: int) -> Tensor:
    """(V, C) evidence of each token for each label: log p(token | label), less its mean over the labels.

    A token counts once per text, and one text is added to every count (Wang and Manning 2012, section 2.1).
    """
    counts = np.ones((tokens, labels))
    train = prepared.train
    for row in range(len(train)):
        counts[np.unique(train.source_ids(row)), int(train.target_ids(row)[0]) - len(NAMES)] += 1
    log_probs = np.log(counts / counts.sum(axis=0))
    found = log_probs - log_probs.mean(axis=1, keepdims=True)
    found[: len(NAMES)] = 0.0
    return torch.from_numpy(found).float()


class LabelValidator:
    """Evaluates a model by the loss and by its labels, and calibrates its probabilities."""

    def __init__(
        self, recipe: ClassificationRecipe, objective: LabelObjective, prepared: Prepared, runtime: Runtime
    ) -> None:
        self._runtime, self._objective = runtime, objective
        self._loader = dev_loader(prepared, recipe.training.batch)
        target = prepared.tokenizers.target
        assert isinstance(target, LabelVocabulary)
        self._names = target.names

    def validate(self, check: Check = never_interrupt) -> Validation:
        """Evaluate the model.

        The processes share the texts and exchange the results, so that all have the same figures.
        """
        loss = mean_loss(self._objective, self._loader, self._runtime, check)
        logits, labels = self._label(check)
        predicted = [self._names[index] for index in logits.argmax(axis=1)]
        expected = [self._names[index] if index >= 0 else "(unknown)" for index in labels]
        scores = classification_scores(predicted, expected, self._names)
        known = labels >= 0
        calibration = calibrate(logits[known], labels[known])
        facts: dict[str, JsonValue] = {"calibration": asdict(calibration)}
        figures = {"loss": loss, "accuracy": scores.accuracy, "macro_f1": scores.macro_f1}
        shown = f"accuracy {scores.accuracy:.1%} (majority {scores.baseline:.1%})  macro-F1 {scores.macro_f1:.3f}"
        after = f" -> {calibration.ece_after:.3f}" if calibration.temperature != 1 else ""
        shown += f"  calibration error {calibration.ece_before:.3f}{after}"
        return Validation(figures, shown, facts=facts)

    @torch.no_grad()
    def _label(self, check: Check) -> tuple[np.ndarray, np.ndarray]:
        """(N, C) logits of the development split, and (N,) its labels; -1 for one that the model does not know."""
        results: dict[int, tuple[np.ndarray, np.ndarray]] = {}
        for number, batch in enumerate(self._loader.batches(0)):
            if number % self._runtime.world_size == self._runtime.rank:
                parts = in_smaller_batches(
                    [batch], lambda some: map(self._logits, some), during="validation", where=self._loader.split.where
                )
                if parts:
                    labels = torch.cat([part.target[:, 1] for part, _ in parts]) - len(NAMES)
                    results[number] = np.concatenate([logits for _, logits in parts]), labels.clamp(min=-1).numpy()
                check()
        everywhere = {number: result for some in self._runtime.gather(results) for number, result in some.items()}
        logits, labels = zip(*(everywhere[number] for number in sorted(everywhere)), strict=True)
        return np.concatenate(logits), np.concatenate(labels)

    def _logits(self, batch: Batch) -> np.ndarray:
        """(B, C) in float32."""
        moved = batch.to(self._runtime.device)
        logits: Tensor = self._objective.model(moved.source, moved.source_lengths)
        return logits.float().cpu().numpy()
