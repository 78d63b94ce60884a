"""What is markup, what is a placeholder, and what only looks like it."""

import pytest

from seq2seq.text.markup.icu import parse_message
from seq2seq.text.markup.recognise import Kind, Markup, Part, find_spans, may_have_spans, without_spans


def found(text: str, *declared: Markup) -> list[tuple[str, str]]:
    """Text and kind of each span."""
    return [(text[span.start : span.end], str(span.kind)) for span in find_spans(text, declared)]


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("Call :func:`os.path.join` now", [(":func:`os.path.join`", "role")]),
        ("a :py:meth:`~a.b` or :term:`word`", [(":py:meth:`~a.b`", "role"), (":term:`word`", "role")]),
        (":ref:`the text <label>`.", [(":ref:`", "role"), (" <label>`", "role")]),
        (":guilabel:`Save as`", [(":guilabel:`", "role"), ("`", "role")]),
        ("the ``json`` module", [("``json``", "code")]),
        ("``a`b`` and `` ` ``", [("``a`b``", "code"), ("`` ` ``", "code")]),
        ("a `code` span", [("`code`", "code")]),
        ("see `the docs <https://x.org/a_b>`_", [("`", "link"), (" <https://x.org/a_b>`_", "link")]),
        ("`Python`_ and `more`__", [("`", "link"), ("`_", "link"), ("`", "link"), ("`__", "link")]),
        ("|version| and [1]_, [#note]_", [("|version|", "placeholder"), ("[1]_", "link"), ("[#note]_", "link")]),
        (".. note:: here", [(".. note::", "directive")]),
        ("For example::", [("::", "directive")]),
    ],
)
def test_restructured_text(text: str, spans: list[tuple[str, str]]) -> None:
    assert found(text) == spans


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("[text](https://x.org)", [("[", "link"), ("](https://x.org)", "link")]),
        ('![alt](a.png "t")', [("![", "link"), ('](a.png "t")', "link")]),
        ("**bold** *em* ~~gone~~", [("**", "emphasis")] * 2 + [("*", "emphasis")] * 2 + [("~~", "emphasis")] * 2),
        ("_so_", [("_", "emphasis")] * 2),
        ("**the `x`**", [("**", "emphasis"), ("`x`", "code"), ("**", "emphasis")]),
        ("これは**太字**です", [("**", "emphasis")] * 2),
        ("a note[^1]", [("[^1]", "link")]),
    ],
)
def test_markdown(text: str, spans: list[tuple[str, str]]) -> None:
    assert found(text) == spans


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ('<a href="x">link</a>', [('<a href="x">', "tag"), ("</a>", "tag")]),
        ("one<br>two<br/>", [("<br>", "tag"), ("<br/>", "tag")]),
        ("<guilabel>File</guilabel>", [("<guilabel>", "tag"), ("</guilabel>", "tag")]),
        ('<x id="1"/> <!-- no --> &amp; &#39;', [
            ('<x id="1"/>', "tag"), ("<!-- no -->", "tag"), ("&amp;", "entity"), ("&#39;", "entity")]),
        ("<?php echo 1; ?> {% if x %}", [("<?php echo 1; ?>", "template"), ("{% if x %}", "template")]),
    ],
)  # fmt: skip
def test_html(text: str, spans: list[tuple[str, str]]) -> None:
    assert found(text) == spans


@pytest.mark.parametrize(
    "placeholder",
    ["%s", "%(name)d", "%1$s", "%.2f", "%5d", "%%", "%Y-%m-%d", "{}", "{0}", "{name!r:>10}", "{ user.name }",
     "{{name}}", "{{ user.name }}", "${x}", "$HOME", "%{name}", "{$count}", "<NUM>", "[NAME]", "__NAME__", "|name|"],
)  # fmt: skip
def test_placeholders(placeholder: str) -> None:
    for text in (f"so {placeholder} is", f"{placeholder}, please", f"では{placeholder}個"):
        assert found(text) == [(placeholder, "placeholder")]


