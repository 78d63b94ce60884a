import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from .conftest import Row

Splits = dict[str, list[Row]]


@pytest.fixture(scope="module")
def corpus(generator: ModuleType) -> Any:
    return generator.build(1, generator.PAIRS)


def test_files_are_what_the_generator_writes(generator: ModuleType, corpus: Any, phrasebook_folder: Path) -> None:
    for name, text in generator.files(corpus).items():
        assert (phrasebook_folder / name).read_text(encoding="utf-8") == text, f"{name} differs: run generate.py"


def test_check_notices_a_changed_file(phrasebook_folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "phrasebook"
    shutil.copytree(phrasebook_folder, copy, ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, str(copy / "generate.py"), "--seed", "2", "--pairs", "4000"]
    subprocess.run(command, check=True)
    assert len((copy / "train.tsv").read_text(encoding="utf-8").splitlines()) == 4001
    assert subprocess.run([*command, "--check"]).returncode == 0
    (copy / "dev.tsv").write_text("en\tde\n", encoding="utf-8")
    done = subprocess.run([*command, "--check"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (1, "dev.tsv: differs from what the generator writes\n")


def test_too_few_pairs_are_refused(phrasebook_folder: Path) -> None:
    command = [sys.executable, str(phrasebook_folder / "generate.py"), "--check", "--pairs", "100"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 2
    assert "--pairs" in done.stderr


def test_sizes_and_groups(splits: Splits) -> None:
    assert {name: len(found) for name, found in splits.items()} == {"train": 12_000, "dev": 500, "test": 500}
    assert Counter(row.group for row in splits["test"]) == {"seen": 350, "held-out": 150}


def test_headers(phrasebook_folder: Path) -> None:
    heads = {path.name: path.read_text(encoding="utf-8").partition("\n")[0] for path in phrasebook_folder.glob("*.tsv")}
    assert heads == {"train.tsv": "en\tde", "dev.tsv": "en\tde", "test.tsv": "en\tde\tgroup"}


def test_no_source_stands_twice_whatever_its_case_and_punctuation(generator: ModuleType, splits: Splits) -> None:
    keys = [generator.key(row.source) for found in splits.values() for row in found]
    assert len(keys) == len(set(keys))


def test_sentences_are_clean(splits: Splits) -> None:
    for row in (row for found in splits.values() for row in found):
        for text in row[:2]:
            assert 2 <= len(text.split()) <= 20, text
            assert text[0].isupper() or text[0].isdigit(), text
            assert text[-1] in ".?!", text
            assert not re.search(r"\s\s|\s[.,?!]|[.,?!][^\s\d]", text), text
            assert re.fullmatch(r"[\w .,?!'-]+", text), text


def test_a_question_is_a_question_on_both_sides(splits: Splits) -> None:
    for row in (row for found in splits.values() for row in found):
        assert row.source[-1] == row.target[-1], row
        assert row.source.count("?") == row.target.count("?"), row


def test_digits_are_copied(splits: Splits) -> None:
    for row in (row for found in splits.values() for row in found):
        digits = [re.findall(r"\d+", text) for text in row[:2]]
        assert digits[0] == digits[1], row


def test_words_of_dev_and_test_are_familiar(generator: ModuleType, splits: Splits) -> None:
    uses = Counter(
        (side, word)
        for row in splits["train"]
        for side, text in enumerate(row[:2])
        for word in set(generator.words(text))
    )
    for row in splits["dev"] + splits["test"]:
        for side, text in enumerate(row[:2]):
            for word in generator.words(text):
                assert uses[side, word] >= generator.FAMILIAR or generator.copied(word), (word, row)


def test_some_surnames_of_test_are_new(generator: ModuleType, splits: Splits) -> None:
    def unseen(found: list[Row]) -> int:
        return sum(any(name in generator.words(row.source) for name in generator.UNSEEN_SURNAMES) for row in found)

    assert unseen(splits["train"]) == unseen(splits["dev"]) == 0
    assert 1 <= unseen(splits["test"]) <= 25


@pytest.mark.usefixtures("generator")
def test_every_entry_of_the_lexicon_is_used_often(splits: Splits) -> None:
    nouns = sys.modules["lexicon.nouns"].NOUNS
    adjectives = sys.modules["lexicon.adjectives"].ADJECTIVES
    plain = (row.source.lower().replace("'s", " ") for row in splits["train"])
    text = "  ".join(re.sub(r"[.,?!]", "", sentence) for sentence in plain).replace(" ", "  ")

    def uses(*forms: str) -> int:
        return sum(text.count(f" {form.lower().replace(' ', '  ')} ") for form in set(forms))

    entries = [entry for found in nouns.values() for entry in found]
    assert len(entries) + len(adjectives) > 250
    rare = {entry.en: uses(entry.en, entry.en_plural) for entry in entries}
    rare |= {entry.en: uses(entry.en, entry.en_more or entry.en) for entry in adjectives.values()}
    assert not {word: count for word, count in rare.items() if count < 25}


# ------------------------------------------------------------------------------------------------ held-out combinations


def test_templates_are_many_and_each_is_used(generator: ModuleType, corpus: Any) -> None:
    assert len(generator.TEMPLATES) >= 60
    used = Counter(pair.template for pair in corpus.train)
    assert set(used) == set(generator.TEMPLATES)
    assert max(used.values()) < len(corpus.train) * 0.06


def test_no_pair_of_train_or_dev_holds_a_held_out_combination(generator: ModuleType, corpus: Any) -> None:
    for pair in corpus.train + corpus.dev:
        assert not any(map(generator.held_out, pair.combinations)), pair


def test_every_held_out_pair_holds_one_and_no_seen_one_does(corpus: Any) -> None:
    assert [pair.held_out for pair in corpus.test] == [False] * 350 + [True] * 150


def test_both_words_of_a_held_out_combination_are_known_apart(generator: ModuleType, corpus: Any) -> None:
    shown = {word for pair in corpus.train for _, *both in pair.combinations for word in both}
    for pair in corpus.test[350:]:
        for _, *both in filter(generator.held_out, pair.combinations):
            assert set(both) <= shown, pair


def test_held_out_adjectives_and_nouns_never_meet_on_the_page(generator: ModuleType, splits: Splits) -> None:
    """Read off the sentences themselves, not off the generator's own record."""
    nouns = sys.modules["lexicon.nouns"].NOUNS
    suiting = sys.modules["lexicon.adjectives"].suiting
    forbidden = {
        f"{adjective.en} {form}"
        for found in nouns.values()
        for entry in found
        for adjective in suiting(entry)
        if generator.held_out(("adjective+noun", adjective.en, entry.en))
        for form in (entry.en, entry.en_plural)
    }
    assert len(forbidden) > 20
    pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, sorted(forbidden)))})\b")
    met = [row.source for row in splits["train"] + splits["dev"] if pattern.search(row.source)]
    assert not met
    assert sum(bool(pattern.search(row.source)) for row in splits["test"] if row.group == "held-out") >= 5
    assert not any(pattern.search(row.source) for row in splits["test"] if row.group == "seen")


def test_held_out_clock_times_and_dates_never_stand_on_the_page(generator: ModuleType, splits: Splits) -> None:
    numerals = sys.modules["grammar.numerals"]
    forbidden = {
        f"at {numerals.clock(hour, minute)[0]}"
        for hour in range(1, 13)
        for minute in numerals.CLOCK_MINUTES
        if generator.held_out(("clock", str(hour), str(minute)))
    } | {
        numerals.date(day, month)[0]
        for month, days in enumerate(numerals.DAYS_IN_MONTH)
        for day in range(1, days + 1)
        if generator.held_out(("date", str(day), numerals.MONTHS[month][0]))
    }
    assert len(forbidden) > 15
    pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, sorted(forbidden)))})(?=[.!?]|\s(?!to\b))")
    met = [row.source for row in splits["train"] + splits["dev"] if pattern.search(row.source)]
    assert not met
    assert sum(bool(pattern.search(row.source)) for row in splits["test"] if row.group == "held-out") >= 5
