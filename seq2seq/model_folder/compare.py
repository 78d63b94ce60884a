"""Whether two models read and write the same tokens, so that they can be one ensemble, or one mean."""

from seq2seq.model_folder.read import ModelFolder
from seq2seq.text.vocabulary.channels import Channels
from seq2seq.text.vocabulary.labels import LabelVocabulary
from seq2seq.text.vocabulary.pair import Vocabulary
from seq2seq.wording import listed


def differences(one: ModelFolder, other: ModelFolder) -> list[str]:
    """What differs in what two models read and write: task, tokenizers, direction, tags, and spans that they copy."""
    found = []
    here, there = one.inference, other.inference
    if here.task != there.task:
        return [f"one is for {here.task}, the other for {there.task}"]
    for side in ("source", "target"):
        vocabulary, others = getattr(one.tokenizers, side), getattr(other.tokenizers, side)
        if vocabulary.fingerprint != others.fingerprint:
            found.append(_other_vocabulary(side, vocabulary, others))
    if any(own and its and own != its for own, its in zip(here.languages, there.languages, strict=True)):
        found.append(f"one translates {' → '.join(here.languages)}, the other {' → '.join(there.languages)}")
    elif here.columns == there.columns and here.swap != there.swap:
        found.append("one translates in the opposite direction (data.swap)")
    if here.tags != there.tags:
        found.append("they know different target languages or tags (data.sources)")
    if here.protection != there.protection:
        found.append("they copy different spans (data.protect, data.markup, tokenizer.symbols)")
    return found


def _other_vocabulary(side: str, here: Vocabulary, there: Vocabulary) -> str:
    """How the vocabularies of one side differ, or what stands in their place."""
    match here, there:
        case Channels(), Channels():
            return f"their channels, or the scaling of them, differ ({here.width} and {there.width} channels)"
        case LabelVocabulary(separated=False), LabelVocabulary(separated=False):
            return f"their labels differ ({listed(here.names)}; {listed(there.names)})"
        case (Channels(), _) | (_, Channels()):
            return f"one has vectors, the other text ({side})"
        case _:
            return f"their {side} tokenizers differ ({here.size:,} and {there.size:,} tokens)"
