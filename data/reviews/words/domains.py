"""What a domain is: the topics of its reviews, what they are judged by, and the sentences that belong to it alone."""

from dataclasses import dataclass

from words.outings import OUTINGS
from words.people import PEOPLE
from words.things import THINGS


@dataclass(frozen=True)
class Noun:
    """Something that is judged.

    Attributes:
        word: the noun without an article.
        families: of the adjectives that suit it.
        number: "one" (countable), "many" (plural) or "mass".
        held_out: whether train and dev never show it.
    """

    word: str
    families: tuple[str, ...]
    number: str = "one"
    held_out: bool = False


@dataclass(frozen=True)
class Domain:
    """A kind of review.

    Attributes:
        name: what the lexicon calls it.
        past: whether it is told in the past tense (a stay), not in the present (a thing).
        them: the pronoun of its topics.
        verb: what one does with a topic: base, past, participle, -ing form.
        again: doing it again, after "would".
        doing: having done it, after "regret".
        topics: what is reviewed.
        aspects: what it is judged by.
        old: what it is compared with.
        intro: sentences that judge nothing.
        good: clauses that praise.
        bad: clauses that blame.
    """

    name: str
    past: bool
    them: str
    verb: tuple[str, str, str, str]
    again: tuple[str, ...]
    doing: str
    topics: tuple[Noun, ...]
    aspects: tuple[Noun, ...]
    old: tuple[str, ...]
    intro: tuple[str, ...]
    good: tuple[str, ...]
    bad: tuple[str, ...]

    @property
    def events(self) -> dict[bool, tuple[str, ...]]:
        """The clauses that tell what happened, by whether they praise."""
        return {True: self.good, False: self.bad}


_NUMBERS = {"+": "many", "~": "mass"}


def parse_noun(entry: str) -> Noun:
    """Read `word: families`; a star before the word holds it out, + after it is a plural, ~ a mass noun."""
    word, _, suits = entry.partition(":")
    word = word.strip()
    number = _NUMBERS.get(word[-1], "one")
    return Noun(word.strip("*+~"), tuple(suits.split()), number, word.startswith("*"))


def parse_domain(text: str) -> Domain:
    """Read a domain: `field: entries`, separated by |; a line that begins with a blank continues the one before it.

    Raises:
        ValueError: a field is missing.
    """
    head, *lines = text.strip().splitlines()
    name, tense, them = head.split()
    fields: dict[str, str] = {}
    field = ""
    for line in lines:
        if not line.startswith(" "):
            field, _, line = line.partition(":")
            fields[field] = ""
        fields[field] += f" {line.strip()}"

    def entries(field: str) -> tuple[str, ...]:
        if field not in fields:
            raise ValueError(f"{name}: no {field}")
        return tuple(entry.strip() for entry in fields[field].split("|"))

    base, past, participle, gerund = entries("verb")
    suits, *topics = entries("topics")
    return Domain(
        name,
        tense == "past",
        them,
        (base, past, participle, gerund),
        entries("again"),
        entries("doing")[0],
        tuple(parse_noun(f"{topic}: good {suits}") for topic in topics),
        tuple(parse_noun(aspect) for aspect in entries("aspects")),
        entries("old"),
        entries("intro"),
        entries("good"),
        entries("bad"),
    )


DOMAINS = tuple(parse_domain(text) for text in (*OUTINGS, *THINGS, *PEOPLE))
