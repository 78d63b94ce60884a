"""What the model writes for the subject's examples."""

from dataclasses import dataclass
from typing import Final

from seq2seq.config.decoding import DecodingConfig
from seq2seq.config.recipe import GenerationRecipe, TranslationRecipe
from seq2seq.diagnostics.subject import Example, Subject, once_per_subject
from seq2seq.inference.engines.torch.stepper import TorchStepper
from seq2seq.inference.request.input_warnings import InputWarnings
from seq2seq.inference.request.request import Request
from seq2seq.inference.translator import Translator
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.search.decode import search
from seq2seq.search.stepper import FloatArray

SENTENCES: Final = 100
"""Examples that are decoded."""
_TEXTS: Final = 20
"""Texts that are generated: they are longer."""


@dataclass(frozen=True, slots=True)
class Output:
    """What the model writes for an example."""

    example: Example
    text: str
    tokens: tuple[int, ...]
    """Token ids, without EOS."""
    finished: bool
    """Whether it ends with EOS; else it was cut at the limit of its length."""
    attention: FloatArray | None
    """(T, S) weights of each token over the source's, EOS included; None: the decoder does not attend."""


def translator_of(subject: Subject) -> Translator:
    """The subject's model as a translator."""
    assert isinstance(subject.model, Seq2Seq)
    return Translator.from_folder(subject.loaded, TorchStepper(subject.model, subject.device), workers=1)


def decoding_of(subject: Subject) -> DecodingConfig:
    """The recipe's settings of the search."""
    recipe = subject.recipe
    assert isinstance(recipe, TranslationRecipe | GenerationRecipe)
    return recipe.decoding


@once_per_subject
def decoded(subject: Subject) -> tuple[Output, ...]:
    """Outputs with the recipe's own settings."""
    return _outputs(subject, decoding_of(subject))


def greedy(subject: Subject) -> tuple[Output, ...]:
    """Outputs by greedy search: every token is the likeliest after those before it."""
    config = decoding_of(subject)
    if config.method == "beam" and config.beam == 1:
        return decoded(subject)
    return _outputs(subject, config.model_copy(update={"method": "beam", "beam": 1, "nbest": 1}))


def _outputs(subject: Subject, config: DecodingConfig) -> tuple[Output, ...]:
    config = config.model_copy(update={"nbest": 1, "seed": subject.seed})
    if isinstance(subject.recipe, TranslationRecipe):
        return _translated(subject, config)
    assert isinstance(subject.model, Seq2Seq)
    examples = subject.examples[:_TEXTS]
    stepper, target = TorchStepper(subject.model, subject.device), subject.loaded.tokenizers.target
    results = search(stepper, [one.source_ids for one in examples], config, attention=False, from_nothing=True)
    return tuple(
        Output(example, target.decode(best.tokens), best.tokens, best.finished, None)
        for example, (best, *_) in zip(examples, results, strict=True)
    )


def _translated(subject: Subject, config: DecodingConfig) -> tuple[Output, ...]:
    translator, target = translator_of(subject), subject.loaded.tokenizers.target
    examples = subject.examples[:SENTENCES]
    texts = [one.source for one in examples]
    request = Request.read(
        translator, texts, config, start=0, warnings=InputWarnings(), prefix="", spans=None, attention=True
    )
    rows = list(request.sources)
    outputs = []
    for row, (best, *_) in zip(rows, request.decode(rows) if rows else (), strict=True):
        text = target.decode(best.tokens)
        if request.protected is not None:
            text = request.protected[row].restore(text)
        outputs.append(Output(examples[row], text, best.tokens, best.finished, best.attention))
    return tuple(outputs)
