"""The languages of a model, as far as its folder tells."""

from seq2seq.data.reading.choose_languages import called_by_languages
from seq2seq.model_folder.description import Description


def languages_of(description: Description) -> tuple[str, str]:
    """The source and the target language of a model, as codes of BCP 47; empty strings if the folder does not tell.

    They are a setting of its data, or the names of the columns that it was trained on: ``en``, ``translation.de``.
    """
    data = description.recipe.data
    source, target = data.languages or called_by_languages(data.columns) or ("", "")
    return (target, source) if data.swap else (source, target)
