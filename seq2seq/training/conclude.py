"""What follows training: a model is exported, its confidence or its intervals are calibrated, its scores measured."""

from pathlib import Path

from seq2seq.export.export import export_trained
from seq2seq.scoring.confidence import save_confidence
from seq2seq.scoring.correlations import save_correlations
from seq2seq.scoring.intervals import save_intervals
from seq2seq.scoring.scored import Report, Scored
from seq2seq.scoring.splits import save_test_score


def conclude(model: Path) -> Scored[Report] | None:
    """Export a trained model, calibrate it, and score it on its recipe's test set (None: it has none)."""
    export_trained(model)
    save_confidence(model)
    save_correlations(model)
    save_intervals(model)
    return save_test_score(model)
