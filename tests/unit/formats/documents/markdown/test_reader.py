from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, PackagePath, files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from support.processor_time import within

from seq2seq.formats.documents.markdown.reader import read_markdown
from seq2seq.formats.segment import Code, Content, Document, Part, Target

README = """---
title: Bread
---

# Baking *bread* {#bread}

Mix **flour and _warm_ water**
in a bowl, then [stir](https://example.org/a_b "Slowly") it.\\
Wait `30` min &amp; \\*rest\\*. See [the list], [more][], or [this][list].

Setext
======

> Note the ![red
> oven](oven.png "Hot")
> > and more

- [x] Salt
- Sugar
  in a line

  1. First
     item
```python
no_words = "here"
```

| Name | Amount `a\\|b` |
|:-----|---:|
| Flour \\| rye | 500 g |
| **Water** ||

<div align="center">
  <b>Title</b> &lt; text
</div>

Press <kbd>Ctrl</kbd>+<kbd>C</kbd> and<br>see <img alt="a key" src="k.png"> <!-- hidden -->

Costs $5 and $E = m c^2$ here[^1]; https://example.org

[^1]: A foot note.

:::tip Hint
Inside a container.
:::

[the list]: list.md
[list]: list.md "The list"
[more]: <more.md>
    code block
![logo][] ![list]

[logo]: logo.png
"""


def test_blocks_are_segments(contents: Callable[[Document], list[str]]) -> None:
    document = read_markdown(README.encode(), "README.md")
    assert contents(document) == [
        "Baking {*}bread{*} {{#bread}}",
        'Mix {**}flour and {_}warm{_} water{**} in a bowl, then {[}stir{](https://example.org/a_b "Slowly")} it.',
        "Slowly",
        "Wait {`30`} min & *rest*. See {[}the list{][the list]}, {[}more{][more]}, or {[}this{][list]}.",
        "Setext",
        'Note the {![red\n> oven](oven.png "Hot")}',
        "red oven",
        "Hot",
        "and more",
        "Salt",
        "Sugar in a line",
        "First item",
        "Name",
        "Amount {`a\\|b`}",
        "Flour | rye",
        "500 g",
        "Water",
        "{<b>}Title{</b>} < text",
        'Press {<kbd>Ctrl</kbd>}+{<kbd>C</kbd>} and{<br>}see {<img alt="a key" src="k.png">}',
        "a key",
        "Costs $5 and {$E = m c^2$} here{[^1]}; https://example.org",
        "A foot note.",
        "Inside a container.",
        "The list",
        "logo",
        "list",
    ]


TEXTS = ("text", "text_special", "softbreak", "hardbreak")
PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def outline(markdown: str) -> list[object]:
    """Everything but words: blocks, markup, targets, code; whether there are titles."""
    found: list[object] = []

    def walk(tokens: list[Token]) -> None:
        for token in tokens:
            if token.type in ("inline", "image"):
                found.append((token.type, token.attrs.get("src"), "title" in token.attrs))
                if token.type == "inline":
                    walk(token.children or [])
            elif token.type not in ("text", "text_special", "softbreak", "html_inline", "html_block"):
                code = token.content if token.type in ("fence", "code_block", "code_inline") else ""
                targets = {name: name == "title" or value for name, value in token.attrs.items()}
                found.append((token.type, token.markup, targets, code))

    walk(PARSER.parse(markdown))
    return found


def words(markdown: str) -> list[str]:
    """The text of each block."""
    return [
        "".join(child.content or " " for child in token.children or [] if child.type in TEXTS)
        for token in PARSER.parse(markdown)
        if token.type == "inline"
    ]


def test_lines() -> None:
    lines = [segment.line for segment in read_markdown(README.encode(), "README.md").segments]
    assert lines == [5, 7, 8, 9, 11, 14, 14, 15, 16, 18, 19, 22, 28, 28, 30, 30, 31, 34, 37, 37, 39, 41, 44, 48, 51, 51]


def test_only_words_change(unchanged: Callable[[Document], bytes], reverse: Callable[[Document], bytes]) -> None:
    for text in (README, README.replace("\n", "\r\n")):
        document = read_markdown(text.encode(), "README.md")
        assert unchanged(document) == text.encode()
        written = reverse(document).decode()
        assert outline(written) == outline(text)
        assert words(written) != words(text)
        again = reverse(read_markdown(written.encode(), "README.md")).decode()
        assert outline(again) == outline(text)
        assert [line.split() for line in words(again)] == [line.split() for line in words(text)]


