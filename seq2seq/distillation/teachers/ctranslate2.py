"""Models of CTranslate2 as teachers, with the sentencepiece models that lie beside them."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Final, NamedTuple

from pydantic import JsonValue
from sentencepiece import SentencePieceProcessor

from seq2seq.distillation.teachers.teacher import TRANSLATION, Answer, Identity, Task, one_line
from seq2seq.errors import TeacherError, reason_of
from seq2seq.extras import INSTALL_TEACHERS, require
from seq2seq.storage.manifest import file_digest

_SOURCE: Final = ("source.spm", "sentencepiece.bpe.model", "sentencepiece.model", "spm.model", "spiece.model")
_TARGET: Final = ("target.spm", *_SOURCE[1:])
_BATCH_TOKENS: Final = 2048


class _Loaded(NamedTuple):
    model: Any
    source: SentencePieceProcessor
    target: SentencePieceProcessor
    weights: Path


@dataclass(frozen=True)
class CTranslate2Teacher:
    """A folder that a converter of CTranslate2 wrote."""

    task: ClassVar[Task] = TRANSLATION

    folder: Path
    nbest: int = 1
    beam: int = 5
    at_once: int = 1
    """Shards that its library translates at the same time."""

    @property
    def identity(self) -> Identity:
        """By the digest of its weights, and the search."""
        weights = file_digest(self._loaded.weights, hashlib.sha256)
        settings: dict[str, JsonValue] = {"weights": weights, "nbest": self.nbest, "beam": max(self.beam, self.nbest)}
        return Identity(str(self.folder), settings=settings)

    @cached_property
    def _loaded(self) -> _Loaded:
        require("ctranslate2", "A teacher of CTranslate2", INSTALL_TEACHERS)
        import ctranslate2

        try:
            model = ctranslate2.Translator(str(self.folder), device="auto", inter_threads=self.at_once)
        except (RuntimeError, ValueError) as error:
            raise TeacherError(
                f"ct2:{self.folder}: cannot be opened: {reason_of(error)}\n  Name a folder that a converter of "
                "CTranslate2 wrote.",
                code="distill.teacher-unknown",
            ) from error
        return _Loaded(model, self._tokenizer(_SOURCE), self._tokenizer(_TARGET), self.folder / "model.bin")

    @cached_property
    def _end(self) -> tuple[str, ...]:
        """What ends a source.

        CTranslate2 adds it for Marian and fairseq. For models that the transformers library had, whose decoders begin
        with the same token, it leaves it to the tokenizer; others (OpenNMT) have none.
        """
        try:
            config = json.loads((self.folder / "config.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return ()
        end = config.get("eos_token")
        return (end,) if end and not config.get("add_source_eos") and config.get("decoder_start_token") == end else ()

    def _tokenizer(self, names: Sequence[str]) -> SentencePieceProcessor:
        file = next((self.folder / name for name in names if (self.folder / name).is_file()), None)
        if file is None:
            raise TeacherError(
                f"ct2:{self.folder}: has no sentencepiece model.\n  Copy that of the model that was converted "
                f"into it, as {names[0]} (of one side) or {names[2]} (of both).",
                code="distill.teacher-unknown",
            )
        return SentencePieceProcessor(model_file=str(file))

    def answer(self, sources: Sequence[str]) -> list[list[Answer]]:
        """Its translations by beam search; see :meth:`~seq2seq.distillation.teachers.teacher.Teacher.answer`."""
        model, source, target, _ = self._loaded
        found = model.translate_batch(
            [[*source.encode(text, out_type=str), *self._end] for text in sources],
            max_batch_size=_BATCH_TOKENS,
            batch_type="tokens",
            beam_size=max(self.beam, self.nbest),
            num_hypotheses=self.nbest,
            return_scores=True,
        )
        return [
            [
                Answer(one_line(target.decode(pieces)), float(score))
                for pieces, score in zip(one.hypotheses, one.scores, strict=True)
            ]
            for one in found
        ]
