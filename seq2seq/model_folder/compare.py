"""Whether two models read and write the same tokens, so that they can be one ensemble, or one mean."""

from seq2seq.data.reading.choose_languages import languages_of
from seq2seq.model_folder.read import ModelFolder
from seq2seq.text.protection import Protection
from seq2seq.text.tags import all_tags
from seq2seq.text.vocabulary.channels import Channels
from seq2seq.text.vocabulary.labels import LabelVocabulary
from seq2seq.text.vocabulary.pair import Vocabulary
from seq2seq.wording import listed


def differences(one: ModelFolder, other: ModelFolder) -> list[str]:
    """What differs in what two models read and write: task, tokenizers, direction, tags, and spans that they copy."""
    found = []
    if one.recipe.task != other.recipe.task:
        return [f"one is for {one.recipe.task}, the other for {other.recipe.task}"]
    for side in ("source", "target"):
        here, there = getattr(one.tokenizers, side), getattr(other.tokenizers, side)
        if here.fingerprint != there.fingerprint:
            found.append(_other_vocabulary(side, here, there))
    data, other_data = one.recipe.data, other.recipe.data
    languages, other_languages = languages_of(data), languages_of(other_data)
    if any(here and there and here != there for here, there in zip(languages, other_languages, strict=True)):
        found.append(f"one translates {' → '.join(languages)}, the other {' → '.join(other_languages)}")
    elif data.columns == other_data.columns and data.swap != other_data.swap:
        found.append("one translates in the opposite direction (data.swap)")
    if all_tags(data) != all_tags(other_data):
        found.append("they know different target languages or tags (data.sources)")
    if Protection.from_config(data, one.recipe.tokenizer) != Protection.from_config(other_data, other.recipe.tokenizer):
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
