"""Drawing times: clock, weekday, date, past, to come, again and again."""

from collections.abc import Sequence

from grammar.clause import Words
from grammar.draw import Draw
from grammar.numerals import CLOCK_MINUTES, DAYS_IN_MONTH, MONTHS, clock, date
from lexicon.nouns import noun

from sentences.words import counted

WEEKDAYS = (
    ("Monday", "Montag"),
    ("Tuesday", "Dienstag"),
    ("Wednesday", "Mittwoch"),
    ("Thursday", "Donnerstag"),
    ("Friday", "Freitag"),
    ("Saturday", "Samstag"),
    ("Sunday", "Sonntag"),
)
_PAST_DAY = (
    ("yesterday", "gestern"),
    ("yesterday evening", "gestern Abend"),
    ("this morning", "heute Morgen"),
    ("the day before yesterday", "vorgestern"),
    ("at the weekend", "am Wochenende"),
)
_PAST_PLAIN = (_PAST_DAY[0], *_PAST_DAY[3:])
_PAST_LONG = (
    ("last week", "letzte Woche"),
    ("last month", "letzten Monat"),
    ("last year", "letztes Jahr"),
    ("last summer", "letzten Sommer"),
    ("last winter", "letzten Winter"),
)
_COMING_DAY = (
    ("today", "heute"),
    ("this afternoon", "heute Nachmittag"),
    ("this evening", "heute Abend"),
    ("tomorrow", "morgen"),
    ("tomorrow morning", "morgen früh"),
    ("tomorrow evening", "morgen Abend"),
    ("the day after tomorrow", "übermorgen"),
    ("at the weekend", "am Wochenende"),
)
_COMING_PLAIN = (_COMING_DAY[0], _COMING_DAY[3], *_COMING_DAY[6:])
_COMING_LONG = (
    ("tomorrow", "morgen"),
    ("next week", "nächste Woche"),
    ("next month", "nächsten Monat"),
    ("next year", "nächstes Jahr"),
    ("next summer", "nächsten Sommer"),
)
_HABITUAL = (
    ("every day", "jeden Tag"),
    ("every morning", "jeden Morgen"),
    ("every evening", "jeden Abend"),
    ("every week", "jede Woche"),
    ("in the morning", "morgens"),
    ("in the evening", "abends"),
    ("in summer", "im Sommer"),
    ("in winter", "im Winter"),
    ("twice a week", "zweimal pro Woche"),
)
_NOW = (("now", "jetzt"), ("at the moment", "im Moment"), ("today", "heute"), ("this evening", "heute Abend"))
FREQUENCY = (
    ("often", "oft"),
    ("always", "immer"),
    ("sometimes", "manchmal"),
    ("never", "nie"),
    ("rarely", "selten"),
    ("usually", "meistens"),
)


def clock_time(draw: Draw, hours: Sequence[int] = range(1, 13)) -> Words:
    """Draw a clock time without preposition; whole and half hours are said most often."""
    hour = draw.pick(hours, "hour")
    minute = draw.any((0, 30, 30)) if draw.chance(0.5) else draw.pick(CLOCK_MINUTES, "minute")
    draw.combine("clock", str(hour), str(minute))
    return clock(hour, minute)


def at_clock(draw: Draw, hours: Sequence[int] = range(1, 13)) -> Words:
    """Draw a clock time with its preposition."""
    en, de = clock_time(draw, hours)
    return f"at {en}", f"um {de}"


def a_date(draw: Draw, ending: str = "en") -> Words:
    """Draw a date: ``third of May``, ``dritten Mai``."""
    month = draw.pick(range(12), "month")
    day = draw.pick(range(1, DAYS_IN_MONTH[month] + 1), f"day {ending}")
    draw.combine("date", str(day), MONTHS[month][0])
    return date(day, month, ending)


def on_weekday(draw: Draw) -> Words:
    """Draw ``on Monday``."""
    en, de = draw.pick(WEEKDAYS)
    return f"on {en}", f"am {de}"


def on_date(draw: Draw) -> Words:
    """Draw ``on the third of May``."""
    en, de = a_date(draw)
    return f"on the {en}", f"am {de}"


def past_time(draw: Draw, scale: str) -> Words:
    """Draw a time that is over, of the scale of a predicate."""
    if scale == "plain":
        return on_weekday(draw) if draw.chance(0.4) else draw.pick(_PAST_PLAIN)
    kind = draw.any(range(6))
    if kind < 2:
        return draw.pick(_PAST_LONG if scale == "long" else _PAST_DAY)
    if kind == 2:
        return on_weekday(draw)
    if kind == 3 and scale != "day":
        unit = noun(
            draw.any(("day", "week", "month", "year") if scale == "long" else ("minute", "hour", "day")), "unit"
        )
        en, de = counted(draw, 2, 59 if unit.en == "minute" else 10, unit, "dat")
        return f"{en} ago", f"vor {de}"
    if scale != "long":
        return draw.pick(_PAST_DAY)
    if kind == 4:
        return on_date(draw)
    month = draw.pick(MONTHS)
    return f"in {month[0]}", f"im {month[1]}"


def past_day(draw: Draw, scale: str) -> Words:
    """Draw a time that is over and named, not counted: yesterday, on Monday, last week."""
    choices = {"long": _PAST_LONG, "plain": _PAST_PLAIN}.get(scale, _PAST_DAY)
    return on_weekday(draw) if draw.chance(0.25) else draw.pick(choices)


def coming_time(draw: Draw, scale: str) -> Words:
    """Draw a time to come, of the scale of a predicate."""
    if scale == "clock" and draw.chance(0.5):
        en, de = at_clock(draw)
        day = draw.any((0, 1, 2))
        if day == 0:
            return en, de
        if day == 1:
            weekday, wochentag = draw.pick(WEEKDAYS)
            return f"on {weekday} {en}", f"am {wochentag} {de}"
        day_en, day_de = draw.any((("tomorrow", "morgen"), ("today", "heute")))
        return f"{day_en} {en}", f"{day_de} {de}"
    if scale == "plain":
        return on_weekday(draw) if draw.chance(0.4) else draw.pick(_COMING_PLAIN)
    kind = draw.any(range(6))
    if kind < 3:
        return draw.pick(_COMING_LONG if scale == "long" else _COMING_DAY)
    if kind == 3 and scale != "day":
        unit = noun(draw.any(("day", "week", "month") if scale == "long" else ("minute", "minute", "hour")), "unit")
        en, de = counted(draw, 2, 59 if unit.en == "minute" else 12, unit, "dat")
        return f"in {en}", f"in {de}"
    if kind == 4:
        en, de = draw.pick(WEEKDAYS)
        if scale == "long":
            return f"on {en}", f"am {de}"
        part = draw.any((("morning", "morgen"), ("afternoon", "nachmittag"), ("evening", "abend"), ("", "")))
        return f"on {en} {part[0]}".strip(), f"am {de}{part[1]}"
    if scale == "long":
        return on_date(draw)
    return draw.pick(_COMING_DAY)


def habitual_time(draw: Draw, scale: str = "day") -> Words:
    """Draw a time that comes again."""
    kind = draw.any(range(5))
    if kind < 3:
        return draw.pick(_HABITUAL) if scale != "plain" else _HABITUAL[0]
    en, de = draw.pick(WEEKDAYS)
    return (f"on {en}s", f"{de.lower()}s") if kind == 3 else (f"every {en}", f"jeden {de}")


def now(draw: Draw) -> Words:
    """Draw a time that is now."""
    return draw.any(_NOW)
