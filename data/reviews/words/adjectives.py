"""The words that judge, by what they can be said of.

A word may carry marks after it, and a comparative after a slash; without one it is compared with "more":

    !    strong: goes with "absolutely" rather than "very", and is not negated ("not superb" praises or blames)
    =    takes no adverb of degree and is not negated either
    *    held out of train and dev, and nothing in its form tells what it means
    ^    held out of train and dev, but its parts are there: unhelpful, where train has helpful and unfriendly
"""

from dataclasses import dataclass
from functools import cache

_TABLE = """
good
  + good/better, excellent!, wonderful!, great!, fantastic!, impressive, brilliant!, outstanding!, superb!,
    first-class=,
    delightful!, remarkable, magnificent!, marvellous!*, splendid!*, terrific!*, sublime!*
  - bad/worse, awful!, terrible!, dreadful!, horrible!, poor/poorer, appalling!, mediocre=, miserable!,
    second-rate=, hopeless!, annoying, pathetic!, unimpressive^, unremarkable^, atrocious!*, abysmal!*
event
  + enjoyable, satisfying
  - disappointing, unsatisfying^
people
  + friendly/friendlier, helpful, polite, patient, attentive, cheerful, competent, kind/kinder, welcoming, honest,
    knowledgeable, professional, reliable, organised, tactful, thoughtful^, respectful^, courteous*, considerate*
  - rude/ruder, unfriendly, impatient, arrogant, incompetent, careless, clueless, grumpy/grumpier, thoughtless,
    lazy/lazier,
    disrespectful, dishonest, tactless, bad-tempered, moody/moodier, unhelpful^, impolite^, unprofessional^,
    inattentive^,
    disorganised^, unwelcoming^, surly*, insolent*
place
  + clean/cleaner, spacious, bright/brighter, comfortable, cosy/cosier, quiet/quieter, tidy/tidier, spotless!,
    inviting,
    pleasant, peaceful, airy/airier, welcoming, immaculate!*, homely*
  - dirty/dirtier, cramped, gloomy/gloomier, noisy/noisier, shabby/shabbier, filthy!, smelly/smellier, dusty/dustier,
    stuffy/stuffier, uncomfortable, damp/damper, cheerless, unwelcoming^, untidy^, uninviting^, unpleasant^, dingy*,
    draughty*
food
  + delicious!, tasty/tastier, fresh/fresher, appetising, heavenly!, well seasoned=, perfectly cooked=, flavourful^,
    mouth-watering!*, scrumptious!*
  - bland/blander, flavourless, greasy/greasier, inedible!, disgusting!, cold=, revolting!, badly cooked=, tasteless^,
    unappetising^, lukewarm=*, insipid*
meat
  + juicy/juicier, succulent*
  - dry/drier, tough/tougher, burnt=, undercooked, overcooked^, rubbery*
baked
  + crisp/crisper, fresh/fresher
  - stale=, soggy/soggier
story
  + gripping, moving, clever/cleverer, witty/wittier, original, exciting, memorable, imaginative, entertaining,
    convincing,
    unforgettable!, surprising, intelligent, thrilling!, touching*, ingenious*, meaningful^
  - dull/duller, predictable, boring, confusing, pointless, meaningless, silly/sillier, shallow/shallower, lifeless,
    long-winded, plotless=, ridiculous!, forgettable^, unoriginal^, unconvincing^, unimaginative^, tedious*, trite*
humour
  + funny/funnier, witty/wittier, clever/cleverer, hilarious!
  - silly/sillier, tasteless^, unfunny^, humourless^
acting
  + convincing, believable, natural, moving, brilliant!, superb!, likeable, captivating*
  - wooden, lifeless, clumsy/clumsier, stiff/stiffer, unconvincing^, unnatural^, unlikeable^, stilted*
device
  + reliable, practical, handy/handier, durable, powerful, efficient, easy to use=, useful, well made=, fast/faster,
    dependable, versatile*, robust*
  - unreliable, impractical, awkward, slow/slower, fragile, badly made=, clumsy/clumsier, noisy/noisier,
    difficult to use=, inefficient^, useless^, undependable^, sluggish*, cumbersome*
part
  + sturdy/sturdier, solid/more solid, practical, well made=, reliable, durable, robust*
  - flimsy/flimsier, fragile, wobbly/wobblier, badly made=, faulty, loose/looser, unreliable, impractical, shoddy*
screen
  + bright/brighter, sharp/sharper, clear/clearer, responsive
  - dim/dimmer, blurry/blurrier, unclear^, unresponsive^
cloth
  + comfortable, soft/softer, elegant, stylish, flattering, warm/warmer, well made=, durable, fashionable, graceful,
    snug*
  - uncomfortable, scratchy/scratchier, itchy/itchier, ugly/uglier, stiff/stiffer, badly made=, unfashionable,
    shapeless,
    unflattering^, graceless^, tacky*
seat
  + comfortable, soft/softer, cosy/cosier, roomy*
  - uncomfortable, hard/harder, lumpy/lumpier, wobbly/wobblier
service
  + quick/quicker, prompt/prompter, smooth/smoother, efficient, punctual, straightforward, professional, flawless!,
    careful, hassle-free=*, swift*
  - slow/slower, careless, chaotic, sloppy/sloppier, frustrating, complicated, stressful, unpunctual^,
    inefficient^, unprofessional^, haphazard*
teaching
  + clear/clearer, interesting, useful, inspiring, well structured=, instructive, stimulating, helpful, thorough,
    fruitful,
    engaging*, enlightening*
  - confusing, boring, chaotic, dry/drier, repetitive, badly structured=, misleading, fruitless, monotonous*,
    muddled*,
    unclear^, uninteresting^, useless^, uninspiring^, unhelpful^
text
  + clear/clearer, useful, helpful, thorough, easy to follow=, precise, practical, comprehensible, lucid*
  - confusing, misleading, incomplete=, chaotic, hard to follow=, baffling, garbled*, unclear^, useless^, unhelpful^,
    impractical, imprecise^, incomprehensible^
price
  + fair/fairer, reasonable, moderate, affordable
  - outrageous!, excessive, ridiculous!, steep/steeper, shocking, unfair^, unreasonable^, exorbitant!*
sight
  + beautiful, attractive, breathtaking!, elegant, colourful, impressive, stunning!**
  - ugly/uglier, dull/duller, tasteless^, colourless, ordinary=, unattractive^, dreary*, garish*
music
  + beautiful, lively/livelier, energetic, powerful, moving, clear/clearer, tuneful, exquisite!*
  - dull/duller, lifeless, shrill/shriller, deafening!, muffled, unbearable!, tuneless^, feeble*
trip
  + relaxing, pleasant, exciting, interesting, comfortable, well organised=, exhilarating!*
  - stressful, boring, exhausting, uncomfortable, badly organised=, chaotic, unpleasant^, gruelling*
play
  + entertaining, exciting, clever/cleverer, easy to learn=, challenging, playable
  - boring, repetitive, confusing, frustrating, pointless, silly/sillier, unplayable^, infuriating!*
"""