def test_links_that_are_found_by_their_words_keep_their_label() -> None:
    text = "See [the list] and [more][].\n\n- [more][]\n\n![more] ![more][]\n\n[the list]: a\n[more]: b\n"
    document = read_markdown(text.encode(), "a.md")
    targets = [
        Target(tuple(part if isinstance(part, Code) else part.replace("more", "Mehr") for part in segment.content))
        for segment in document.segments
    ]
    written = document.write(targets).decode()
    assert written.startswith("See [the list][the list] and [Mehr][more].\n")
    assert "- [Mehr][more]\n\n![Mehr][more] ![Mehr][more]\n" in written
    assert outline(written)[1:] == outline(text)[1:]


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("\u00a0\none\n", ["one"]),
        ("Bread\n: A food.\n: Of flour.\n", ["Bread", "A food.", "Of flour."]),
        ("one\n$$\nx^2\n$$\ntwo $$y$$\n", ["one", "two {$$y$$}"]),
        ("one\n$$\nnot closed\n", ["one $$ not closed"]),
        ("- | a | b |\n  |---|---|\n  | c \\| d | e |\n", ["a", "b", "c | d", "e"]),
        ("> a | b\n> ---|---\n> c | d\n", ["a", "b", "c", "d"]),
        ("| a |\n|---|\n| b | c |\n|\n", ["a", "b"]),
        ("日本\n語\n", ["日本語"]),
        ("| `a` |\n|---|\n", []),
        ("[one]: /x\n[^n]: two words\n", ["two words"]),
        ("{% note %}\none\n{% endnote %}\n", ["one"]),
    ],
)
def test_blocks_that_are_rare(text: str, segments: list[str], contents: Callable[[Document], list[str]]) -> None:
    document = read_markdown(text.encode(), "a.md")
    assert contents(document) == segments


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ('[1](b "The &amp; \\" one")\n', ['The & " one']),
        ("![](b 'A picture')\n", ["A picture"]),
        ('[![1](b "Inner")](c "Outer")\n', ["Inner", "Outer"]),
        ('> [1](b "over\n>   two lines")\n', ["over two lines"]),
        ('[1](b "over\r\ntwo lines")\r\n', ["over two lines"]),
        ('| [1](b "c \\| d") |\n|---|\n', ["c | d"]),
        ('[1]: b\r\n  "over\r\n  two lines"\r\n', ["over two lines"]),
        ('---\nx: y\n---\n> [1]: b "quoted"\n', ["quoted"]),
        ('[1]: b "first"\n[2]: d\n[1]: e (twice)\n', ["first", "twice"]),
        ('[1](b "12") [3]( "d")\n', []),
        ("[1](b) and [2]\n\n[2]: d\n", ["{[}1{](b)} and {[}2{][2]}"]),
    ],
)
def test_titles_are_segments(text: str, titles: list[str], contents: Callable[[Document], list[str]]) -> None:
    document = read_markdown(text.encode(), "a.md")
    assert contents(document) == titles
    assert document.write([Target(segment.content) for segment in document.segments]) == text.encode()


@pytest.mark.parametrize(
    "text",
    [
        '<img src="l.png">\nA *lamp* is on.\n',
        '<img src="l.png"/>\r\nA lamp is on.\r\n',
        "  <b>\nA lamp</b> is *on*.\n",
        "- <br>\n  A lamp is on.\n",
        "<!-- a note --> A lamp is on.\n",
        '<iframe src="x"></iframe> A lamp *is* on.\n',
        "</b>\nA lamp is on.\n",
    ],
)
def test_a_block_of_html_stays_one(text: str) -> None:
    """Its first tag must not move: alone on a line, or among words, it makes no block."""
    document = read_markdown(text.encode(), "a.md")
    targets = [Target((*segment.content[::-1], "more")) for segment in document.segments]
    assert [token.type for token in PARSER.parse(document.write(targets).decode())] == [
        token.type for token in PARSER.parse(text)
    ]
    assert document.write([Target(segment.content) for segment in document.segments]) == text.encode()


def test_dollar_signs_on_two_lines_are_no_formula() -> None:
    document = read_markdown(b"costs $5\nor *less* $x$\n", "a.md")
    content = tuple(
        part if isinstance(part, Code) else part.replace("5", "5a") for part in document.segments[0].content
    )
    assert document.write([Target(content)]) == b"costs $5a or *less* $x$\n"
    document = read_markdown(b"costs $5\nor *less*$\n", "a.md")
    assert document.write([Target(("x", *document.segments[0].content))]) == b"xcosts \\$5 or *less*\\$\n"


@pytest.mark.parametrize(
    ("text", "translation", "written"),
    [
        ("a **b** c", ("x ", "**", "「y」", "**", " z"), "x **「y」** z"),
        ("a **b** c", ("語", "**", "「語」", "**", "語"), "語<strong>「語」</strong>語"),
        ("a _b_ c", ("語", "_", "語", "_", "語"), "語*語*語"),
        ("a _b_ c", ("x ", "_", "y", "_", ", z"), "x _y_, z"),
        ("a ~~b~~ c", ("x ", "~~", "y", "~~", " z"), "x ~~y~~ z"),
    ],
)
def test_emphasis_holds_beside_any_character(text: str, translation: tuple[str, ...], written: str) -> None:
    document = read_markdown(text.encode(), "a.md")
    codes = iter([part for part in document.segments[0].content if isinstance(part, Code)])
    content: Content = tuple(next(codes) if part in ("**", "_", "~~") else part for part in translation)
    assert document.write([Target(content)]).decode() == written


