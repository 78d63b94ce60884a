"""The model card says of every task what the model is, how it is used, and how well it does."""

from collections.abc import Callable
from pathlib import Path

import pytest
from support import tiny

from seq2seq.config.model import DecoderConfig, EncoderConfig, ManyToManyConfig, ManyToOneConfig, OneToManyConfig
from seq2seq.inference.card import architecture, score_rows, training_facts
from seq2seq.inference.description import Description
from seq2seq.inference.folder import write_scores

SAVE: dict[str, Callable[[Path], Path]] = {
    "translation": tiny.save,
    "classification": tiny.save_classifier,
    "generation": tiny.save_generator,
}


@pytest.mark.parametrize(
    ("task", "parts"),
    [
        (
            "translation",
            [
                "pipeline_tag: translation\n",
                "seq2seq translate THIS_FOLDER",
                '.translate(["..."])',
                "general attention",
            ],
        ),
        (
            "classification",
            [
                "pipeline_tag: text-classification\n",
                "seq2seq classify THIS_FOLDER",
                '.classify(["..."])',
                "bidirectional lstm encoder (1 layer of 10), attention pooling, an output for each label",
                "; 3 labels",
                "gets one of its labels all the same",
            ],
        ),
        (
            "generation",
            [
                "pipeline_tag: text-generation\n",
                "seq2seq generate THIS_FOLDER",
                '.generate([""])',
                "lstm decoder (1 layer of 14) started from tags, or from nothing, tags fed at every step",
                "; 4 tags",
                "word for word",
            ],
        ),
    ],
)
def test_the_card_is_that_of_the_task(tmp_path: Path, task: str, parts: list[str]) -> None:
    card = (SAVE[task](tmp_path / "model") / "README.md").read_text(encoding="utf-8")
    for part in (*parts, "# tiny", "None were measured"):
        assert part in card


def test_what_the_card_shows_of_python_can_be_run(tmp_path: Path) -> None:
    """The call in the card is one that the pipeline has."""
    for task, save in SAVE.items():
        folder = save(tmp_path / task)
        card = (folder / "README.md").read_text(encoding="utf-8")
        code = card.split("```python\n")[1].split("```")[0].replace("THIS_FOLDER", folder.as_posix())
        exec(compile(code, "card", "exec"), {})


@pytest.mark.parametrize(
    ("task", "expected"),
    [
        ("translation", "tokens for both sides"),
        ("classification", " tokens; 3 labels"),
        ("generation", " tokens; 4 tags"),
    ],
)
def test_vocabularies_are_counted_for_what_they_are(tmp_path: Path, task: str, expected: str) -> None:
    description = Description.read(SAVE[task](tmp_path / "model") / "config.json")
    sizes = {"classification": description.source_vocabulary}.get(task, description.target_vocabulary)
    assert training_facts(description)["Tokenizer"] == f"char, {sizes} {expected.strip()}"


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        (
            ManyToManyConfig(attention=None, feed_context=True, encoder=EncoderConfig(bidirectional=False)),
            "lstm encoder (1 layer of 256), a fixed context fed at every step, lstm decoder (1 layer of 512)",
        ),
        (
            ManyToOneConfig(encoder=EncoderConfig(cell="gru", layers=2, hidden=8), pooling="max"),
            "bidirectional gru encoder (2 layers of 8), max pooling, an output for each label",
        ),
        (
            OneToManyConfig(decoder=DecoderConfig(cell="rnn_tanh", hidden=8)),
            "rnn_tanh decoder (1 layer of 8) started from tags, or from nothing",
        ),
    ],
)
def test_the_network_in_one_line(model: ManyToManyConfig | ManyToOneConfig | OneToManyConfig, expected: str) -> None:
    assert architecture(model) == expected


def test_scores_of_every_task_become_rows(tmp_path: Path) -> None:
    labels = {"accuracy": 0.8125, "baseline": 0.5, "macro_f1": 0.7, "groups": {"new": {"accuracy": 0.5}}}
    texts = {"bits_per_byte": 1.9, "perplexity": 12.3456}
    assert score_rows({"test": labels, "dev": texts, "odd": 3}) == [
        ("test", "Accuracy", "81.2%", ""),
        ("test", "Majority baseline", "50.0%", ""),
        ("test", "Macro-F1", "70.0%", ""),
        ("test, new", "Accuracy", "50.0%", ""),
        ("dev", "Bits per byte", "1.900", ""),
        ("dev", "Perplexity", "12.346", ""),
    ]
    path = tiny.save_classifier(tmp_path / "model")
    write_scores(path, {"test": labels})
    assert "| test | Accuracy | 81.2% |  |" in (path / "README.md").read_text(encoding="utf-8")


def test_how_a_classifier_is_calibrated_is_said(tmp_path: Path) -> None:
    description = Description.read(tiny.save_classifier(tmp_path / "model") / "config.json")
    assert "Calibrated on dev" not in training_facts(description)
    found = {"temperature": 1.25, "ece_before": 0.1, "ece_after": 0.04}
    facts = training_facts(description.model_copy(update={"measured": {"calibration": found}}))
    expected = "temperature 1.25, expected calibration error 0.100 before, 0.040 after"
    assert facts["Calibrated on dev"] == expected


def test_votes_are_part_of_the_architecture() -> None:
    assert architecture(ManyToOneConfig(votes=1.5)).endswith("an output for each label, naive Bayes beside it")
