import csv
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from seq2seq import resources

from .scripts import load

FOLDER = resources.data_folder() / "reviews"
SIZES = {"train": 4000, "dev": 500, "test": 500}
Rows = dict[str, list[list[str]]]


@pytest.fixture(scope="module")
def modules() -> dict[str, ModuleType]:
    return load(FOLDER, "generate", "patterns", "patterns.scene", "words.adjectives", "words.domains")


@pytest.fixture(scope="module")
def corpus(modules: dict[str, ModuleType]) -> Any:
    return modules["generate"].build(1, modules["generate"].TRAIN)


@pytest.fixture(scope="module")
def rows() -> Rows:
    found = {}
    for split in SIZES:
        with (FOLDER / f"{split}.tsv").open(encoding="utf-8", newline="") as file:
            found[split] = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return found


def tokens(text: str) -> list[str]:
    return re.findall(r"[\w'-]+", text.lower())


def test_files_are_what_the_generator_writes(modules: dict[str, ModuleType], corpus: Any) -> None:
    for name, text in modules["generate"].files(corpus).items():
        assert (FOLDER / name).read_text(encoding="utf-8") == text, f"{name} differs: run generate.py"


def test_check_notices_a_changed_file(tmp_path: Path) -> None:
    copy = tmp_path / "reviews"
    shutil.copytree(FOLDER, copy, ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, str(copy / "generate.py"), "--seed", "2", "--reviews", "200"]
    subprocess.run(command, check=True)
    assert subprocess.run([*command, "--check"]).returncode == 0
    (copy / "dev.tsv").write_text("text\tlabel\n", encoding="utf-8")
    done = subprocess.run([*command, "--check"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (1, "dev.tsv: differs from what the generator writes\n")


def test_an_odd_number_of_reviews_is_refused() -> None:
    command = [sys.executable, str(FOLDER / "generate.py"), "--check", "--reviews", "101"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 2
    assert "--reviews " in done.stderr


def test_sizes_columns_and_groups(rows: Rows) -> None:
    assert {split: len(found) - 1 for split, found in rows.items()} == SIZES
    assert rows["train"][0] == rows["dev"][0] == ["text", "label"]
    assert rows["test"][0] == ["text", "label", "group"]
    assert all(len(row) == len(found[0]) for found in rows.values() for row in found)
    assert Counter(row[2] for row in rows["test"][1:]) == {"seen": 300, "held-out": 200}


def test_labels_are_balanced_in_every_split_and_group(rows: Rows) -> None:
    groups = {split: found[1:] for split, found in rows.items()}
    groups |= {group: [row for row in groups["test"] if row[2] == group] for group in ("seen", "held-out")}
    for found in groups.values():
        labels = Counter(row[1] for row in found)
        assert set(labels) == {"negative", "positive"}
        assert labels["negative"] == labels["positive"]


def test_no_text_stands_twice_whatever_its_case_and_punctuation(modules: dict[str, ModuleType], rows: Rows) -> None:
    keys = [modules["generate"].key(row[0]) for found in rows.values() for row in found[1:]]
    assert len(keys) == len(set(keys))


def test_texts_are_clean(rows: Rows) -> None:
    for text in (row[0] for found in rows.values() for row in found[1:]):
        assert 5 <= len(text.split()) <= 40, text
        assert text[0].isupper(), text
        assert text[-1] in ".?!", text
        assert re.fullmatch(r"[\wéè .,:;?!'-]+", text), text
        assert not re.search(r"\s\s|\s[.,:;?!]|[.,:;?!]\w|[.?!] [a-z]", text), text
        assert not re.search(r"\b[Aa] [aeio]|\b[Aa]n [bcdfgjklmnpqrstvwxyz]", text), text
        assert not re.search(r"\b(\w+) \1\b", text), text
        assert len(re.findall(r"[.?!](?: |$)", text)) <= 3, text


# ----------------------------------------------------------------------------------------------------- held-out words


def held_out_words(modules: dict[str, ModuleType]) -> tuple[set[str], set[str]]:
    """The held-out nouns, and the held-out adjectives."""
    nouns = {
        noun.word
        for domain in modules["words.domains"].DOMAINS
        for noun in (*domain.topics, *domain.aspects)
        if noun.held_out
    }
    adjectives = {adjective.word for adjective in every_adjective(modules).values() if adjective.held_out}
    return nouns, adjectives


def every_adjective(modules: dict[str, ModuleType]) -> dict[str, Any]:
    families = modules["words.adjectives"].families()
    return {adjective.word: adjective for sides in families.values() for side in sides.values() for adjective in side}


def holds(text: str, words: set[str], plural: Any) -> bool:
    """Whether a text holds one of these words, singular or plural, read off the text itself."""
    forms = {form for word in words for form in (word, plural(word))}
    padded = f" {' '.join(tokens(text))} "
    return any(f" {form.lower()} " in padded for form in forms)


def test_train_dev_and_the_seen_part_never_show_a_held_out_word(modules: dict[str, ModuleType], rows: Rows) -> None:
    nouns, adjectives = held_out_words(modules)
    assert len(nouns) > 60
    assert len(adjectives) > 60
    plural = modules["patterns.scene"].plural
    seen = [row[0] for row in rows["train"][1:] + rows["dev"][1:]]
    seen += [row[0] for row in rows["test"][1:] if row[2] == "seen"]
    forms = {form.lower() for word in nouns | adjectives for form in (word, plural(word)) if " " not in word}
    assert not forms & {token for text in seen for token in tokens(text)}
    assert not [text for text in seen if holds(text, {word for word in nouns if " " in word}, plural)]


def test_every_held_out_text_holds_one(modules: dict[str, ModuleType], rows: Rows) -> None:
    nouns, adjectives = held_out_words(modules)
    plural = modules["patterns.scene"].plural
    found = [row[0] for row in rows["test"][1:] if row[2] == "held-out"]
    assert not [text for text in found if not holds(text, nouns | adjectives, plural)]
    assert sum(holds(text, adjectives, plural) for text in found) >= 100
    assert sum(holds(text, nouns, plural) for text in found) >= 50


def test_an_opaque_word_never_stands_alone(modules: dict[str, ModuleType], rows: Rows) -> None:
    """A held-out word whose form tells nothing has a word of train beside it that judges alike."""
    adjectives = every_adjective(modules)
    sides = {
        (adjective.word, praise)
        for found in modules["words.adjectives"].families().values()
        for praise, side in found.items()
        for adjective in side
    }
    shown = {token for row in rows["train"][1:] for token in tokens(row[0])}
    opaque = {word for word, adjective in adjectives.items() if adjective.opaque}
    met = Counter[str]()
    for row in rows["test"][1:]:
        words = tokens(row[0])
        for index, word in enumerate(words):
            if word in opaque:
                met[word] += 1
                beside = [
                    words[index + 2 * step] for step in (-1, 1) if words[index + step : index + step + 1] == ["and"]
                ]
                pairs = [(other, praise) for other in beside for praise in (True, False) if other in shown]
                assert any({(word, praise), (other, praise)} <= sides for other, praise in pairs), row
    assert met.total() >= 30


# ------------------------------------------------------------------------------------------- what has to be learnt


def test_every_phenomenon_and_every_pattern_is_used(modules: dict[str, ModuleType], corpus: Any) -> None:
    assert set(modules["patterns"].PHENOMENA) == set(modules["patterns"].WEIGHTS)
    for split in (corpus.train, corpus.dev, corpus.test):
        counts = Counter((review.phenomenon, review.praise) for review in split)
        for phenomenon in modules["patterns"].PHENOMENA:
            assert counts[phenomenon, True] >= 0.01 * len(split), phenomenon
            assert counts[phenomenon, False] >= 0.01 * len(split), phenomenon
    every = {
        pattern
        for phenomenon in modules["patterns"].PHENOMENA
        for praise in (True, False)
        for pattern in modules["patterns"].patterns(phenomenon, praise)
    }
    assert len(every) > 250
    used = Counter(review.pattern for review in corpus.train)
    assert set(used) == every
    assert max(used.values()) < 0.04 * len(corpus.train)


def test_the_lexicon_is_rich(modules: dict[str, ModuleType], rows: Rows) -> None:
    domains = modules["words.domains"].DOMAINS
    assert len({noun.word for domain in domains for noun in domain.topics}) > 150
    text = " ".join(" ".join(tokens(row[0])) for row in rows["train"][1:])
    seen = [adjective for adjective in every_adjective(modules).values() if not adjective.held_out]
    assert len(seen) > 200
    assert not [adjective.word for adjective in seen if adjective.word not in text and adjective.more not in text]


def test_counting_good_and_bad_words_does_not_suffice(modules: dict[str, ModuleType], rows: Rows) -> None:
    """The whole lexicon, held-out words too, voting by majority; ties count as half right."""
    votes: dict[str, int] = {}
    for sides in modules["words.adjectives"].families().values():
        for praise, side in sides.items():
            for adjective in side:
                for form in (adjective.word, adjective.more):
                    votes[form] = 1 if praise else -1
    for word in (
        "loved",
        "enjoyed",
        "liked",
        "adored",
        "admired",
        "delighted",
        "thrilled",
        "joy",
        "delight",
        "bargain",
        "gem",
    ):
        votes[word] = 1
    for word in (
        "hated",
        "disliked",
        "detested",
        "regretted",
        "disgusted",
        "disappointed",
        "disaster",
        "mess",
        "failure",
    ):
        votes[word] = -1
    right = 0.0
    for text, label, _ in rows["test"][1:]:
        padded = f" {' '.join(tokens(text))} "
        total = sum(vote * padded.count(f" {form} ") for form, vote in votes.items())
        right += 0.5 if total == 0 else float((total > 0) == (label == "positive"))
    assert 0.5 < right / SIZES["test"] < 0.8


@pytest.mark.parametrize(
    ("noun", "many"),
    [("hotel", "hotels"), ("comedy", "comedies"), ("shelf", "shelves"), ("bench", "benches"), ("play", "plays")],
)
def test_plurals(modules: dict[str, ModuleType], noun: str, many: str) -> None:
    assert modules["patterns.scene"].plural(noun) == many


def test_sentences_get_capitals_and_articles(modules: dict[str, ModuleType]) -> None:
    sentences = modules["patterns.scene"].sentences
    assert sentences("a useful hat. a ugly one? a hour") == "A useful hat. An ugly one? A hour"
    assert sentences("a honest and a unfair man, a easy one") == "An honest and an unfair man, an easy one"
