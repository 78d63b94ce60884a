"""The model card says of every task what the model is, how it is used, and how well it does."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from huggingface_hub import ModelCard
from support import synthesis, tiny

from seq2seq.config.data import DataConfig
from seq2seq.config.decoding import DecodingConfig
from seq2seq.config.model import DecoderConfig, EncoderConfig, ManyToManyConfig, ManyToOneConfig, OneToManyConfig
from seq2seq.model_folder.description import Description, TrainingSummary
from seq2seq.model_folder.writing.card import model_card
from seq2seq.model_folder.writing.card_facts import architecture, decoding_line, score_rows, training_facts
from seq2seq.model_folder.writing.update import write_scores, write_terms

SAVE: dict[str, Callable[[Path], Path]] = {
    "translation": tiny.save,
    "classification": tiny.save_classifier,
    "generation": tiny.save_generator,
    "synthesis": synthesis.save,
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
                "bidirectional lstm encoder (1 layer of 10), attention pooling, one output per label",
                "; 3 labels",
                "gets one of its labels too",
            ],
        ),
        (
            "generation",
            [
                "pipeline_tag: text-generation\n",
                "seq2seq generate THIS_FOLDER --tag K:D --count 3",
                ".generate(['K:D'], count=3)",
                "lstm decoder (1 layer of 14) started from tags, or from nothing, tags fed at every step",
                "; 4 tags",
                "word for word",
            ],
        ),
        (
            "synthesis",
            [
                "pipeline_tag: other\n",
                "seq2seq generate THIS_FOLDER --tag down --count 3",
                ".generate(['down'], count=3)",
                "lstm decoder (1 layer of 24) started from tags, or from nothing",
                "gaussian numbers",
                "standard scaling, 2 numbers per step",
                "temperature 1, seed 1, at most 500 steps",
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
            "bidirectional gru encoder (2 layers of 8), max pooling, one output per label",
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


@pytest.mark.parametrize(("task", "unit"), [("translation", "token"), ("classification", "label")])
def test_the_best_loss_has_the_unit_of_its_task(tmp_path: Path, task: str, unit: str) -> None:
    description = Description.read(SAVE[task](tmp_path / "model") / "config.json")
    training = TrainingSummary(steps=9, epochs=1.0, seconds=2.0, best_step=8, metric="loss", best=1.5)
    facts = training_facts(description.model_copy(update={"training": training}))
    assert facts["Best validation"] == f"loss 1.5 nats per {unit} at step 8"


def test_votes_are_part_of_the_architecture() -> None:
    assert architecture(ManyToOneConfig(naive_bayes=1.5)).endswith("with naive Bayes features")


# ------------------------------------------------------------------------------------------- what the hub reads

BLEU = {"score": 37.94, "signature": "nrefs:1|case:mixed|version:2.6.0"}
SCORES: dict[str, dict[str, object]] = {
    "translation": {"bleu": BLEU, "chrf": {"score": 60.1, "signature": "nrefs:1"}, "exact_match": 0.25},
    "classification": {"accuracy": 0.875, "macro_f1": 0.8, "baseline": 0.5},
    "generation": {"bits_per_byte": 1.9, "perplexity": 7.5},
}
METRICS = {
    "translation": [("bleu", 37.94), ("chrf", 60.1), ("exact_match", 0.25)],
    "classification": [("accuracy", 0.875), ("f1", 0.8)],
    "generation": [("bits_per_byte", 1.9), ("perplexity", 7.5)],
}
LONGEST = "at most 2 x source + 10 tokens"
TAGS = {
    "translation": "translation",
    "classification": "text-classification",
    "generation": "text-generation",
}


@pytest.mark.parametrize("task", METRICS)
def test_the_hub_reads_the_metadata(tmp_path: Path, task: str) -> None:
    folder = SAVE[task](tmp_path / "model")
    write_scores(folder, {"test": {**SCORES[task], "data": "/home/alice/corpus/test.tsv"}})
    write_terms(folder, licence="cc-by-4.0", languages=["en", "no"])
    card = ModelCard.load(folder / "README.md")
    data = card.data
    assert (data.library_name, data.pipeline_tag) == ("seq2seq", TAGS[task])
    assert (data.license, data.language, data.tags) == ("cc-by-4.0", ["en", "no"], ["seq2seq", "recurrent"])
    assert data.model_name == "tiny"
    assert [(result.metric_type, result.metric_value) for result in data.eval_results] == METRICS[task]
    assert data.metrics == [metric for metric, _ in METRICS[task]]
    for result in data.eval_results:
        assert (result.task_type, result.dataset_name, result.dataset_split) == (TAGS[task], "test.tsv", "test")
    if task == "translation":
        assert data.eval_results[0].metric_args == {"signature": BLEU["signature"]}
    if task == "classification":
        assert data.eval_results[1].metric_args == {"average": "macro"}
    assert "/home/alice" not in str(card)
    assert "`cc-by-4.0`, as stated by" in card.text


def test_scores_beside_those_of_a_split_become_rows() -> None:
    beside = {"chrf": {"score": 38.1, "signature": "s"}}
    scores = {
        "test": {
            "chrf": {"score": 34.4, "signature": "s"},
            "without_markup": {**beside, "copy_baseline": beside},
            "groups": {"x": beside},
            "copy_baseline": beside,
        }
    }
    assert [row[:3] for row in score_rows(scores)] == [
        ("test", "chrF", "34.40"),
        ("test, x", "chrF", "38.10"),
        ("test, copying the source", "chrF", "38.10"),
        ("test, without markup", "chrF", "38.10"),
        ("test, without markup, copying the source", "chrF", "38.10"),
    ]


def test_without_scores_and_terms_nothing_is_made_up(tmp_path: Path) -> None:
    card = ModelCard.load(tiny.save(tmp_path / "model") / "README.md")
    assert card.data.to_dict() == {
        "library_name": "seq2seq",
        "pipeline_tag": "translation",
        "tags": ["seq2seq", "recurrent"],
    }
    assert "## Licence\n\nNone is stated." in card.text


@pytest.mark.parametrize(
    ("path", "datasets", "kind", "configuration", "revision"),
    [
        ("hf://user/corpus", ["user/corpus"], "user/corpus", None, None),
        ("hf://user/corpus@v1#de-en", ["user/corpus"], "user/corpus", "de-en", "v1"),
        ("bundled://phrasebook", None, "phrasebook", None, None),
        ("somewhere/else", None, "t.tsv", None, None),
    ],
)
def test_the_data_are_called_as_everybody_calls_them(
    tmp_path: Path,
    path: str,
    datasets: list[str] | None,
    kind: str,
    configuration: str | None,
    revision: str | None,
) -> None:
    folder = tiny.save_classifier(tmp_path / "model", DataConfig(path=path))
    write_scores(folder, {"test": {"accuracy": 0.5, "data": "/a/b/t.tsv"}})
    data = ModelCard.load(folder / "README.md").data
    (result,) = data.eval_results
    assert data.get("datasets") == datasets
    assert (result.dataset_type, result.dataset_config, result.dataset_revision) == (kind, configuration, revision)


def test_everything_that_a_folder_must_say_is_in_the_card(tmp_path: Path) -> None:
    card = (tiny.save(tmp_path / "model") / "README.md").read_text(encoding="utf-8")
    for part in (
        "- Normalisation: nmt_nfkc\n",
        "- Data: fingerprint: 0123abcd\n",
        "- Decoding: beam 3, length penalty average (alpha 1), at most 1 x source + 3 tokens\n",
        "- Written by: seq2seq ",
    ):
        assert part in card
    labels = (tiny.save_classifier(tmp_path / "labels") / "README.md").read_text(encoding="utf-8")
    assert "## Labels\n\n`animal`, `house`, `other`\n" in labels
    assert "Decoding" not in labels
    tags = (tiny.save_generator(tmp_path / "tags") / "README.md").read_text(encoding="utf-8")
    assert "## Tags\n\n`K:D`, `K:G`, `M:3/4`, `M:6/8`\n" in tags


def test_of_many_labels_some_are_listed(tmp_path: Path) -> None:
    description = Description.read(tiny.save_classifier(tmp_path / "model") / "config.json")
    card = model_card(description.model_copy(update={"labels": tuple(map(str, range(1100)))}))
    assert "`48`, `49` and 1,050 more\n" in card


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"beam": 1}, f"greedy, {LONGEST}"),
        ({"length_penalty": "none", "no_repeat_ngram": 3}, f"beam 5, no length penalty, {LONGEST}, no 3-gram twice"),
        (
            {"method": "sample", "top_k": 8, "top_p": 0.9},
            f"sampled, temperature 1, top-k 8, top-p 0.9, seed 1, {LONGEST}",
        ),
        ({"method": "sample", "max_length_ratio": 0.0}, "sampled, temperature 1, seed 1, at most 10 tokens"),
    ],
)
def test_decoding_in_one_line(changes: dict[str, object], expected: str) -> None:
    assert decoding_line(DecodingConfig().model_copy(update=changes)) == expected


def test_names_cannot_break_out_of_the_card(tmp_path: Path) -> None:
    description = Description.read(tiny.save_classifier(tmp_path / "model") / "config.json")
    hostile = "a|b`c\n---\n# \x1b[31mred"
    scores = {hostile: {"accuracy": 0.5}, "test": {"bleu": {"score": 1.0, "signature": hostile}}}
    changes = {"name": hostile, "labels": (hostile,), "scores": scores, "license": hostile, "created": hostile}
    text = model_card(description.model_copy(update=changes))
    assert "\x1b" not in text
    card = ModelCard(text)
    assert card.data.model_name == hostile  # quoted, as yaml does it
    assert card.data.license == hostile
    headings = [line for line in card.text.splitlines() if line.startswith("#")]
    assert [heading for heading in headings if "red" in heading] == ["# a\\|b`c --- # \\u001b[31mred"]
    table = [line for line in card.text.splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in table} == {5}
