"""Spans in documents: lost, broken, and flagged, with a real model.

    python benchmarks/documents.py MODEL SENTENCES [--segments 10000] [--spans 15000] [--beam 5] [--show 10]

SENTENCES is a text file in the model's source language. Its sentences become the paragraphs of an HTML page with tags
around their words (nested, too), links, placeholders, code and line breaks. The page is translated, and its paragraphs
are compared with those of the source by expressions of this script's own: a paragraph that has other spans, or pairs
that are not nested, without having been flagged is a fault, and there must be none. Printed are the faults, the share
of flagged paragraphs by the kind of flag, and the time.
"""

import argparse
import html
import json
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from seq2seq.api.documents import open_documents
from seq2seq.documents.open import DocumentOptions, read_document
from seq2seq.inference.translator import Translator

Words = list[str]
_TAG: Final = re.compile(r"<(/?)(\w+)[^<>]*?(/?)>")
_SPAN: Final = re.compile(
    r"<[^<>]+>|\{\d+\}|\{\w+\}|%\d\$s|%\(\w+\)d|%[sd]\b|\$\{\w+\}|:func:`[^`]+`|`[^`]+`|https://[\w./-]*\w"
)
_NAMES: Final = ("name", "count", "owner", "place", "day")


def wrap(rng: random.Random, words: Words) -> int:
    """A pair of tags around some words, which may lie in another pair."""
    first = rng.randrange(len(words))
    last = min(len(words) - 1, first + rng.randrange(4))
    tag, attributes = rng.choice([("b", ""), ("i", ""), ("span", ' class="x"'), ("a", ' href="/p?a=1&amp;b=2"')])
    inside = " ".join(words[first : last + 1])
    if inside.count("<a") or not _balanced(inside):
        return 0
    words[first] = f"<{tag}{attributes}>{words[first]}"
    words[last] = _before_mark(words[last], f"</{tag}>")
    return 2


def placeholder(rng: random.Random, words: Words) -> int:
    """A placeholder, link or code beside the words, or glued to one."""
    name = rng.choice(_NAMES)
    text = rng.choice(
        ["{0}", "{1}", f"{{{name}}}", "%s", "%1$s", f"%({name})d", f"${{{name}}}", f":func:`{name}.get`",
         f"`{name}_id`", f"https://example.org/{name}"]
    )  # fmt: skip
    text = rng.choice([text, text, text, f"({text})", f'"{text}"'])
    words.insert(rng.randrange(len(words)), text)
    return 1


def line_break(rng: random.Random, words: Words) -> int:
    """A line break between two words, or an image."""
    words.insert(rng.randrange(1, len(words)), rng.choice(["<br>", '<img src="a.png">']))
    return 1


MAKERS: Final[tuple[Callable[[random.Random, Words], int], ...]] = (wrap, wrap, placeholder, placeholder, line_break)


def _balanced(text: str) -> bool:
    stack = []
    for slash, name, empty in _TAG.findall(text):
        if slash:
            if not stack or stack.pop() != name:
                return False
        elif not empty and name not in ("br", "img"):
            stack.append(name)
    return not stack


def _before_mark(word: str, tag: str) -> str:
    """A closing tag before the punctuation at a word's end."""
    stem = word.rstrip(".,;:!?")
    return stem + tag + word[len(stem) :] if stem else word + tag


def page(sentences: Sequence[str], segments: int, spans: int, seed: int) -> str:
    """The page."""
    rng = random.Random(seed)
    paragraphs: list[Words] = []
    for number in range(segments):
        count = 1 if number % 4 else 2
        text = " ".join(sentences[(number * 7 + place) % len(sentences)] for place in range(count))
        paragraphs.append(html.escape(text, quote=False).split())
    made = 0
    while made < spans:
        made += rng.choice(MAKERS)(rng, rng.choice(paragraphs))
    body = "\n".join(f"<p>{' '.join(words)}</p>" for words in paragraphs)
    return f"<!DOCTYPE html>\n<html><body>\n{body}\n</body></html>\n"


def paragraphs_of(text: str) -> list[str]:
    """The paragraphs of a page."""
    return re.findall(r"<p>(.*?)</p>", text, re.DOTALL)


def main() -> None:
    """Make, translate and compare the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("sentences", type=Path)
    parser.add_argument("--segments", type=int, default=10_000)
    parser.add_argument("--spans", type=int, default=15_000)
    parser.add_argument("--beam", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=0, help="flagged paragraphs to print, and as many others")
    given = parser.parse_args()
    sentences = [line for line in given.sentences.read_text(encoding="utf-8").splitlines() if line.strip()]
    source = page(sentences, given.segments, given.spans, given.seed)
    translator = Translator.load(given.model)
    documents = open_documents(translator, decoding=translator.decoding.model_copy(update={"beam": given.beam}))
    document = read_document(source.encode(), "page.html", "html", DocumentOptions())
    start = time.perf_counter()
    results = documents.translate(document.segments)
    seconds = time.perf_counter() - start
    written = document.write([result.target for result in results]).decode()
    flagged = {result.segment.line: [flag.code for flag in result.flags] for result in results if result.flags}
    first = source[: source.index("<p>")].count("\n") + 1
    faults, wrong = [], 0
    before, after = paragraphs_of(source), paragraphs_of(written)
    if len(before) != len(after):
        raise SystemExit(f"{len(before)} paragraphs became {len(after)}")
    for line, (old, new) in enumerate(zip(before, after, strict=True), first):
        if Counter(_SPAN.findall(old)) != Counter(_SPAN.findall(new)) or not _balanced(new):
            wrong += 1
            if line not in flagged:
                faults.append((line, old, new))
    for line, old, new in faults[:20]:
        print(f"FAULT line {line}\n  {old}\n  {new}")
    shown = {True: given.show, False: given.show}
    for line, (old, new) in enumerate(zip(before, after, strict=True), first):
        if shown[line in flagged] > 0 and _SPAN.search(old):
            shown[line in flagged] -= 1
            print(f"line {line} {' '.join(flagged.get(line, []))}\n  {old}\n  {new}")
    kinds = Counter(code for codes in flagged.values() for code in codes)
    print(
        json.dumps(
            {
                "segments": len(results),
                "sentences": documents.report.sentences,
                "spans": sum(len(_SPAN.findall(text)) for text in before),
                "lost or broken": wrong,
                "without a flag": len(faults),
                "flagged": round(len(flagged) / len(results), 4),
                "by kind": {code: round(count / len(results), 4) for code, count in kinds.most_common()},
                "sentences per second": round(documents.report.sentences / seconds, 1),
            },
            indent=2,
        )
    )


if __name__ == "__main__":
    main()
