"""Whether two models read and write the same tokens, so that they can be one ensemble, or one mean."""

from seq2seq.data.reading.choose_languages import languages_of
from seq2seq.model_folder.read import ModelFolder
from seq2seq.text.protection import Protection
from seq2seq.text.tags import all_tags


def differences(one: ModelFolder, other: ModelFolder) -> list[str]:
    """What differs in what two models read and write: task, tokenizers, direction, tags, and spans that they copy."""
    found = []
    if one.recipe.task != other.recipe.task:
        return [f"one is for {one.recipe.task}, the other for {other.recipe.task}"]
    for side in ("source", "target"):
        here, there = getattr(one.tokenizers, side), getattr(other.tokenizers, side)
        if here.fingerprint != there.fingerprint:
            found.append(f"their {side} tokenizers differ ({here.size:,} and {there.size:,} tokens)")
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
