"""A corpus with planted faults: every kind many times, at random places, so that what a check misses can be counted.

The sentences are those of the bundled phrasebook. A row gets one fault at most.
"""

import random
import unicodedata
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from support import markup_faults

from seq2seq.resources import data_folder

Pair = tuple[str, str]
Maker = Callable[[random.Random, str, str, "Pool"], Pair | None]


@dataclass
class Pool:
    """Where a fault finds other sentences."""

    pairs: list[Pair]

    def other(self, rng: random.Random) -> Pair:
        return rng.choice(self.pairs)


@dataclass(frozen=True)
class Fault:
    """One kind of fault."""

    check: str
    """The check that must find it."""
    make: Maker
    """Returns the pair with the fault; None if this pair cannot have it."""
    also: frozenset[str] = frozenset()
    """Checks that may find it, too, and are right."""


@dataclass
class Planted:
    """Pairs, and what is wrong with which."""

    pairs: list[Pair]
    where: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    """Rows, from 0, by the name of the check that must find them."""
    allowed: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    """Rows that a check may find as well."""


def phrasebook(split: str = "train") -> list[Pair]:
    """All pairs of a split."""
    lines = (data_folder() / "phrasebook" / f"{split}.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return [(source, target) for source, target, *_ in (line.split("\t") for line in lines)]


def plant(pairs: list[Pair], times: int, seed: int, faults: "dict[str, Fault] | None" = None) -> Planted:
    """Plant every kind of fault so many times."""
    rng = random.Random(seed)
    planted = Planted(list(pairs))
    free = rng.sample(range(len(pairs)), len(pairs))
    pool = Pool(pairs)
    for fault in (faults or FAULTS).values():
        for _ in range(times):
            for place, row in enumerate(free):
                made = fault.make(rng, *pairs[row], pool)
                if made is not None:
                    planted.pairs[row] = made
                    planted.where[fault.check].add(row)
                    for check in fault.also:
                        planted.allowed[check].add(row)
                    del free[place]
                    break
    return planted


def write_tsv(path: Path, pairs: list[Pair]) -> Path:
    """Write pairs, without a header."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{source}\t{target}\n" for source, target in pairs)
    return path


def insert(rng: random.Random, text: str, what: str) -> str:
    """A text with something in the middle of it."""
    place = rng.randrange(1, len(text))
    return text[:place] + what + text[place:]


def either(change: Callable[[random.Random, str], str | None]) -> Maker:
    """A fault of one side, the source as often as the target."""

    def make(rng: random.Random, source: str, target: str, pool: Pool) -> Pair | None:  # noqa: ARG001
        if rng.random() < 0.5:
            changed = change(rng, source)
            return None if changed is None else (changed, target)
        changed = change(rng, target)
        return None if changed is None else (source, changed)

    return make


def _decompose(_: random.Random, text: str) -> str | None:
    changed = unicodedata.normalize("NFD", text)
    return changed if changed != text else None


def _misread(rng: random.Random, text: str) -> str | None:
    text = text.replace("'", "’")
    if text.isascii():
        return None
    encoding = rng.choice(["cp1252", "latin-1"])
    try:
        return text.encode().decode(encoding)
    except UnicodeDecodeError:
        return text.encode().decode("latin-1")


def _lose(rng: random.Random, text: str) -> str:
    place = rng.randrange(len(text))
    return text[:place] + rng.choice("\ufffd\ue000\uf8ff") + text[place + 1 :]


def _html(rng: random.Random, text: str) -> str:
    words = text.split(" ")
    place = rng.randrange(len(words))
    words[place] = rng.choice(
        ["<b>{}</b>", "<a href='x'>{}</a>", "{}<br>", "{}<br/>", "&quot;{}&quot;", "{}&nbsp;&amp;", "&#8222;{}&#x201C;",
         "<p>{}", "<span class=\"s\">{}", "<!-- {} -->", "</div>{}"]
    ).format(words[place])  # fmt: skip
    return " ".join(words)


def _template(rng: random.Random, text: str) -> str:
    remnant = rng.choice(
        ["{{user.name}}", "{% if today %}", "<?php echo $name; ?>", "<%= name %>", "${name}", "[edit]",
         "[[Category:Travel]]", "{{cite web|url=x}}", "lorem ipsum dolor"]
    )  # fmt: skip
    return f"{text} {remnant}" if rng.random() < 0.5 else f"{remnant} {text}"


def _cut(rng: random.Random, source: str, target: str, pool: Pool) -> Pair | None:
    if min(len(source), len(target)) < 60:
        return None
    if rng.random() < 0.5:
        return (source, target[:8].strip()) if rng.random() < 0.5 else (source[:8].strip(), target)
    return source, " ".join([target, *(pool.other(rng)[1] for _ in range(4))])


def _join(rng: random.Random, source: str, target: str, pool: Pool) -> Pair:
    others = [pool.other(rng) for _ in range(12)]
    return " ".join([source, *(one for one, _ in others)]), " ".join([target, *(one for _, one in others)])


def _number(rng: random.Random, source: str, target: str, pool: Pool) -> Pair:  # noqa: ARG001
    one = rng.randrange(1100, 9999)
    other = rng.choice([one + rng.choice([1, 7, 9, 30, 101]), ""])
    return f"{source} ({one})", f"{target} ({other})".removesuffix(" ()")


def _placeholder(rng: random.Random, source: str, target: str, pool: Pool) -> Pair:  # noqa: ARG001
    one, other = rng.choice(
        [("{name}", ""), ("", "{0}"), ("%s", "%d"), ("%(count)d", ""), ("__NAME__", "NAME"), ("<NUM>", ""),
         ("[NAME]", ""), ("https://example.org/a", "https://example.org/b"), ("me@example.org", "you@example.org")]
    )  # fmt: skip
    return f"{source} {one}".strip(), f"{target} {other}".strip()


def _copy(rng: random.Random, source: str, target: str, pool: Pool) -> Pair | None:  # noqa: ARG001
    if len(source.split()) < 4:
        return None
    return (source, source.lower()) if rng.random() < 0.5 else (target, target)


def _swap(_: random.Random, source: str, target: str, __: Pool) -> Pair | None:
    return (target, source) if len(source.split()) >= 5 else None


def _untranslated(rng: random.Random, source: str, target: str, pool: Pool) -> Pair | None:
    if rng.random() < 0.5:
        other = pool.other(rng)[0]
        return (source, other) if len(other.split()) >= 5 else None
    other = pool.other(rng)[1]
    return (other, target) if len(other.split()) >= 5 else None


def _misalign(rng: random.Random, source: str, target: str, pool: Pool) -> Pair | None:
    for _ in range(100):
        other = pool.other(rng)[1]
        alike = len(set(other.lower().split()) & set(target.lower().split()))
        if abs(len(other) - len(target)) < 12 and len(source.split()) >= 7 and alike <= 2:
            return source, other
    return None


_OTHER_SCRIPTS = [
    "Где находится ближайшая аптека?", "Πού είναι το πλησιέστερο φαρμακείο;", "最近的药店在哪里？", "أين أقرب صيدلية؟",
    "היכן בית המרקחת הקרוב?", "가장 가까운 약국이 어디예요?", "いちばん近い薬局はどこですか。",
    "सबसे नज़दीकी दवाखाना कहाँ है?",
]  # fmt: skip
_MARKS = frozenset({"final-punctuation", "brackets", "quotes", "markup-lost"})
_THIRD = [
    "Nous avons oublié de réserver une table pour ce soir.", "Il pleut depuis trois jours et la route est fermée.",
    "Pouvez-vous me montrer le chemin de la gare ?", "Ma sœur travaille dans un petit hôpital à la campagne.",
    "Mañana vamos a visitar a mis abuelos en el pueblo.", "No encuentro las llaves que estaban sobre la mesa.",
    "¿Cuánto cuesta el billete de ida y vuelta a la costa?", "Los niños juegan en la calle hasta que se hace de noche.",
    "Vorrei prenotare una camera per due notti, per favore.", "Il treno parte ogni mattina alle sette e mezza.",
    "Questa settimana non ho tempo di andare in palestra.", "Chcielibyśmy zamówić dwie kawy i kawałek ciasta.",
    "Wczoraj wieczorem zgubiłem parasol w autobusie.", "Jag har aldrig sett ett så stort träd förut.",
    "Vi åker till stugan så fort snön har smält bort.", "Bu akşam yemekten sonra sahilde yürüyüşe çıkacağız.",
]  # fmt: skip
_SIMPLE = ["zu", "und", "mit", "auf", "nicht", "ist", "in", "eine", "the", "of", "and", "to", "is", "with", "for"]


def _untranslated_part(rng: random.Random, source: str, target: str, pool: Pool) -> Pair | None:
    one, other = pool.other(rng)
    if min(len(one.split()), len(source.split())) < 5:
        return None
    if rng.random() < 0.5:
        return f"{source} {one}", f"{target} {one}"
    return f"{other} {source}", f"{other} {target}"


def _double(rng: random.Random, text: str) -> str | None:
    words = text.split(" ")
    places = [place for place, word in enumerate(words) if word in _SIMPLE]
    if not places:
        return None
    place = rng.choice(places)
    return " ".join([*words[:place], words[place], *words[place:]])


_ODD = frozenset({"misaligned", "ratio", "slipped", "numbers"}) | _MARKS
_RATHER_LONG = _ODD | {"length"}

FAULTS: dict[str, Fault] = {
    fault.check: fault
    for fault in (
        Fault("empty", either(lambda rng, _: rng.choice(["", " ", "  "]))),
        Fault(
            "control", either(lambda rng, text: insert(rng, text, rng.choice("\x01\x07\x08\x1b\x1f\x7f\x80\x92\x96")))
        ),
        Fault(
            "zero-width",
            either(lambda rng, text: insert(rng, text, rng.choice("\u00ad\u200b\u200c\u200e\u202e\u2060\ufeff"))),
        ),
        Fault("lost-character", either(_lose), _MARKS),
        Fault("normalisation", either(_decompose)),
        Fault("mojibake", either(_misread), frozenset({"control", "zero-width"})),
        Fault("html", either(_html), _MARKS),
        Fault("template", either(_template), frozenset({"placeholders", "html"}) | _MARKS),
        Fault(
            "missing",
            either(lambda rng, _: rng.choice(["nan", "NULL", "None", "N/A", "#REF!", "undefined"])),
            _RATHER_LONG,
        ),
        Fault("copy", _copy, frozenset({"language", "misaligned", "slipped"})),
        Fault("ratio", _cut, _RATHER_LONG),
        Fault("length", _join, frozenset({"misaligned", "slipped"})),
        Fault("numbers", _number),
        Fault("placeholders", _placeholder, frozenset({"template", "html"}) | _MARKS),
        Fault("swapped", _swap, _ODD),
        Fault("language", _untranslated, _RATHER_LONG | {"copy"}),
        Fault("script", either(lambda rng, _: rng.choice(_OTHER_SCRIPTS)), _RATHER_LONG | {"normalisation"}),
        Fault("misaligned", _misalign, _ODD),
        Fault("third-language", either(lambda rng, _: rng.choice(_THIRD)), _RATHER_LONG | {"language"} | _MARKS),
        Fault("untranslated", _untranslated_part, _RATHER_LONG | {"language", "near-duplicate"} | _MARKS),
        Fault("doubled-word", either(_double)),
        Fault("markup-lost", markup_faults.lost, frozenset({"placeholders", "html"})),
        Fault("markup-changed", markup_faults.changed, frozenset({"html"})),
        Fault("markup-unbalanced", markup_faults.unbalanced, frozenset({"html"})),
        Fault("markup-dropped", markup_faults.dropped),
        Fault("code-changed", markup_faults.code),
        Fault("final-punctuation", markup_faults.final_mark),
        Fault("brackets", markup_faults.brackets),
        Fault("quotes", markup_faults.quotes),
    )
}
"""Faults of one pair by itself."""
