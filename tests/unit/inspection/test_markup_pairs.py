"""Markup of pairs: what differs, what is damaged, and what is right."""

from pathlib import Path

import pytest
from support.inspected import lines_of

from seq2seq.config.data import DataConfig
from seq2seq.config.sides import TEXTS
from seq2seq.inspection.checks.markup.differences import compare
from seq2seq.inspection.checks.markup.edits import edits, misspelt
from seq2seq.inspection.checks.markup.marks import Side
from seq2seq.inspection.checks.markup.placeholders import Items, same_page, unmatched
from seq2seq.inspection.engine.inspect import inspect
from seq2seq.inspection.engine.spans import MarkedTexts
from seq2seq.inspection.engine.texts import Texts
from seq2seq.text.markup.recognise import find_spans


def faults(source: str, target: str) -> list[tuple[str, str]]:
    """Check and marked text of each difference."""
    texts = {"source": source, "target": target}
    found = compare(*(Side(text, find_spans(text)) for text in texts.values()))
    return [(one.check.name, texts[one.side][one.start : one.end]) for one in found]


@pytest.mark.parametrize(
    ("source", "target", "fault"),
    [
        ("Call :func:`run` now", "Jetzt run aufrufen", ("markup-lost", "run")),
        ("Call ``run`` now", "Jetzt run aufrufen", ("markup-lost", "run")),
        ("Use *this* one", "Nimm diesen", ("markup-lost", "*")),
        ("See `docs <https://x.org>`_", "Siehe https://x.org", ("markup-lost", "`")),
        ("For <b>all</b>", "Für alle", ("markup-lost", "<b>")),
        ("As in [1]_ here", "Wie hier", ("markup-lost", "[1]_")),
        ("For example::", "Zum Beispiel:", ("markup-lost", "::")),
        ("Call :func:`run` now", "Jetzt :meth:`run` aufrufen", ("markup-changed", ":meth:`run`")),
        ("Use ``x`` here", "Hier `x` nehmen", ("markup-changed", "`x`")),
        ("An *odd* one", "Ein **seltsamer**", ("markup-changed", "*")),
        ("<b>all</b> of it", "<i>alles</i> davon", ("markup-changed", "<b>")),
        (
            '<a class="x" href="/en/">a</a>',
            '<a class="y" href="/de/">b</a>',
            ("markup-changed", '<a class="y" href="/de/">'),
        ),
        ("Call ``run`` now", "Jetzt ``run` aufrufen", ("markup-unbalanced", "``")),
        ("Call `run now", "Jetzt `run` aufrufen", ("markup-unbalanced", "`")),
        ("An *odd* one", "Ein *seltsamer", ("markup-unbalanced", "*")),
        ("<b>all</b> of it", "<b>alles davon", ("markup-unbalanced", "<b>")),
        ("Call ``run`` now", "Jetzt aufrufen", ("markup-dropped", "``run``")),
        ("The ``json`` module", "Das Modul ``jsno``", ("code-changed", "``jsno``")),
        ("Set `a = 1` now", "Setze das jetzt", ("markup-dropped", "`a = 1`")),
        ("Set `some_name = 1`", "Setze `smoe_name = 1`", ("code-changed", "`smoe_name = 1`")),
        ("Write ``open('file')``", "Schreibe ``open('flie')``", ("code-changed", "``open('flie')``")),
        ("The ``a.b`` module", "Das Modul ``c.d``", ("code-changed", "``c.d``")),
        ("Edit settings.py first", "Erst setings.py ändern", ("code-changed", "setings.py")),
    ],
)
def test_what_differs(source: str, target: str, fault: tuple[str, str]) -> None:
    assert faults(source, target) == [fault]


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("The ``json`` module", "Das Modul ``json``"),
        ("A :term:`word` or two", "Ein :term:`Wort` oder zwei"),
        ("A :ref:`text <label>` here", "Hier :ref:`ein Text <label>`"),
        (":class:`~a.b.C` is", "ist eine :class:`~a.b.C`"),
        ("Use ``'yes'`` or ``key: value``", "Nimm ``'ja'`` oder ``Schlüssel: Wert``"),
        ("From ``ftp.us.x.org``, ``/usr/foo`` or foo.conf", "Von ``ftp.de.x.org``, ``/usr/toto`` oder toto.conf"),
        ("``stable`` and ``unstable``", "``Stable`` und ``Unstable``"),
        ("Write ``print('Hello')``", "Schreibe ``print('Hallo Welt')``"),
        ("In :file:`{prefix}/lib`", "In :file:`{ordner}/lib`"),
        ("In ``source`` only", "Nur in ``source/``"),
        ("A ``word`` of prose", "Ein ``Wort`` im Text"),
        ("Call ``run`` and then ``run`` again", "Erst ``run``, dann noch einmal"),
        ("*.py and *.txt", "*.py und *.txt"),
        ("An *odd* one", "Ein „seltsamer“"),
        ('<a href="/en/" title="Home">a</a>', '<a href="/de/" title="Start">b</a>'),
        ("Read this", "Lies ``dies``"),
        ("{n, plural, one {# file} other {# files}}", "{n, plural, one {# Datei} few {# Dateien} other {# Dateien}}"),
    ],
)
def test_what_is_right(source: str, target: str) -> None:
    assert faults(source, target) == []