def test_the_branches_of_an_icu_message_are_words() -> None:
    text = "{n, plural, one {# file in {dir}} other {# <b>files</b>}} left"
    spans = find_spans(text)
    assert [(span.part, span.name) for span in spans if span.name == "n"] == [
        (Part.OPEN, "n"), (Part.MIDDLE, "n"), (Part.CLOSE, "n")
    ]  # fmt: skip
    assert without_spans(text) == "# file in # files left"
    assert found("{d, date, short}") == [("{d, date, short}", "placeholder")]
    nested = "{a, select, x {{n, plural, other {'{'inner'}'}}} other {none}}"
    assert "inner" in without_spans(nested)
    assert without_spans(nested).endswith("none")


def test_an_icu_message_whose_braces_do_not_match_is_none() -> None:
    text = "{n, plural, one {# file other {# files}}"
    assert parse_message(text, 0, len(text)) is None


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("call foo.bar_baz() or run()", ["foo.bar_baz()", "run()"]),
        ("with --no-cache and snake_case", ["--no-cache", "snake_case"]),
        ("os.path.join, conf.py, ~/.bashrc, /etc/passwd.", ["os.path.join", "conf.py", "~/.bashrc", "/etc/passwd"]),
        ("a TypeError in getElementById", ["TypeError", "getElementById"]),
    ],
)  # fmt: skip
def test_names_of_code(text: str, names: list[str]) -> None:
    assert found(text) == [(name, "identifier") for name in names]


def test_links_end_before_letters_that_need_no_space() -> None:
    assert found("a scheme such as https://, or ‘file://’") == []
    assert found("詳しくはhttps://x.org/a/にあります") == [("https://x.org/a/", "url")]
    assert found("https://ja.wikipedia.org/wiki/犬 と") == [("https://ja.wikipedia.org/wiki/犬", "url")]


def test_links_and_addresses_end_where_the_sentence_continues() -> None:
    text = "(see http://x.org/?a=1&amp;b), https://x.org/Foo_(bar), <https://y.org>, me@x.org."
    assert found(text) == [
        ("http://x.org/?a=1&amp;b", "url"), ("https://x.org/Foo_(bar)", "url"), ("<https://y.org>", "url"),
        ("me@x.org", "email"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "100 % sure, 50% discount and 5% of it", "``quoted'' and ``so''", "`old' and `older' quotes", "2 * 3 * 4 = 24",
        "*.py and *.txt", "*args and **kwargs", "f**k and s*it", "'*' and '*'", "I <3 you; 1 < 2 > 0", "f<B>c2|A>Bc>e",
        "a<b and c>d", "open <file> and <other>", "AT&T, R&B; Q&A", "he said--and she", "set {1, 2, 3}", "a | b | c",
        "e.g. this, i.e. that, U.S.A.", "McDonald's iPhone", "and/or 24/7 km/h", "[sic] [1] [see below]",
        "at 12:30: so", "5*3*2", "it costs $100", "no.One knows", "odd `tick", "two ``ticks", "[x](note to self)",
        "#1 & #2",
    ],
)  # fmt: skip
def test_what_only_looks_like_markup(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "language", "spans"),
    [
        ("|two words|", Markup.REST, ["|two words|"]),
        ("100%s and % d, %1", Markup.PRINTF, ["%s", "% d", "%1"]),
        ("open <file>", Markup.HTML, ["<file>"]),
        ("[see](below) __bold__", Markup.MARKDOWN, ["[", "](below)", "__", "__"]),
    ],
)
def test_what_is_declared_is_certain(text: str, language: Markup, spans: list[str]) -> None:
    assert [span for span, _ in found(text, language)] == spans
    assert [span for span, _ in found(text)] != spans


def test_plain_text_is_not_looked_at() -> None:
    assert not may_have_spans("A dog sleeps in the sun, and nobody wakes it up: not even the cat (a tabby).")
    assert not may_have_spans("犬は日なたで眠る。")


def test_what_is_marked_up_is_reported() -> None:
    (role,) = find_spans(":meth:`run`")
    assert (role.kind, role.part, role.name, role.content) == (Kind.ROLE, Part.WHOLE, "meth", "run")
    opening, closing = find_spans('<a href="x">y</a>')
    assert (opening.name, opening.content, closing.part) == ("a", 'href="x"', Part.CLOSE)


def test_words_outside_of_markup() -> None:
    assert without_spans("The ``json`` module, *very* unusual, :func:`x`!") == "The module, very unusual, !"
    assert without_spans("plain  text ") == "plain  text "
