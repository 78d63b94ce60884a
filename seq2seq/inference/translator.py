"""From text to text: the translator.

A translator sorts sentences by length, decodes them in batches, and returns translations in the order of the input.
Input of any length is read in chunks of lines (:mod:`seq2seq.inference.lines`).
"""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Self

from seq2seq.config.decoding import DecodingConfig
from seq2seq.config.recipe import TranslationRecipe
from seq2seq.errors import ConfigError
from seq2seq.inference.base import TextModel, after_prompt, text_list
from seq2seq.inference.input_warnings import InputWarnings
from seq2seq.inference.translation import Translation, links
from seq2seq.inference.workers import batch_size, length_batches, map_in_parallel
from seq2seq.model_folder.read import ModelFolder
from seq2seq.search.decode import score_targets, search
from seq2seq.search.hypothesis import EMPTY, Hypothesis
from seq2seq.search.prompt import PrefixStepper
from seq2seq.search.stepper import FloatArray, Stepper
from seq2seq.special import UNK
from seq2seq.text.vocabulary_pair import VocabularyPair

MAX_TOKENS = 1000
"""Most source tokens of a line; the rest is cut off, with a warning."""

EMPTY_SOURCE = "nothing left of the source after normalisation"


_NOTHING = Translation(text="", score=0.0, log_prob=0.0)


