"""Faults of markup and punctuation: each maker returns the pair with the fault, or None if the pair cannot have it."""

import random

Pair = tuple[str, str]


def _with(rng: random.Random, source: str, target: str, choices: list[Pair]) -> Pair:
    """Both sides with something before the full stop, from one of several choices."""
    one, other = rng.choice(choices)
    return _inside(source, one), _inside(target, other)


def _inside(text: str, what: str) -> str:
    return f"{text[:-1]} {what}{text[-1:]}" if text[-1:] in ".!?" else f"{text} {what}."


def lost(rng: random.Random, source: str, target: str, _: object) -> Pair:
    return _with(rng, source, target, [
        ("``run_all``", "run_all"), (":func:`open`", "open"), ("*here*", "hier"), ("**now**", "jetzt"),
        ("`json`", "json"), ("<b>here</b>", "hier"), ("[here](https://example.org)", "https://example.org"),
    ])  # fmt: skip


def changed(rng: random.Random, source: str, target: str, _: object) -> Pair:
    return _with(rng, source, target, [
        (":func:`open`", ":meth:`open`"), ("``run``", "`run`"), ("*here*", "**hier**"), (":func:`open`", "``open``"),
        ("<b>here</b>", "<i>hier</i>"), ('<a class="x" href="#">here</a>', '<a class="y" href="#">hier</a>'),
    ])  # fmt: skip


def unbalanced(rng: random.Random, source: str, target: str, _: object) -> Pair:
    one, other = rng.choice([
        ("``run_all``", "``run_all`"), ("`json`", "`json"), ("*here*", "*hier"), ("**now**", "jetzt**"),
        (":func:`open`", ":func:`open"), ("<b>here</b>", "<b>hier"), ("<b>here</b>", "<b>hier<b>"),
    ])  # fmt: skip
    if rng.random() < 0.5:
        return _inside(source, one), _inside(target, other)
    return _inside(source, other), _inside(target, one)


def dropped(rng: random.Random, source: str, target: str, _: object) -> Pair:
    name = rng.choice(["``run_all``", ":func:`open`", ":class:`~a.b.Thing`", "`json`", "``--no-cache``"])
    return _inside(source, name), target


def code(rng: random.Random, source: str, target: str, _: object) -> Pair:
    return _with(rng, source, target, [
        ("``json``", "``jsno``"), (":func:`open`", ":func:`opn`"), ("``run_all``", "``run-all``"),
        ("``x.y``", "``x.z``"), ("load_module()", "laod_module()"), ("``None``", "``Nome``"),
    ])  # fmt: skip


def final_mark(rng: random.Random, source: str, target: str, _: object) -> Pair | None:
    if source[-1:] not in ".?" or target[-1:] != source[-1:]:
        return None
    return source, target[:-1] + rng.choice(["", "?" if target[-1] == "." else ".", ":", ","])


def brackets(rng: random.Random, source: str, target: str, _: object) -> Pair:
    right, wrong = rng.choice([("(x)", "(x"), ("(x)", "x)"), ("[x]", "[x"), ("(see there)", "(see there")])
    pair = _inside(source, right), _inside(target, wrong)
    return pair if rng.random() < 0.5 else (_inside(source, wrong), _inside(target, right))


def quotes(rng: random.Random, source: str, target: str, _: object) -> Pair:
    right, wrong = rng.choice([("“x”", "„x"), ('"x y"', '"x y'), ("'x y'", "'x y"), ("“x”", "x”")])
    pair = _inside(source, right), _inside(target, wrong)
    return pair if rng.random() < 0.5 else (_inside(source, wrong), _inside(target, right))
