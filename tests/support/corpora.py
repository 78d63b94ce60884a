"""Small corpora by rule, whose targets are hard on BLEU: single words, another script, no spaces."""

import random
from collections.abc import Iterator
from itertools import product

Pairs = list[tuple[str, str]]

_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_LATIN = dict(zip("абвгдезиклмнопрстуф", "abvgdeziklmnoprstuf", strict=True)) | {
    "ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "ю": "yu", "я": "ya",
}  # fmt: skip
_VOWELS = "аеиоуюя"
_WHEN = {"today": ("今天", "今日"), "tomorrow": ("明天", "明日"), "often": ("经常", "よく"), "now": ("现在", "今")}
_WHO = {
    "the teacher": ("老师", "先生"),
    "my brother": ("我弟弟", "弟"),
    "the girl": ("女孩", "女の子"),
    "her father": ("她父亲", "父"),
    "the doctor": ("医生", "医者"),
    "your friend": ("你的朋友", "友達"),
}
_DOES = {
    "buys": ("买", "買います"),
    "sees": ("看见", "見ます"),
    "forgets": ("忘记", "忘れます"),
    "loves": ("爱", "愛します"),
    "washes": ("洗", "洗います"),
}
_WHAT = {
    "a red apple": ("红苹果", "赤いりんご"),
    "the old car": ("旧车", "古い車"),
    "a small dog": ("小狗", "小さい犬"),
    "the white shirt": ("白衬衫", "白いシャツ"),
    "two cups": ("两个杯子", "コップを二つ"),
}


def number_words() -> Pairs:
    """0 to 100 and what they are called in English: one to two words."""
    return [(str(number), _spell(number)) for number in range(101)]


def _spell(number: int) -> str:
    if number < 20:
        return _ONES[number]
    if number == 100:
        return "one hundred"
    tens, ones = divmod(number, 10)
    return _TENS[tens - 2] + (f" {_ONES[ones]}" if ones else "")


def transliterations(count: int, draw: random.Random) -> Pairs:
    """Made-up words in Cyrillic letters, and the same in Latin ones: one word."""
    found = {}
    consonants = [letter for letter in _LATIN if letter not in _VOWELS]
    while len(found) < count:
        word = "".join(draw.choice(consonants) + draw.choice(_VOWELS) for _ in range(draw.randint(2, 4)))
        found[word] = "".join(_LATIN[letter] for letter in word)
    return list(found.items())


def chinese(count: int, draw: random.Random) -> Pairs:
    """English sentences of a small grammar, and what they are in Chinese."""
    rows = [(english, f"{who[0]}{when[0]}{does[0]}{what[0]}。") for english, when, who, does, what in _sentences()]
    return draw.sample(rows, count)


def japanese(count: int, draw: random.Random) -> Pairs:
    """The same in Japanese."""
    rows = [
        (english, f"{when[1]}、{who[1]}は{what[1]}を{does[1]}。") for english, when, who, does, what in _sentences()
    ]
    return draw.sample(rows, count)


def _sentences() -> Iterator[tuple[str, tuple[str, str], tuple[str, str], tuple[str, str], tuple[str, str]]]:
    for when, who, does, what in product(_WHEN, _WHO, _DOES, _WHAT):
        english = f"{when} {who} {does} {what}."
        yield english[0].upper() + english[1:], _WHEN[when], _WHO[who], _DOES[does], _WHAT[what]
