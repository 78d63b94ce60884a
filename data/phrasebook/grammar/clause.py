"""Clauses: one proposition, said in two languages, as a statement, a question or a subordinate clause.

German fields of the middle, in order:  pronouns  time  dative  objects  adverb  nicht  rest  | closing bracket
A definite object precedes the time of a negated clause: Ich habe das Buch gestern nicht gelesen.
An adverb precedes an indefinite object: Ich habe meinem Sohn noch kein Buch gegeben.
"""

from dataclasses import dataclass
from typing import Literal

from grammar.people import Someone
from grammar.verbs import HABEN, HATTE, MODALS, SEIN, WAR, Verb

Order = Literal["statement", "question", "final"]
Words = tuple[str, str]
"""The same thing in English and in German."""
NOTHING: Words = ("", "")

_CONTRACTED = {
    "am": "am not",
    "is": "isn't",
    "are": "aren't",
    "was": "wasn't",
    "were": "weren't",
    "can": "can't",
    "will": "won't",
    "should": "shouldn't",
    "may": "mustn't",
    "have": "haven't",
    "has": "hasn't",
    "do": "don't",
    "does": "doesn't",
    "did": "didn't",
    "would": "wouldn't",
}


def join(*parts: str) -> str:
    """Join what is not empty with spaces."""
    return " ".join(part for part in parts if part)


@dataclass(frozen=True)
class Predicate:
    """What is said of the subject: a verb with its complements.

    Attributes:
        verb: of both languages.
        en: English words after the verb (particle included).
        pronouns: German unstressed pronoun objects.
        dative: German dative object beside an accusative one.
        objects: German objects.
        rest: German complements that stand behind ``nicht``: places, prepositional objects, predicates.
        definite: the German objects are definite, so that adverbs and ``nicht`` follow them.
        negated: the negation is inside: kein.
        flags: how it can be used; see ``lexicon.verbs.Action``.
    """

    verb: Verb
    en: str = ""
    pronouns: str = ""
    dative: str = ""
    objects: str = ""
    rest: str = ""
    definite: bool = True
    negated: bool = False
    flags: frozenset[str] = frozenset()

    @property
    def stative(self) -> bool:
        """Whether English never says it in the progressive."""
        return "stative" in self.flags

    @property
    def scale(self) -> str:
        """What times suit it: ``clock``, ``day``, ``long`` ones, or ``plain`` days (no morning, no evening)."""
        return next((scale for scale in ("plain", "clock", "long") if scale in self.flags), "day")


