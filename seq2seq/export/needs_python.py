"""What a model needs that only this package does: such a model cannot run as a file or a page of its own."""

from seq2seq.config.recipe import GenerationRecipe, Recipe, TranslationRecipe
from seq2seq.inference.request.direction import Direction
from seq2seq.text.protection import Protection


def needs_python(recipe: Recipe, *, directed: bool = False) -> list[str]:
    """What happens in Python before, during or after a model's search, one line each; none: nothing of the kind.

    Args:
        recipe: of the model.
        directed: whether its direction is chosen, if it has several.
    """
    problems = []
    if recipe.data.vectors is not None:
        problems.append("data.vectors: it reads text; the model folder's `onnx` runs elsewhere as it is")
    if isinstance(recipe, TranslationRecipe):
        if Protection.from_config(recipe.data, recipe.tokenizer) is not None:
            problems.append("data.protect, tokenizer.symbols: Python puts back what the model copies")
        languages = Direction.from_config(recipe.data).languages
        if languages and not directed:
            problems.append(f"the model translates into {', '.join(languages)}: choose one, with --to LANGUAGE")
    if isinstance(recipe, TranslationRecipe | GenerationRecipe):
        if recipe.decoding.no_repeat_ngram:
            problems.append("decoding.no_repeat_ngram: a search inside a graph lets n-grams repeat")
        if recipe.decoding.allow_unknown:
            problems.append("decoding.allow_unknown: a search inside a graph never writes the unknown token")
    return problems
