"""Columns of texts translated and classified: rows in their places, a model per process, options that are pickled."""

import json
import math
import pickle
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import kept
from support.refused import refused

from seq2seq.batch import Classify, Translate, once
from seq2seq.extras import TRAIN
from seq2seq.inference.classifier import TextClassifier
from seq2seq.inference.request.direction import Direction
from seq2seq.inference.translator import Translator

TEXTS = ["The dog sleeps.", "We will visit the old museum on Friday.", "Where is the station?", "The dog sleeps."]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return kept.exported("translation-1", tmp_path_factory.mktemp("batch"))


@pytest.fixture(scope="module")
def translator(model: Path) -> Translator:
    return Translator.load(model)


@pytest.fixture(scope="module")
def classifier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return kept.exported("classification-1", tmp_path_factory.mktemp("batch"))


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The models that are loaded, by a process that has loaded none."""
    found: list[str] = []
    load = Translator.load.__func__  # type: ignore[attr-defined]

    def counted(cls: type[Translator], path: str, **options: Any) -> Translator:
        found.append(str(path))
        return load(cls, path, **options)

    monkeypatch.setattr(Translator, "load", classmethod(counted))
    monkeypatch.setattr(once, "_opened", {})
    return found


def test_rows_keep_their_places_and_missing_texts_stay_missing(model: Path, translator: Translator) -> None:
    dog, museum, station, _ = translator.translate(TEXTS)
    sources = [None, TEXTS[0], "", float("nan"), f"{TEXTS[1]} {TEXTS[2]}", " \t", TEXTS[0]]
    batch = {"source": sources, "id": list(range(7))}
    result = Translate(model)(batch)
    assert result["translation"] == [None, dog, "", None, f"{museum} {station}", " \t", dog]
    assert result["id"] == batch["id"]
    assert list(batch) == ["source", "id"]


def test_lines_of_a_text_stay_lines_and_no_text_is_the_head_of_a_file(model: Path, translator: Translator) -> None:
    dog, _, station, _ = translator.translate(TEXTS)
    sources = [f"{TEXTS[0]}\n\n  {TEXTS[2]}\r\n{TEXTS[0]}", "%PDF-1.4", TEXTS[2]]
    whole, _, last = Translate(model)({"source": sources})["translation"]
    assert whole == f"{dog}\n\n  {station}\r\n{dog}"
    assert last == station
    alone = [Translate(model)({"source": [text]})["translation"][0] for text in sources]
    assert alone[1] == Translate(model)({"source": sources[::-1]})["translation"][1]


def test_scores_and_lists_of_the_best(model: Path, translator: Translator) -> None:
    expected = translator.translate_nbest(TEXTS, translator.decoding.model_copy(update={"nbest": 2, "beam": 3}))
    translate = Translate(model, column="en", output="de", score="score", confidence="sure", n_best=2, beam=3)
    result = translate({"en": [*TEXTS, None, ""]})
    assert result["de"] == [*([one.text for one in row] for row in expected), None, [""]]
    assert result["score"][:4] == [pytest.approx([one.score for one in row]) for row in expected]
    assert result["score"][4:] == [None, [0.0]]
    assert result["sure"] == [[None, None]] * 4 + [None, [None]]  # this model has none
    single = Translate(model, score="score")({"source": np.array([TEXTS[0], None], object)})
    assert single["score"][0] == pytest.approx(translator.translate_nbest([TEXTS[0]])[0][0].score)
    assert math.isnan(single["score"][1])


def test_names_are_protected_and_terms_are_translated(model: Path) -> None:
    text = "Anna visits the station."
    result = Translate(model, protect="Anna", glossary={"station": "Bagen"})({"source": [text]})
    assert "Anna" in result["translation"][0]
    assert "Bagen" in result["translation"][0]


@pytest.mark.parametrize(
    ("value", "code"), [(3, "batch.not-text"), (["a"], "batch.not-text"), ("a \ud800", "batch.surrogate")], ids=str
)
def test_a_row_that_cannot_be_used_is_named_or_noted(model: Path, value: object, code: str) -> None:
    batch = {"source": [TEXTS[0], None, value, TEXTS[2]]}
    with refused(code, "row 2 ", repr(value), "'source'", "batch of 4"):
        Translate(model)(batch)
    result = Translate(model, notes="notes", score="score")(batch)
    assert [row is None for row in result["translation"]] == [False, True, True, False]
    assert [row is None for row in result["score"]] == [False, True, True, False]
    assert [row is None for row in result["notes"]] == [True, True, False, True]


def test_an_error_names_some_rows_and_counts_all(model: Path) -> None:
    with refused("batch.not-text", "row 0 ", "row 4 ", "1,000 rows") as caught:
        Translate(model)({"source": list(range(1_000))})
    assert "row 5 " not in str(caught.value)


def test_a_text_without_its_language_is_named(
    model: Path, translator: Translator, monkeypatch: pytest.MonkeyPatch, loads: list[str]
) -> None:
    several = replace(translator, direction=Direction(("<2de>", "<2fr>")))
    monkeypatch.setattr(Translator, "load", classmethod(lambda *_, **__: several))
    batch = {"source": ["<2de> The dog.", "The dog.", "<2nl> The dog.", None]}
    with refused("inference.no-language", "row 1 ", "row 2 ", "<2nl>"):
        Translate(model)(batch)
    result = Translate(model, notes="notes")(batch)
    assert [row is None for row in result["translation"]] == [False, True, True, True]
    assert "de, fr" in result["notes"][1]
    with refused("batch.options", "protect"):
        Translate(model, protect=["dog"])({"source": ["<2de> a"]})
    assert Translate(model, to="fr")(batch | {"source": ["The dog."]})["translation"][0]
    assert loads == []


def test_remarks_are_noted_or_counted(model: Path, warned: list[str]) -> None:
    batch = {"source": [TEXTS[0], "dog " * 1_200]}
    noted = Translate(model, notes="notes", n_best=1)(batch)["notes"]
    assert noted[0] is None
    assert "1,000" in noted[1]
    assert warned == []
    Translate(model, n_best=1)(batch)
    assert set(warned) == {"inference.output"}


def test_a_batch_without_texts_opens_no_model() -> None:
    translate = Translate("nowhere", score="score", n_best=2)
    assert translate({"source": []}) == {"source": [], "translation": [], "score": []}
    assert translate({"source": [None]})["translation"] == [None]
    assert Classify("nowhere")({"text": [None, float("nan")]})["label"] == [None, None]
    frame = pytest.importorskip("pandas").DataFrame({"source": ["a"]})[:0]
    assert list(translate(frame).columns) == ["source", "translation", "score"]


def test_options_that_contradict_each_other_are_refused(model: Path) -> None:
    with refused("batch.options", "'a'", "beam: 0", "threads: -1") as caught:
        Translate(model, output="a", score="a", beam=0, threads=-1)
    assert "3 problems" in str(caught.value)
    with refused("batch.options", "n_best: 5", "glossary_mode", "protect", "3 problems"):
        Translate(model, n_best=5, beam=2, glossary_mode="soft", protect=["Anna"])
    with refused("inference.unknown-tag", "'fr'"):
        Translate(model, to="fr")({"source": ["a"]})
    with refused("model.other-task"):
        Classify(model)({"text": ["a"]})
    with refused("model.no-such-folder"):
        Translate("nowhere")({"source": ["a"]})


def test_a_model_that_is_sampled_from_needs_a_beam(
    model: Path, translator: Translator, monkeypatch: pytest.MonkeyPatch, loads: list[str]
) -> None:
    """What is drawn for a row would depend on the batch that it is in."""
    sampling = replace(translator, decoding=translator.decoding.model_copy(update={"method": "sample"}))
    monkeypatch.setattr(Translator, "load", classmethod(lambda *_, **__: sampling))
    with refused("batch.options", "beam"):
        Translate(model)({"source": TEXTS})
    assert Translate(model, beam=1)({"source": TEXTS})["translation"] == translator.translate(TEXTS, beam=1)
    assert loads == []


def test_pickled_it_is_its_options_and_a_process_opens_a_model_once(
    model: Path, loads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(model.parent)
    translate = Translate(model.name, glossary={"dog": ["Hund", "Rüde"]}, protect=["Anna"])
    expected = translate({"source": TEXTS})
    pickled = pickle.dumps(translate)
    assert len(pickled) < 1_000
    monkeypatch.chdir("/")
    again = pickle.loads(pickled)
    assert again == translate
    assert again({"source": TEXTS}) == expected
    Translate(model, output="other", beam=1)({"source": TEXTS})
    assert loads == [str(model)]
    assert next(translate.each([{"source": TEXTS}])) == expected


def test_a_classifier_labels_a_column(classifier: Path) -> None:
    texts = ["wonderful", "unhappiness", "table"]
    expected = TextClassifier.load(classifier).classify(texts)
    result = Classify(classifier, probability="p", notes="notes")({"text": [*texts, "", None, 7]})
    assert result["label"] == [*(one.label for one in expected), None, None, None]
    assert result["p"] == [*(pytest.approx(one.probability) for one in expected), None, None, None]
    assert result["notes"][:5] == [None] * 5
    assert "int" in result["notes"][5]


PROGRAM = """
import multiprocessing, os, pickle, sys
sys.modules.update(dict.fromkeys({train!r}))
translate, texts = pickle.loads({pickled!r})