@dataclass(frozen=True)
class Clause:
    """A subject and a predicate, with tense, time, adverb and negation.

    Attributes:
        subject: who or what.
        predicate: does what.
        tense: ``simple``, ``progressive``, ``past``, ``perfect`` or a key of ``MODALS``.
        time: when; at the end in English unless fronted.
        adverb: how often, or ``already``: before the main verb in English.
        negative: the English verb is negated; the German is with ``nicht``, unless the predicate has its ``kein``.
        not_yet: English ends with ``yet``, German negates with ``noch``.
        front: words before the verb, a question word or the like; ``time`` if ``fronted``.
        fronted: the time stands first.
    """

    subject: Someone
    predicate: Predicate
    tense: str = "simple"
    time: Words = NOTHING
    adverb: Words = NOTHING
    negative: bool = False
    not_yet: bool = False
    front: Words = NOTHING
    fronted: bool = False

    def english(self, order: Order = "statement") -> str:
        """Say it in English; ``final`` is the same as ``statement``."""
        auxiliary, rest = self._english_verb(order)
        if self.negative:
            auxiliary = _CONTRACTED[auxiliary]
        subject, adverb = self.subject.en, self.adverb[0]
        tail = join(rest, self.predicate.en, "" if self.fronted else self.time[0], "yet" if self.not_yet else "")
        if order == "question":
            return join(self.front[0], auxiliary, subject, adverb, tail)
        front = self.time[0] if self.fronted else self.front[0]
        return join(front, subject, auxiliary, adverb, tail)

    def german(self, order: Order = "statement") -> str:
        """Say it in German: verb second, verb first or verb final."""
        finite, bracket = self._german_verb()
        subject = self.subject.nom
        pronouns = join(self._reflexive(), self.predicate.pronouns)
        field = self._middle_field()
        if order == "final":
            close = f"{bracket}{finite}" if self._prefix_alone() else join(bracket, finite)
            return join(self.front[1], subject, pronouns, field, close)
        front = self.time[1] if self.fronted else self.front[1]
        if order == "statement" and not front:
            return join(subject, finite, pronouns, field, bracket)
        # After the verb, an unstressed pronoun precedes a subject that is not one: Gestern hat mich Anna angerufen.
        late = not self.subject.pronoun and bool(field or bracket)
        following = (pronouns, subject) if late else (subject, pronouns)
        return join(front, finite, *following, field, bracket)

    def zu_infinitive(self) -> str:
        """Return the German infinitive group with zu: ``heute Brot zu kaufen``."""
        return join(self._reflexive(), self.predicate.pronouns, self._middle_field(), self.predicate.verb.zu_infinitive)

    def _reflexive(self) -> str:
        case = self.predicate.verb.reflexive
        return self.subject.reflexive(case) if case else ""

    def _prefix_alone(self) -> bool:
        return bool(self.predicate.verb.prefix) and self.tense in ("simple", "progressive")

    def _middle_field(self) -> str:
        predicate = self.predicate
        negated = self.negative and not predicate.negated
        nicht = "nicht" if negated else ""
        time = "" if self.fronted else self.time[1]
        noch = "noch" if self.not_yet else ""
        adverb = self.adverb[1]
        if not predicate.definite:
            return join(time, predicate.dative, adverb, noch, predicate.objects, nicht, predicate.rest)
        if negated:
            return join(predicate.dative, predicate.objects, time, adverb, noch, nicht, predicate.rest)
        if adverb in EARLY:
            return join(time, adverb, predicate.dative, predicate.objects, predicate.rest)
        return join(time, predicate.dative, predicate.objects, adverb, predicate.rest)

    def _german_verb(self) -> Words:
        verb, person = self.predicate.verb, self.subject.person
        if self.tense in MODALS:
            return MODALS[self.tense].forms[person], verb.infinitive
        if self.tense == "past" and verb.infinitive in ("sein", "haben"):
            return (WAR if verb.infinitive == "sein" else HATTE)[person], ""
        if self.tense in ("past", "perfect"):
            return (SEIN if verb.sein else HABEN)[person], verb.participle
        return verb.present(person), verb.prefix

    def _english_verb(self, order: Order) -> Words:
        """Return the auxiliary (empty if there is none) and the words of the main verb."""
        verb, third = self.predicate.verb, self.subject.singular_third
        base, first = verb.en, self.subject.person == 0
        be = "am" if first else "is" if third else "are"
        split = self.negative or order == "question"
        if self.tense == "progressive":
            return be, verb.english_ing()
        if self.tense == "perfect":
            return ("has" if third else "have"), verb.en_participle
        if self.tense in ("can", "should", "shall", "may", "will"):
            return MODALS[self.tense].name, base
        if self.tense == "would like":
            return "would", f"like to {base}"
        if self.tense == "must" and not split:
            return "must", base
        if self.tense in ("want", "wanted", "must", "had"):
            word, present, past = ("want", "wants", "wanted") if "want" in self.tense else ("have", "has", "had")
            is_past = self.tense in ("wanted", "had")
            if split:
                return ("did" if is_past else "does" if third else "do"), f"{word} to {base}"
            return "", f"{past if is_past else present if third else word} to {base}"
        if base == "be":
            if self.tense == "past":
                return ("was" if first or third else "were"), ""
            return be, ""
        if self.tense == "past":
            return ("did", base) if split else ("", verb.en_past)
        if split:
            return ("does" if third else "do"), base
        return "", verb.english_third() if third else base


EARLY = ("immer", "oft", "manchmal", "nie", "selten", "meistens", "gerade")
"""Adverbs that stand before a definite object: Ich habe gerade das Buch gelesen."""


def imperative(
    predicate: Predicate, you: Someone, *, time: Words = NOTHING, negative: bool = False, please: bool = True
) -> Words:
    """Ask or tell someone to do it: ``please close the window``, ``machen Sie bitte das Fenster zu``."""
    verb = predicate.verb
    if you.person == 5:
        finite = f"{'seien' if verb.de == 'sein' else verb.de} Sie"
    else:
        finite = verb.imperative_du() if you.person == 1 else verb.present(4)
    clause = Clause(you, predicate, time=time, negative=negative)
    english = join("please" if please else "", "don't" if negative else "", verb.en, predicate.en, time[0])
    german = join(
        finite,
        clause._reflexive(),
        predicate.pronouns,
        "bitte" if please else "",
        clause._middle_field(),
        verb.prefix,
    )
    return english, german


def sentence(english: str, german: str, mark: str = ".", you: Someone | None = None, *, last: bool = False) -> Words:
    """Begin with a capital, end with a mark, and call by name whoever is addressed, first or last."""
    if you is not None and you.vocative[0]:
        if last:
            english, german = f"{english}, {you.vocative[0]}", f"{german}, {you.vocative[1]}"
        else:
            english, german = f"{you.vocative[0]}, {english}", f"{you.vocative[1]}, {german}"
    return english[0].upper() + english[1:] + mark, german[0].upper() + german[1:] + mark