def test_edits() -> None:
    assert [edits("json", other) for other in ("json", "jsno", "jsn", "jason", "yaml")] == [0, 1, 1, 1, 4]
    assert misspelt("json", "jsno")
    assert not misspelt("x", "abc")


def test_links_to_the_same_page() -> None:
    assert same_page("https://en.wikipedia.org/wiki/Dog", "https://de.wikipedia.org/wiki/Haushund")
    assert same_page("http://www.x.org/en-us/a/", "https://x.org/de/a")
    assert same_page("https://docs.x.org/3/tutorial/", "https://docs.x.org/es/3/tutorial/")
    assert same_page("https://x.org/a?lang=en", "https://x.org/a?lang=de")
    assert not same_page("https://x.org/wiki/Dog", "https://x.org/wiki/Dig")
    assert not same_page("https://en.wikipedia.org/wiki/Dog", "https://en.wikipedia.org/wiki/Dig")


def pair_up(source: str, target: str) -> tuple[list[str], list[str]]:
    return unmatched(Items(source, find_spans(source)), Items(target, find_spans(target)))


def test_named_placeholders_may_come_again_but_the_next_value_may_not() -> None:
    assert pair_up("%(n)s", "%(n)s and %(n)s") == ([], [])
    assert pair_up("%s", "%s and %s") == ([], ["%s"])
    assert pair_up("the `{name}`", "«{name}»") == ([], [])
    assert pair_up("%b %d, %Y", "%d de %B de %Y") == ([], [])
    assert pair_up("use [OPTIONS]", "nimm [OPTIONEN]") == ([], [])
    assert pair_up("for [NAME]", "für [NMAE]") == (["[NAME]"], ["[NMAE]"])


PLAIN = [(f"This is sentence number {number}.", f"Das ist Satz Nummer {number}.") for number in range(100, 160)]


