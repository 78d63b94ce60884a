"""Numbers, ordinals, clock times and dates, in words."""

_EN_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
_EN_TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()
_DE_SMALL = (
    "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn "
    "siebzehn achtzehn neunzehn"
).split()
_DE_TENS = "_ _ zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig".split()
_EN_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
_DE_ORDINALS = {1: "erst", 3: "dritt", 7: "siebt", 8: "acht"}

MONTHS = (
    ("January", "Januar"),
    ("February", "Februar"),
    ("March", "März"),
    ("April", "April"),
    ("May", "Mai"),
    ("June", "Juni"),
    ("July", "Juli"),
    ("August", "August"),
    ("September", "September"),
    ("October", "Oktober"),
    ("November", "November"),
    ("December", "Dezember"),
)
DAYS_IN_MONTH = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def english(number: int) -> str:
    """Spell a number from 0 to 9999 in British English: ``three hundred and forty-one``."""
    if not 0 <= number <= 9999:
        raise ValueError(f"{number} is not between 0 and 9999")
    if number < 20:
        return _EN_SMALL[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return _EN_TENS[tens] + (f"-{_EN_SMALL[ones]}" if ones else "")
    unit, name = (1000, "thousand") if number >= 1000 else (100, "hundred")
    head, rest = divmod(number, unit)
    words = f"{english(head)} {name}"
    if not rest:
        return words
    return f"{words} {'and ' if rest < 100 else ''}{english(rest)}"


def german(number: int, *, attributive: bool = False) -> str:
    """Spell a number from 0 to 9999: ``dreihunderteinundvierzig``.

    A leading 100 or 1000 goes without ``ein`` (hundert, tausend), as it is spoken.

    Args:
        number: what to spell.
        attributive: a final one stands before a noun or ``Uhr``: ``ein``, not ``eins``.
    """
    if not 0 <= number <= 9999:
        raise ValueError(f"{number} is not between 0 and 9999")
    if number >= 1000:
        head, rest = divmod(number, 1000)
        tail = ("ein" if 100 <= rest < 200 else "") + german(rest, attributive=attributive) if rest else ""
        return ("" if head == 1 else german(head)) + "tausend" + tail
    if number >= 100:
        head, rest = divmod(number, 100)
        tail = german(rest, attributive=attributive) if rest else ""
        return ("" if head == 1 else german(head)) + "hundert" + tail
    if number == 1 and attributive:
        return "ein"
    if number < 20:
        return _DE_SMALL[number]
    tens, ones = divmod(number, 10)
    if not ones:
        return _DE_TENS[tens]
    return f"{'ein' if ones == 1 else _DE_SMALL[ones]}und{_DE_TENS[tens]}"


def english_ordinal(number: int) -> str:
    """Spell an ordinal from 1 to 99: ``twenty-third``."""
    if not 1 <= number <= 99:
        raise ValueError(f"{number} is not between 1 and 99")
    head, dash, last = english(number).rpartition("-")
    if last in _EN_ORDINALS:
        last = _EN_ORDINALS[last]
    elif last.endswith("y"):
        last = f"{last[:-1]}ieth"
    else:
        last = f"{last}th"
    return head + dash + last


def german_ordinal(number: int, ending: str = "e") -> str:
    """Spell an ordinal from 1 to 99 with its adjective ending: ``dreiundzwanzigste``."""
    if not 1 <= number <= 99:
        raise ValueError(f"{number} is not between 1 and 99")
    if number in _DE_ORDINALS:
        return _DE_ORDINALS[number] + ending
    return german(number) + ("t" if number < 20 else "st") + ending


def clock(hour: int, minute: int) -> tuple[str, str]:
    """Tell the time as people do: ``half past three``, ``halb vier``.

    Args:
        hour: 1 to 12.
        minute: a multiple of five; 25 and 35 are left out, because they have several usual forms.
    """
    if not 1 <= hour <= 12 or minute not in CLOCK_MINUTES:
        raise ValueError(f"{hour}:{minute} has no usual form here")
    following = hour % 12 + 1
    if minute == 0:
        return f"{english(hour)} o'clock", f"{german(hour, attributive=True)} Uhr"
    if minute == 30:
        return f"half past {english(hour)}", f"halb {german(following)}"
    if minute < 30:
        en, de = ("a quarter", "Viertel") if minute == 15 else (english(minute), german(minute))
        return f"{en} past {english(hour)}", f"{de} nach {german(hour)}"
    left = 60 - minute
    en, de = ("a quarter", "Viertel") if left == 15 else (english(left), german(left))
    return f"{en} to {english(following)}", f"{de} vor {german(following)}"


CLOCK_MINUTES = (0, 5, 10, 15, 20, 30, 40, 45, 50, 55)


def date(day: int, month: int, ending: str = "en") -> tuple[str, str]:
    """Return a date without its article: ``third of May``, ``dritten Mai``.

    Args:
        day: from 1.
        month: 0 for January.
        ending: of the German ordinal; ``en`` after ``am``, ``e`` after ``der``.
    """
    en, de = MONTHS[month]
    return f"{english_ordinal(day)} of {en}", f"{german_ordinal(day, ending)} {de}"
