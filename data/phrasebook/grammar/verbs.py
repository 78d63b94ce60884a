"""Verbs: the English forms, and the German present, participle and imperative.

Persons are indices: 0 ich, 1 du, 2 er, 3 wir, 4 ihr, 5 sie and Sie.
"""

from dataclasses import dataclass

_DOUBLING = {
    "get",
    "set",
    "run",
    "swim",
    "put",
    "shop",
    "sit",
    "travel",
    "plan",
    "cut",
    "forget",
    "stop",
    "chat",
    "win",
}


def _by_person(*forms: str) -> tuple[str, ...]:
    return forms


SEIN = _by_person("bin", "bist", "ist", "sind", "seid", "sind")
HABEN = _by_person("habe", "hast", "hat", "haben", "habt", "haben")
WERDEN = _by_person("werde", "wirst", "wird", "werden", "werdet", "werden")
WISSEN = _by_person("weiß", "weißt", "weiß", "wissen", "wisst", "wissen")
TUN = _by_person("tue", "tust", "tut", "tun", "tut", "tun")
WAR = _by_person("war", "warst", "war", "waren", "wart", "waren")
HATTE = _by_person("hatte", "hattest", "hatte", "hatten", "hattet", "hatten")
_SPECIAL = {"sein": SEIN, "haben": HABEN, "werden": WERDEN, "wissen": WISSEN, "tun": TUN}


@dataclass(frozen=True)
class Verb:
    """A verb of both languages.

    Attributes:
        en: English base form, without particle.
        en_past, en_participle: as they are.
        particle: English particle, ``up`` in ``get up``; goes after a pronoun object, before others.
        prefix: German separable prefix; empty if there is none.
        de: German infinitive without prefix.
        du, er: German present forms where the stem changes; empty otherwise.
        participle: German past participle.
        sein: perfect with ``sein``.
        reflexive: ``acc`` or ``dat`` reflexive pronoun, or empty.
    """

    en: str
    en_past: str
    en_participle: str
    particle: str
    prefix: str
    de: str
    du: str
    er: str
    participle: str
    sein: bool
    reflexive: str = ""

    @property
    def infinitive(self) -> str:
        """The whole German infinitive: ``einkaufen``."""
        return self.prefix + self.de

    @property
    def zu_infinitive(self) -> str:
        """The German infinitive with zu: ``zu kaufen``, ``einzukaufen``."""
        return f"{self.prefix}zu{self.de}" if self.prefix else f"zu {self.de}"

    @property
    def stem(self) -> str:
        """The German stem."""
        return self.de[:-1] if self.de.endswith(("ern", "eln")) else self.de.removesuffix("en")

    def present(self, person: int) -> str:
        """Return the German present, without separable prefix."""
        if self.de in _SPECIAL:
            return _SPECIAL[self.de][person]
        if person == 1 and self.du:
            return self.du
        if person == 2 and self.er:
            return self.er
        # An e keeps the ending audible after t, d and clusters such as -chn-, -ffn-: arbeitest, öffnet.
        hard = self.stem.endswith(("t", "d")) or (
            self.stem.endswith(("m", "n")) and self.stem[-2] not in "aeiouäöülrmnh"
        )
        e = "e" if hard else ""
        st = "t" if self.stem.endswith(("s", "ß", "z", "x")) else f"{e}st"
        return (self.stem + "e", self.stem + st, f"{self.stem}{e}t", self.de, f"{self.stem}{e}t", self.de)[person]

    def imperative_du(self) -> str:
        """Return the German imperative to one friend: ``nimm``, ``mach``, ``warte``, ``fahr``."""
        if self.de == "sein":
            return "sei"
        if self.du and not set("äöü") & set(self.du) - set(self.stem):  # nehmen, nimmst, nimm; but fahren, fahr
            form = self.du.removesuffix("st") if not self.du.endswith(("sst", "ßt")) else self.du.removesuffix("t")
            return "lies" if self.de == "lesen" else form
        return self.present(0) if self.present(2).endswith("et") else self.stem

    def english_third(self) -> str:
        """Return the English third person singular present."""
        if self.en in ("be", "have"):
            return {"be": "is", "have": "has"}[self.en]
        if self.en.endswith(("s", "sh", "ch", "x", "o", "z")):
            return f"{self.en}es"
        if self.en.endswith("y") and self.en[-2] not in "aeiou":
            return f"{self.en[:-1]}ies"
        return f"{self.en}s"

    def english_ing(self) -> str:
        """Return the English present participle."""
        if self.en.endswith("ie"):
            return f"{self.en[:-2]}ying"
        if self.en.endswith("e") and not self.en.endswith("ee") and self.en != "be":
            return f"{self.en[:-1]}ing"
        return f"{self.en}{self.en[-1] if self.en in _DOUBLING else ''}ing"


def parse_verb(line: str) -> Verb:
    """Read ``take/took/taken along = mit|nehmen, nimmst, nimmt, mitgenommen``.

    A regular English verb has one form; German forms of du and er are left out where regular; ``ist`` before the
    participle marks a perfect with sein, ``sich`` or ``sich (dat)`` before the infinitive a reflexive verb.
    """
    english, german = (side.strip() for side in line.split("="))
    forms, _, particle = english.partition(" ")
    base, *rest = forms.split("/")
    past, participle = (rest[0], rest[-1]) if rest else (_regular_past(base), _regular_past(base))
    parts = [part.strip() for part in german.split(",")]
    reflexive = ""
    if parts[0].startswith("sich "):
        reflexive = "dat" if parts[0].startswith("sich (dat) ") else "acc"
        parts[0] = parts[0].rpartition(" ")[2]
    prefix, _, infinitive = parts[0].rpartition("|")
    du, er = (parts[1], parts[2]) if len(parts) == 4 else ("", "")
    sein = parts[-1].startswith("ist ")
    return Verb(
        base, past, participle, particle, prefix, infinitive, du, er, parts[-1].removeprefix("ist "), sein, reflexive
    )


def _regular_past(base: str) -> str:
    if base.endswith("e"):
        return f"{base}d"
    if base.endswith("y") and base[-2] not in "aeiou":
        return f"{base[:-1]}ied"
    return f"{base}{base[-1] if base in _DOUBLING else ''}ed"


@dataclass(frozen=True)
class Modal:
    """A modal verb: English as it stands before the infinitive, and the German forms by person.

    English ``should`` is ``soll`` in a question (key ``shall``), ``sollte`` otherwise.
    """

    name: str
    forms: tuple[str, ...]


MODALS = {
    "can": Modal("can", _by_person("kann", "kannst", "kann", "können", "könnt", "können")),
    "must": Modal("must", _by_person("muss", "musst", "muss", "müssen", "müsst", "müssen")),
    "want": Modal("want", _by_person("will", "willst", "will", "wollen", "wollt", "wollen")),
    "should": Modal("should", _by_person("sollte", "solltest", "sollte", "sollten", "solltet", "sollten")),
    "shall": Modal("should", _by_person("soll", "sollst", "soll", "sollen", "sollt", "sollen")),
    "would like": Modal("would like", _by_person("möchte", "möchtest", "möchte", "möchten", "möchtet", "möchten")),
    "may": Modal("may", _by_person("darf", "darfst", "darf", "dürfen", "dürft", "dürfen")),
    "had": Modal("had", _by_person("musste", "musstest", "musste", "mussten", "musstet", "mussten")),
    "wanted": Modal("wanted", _by_person("wollte", "wolltest", "wollte", "wollten", "wolltet", "wollten")),
    "will": Modal("will", WERDEN),
}