@pytest.mark.parametrize(
    ("source", "target", "check"),
    [
        ("It is here {name}.", "Es ist hier {nmae}.", "placeholders"),
        ("Read https://x.org/a now.", "Lies jetzt https://x.org/b.", "placeholders"),
        ("{n, plural, one {# day} other {# days}}.", "{m, plural, one {# Tag} other {# Tage}}.", "placeholders"),
        ("It is here.", "Es ist hier", "final-punctuation"),
        ("It is here.", "Ist es hier?", "final-punctuation"),
        ("It is (not) here.", "Es ist (nicht hier.", "brackets"),
        ("It is “not” here.", "Es ist „nicht hier.", "quotes"),
        ("It is 'not' here.", "Es ist 'nicht hier.", "quotes"),
    ],
)  # fmt: skip
def test_what_is_found_in_a_corpus(inspected, source: str, target: str, check: str) -> None:  # type: ignore[no-untyped-def]
    got = lines_of(inspected([*PLAIN, (source, target)]))
    assert got == {check: {len(PLAIN) + 1}}


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("See ``<b>x</b>`` and ``{{name}}``.", "Siehe ``<b>x</b>`` und ``{{name}}``."),
        ("Press <b>here</b>, {{name}}.", "Hier drücken, <b>jetzt</b>, {{name}}."),
        ("%(n)d of %s: %%", "%s zu %(n)d: %%"),
        (":c:member:`~PyNumberMethods.nb_rshift` a_b_c d_e_f", ":c:member:`~PyNumberMethods.nb_rshift` a_b_c d_e_f"),
        ("See https://en.wikipedia.org/wiki/Dog", "Siehe https://de.wikipedia.org/wiki/Haushund"),
        ("A 5\" nail, 6' tall, :) a) b)", 'Ein Nagel von 5", 6 Fuß groß, a) b)'),
        ("The dogs' food isn't here.", "Das Futter der Hunde ist nicht hier."),
        ("He says “yes”.", "Er sagt „ja“."),
        ("Run `make html' now.", "Jetzt »make html« starten."),
        ("Run 'x', or `make y' now.", "Jetzt 'x' oder 'make y' starten."),
        ("%(a)s &#8212; %(b)s", "%(b)s &#8212; %(a)s"),
        ("The 'setup' there isn't 'x'.", "そこにある'setup'は'x'ではない。"),
        ("Enter either 'y' or 'n'.", "'y' 또는 'n'을 입력하십시오."),
        ("The some_type is there", "Some_type ist da"),
        ("It took %.3fs.", "Es dauerte %.3f s."),
        ("an inventory <%s> here", "hier ein Inventar <%s>"),
        ("He said: I am not.", "彼は言った。「 ちがいます 」"),
        ("Role: x (an option)", "x (eine Option)"),
        ("Search it (now).", "Suche es. (Jetzt gleich)"),
        ("Fruit (apples, etc.)", "Obst (Äpfel usw.)"),
        ("Like {a: {b: 1}}.", "Wie {a: {b: 1}}."),
        ("workflow_tasks", "Aufgaben eines Ablaufs"),
    ],
)
def test_right_markup_is_no_finding(inspected, source: str, target: str) -> None:  # type: ignore[no-untyped-def]
    assert set(lines_of(inspected([*PLAIN, (source, target)]))) <= {"script"}


def test_declared_markup_is_used(tmp_path: Path) -> None:
    path = tmp_path / "pairs.tsv"
    path.write_text("".join(f"{one}\t{other}\n" for one, other in [*PLAIN, ("Open <file>.", "Öffne sie.")]))
    for declared, wanted in (((), {}), (("html",), {"markup-lost": {len(PLAIN) + 1}})):
        found = inspect(DataConfig(train=str(path), markup=declared), TEXTS, tmp_path)
        assert lines_of(found) == wanted


def test_words_outside_of_markup_are_those_of_the_texts_without_it() -> None:
    texts = ["one ``two`` three", "", "plain text", "see :func:`run` here", "**bold** move"]
    plain = MarkedTexts(Texts(texts)).plain
    assert list(plain.texts) == ["one three", "", "plain text", "see here", "bold move"]
    again = Texts(list(plain.texts)).words
    for name in ("hashes", "stems", "starts"):
        assert getattr(plain.words, name).tolist() == getattr(again, name).tolist()


def test_a_text_that_ends_in_a_stop_does_not_make_the_next_one_suspect() -> None:
    marked = MarkedTexts(Texts(["One dog.", "Another dog.", "a.b.c is code"]))
    assert marked.suspects == [2]