FRAMES = [
    "{}\n",
    "# {}\n\nnext\n",
    "{}\n===\n",
    "- {}\n- next\n",
    "1. {}\n",
    "> {}\n> > next\n",
    "12\\\n{}\n",
    "| {} | b |\n|---|---|\n| c | d |\n",
    "**{}** b\n",
    "[{}](target)\n",
    "![{}](target)\n",
    '[a](<target> "{}")\n',
    "![a](target '{}')\n",
    "> [a](target\n>   ({}))\n",
    "| [a](target '{}') | b |\n|---|---|\n",
    '[a]\n\n- b\n\n  [a]: target\n    "{}"\n',
    "[a]\n\n[a]: target ({})\n[a]: second '12'\n",
    "- [ ] {}\n",
    "a[^1]\n\n[^1]: A note: {}\n",
]
WORDS = st.text("ab1 \\`*_~[](){}<>#+-.!|=:&;$^\"'xé。", min_size=1).map(lambda text: " ".join(text.split()))


@pytest.mark.parametrize("template", ["x{}y", "{} one", "one {}"])
@pytest.mark.parametrize("frame", FRAMES)
@given(text=WORDS)
def test_a_translation_is_no_markup(frame: str, template: str, text: str) -> None:
    """Whatever the words are, they are read as words again."""
    source = frame.format("one")
    document = read_markdown(source.encode(), "a.md")
    place = next(place for place, segment in enumerate(document.segments) if "one" in str(segment.content))
    targets = [Target(segment.content) for segment in document.segments]
    content: Content = tuple(
        part if isinstance(part, Code) else part.replace("one", template.format(text).strip())
        for part in document.segments[place].content
    )
    targets[place] = Target(content)
    written = document.write(targets).decode()
    assert outline(written) == outline(source)
    if template == "x{}y":
        assert read_markdown(written.encode(), "a.md").segments[place].content == content


PARTS = [
    "one", "two.", " ", "  ", "\n", "\n\n", "    ", "\t", "- ", "1. ", "> ", "# ", "*", "**", "_", "`", "```", "~~",
    "[", "]", "(", ")", "](x)", "][", "[^1]", "!", "|", "|-|-|", "<b>", "</b>", "<p>", "<!--", "-->", "<code>",
    "</code>", "$", "$$", ":::", "\\", "&amp;", "[one]: x", "---", "===", "{#a}", ": ",
]  # fmt: skip


@given(st.lists(st.sampled_from(PARTS)).map("".join))
def test_any_text_is_written_as_it_was_read(text: str) -> None:
    document = read_markdown(text.encode(), "a.md")
    assert document.write([Target(segment.content) for segment in document.segments]) == text.encode()
    for segment in document.segments:
        opened = []
        for part in segment.content:
            if isinstance(part, Code) and part.part is Part.OPEN:
                opened.append(part.name)
            elif isinstance(part, Code) and part.part is Part.CLOSE:
                assert opened.pop() == part.name
        assert not opened


HOSTILE = ["[" * 5_000 + "one", "*a " * 5_000, "> " * 5_000 + "one", "- " * 2_000 + "one", "<b>" * 5_000 + "one",
           "`" * 5_000 + " one `", "![" * 2_000 + "one", "$a " * 5_000, "| " * 5_000 + "\n" + "|-" * 5_000]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_markdown_takes_little_time(text: str, unchanged: Callable[[Document], bytes]) -> None:
    with within(20):
        assert unchanged(read_markdown(text.encode(), "a.md")) == text.encode()


def test_files_of_other_packages(unchanged: Callable[[Document], bytes], reverse: Callable[[Document], bytes]) -> None:
    """License and read-me files that packages bring with them."""
    pages = [
        Path(str(file.locate()))
        for package in ("markdown-it-py", "huggingface-hub", "mdurl", "idna", "zipp", "tzdata", "pyzmq", "seq2seq")
        for file in _files(package)
        if str(file).endswith(".md")
    ]
    pages += sorted(Path(__file__).parents[5].glob("*.md"))
    if not pages:
        pytest.skip("no Markdown is installed")
    for page in pages:
        data = page.read_bytes()
        document = read_markdown(data, page.name)
        assert unchanged(document) == data
        assert outline(reverse(document).decode()) == outline(data.decode())


def _files(package: str) -> list[PackagePath]:
    try:
        return files(package) or []
    except PackageNotFoundError:
        return []


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_rule_at_the_beginning_is_no_front_matter(line_end: str, contents: Callable[[Document], list[str]]) -> None:
    page = line_end.join(["---", *["one"] * 100, ""])
    assert len(contents(read_markdown(page.encode(), "a.md"))) == 1
    front = line_end.join(["---", "title: one", "---", "two", ""])
    assert contents(read_markdown(front.encode(), "a.md")) == ["two"]


def test_formulas_end_at_the_next_mark(contents: Callable[[Document], list[str]]) -> None:
    page = "$$ a\nx\n$$\none\n\n> $$ b\n> y\n> $$\n>\n> two\n\n$$ c\n\nthree\n"
    assert contents(read_markdown(page.encode(), "a.md"))[:2] == ["one", "two"]
    assert "three" in contents(read_markdown(page.encode(), "a.md"))
