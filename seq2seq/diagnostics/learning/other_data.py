"""Whether examples that the user named are like those that the model was made for."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final

from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.learning.losses import Losses
from seq2seq.diagnostics.learning.quality import OTHER_DATA, OTHER_NATS
from seq2seq.diagnostics.subject import Example
from seq2seq.wording import listed

NEW: Final = 0.01
"""Share of the characters of a side from which one that training hardly has is named: one in a line of 100."""
HARDLY: Final = 0.1
"""How many times rarer it is in training."""
LENGTHS: Final = 1.5
"""Ratio of mean lengths from which texts are of another kind: two samples of the same differ by some per cent."""
_NAMED: Final = 5
"""Most characters that are named."""


def judge_other_data(losses: Losses, own: Losses, examples: Sequence[Example], known: Sequence[Example]) -> Finding:
    """The loss on named examples beside that on the model's own development split.

    Args:
        losses: on the named ones.
        own: on the development split of the recipe.
        examples: the named ones.
        known: a sample of the training data or, where they cannot be read, of the development split.
    """
    about: dict[str, Any] = {
        "measure": "other-data",
        "title": "Loss on these data, beside the model's development split",
        "value": losses.model - own.model,
        "unit": f"nats per {losses.unit}",
        "details": {"loss": losses.model, "own_loss": own.model},
    }
    said = f"Loss on these data {losses.model:.3f}, on the model's own development split {own.model:.3f} nats per "
    said += losses.unit
    if losses.model <= OTHER_DATA * own.model + OTHER_NATS:
        return Finding(**about, verdict=Verdict.FINE, sentence=f"{said}.")
    sides = {"sources": [[one.source for one in some] for some in (examples, known)]}
    if losses.unit != "label":
        sides["targets"] = [[one.target for one in some] for some in (examples, known)]
    seen = [
        f"the {name} {difference}" for name, (these, those) in sides.items() for difference in differences(these, those)
    ]
    why = f": {listed(seen, quote=str)}" if seen else "; neither characters nor lengths show how"
    return Finding(
        **about,
        verdict=Verdict.TROUBLE,
        trouble="data.mismatch",
        sentence=f"{said}. They are not like those it was trained on{why}.",
        remedy="Prepare these texts as the training data were (markup, case, tokenisation), or train on such data, "
        "too (`seq2seq finetune`).",
    )


def differences(texts: Sequence[str], known: Sequence[str]) -> list[str]:
    """How texts differ from those that are known, by their characters and lengths; in words."""
    found = []
    here, there = _shares(texts), _shares(known)
    new = [(share, one) for one, share in here.items() if share >= NEW and there.get(one, 0.0) < HARDLY * share]
    if new:
        named = [one for _, one in sorted(new, reverse=True)[:_NAMED]]
        found.append(f"have many characters that training hardly has ({' '.join(named)})")
    gone = sum(share for one, share in there.items() if one.isupper() and one != one.lower())
    left = sum(share for one, share in here.items() if one.isupper() and one != one.lower())
    if gone >= NEW and left < HARDLY * gone:
        found.append("have hardly a capital letter")
    lengths = [sum(map(len, side)) / max(1, len(side)) for side in (texts, known)]
    if min(lengths) > 0 and max(lengths) / min(lengths) >= LENGTHS:
        found.append(f"have {lengths[0]:.0f} characters on average, and {lengths[1]:.0f} in training")
    return found


def _shares(texts: Iterable[str]) -> dict[str, float]:
    counts = Counter(one for text in texts for one in text if not one.isspace())
    total = sum(counts.values())
    return {one: count / total for one, count in counts.items()}