@dataclass(frozen=True)
class Adjective:
    """A word that judges.

    Attributes:
        word: as it stands after "is".
        more: its comparative.
        strong: whether it goes with "absolutely" rather than "very".
        bare: whether it takes no adverb of degree.
        held_out: whether train and dev never show it.
        opaque: whether it is held out and its parts tell nothing: it needs another word beside it.
    """

    word: str
    more: str
    strong: bool
    bare: bool
    held_out: bool
    opaque: bool

    @property
    def plain(self) -> bool:
        """Whether it can be negated, compared, and left to speak for itself."""
        return not (self.strong or self.bare or self.opaque)


def parse(entry: str) -> Adjective:
    """Read an entry of the table."""
    form = entry.rstrip("!=*^")
    marks = entry[len(form) :]
    word, _, more = form.partition("/")
    if not more and "/" in entry:
        raise ValueError(f"{entry!r}: the marks go after the comparative")
    return Adjective(
        word, more or f"more {word}", "!" in marks, "=" in marks, "*" in marks or "^" in marks, "*" in marks
    )


@cache
def families() -> dict[str, dict[bool, tuple[Adjective, ...]]]:
    """Return the adjectives by family, and by whether they praise."""
    found: dict[str, dict[bool, tuple[Adjective, ...]]] = {}
    family, praise = "", True
    for line in _TABLE.strip().splitlines():
        if not line.startswith(" "):
            family = line
            found[family] = {True: (), False: ()}
            continue
        text = line.strip()
        if text[:2] in ("+ ", "- "):
            praise, text = text[0] == "+", text[2:]
        entries = (part.strip() for part in text.split(","))
        found[family][praise] += tuple(parse(entry) for entry in entries if entry)
    return found


def suiting(names: tuple[str, ...], praise: bool) -> tuple[Adjective, ...]:
    """Return what praises, or blames, things of these families."""
    return tuple(dict.fromkeys(adjective for name in names for adjective in families()[name][praise]))
