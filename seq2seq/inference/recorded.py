"""A translation, and the search that found it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from seq2seq.config.search_settings import SearchSettings
from seq2seq.inference.request.input_warnings import InputWarnings
from seq2seq.inference.request.request import Request
from seq2seq.inference.translation import Translation
from seq2seq.search.steppers.recording import RecordingStepper
from seq2seq.search.tree import TreeNode, search_tree

if TYPE_CHECKING:
    from seq2seq.inference.translator import Translator


def translate_recorded(
    translator: Translator, text: str, config: SearchSettings, *, alignments: bool = False, prefix: str = ""
) -> tuple[list[Translation], list[TreeNode]]:
    """Translate one line by single steps, and record them.

    Args:
        translator: the model.
        text: one sentence.
        config: settings of the search; it goes on until as many outputs as the beam has hypotheses have ended and
            the best of them is ahead, or nothing can beat them.
        alignments: see :meth:`~seq2seq.inference.translator.Translator.translate_nbest`.
        prefix: the beginning of the translation.

    Returns:
        Up to ``config.nbest`` translations, best first; and the search, empty for a text without tokens.

    Raises:
        DataError: the text does not say into which of several languages it is translated.
        ConfigError: the target vocabulary lacks characters of ``prefix``.
    """
    recorder: RecordingStepper[Any] = RecordingStepper(translator.stepper)
    recorded = replace(translator, stepper=recorder)
    every = config.model_copy(update={"nbest": config.beam})
    request = Request.read(
        recorded, [text], every, start=0, warnings=InputWarnings(), prefix=prefix, spans=None, attention=alignments
    )
    if not request.sources:
        return translator.translate_nbest([text], config, prefix=prefix)[0], []
    (hypotheses,) = request.decode([0])
    tree = search_tree(recorder.roots, hypotheses, request.prefix)
    return recorded.written(request, 0, hypotheses)[: config.nbest], tree