class Translator(TextModel):
    """Translates text with a trained model; :func:`seq2seq.load` makes one.

    Args:
        stepper: the model, as used by search.
        tokenizers: of source and target.
        decoding: default settings of the search.
        longest: tokens of the longest source it was trained on; longer lines get a warning.
        workers: batches that are decoded in parallel.
    """

    task = "translation"
    method = "translate"

    def __init__(
        self,
        stepper: Stepper[Any],
        tokenizers: VocabularyPair,
        decoding: DecodingConfig,
        *,
        longest: int | None = None,
        workers: int = 1,
    ) -> None:
        self.stepper = stepper
        self.tokenizers = tokenizers
        self.decoding = decoding
        self.longest = longest
        self.workers = workers

    @classmethod
    def from_folder(cls, folder: ModelFolder, stepper: Stepper[Any], *, workers: int) -> Self:
        """The translator of a model folder whose network is open."""
        recipe = folder.recipe
        assert isinstance(recipe, TranslationRecipe)
        longest = folder.description.longest or recipe.data.filters.max_length
        return cls(stepper, folder.tokenizers, recipe.decoding, longest=longest, workers=workers)

    def translate(self, texts: Iterable[str], *, beam: int | None = None) -> list[str]:
        """Translate sentences: the best output of each, in order.

        Args:
            texts: one sentence per entry; empty ones stay empty.
            beam: hypotheses per step of beam search (1 is greedy), in place of the recipe's settings.

        Raises:
            TypeError: ``texts`` is one string, or an entry is not a string.
        """
        changes: dict[str, object] = {"nbest": 1} if beam is None else {"nbest": 1, "method": "beam", "beam": beam}
        config = DecodingConfig.model_validate({**self.decoding.model_dump(), **changes})
        return [best.text for best, *_ in self.translate_nbest(texts, config)]

    def score(self, sources: Iterable[str], targets: Iterable[str]) -> list[float]:
        """Log-probabilities of given translations.

        Text that the vocabulary lacks counts as the unknown token. Sources are cut as for translation.

        Args:
            sources: N sentences.
            targets: a translation of each.

        Returns:
            The log-probability of each translation in nats: the sum over its tokens and the end of the sentence, with
            no length penalty. For a source without text, it is 0 for the empty translation, and -inf for any other.

        Raises:
            TypeError: ``sources`` or ``targets`` is one string, or an entry is not a string.
            ValueError: their numbers differ.
        """
        sources, targets = text_list(sources), text_list(targets)
        if len(sources) != len(targets):
            raise ValueError(f"{len(sources)} sources, but {len(targets)} targets")
        read = [ids[:MAX_TOKENS] for ids in self.tokenizers.source.encode_batch(sources)]
        written = self.tokenizers.target.encode_batch(targets)
        log_probs = [0.0 if not ids else -math.inf for ids in written]  # for sources without text
        lengths = [(row, max(len(ids), len(written[row]))) for row, ids in enumerate(read) if ids]

        def score(rows: list[int]) -> FloatArray:
            return score_targets(self.stepper, [read[row] for row in rows], [written[row] for row in rows])

        size = batch_size(len(lengths), self.decoding.batch_size, self.workers)
        batches = list(length_batches(lengths, size))
        for rows, scores in zip(batches, map_in_parallel(score, batches, self.workers), strict=True):
            for row, log_prob in zip(rows, scores.tolist(), strict=True):
                log_probs[row] = log_prob
        return log_probs

    def translate_nbest(
        self,
        texts: Iterable[str],
        config: DecodingConfig | None = None,
        *,
        start: int = 0,
        warnings: InputWarnings | None = None,
        alignments: bool = False,
        prefix: str = "",
        advance: Callable[[int], None] | None = None,
    ) -> list[list[Translation]]:
        """Translate lines; returns the n best translations of each, with scores and tokens.

        Args:
            texts: one sentence per entry. White space has one empty translation.
            config: settings of the search, in place of the recipe's.
            start: number of the first line, from 0; it decides what is sampled, and the line numbers of ``warnings``.
            warnings: counts warnings about the lines.
            alignments: whether to return attention, if the model has it.
            prefix: the beginning of every translation (if it ends with a space, a word follows); scores and
                probabilities are of the rest.
            advance: called with the number of lines finished since its last call.

        Returns:
            The translations of every line, best first: up to ``config.nbest``.

        Raises:
            TypeError: ``texts`` is one string, or an entry is not a string.
            ConfigError: the target vocabulary lacks characters of ``prefix``.
        """
        texts = text_list(texts)
        config = config or self.decoding
        prefix_ids = self._read_prefix(prefix)
        stepper: Stepper[Any] = self.stepper
        if prefix_ids:
            stepper = PrefixStepper(
                stepper, prefix_ids, after_prompt(self.tokenizers.target, prefix, stepper.vocabulary)
            )
        warnings = InputWarnings() if warnings is None else warnings
        sources, notes = self._read(texts, start, warnings)
        results: list[list[Translation]] = [[_NOTHING] for _ in texts]
        for row, note in notes.items():
            results[row] = [Translation(text="", score=0.0, log_prob=0.0, note=note)]
        if advance:
            advance(len(texts) - len(sources))

        def decode(rows: list[int]) -> list[list[Hypothesis]]:
            batch, offsets = [sources[row] for row in rows], [start + row for row in rows]
            return search(stepper, batch, config, offsets=offsets, attention=alignments)

        size = batch_size(len(sources), config.batch_size, self.workers)
        batches = list(length_batches([(row, len(source)) for row, source in sources.items()], size))
        for rows, nbest in zip(batches, map_in_parallel(decode, batches, self.workers), strict=True):
            for row, hypotheses in zip(rows, nbest, strict=True):
                pieces = tuple(self.tokenizers.source.pieces(sources[row]))
                results[row] = [
                    self._write(hypothesis, pieces, notes.get(row), prefix_ids) for hypothesis in hypotheses
                ]
            if advance:
                advance(len(rows))
        for row, translations in enumerate(results):
            if translations[0].note:
                warnings.add(start + row + 1, translations[0].note)
        return results

    def _read(
        self, texts: Sequence[str], start: int, warnings: InputWarnings
    ) -> tuple[dict[int, list[int]], dict[int, str]]:
        """Token ids of every line that has any, and warnings about lines, by row."""
        filled = [row for row, text in enumerate(texts) if text.strip()]
        warnings.lines += len(texts)
        warnings.empty += len(texts) - len(filled)
        sources: dict[int, list[int]] = {}
        notes: dict[int, str] = {}
        for row, ids in zip(filled, self.tokenizers.source.encode_batch([texts[row] for row in filled]), strict=True):
            if not ids:
                notes[row] = EMPTY_SOURCE
                continue
            if UNK in ids:
                warnings.add_unknown(start + row + 1, self.tokenizers.source.unknown(texts[row]))
            if len(ids) > MAX_TOKENS:
                notes[row] = f"source cut after its first {MAX_TOKENS:,} tokens"
            elif self.longest is not None and len(ids) >= self.longest:
                notes[row] = f"source longer than any in training, which had at most {self.longest - 1:,} tokens"
            sources[row] = ids[:MAX_TOKENS]
        return sources, notes

    def _read_prefix(self, prefix: str) -> list[int]:
        """Token ids of the prefix of every translation.

        Raises:
            ConfigError: the target vocabulary lacks some of its characters.
        """
        ids = self.tokenizers.target.encode(prefix)
        if UNK in ids:
            unknown = ", ".join(map(repr, self.tokenizers.target.unknown(prefix)))
            problem = f"the model's target vocabulary lacks {unknown} of {prefix!r}"
            raise ConfigError("prefix", [problem], code="inference.unknown-prefix")
        return ids

    def _write(
        self, hypothesis: Hypothesis, source_tokens: tuple[str, ...], note: str | None, prefix: Sequence[int]
    ) -> Translation:
        tokens = [*prefix, *hypothesis.tokens]
        text = self.tokenizers.target.decode(tokens)
        # Search warns of outputs without tokens; only here is it known whether tokens are text.
        blank = EMPTY if tokens and not text.strip() else None
        notes = [warning for warning in (note, blank, hypothesis.warning) if warning]
        return Translation(
            text=text,
            score=hypothesis.score,
            log_prob=hypothesis.log_prob,
            tokens=tuple(self.tokenizers.target.pieces(tokens)),
            source_tokens=source_tokens,
            alignment=None if hypothesis.attention is None else links(hypothesis.attention, first=len(prefix)),
            note="; ".join(notes) or None,
        )