from seq2seq.batch import once

def answer(_):
    return os.getpid(), translate({{"source": texts}})["translation"], len(once._opened)

if __name__ == "__main__":
    own = answer(0)
    with multiprocessing.get_context("fork").Pool(2) as pool:
        answers = pool.map(answer, range(8), chunksize=1)
    pids = {{pid for pid, _, _ in answers}}
    assert own[0] not in pids
    assert {{(tuple(found), opened) for _, found, opened in [own, *answers]}} == {{(tuple(own[1]), 2)}}, answers
    print(own[1])
"""


def test_several_classifiers_label_together(classifier: Path, tmp_path: Path) -> None:
    """The second is the first with probabilities nearer to one another."""
    other = Path(shutil.copytree(classifier, tmp_path / "other"))
    config = json.loads((other / "config.json").read_text(encoding="utf-8"))
    config["measured"]["calibration"]["temperature"] = 3.0
    del config["checksum"]
    (other / "config.json").write_text(json.dumps(config), encoding="utf-8")
    batch = {"text": TEXTS}
    one, two = (Classify(folder, probability="p")(batch) for folder in (classifier, other))
    together = Classify(classifier, ensemble=[other], probability="p")(batch)
    assert together["label"] == one["label"]
    assert together["p"] == pytest.approx([(p + q) / 2 for p, q in zip(one["p"], two["p"], strict=True)])
    assert together["p"] != pytest.approx(one["p"])


def test_forked_processes_open_it_for_themselves_and_without_the_extra(model: Path, translator: Translator) -> None:
    pickled = pickle.dumps((Translate(model), TEXTS))
    program = PROGRAM.format(train=TRAIN, pickled=pickled)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(translator.translate(TEXTS))
