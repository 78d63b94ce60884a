"""What the cells of a model do while it reads: gates, units, states, and the spectrum of their matrices."""

from seq2seq.diagnostics.finding import Finding
from seq2seq.diagnostics.network.activity import activities, by_side
from seq2seq.diagnostics.network.gates import gate_finding
from seq2seq.diagnostics.network.spectrum import spectrum_finding
from seq2seq.diagnostics.network.states import state_finding
from seq2seq.diagnostics.network.units import unit_finding
from seq2seq.diagnostics.subject import Subject


def measure_cells(subject: Subject) -> list[Finding]:
    """All findings about the cells, side by side; the model reads its examples once for all of them."""
    found = []
    for side, cells in by_side(activities(subject)):
        for finding in (gate_finding, unit_finding, state_finding, spectrum_finding):
            found.append(finding(side, cells))
    return [finding for finding in found if finding is not None]
