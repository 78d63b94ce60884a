"""Those who act: pronouns, named people, relatives; in the cases a sentence needs."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Someone:
    """A person or thing as a subject or an object.

    Attributes:
        en, en_object: English subject and object forms.
        nom, acc, dat: German cases.
        person: German person, an index as in :mod:`grammar.verbs`.
        possessive: key of ``grammar.nouns.POSSESSIVES`` for what belongs to them.
        pronoun: an unstressed pronoun.
        vocative: English and German words by which ``you`` are addressed; empty otherwise.
        gender: ``m`` or ``f`` where it is known, ``p`` for several.
    """

    en: str
    en_object: str
    nom: str
    acc: str
    dat: str
    person: int
    possessive: str
    pronoun: bool = False
    vocative: tuple[str, str] = ("", "")
    gender: str = ""

    @property
    def singular_third(self) -> bool:
        """Whether English verbs take their -s."""
        return self.person == 2

    def reflexive(self, case: str) -> str:
        """Return the German reflexive pronoun."""
        if case == "dat" and self.person in (0, 1):
            return self.dat
        return self.acc if self.person in (0, 1, 3, 4) else "sich"


I = Someone("I", "me", "ich", "mich", "mir", 0, "my", True)  # noqa: E741
WE = Someone("we", "us", "wir", "uns", "uns", 3, "our", True, gender="p")
HE = Someone("he", "him", "er", "ihn", "ihm", 2, "his", True, gender="m")
SHE = Someone("she", "her", "sie", "sie", "ihr", 2, "her", True, gender="f")
THEY = Someone("they", "them", "sie", "sie", "ihnen", 5, "their", True, gender="p")
YOU_FORMAL = Someone("you", "you", "Sie", "Sie", "Ihnen", 5, "your", True)
YOU_FRIEND = Someone("you", "you", "du", "dich", "dir", 1, "your (du)", True)
YOU_FRIENDS = Someone("you", "you", "ihr", "euch", "euch", 4, "your (ihr)", True)
OBJECT_PRONOUNS = (I, WE, HE, SHE, THEY)


def addressed(you: Someone, english: str, german: str) -> Someone:
    """Return ``you``, called by name."""
    return replace(you, vocative=(english, german))


def named(name: str, gender: str) -> Someone:
    """Return a person called by first name."""
    return Someone(name, name, name, name, name, 2, "his" if gender == "m" else "her", gender=gender)


def titled(surname: str, gender: str) -> Someone:
    """Return Mr or Mrs so-and-so: Herr is weak, Herrn Weber."""
    if gender == "m":
        oblique = f"Herrn {surname}"
        return Someone(f"Mr {surname}", f"Mr {surname}", f"Herr {surname}", oblique, oblique, 2, "his", gender="m")
    german = f"Frau {surname}"
    return Someone(f"Mrs {surname}", f"Mrs {surname}", german, german, german, 2, "her", gender="f")
