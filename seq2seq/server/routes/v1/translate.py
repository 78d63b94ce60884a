"""``/v1/translate``: what ``seq2seq translate --json`` writes."""

import unicodedata
from functools import partial
from typing import Literal

from fastapi import APIRouter
from pydantic import ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse

from seq2seq.documents.records import Record
from seq2seq.formats.glossaries.glossary import Term
from seq2seq.inference.translator import Translator
from seq2seq.server.faults import RequestError
from seq2seq.server.jobs.detail import DetailedTranslation, Terms
from seq2seq.server.models.catalogue import Pair
from seq2seq.server.requests.admission import admit
from seq2seq.server.requests.common import Keyed, check_length, check_most, documented, named, texts_of
from seq2seq.server.routes.v1.shapes import TranslateAnswer
from seq2seq.server.settings import RequestLimits
from seq2seq.server.translation.detailed import DetailedText, translate_in_detail
from seq2seq.server.translation.service import AUTO, Routed, clean

router = APIRouter()


class TranslateRequest(Keyed):
    """Of ``/v1/translate``."""

    model_config = ConfigDict(extra="forbid", protected_namespaces=())

    text: str | list[str]
    """The text, or several."""
    source: str = Field(default=AUTO, min_length=1, max_length=35)
    """Code of its language, or `auto`."""
    target: str = Field(min_length=1, max_length=35)
    """Code of the language to translate into."""
    model: str | None = Field(default=None, min_length=1)
    """Name of a model; `null`: the first for the direction."""
    format: Literal["text", "html"] = "text"
    nbest: int = Field(default=1, ge=1)
    """Translations of each line, best first. For several, each line is translated whole, not sentence by sentence."""
    beam: int | None = Field(default=None, ge=1)
    """Hypotheses per step of the search; `null`: as the model's recipe says. At least `nbest`."""
    alignments: bool = False
    """Whether to return attention, if the model has it."""
    search: bool = False
    """Whether to return the beam search as a tree; each line is translated whole."""
    prefix: str = ""
    """Beginning of every translation; each line is translated whole."""
    glossary: dict[str, str | list[str]] = Field(default={})
    """Terms, and the translation (or translations) of each."""
    glossary_mode: Literal["force", "soft", "both"] | None = None
    """How terms get into translations: `force` searches for them, `soft` annotates sources (if the model was trained
    so), `both`."""

    protect: list[str] = Field(default=[])
    """Strings that stand in translations as they are, such as names: whole words, in the case that they have."""
    spans: bool = False
    """Whether to return where placeholders, links, markup and the strings of `protect` stand; it is, if there are any
    of the latter."""

    def job(self, pair: Pair, limits: RequestLimits) -> DetailedTranslation:
        """What is asked of a model.

        Raises:
            RequestError: parameters contradict each other, or are too large.
        """
        check_most("nbest", self.nbest, limits.alternatives + 1)
        check_most("beam", self.beam or 1, limits.beam)
        check_most("glossary", len(self.glossary), limits.terms)
        if self.beam is not None and self.beam < self.nbest:
            message = f"nbest: {self.nbest} translations need a beam of at least {self.nbest}, not {self.beam}"
            raise RequestError(400, message, code="serve.parameter")
        if self.format == "html" and (self.nbest > 1 or self.prefix or self.search):
            raise RequestError(400, "nbest, prefix and search: for text, not for html", code="serve.parameter")
        check_most("protect", len(self.protect), limits.protected)
        if self.protect and (self.nbest > 1 or self.prefix or self.search):
            message = "protect: for sentences, not for whole lines, as nbest, prefix and search have them"
            raise RequestError(400, message, code="serve.parameter")
        if not all(map(_is_visible, self.protect)):
            raise RequestError(400, "protect: one of its strings is empty", code="serve.parameter")
        if self.glossary_mode is not None and not self.glossary:
            raise RequestError(400, "glossary_mode: for a glossary", code="serve.parameter")
        return DetailedTranslation(
            *pair,
            format=self.format,
            nbest=self.nbest,
            beam=self.beam,
            alignments=self.alignments,
            prefix=clean(self.prefix),
            glossary=self._terms(),
            mode=self.glossary_mode,
            search=self.search,
            protect=tuple(dict.fromkeys(map(clean, self.protect))),
            spans=self.spans or bool(self.protect),
        )

    def _terms(self) -> Terms:
        terms = {
            clean(term): tuple(dict.fromkeys(map(clean, [one] if isinstance(one, str) else one)))
            for term, one in self.glossary.items()
        }
        keys: dict[str, str] = {}
        for term, translations in terms.items():
            if not translations or not all(map(_is_visible, (term, *translations))):
                message = f"glossary: {term!r} or a translation of it is empty"
                raise RequestError(400, message, code="serve.glossary")
            same = keys.setdefault(Term(term, translations).key, term)
            if same is not term:
                message = f"glossary: {same!r} and {term!r} are one term; give it both translations"
                raise RequestError(400, message, code="serve.glossary")
        return tuple(terms.items())

    @property
    def glossary_characters(self) -> int:
        """Of its terms and their translations."""
        return sum(len(term) + sum(map(len, one)) for term, one in self.glossary.items())


@router.post(
    "/v1/translate",
    openapi_extra=documented(TranslateRequest),
    response_model=TranslateAnswer,
    summary="Translate texts, with scores, n-best, alignments and confidence",
)
async def translate(request: Request) -> JSONResponse:
    """Translate a text, or a list of texts, in their order; `lines` are those of `seq2seq translate --json`."""
    asked = await admit(request, TranslateRequest)
    parameters, server, limits = asked.parameters, asked.server, asked.limits
    texts = texts_of("text", parameters.text, limits)
    check_length("prefix", len(parameters.prefix), limits.prefix)
    if parameters.search:
        check_length("text, with search", sum(map(len, texts)), limits.searched)
    check_length("protect", sum(map(len, parameters.protect)), limits.characters)
    check_length("glossary", parameters.glossary_characters, limits.characters)
    parameters.job(("", ""), limits)
    if parameters.model is not None:
        server.find_model(Translator.task, parameters.model)
    work = translate_in_detail(
        server.service,
        texts,
        parameters.source,
        parameters.target,
        partial(parameters.job, limits=limits),
        model=parameters.model,
        client=asked.client,
        deadline=asked.deadline,
    )
    results = await asked.answer(work)
    server.count(texts, results)
    content = {"results": [_result(one) for one in results]}
    return JSONResponse(content, headers=named(results))


def _is_visible(text: str) -> bool:
    """Whether a text has a letter, a digit, or any other sign."""
    return any(unicodedata.category(character)[0] in "LNPS" for character in text)


def _result(one: Routed[DetailedText]) -> Record:
    return {
        "translation": one.answer.text,
        "source": one.source,
        "source_probability": one.probability,
        "target": one.target,
        "model": one.model,
        "version": one.version,
        "lines": one.answer.lines,
    }
