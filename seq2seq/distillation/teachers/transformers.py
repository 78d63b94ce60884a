"""Sequence-to-sequence models of the transformers library as teachers: OPUS-MT, NLLB, M2M-100, T5 ..."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Final

from pydantic import JsonValue

from seq2seq.distillation.teachers.teacher import TRANSLATION, Answer, Identity, Task, one_line
from seq2seq.errors import TeacherError, reason_of
from seq2seq.extras import INSTALL_TEACHERS, require

_BATCH: Final = 32
"""Sentences that are translated together."""


@dataclass(frozen=True)
class TransformersTeacher:
    """A model of the Hugging Face hub, or of a folder in its form."""

    task: ClassVar[Task] = TRANSLATION

    name: str
    """``user/name`` on the hub, or a folder."""
    languages: tuple[str, str]
    """For models of several; as their tokenizers call them."""
    nbest: int = 1
    beam: int = 5
    at_once: int = 1
    """torch uses all cores."""

    @property
    def identity(self) -> Identity:
        """Name, commit (of a model of the hub) and search."""
        config = self._loaded[1].config
        settings: dict[str, JsonValue] = {
            "model": self.name,
            "commit": getattr(config, "_commit_hash", None),
            "languages": list(self.languages),
            "nbest": self.nbest,
            "beam": self.beam,
        }
        return Identity(self.name, settings=settings)

    @cached_property
    def _loaded(self) -> tuple[Any, Any]:
        """Tokenizer and model."""
        require("transformers", "A teacher of the transformers library", INSTALL_TEACHERS)
        require("torch", "A teacher of the transformers library")
        import torch
        from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

        source, target = self.languages
        given = {"src_lang": source, "tgt_lang": target} if source and target else {}
        try:
            tokenizer = AutoTokenizer.from_pretrained(self.name, **given)
            model = AutoModelForSeq2SeqLM.from_pretrained(self.name)
        except (OSError, ValueError, ImportError) as error:
            raise TeacherError(
                f"hf:{self.name}: cannot be opened: {reason_of(error)}\n"
                "  Name a sequence-to-sequence model of the hub, hf:user/name, or a folder that holds one.",
                code="distill.teacher-unknown",
            ) from error
        return tokenizer, model.to("cuda" if torch.cuda.is_available() else "cpu").eval()

    def answer(self, sources: Sequence[str]) -> list[list[Answer]]:
        """Its translations by beam search; see :meth:`~seq2seq.distillation.teachers.teacher.Teacher.answer`."""
        order = sorted(range(len(sources)), key=lambda row: len(sources[row]))  # little padding
        answers: list[list[Answer]] = [[] for _ in sources]
        for first in range(0, len(order), _BATCH):
            rows = order[first : first + _BATCH]
            for row, found in zip(rows, self._translate([sources[row] for row in rows]), strict=True):
                answers[row] = found
        return answers

    def _translate(self, sources: Sequence[str]) -> list[list[Answer]]:
        import torch

        tokenizer, model = self._loaded
        read = tokenizer(list(sources), return_tensors="pt", padding=True, truncation=True).to(model.device)
        options: dict[str, Any] = {"num_beams": max(self.beam, self.nbest), "num_return_sequences": self.nbest}
        if self.languages[1] and hasattr(tokenizer, "src_lang"):  # one of several languages, told by the first token
            number = getattr(tokenizer, "get_lang_id", tokenizer.convert_tokens_to_ids)
            options["forced_bos_token_id"] = number(self.languages[1])
        with torch.inference_mode():
            found = model.generate(**read, **options, output_scores=True, return_dict_in_generate=True)
        texts = tokenizer.batch_decode(found.sequences, skip_special_tokens=True)
        likely = getattr(found, "sequences_scores", None)  # none of greedy search
        scores = [None] * len(texts) if likely is None else [float(score) for score in likely]
        answers = [Answer(one_line(text), score) for text, score in zip(texts, scores, strict=True)]
        return [answers[first : first + self.nbest] for first in range(0, len(answers), self.nbest)]
