"""What if the model had to write another word at some place: the beam without it and with it, as two trees.

As Seq2Seq-Vis (Strobelt et al. 2019, section 5) showed it: force a word, and see what follows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue

from seq2seq.config.decoding import DecodingConfig
from seq2seq.config.recipe import TranslationRecipe
from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.subject import Subject
from seq2seq.diagnostics.translation.outputs import decoding_of, translator_of
from seq2seq.diagnostics.translation.writing.beam_tree import beam_tree
from seq2seq.errors import ConfigError
from seq2seq.inference.request.sources import read_prefix
from seq2seq.report.drawings.tree import Tree
from seq2seq.search.decode import search
from seq2seq.search.hypothesis import Hypothesis
from seq2seq.search.stepper import Stepper
from seq2seq.search.steppers.prompt import PrefixStepper
from seq2seq.search.steppers.recording import BeamNode, RecordingStepper
from seq2seq.special import EOS
from seq2seq.text.scripts import WITHOUT_SPACES, script_of
from seq2seq.text.term_matcher import begins_word
from seq2seq.text.tokenizer import SPACE
from seq2seq.text.vocabulary.pair import Vocabulary
from seq2seq.wording import plural

BEAM: Final = 4
"""Hypotheses per step, so that a tree can be read."""


@dataclass(frozen=True, slots=True)
class Beam:
    """A search for the outputs of one source."""

    root: BeamNode
    """All prefixes that it read."""
    outputs: tuple[Hypothesis, ...]
    """The best first."""
    prefix: tuple[int, ...]
    """Token ids that every output begins with."""

    def path(self, number: int) -> BeamNode:
        """The end of an output in the tree."""
        output = self.outputs[number]
        return self.root.end([*self.prefix, *output.tokens], finished=output.finished)


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A search without a forced word, and one with it."""

    source: str
    words: tuple[str, ...]
    """Of the best output without it."""
    position: int
    """Of the forced word, from 1."""
    word: str
    free: Beam
    forced: Beam
    vocabulary: Vocabulary

    @property
    def nats(self) -> float:
        """Log-probability of the forced word after the words before it, in nats."""
        root, prefix = self.forced.root, self.forced.prefix
        before = read_prefix(self.vocabulary, joined(self.words[: self.position - 1]))
        shared = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(before, prefix, strict=False))))
        whole, first = (root.end(tokens, finished=False).log_prob for tokens in (prefix, prefix[:shared]))
        return whole - first

    def finding(self) -> Finding:
        """For a report: both best outputs, and what the word costs."""
        free, forced = self.free.path(0).log_prob, self.forced.path(0).log_prob
        details: dict[str, JsonValue] = {
            "source": self.source,
            "position": self.position,
            "word": self.word,
            "instead_of": self.words[self.position - 1] if self.position <= len(self.words) else None,
            "word_log_prob": round(self.nats, 4),
            "free": self._outputs(self.free),
            "forced": self._outputs(self.forced),
        }
        best, other = (
            self.vocabulary.decode([*beam.prefix, *beam.outputs[0].tokens]) for beam in (self.free, self.forced)
        )
        return Finding(
            measure="what-if",
            title=f"What if word {self.position} were {self.word!r}",
            value=round(forced - free, 3),
            unit="nats",
            verdict=Verdict.UNJUDGED,
            sentence=f"The model writes {best!r} ({free:.2f} nats). With {self.word!r} as word {self.position}, "
            f"which has {self.nats:.2f} nats there, it writes {other!r} ({forced:.2f} nats).",
            source="Strobelt et al. 2019, section 5 (Seq2Seq-Vis)",
            drawings=(
                self._tree(self.free, "The beam as it is"),
                self._tree(self.forced, f"The beam with {self.word!r} as word {self.position}"),
            ),
            details=details,
        )

    def _tree(self, beam: Beam, title: str) -> Tree:
        return beam_tree(beam.root, beam.path(0), self.vocabulary, title=title)

    def _outputs(self, beam: Beam) -> list[JsonValue]:
        return [
            {
                "text": self.vocabulary.decode([*beam.prefix, *output.tokens]),
                "log_prob": round(beam.path(number).log_prob, 4),
                "finished": output.finished,
            }
            for number, output in enumerate(beam.outputs)
        ]


def what_if(subject: Subject, source: str, *, position: int, word: str, beam: int = BEAM) -> WhatIf:
    """Translate a text as it is, and with a word forced into the best output.

    The words before it are those of the best output without it; what follows is searched for again.

    Args:
        subject: whose model translates.
        source: one sentence.
        position: of the word in the output, from 1 (characters count as words where none are separated by spaces).
        word: what stands there.
        beam: hypotheses per step.

    Raises:
        ConfigError: the model does not translate, the source is empty, there is no such position, or the vocabulary
            lacks characters of the word.
    """
    if not isinstance(subject.recipe, TranslationRecipe):
        raise ConfigError("what-if", ["needs a model that translates"], code="diagnose.what-if-task")
    (example,) = subject.encode([translator_of(subject).direction.lead([source])[0]], [""])
    if not example.source_ids or not word.strip():
        raise ConfigError("what-if", ["needs a source and a word"], code="diagnose.what-if-empty")
    target = subject.loaded.tokenizers.target
    config = decoding_of(subject).model_copy(update={"method": "beam", "beam": beam, "nbest": beam})
    free = _search(subject, example.source_ids, config, ())
    words = split_words(target.decode(free.outputs[0].tokens))
    if not 1 <= position <= len(words) + 1:
        problem = f"position: {position} is none of the {plural(len(words), 'word')} of the output, nor the one after"
        raise ConfigError("what-if", [problem], code="diagnose.what-if-position")
    prefix = read_prefix(target, joined([*words[: position - 1], word.strip()]))
    forced = _search(subject, example.source_ids, config, prefix)
    return WhatIf(source, tuple(words), position, word.strip(), free, forced, target)


def _search(subject: Subject, source: Sequence[int], config: DecodingConfig, prefix: Sequence[int]) -> Beam:
    recorder: RecordingStepper[Any] = RecordingStepper(translator_of(subject).stepper)
    stepper: Stepper[Any] = recorder
    if prefix:
        stepper = PrefixStepper(recorder, prefix, _after_word(subject.loaded.tokenizers.target, recorder.vocabulary))
    (outputs,) = search(stepper, [source], config, attention=False)
    (root,) = recorder.roots
    return Beam(root, tuple(outputs), tuple(prefix))


def _after_word(vocabulary: Vocabulary, size: int) -> NDArray[np.bool_] | None:
    """(V,) tokens that may follow a whole word: those that do not continue it; None: any."""
    if vocabulary.kind == "word":
        return None
    pieces = [piece.replace(SPACE, " ") for piece in vocabulary.pieces(range(size))]
    follows = np.array([bool(piece) and begins_word(f"a{piece}", 1) for piece in pieces])
    follows[EOS] = True
    return follows


def split_words(text: str) -> list[str]:
    """Words between spaces; characters, in scripts without."""
    return [character for character in text if not character.isspace()] if _unspaced(text) else text.split()


def joined(words: Sequence[str]) -> str:
    """The text of words of :func:`split_words`."""
    text = " ".join(words)
    return "".join(words) if _unspaced(text) else text


def _unspaced(text: str) -> bool:
    """Whether all letters are of scripts without spaces."""
    letters = [character for character in text if character.isalpha()]
    return bool(letters) and all(script_of(letter) in WITHOUT_SPACES for letter in letters)
