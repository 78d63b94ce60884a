"""Two models on the same examples: the figures are those of each alone, and the difference is tested."""

from pathlib import Path

import pytest
from rich.console import Console
from support import tiny

from seq2seq.data.reading.examples import Examples
from seq2seq.evaluation.translation import corpus_scores
from seq2seq.inference.load import open_pipeline
from seq2seq.inference.translator import Translator
from seq2seq.model_folder.writing.save import save_folder
from seq2seq.scoring.compare import (
    LoadedPipeline,
    ModelComparison,
    compare_models,
    render_model_comparisons,
)
from seq2seq.scoring.splits import score
from seq2seq.text.sketch import Overlap, Sketch

PAIRS = Examples("pairs.tsv", tiny.SOURCES, tiny.TARGETS)


@pytest.fixture
def translators(tmp_path: Path) -> tuple[LoadedPipeline, LoadedPipeline]:
    return open_pipeline(tiny.save(tmp_path / "one")), open_pipeline(tiny.save(tmp_path / "two", attention=False))


def test_translators(translators: tuple[LoadedPipeline, LoadedPipeline]) -> None:
    before, after = translators
    (found,) = compare_models(before, after, {"new dev": PAIRS, "nothing": Examples("x", [], [])})
    assert (found.name, found.data, found.examples) == ("new dev", "pairs.tsv", 8)
    assert [one.metric for one in found.comparisons] == ["bleu", "chrf"]
    for (_, pipeline), which in ((before, "baseline"), (after, "system")):
        assert isinstance(pipeline, Translator)
        alone = corpus_scores(pipeline.translate(tiny.SOURCES), [tiny.TARGETS], metrics=["bleu", "chrf"]).named()
        for one in found.comparisons:
            assert getattr(one, which) == pytest.approx(alone[one.metric].score)  # type: ignore[index]
    content = found.to_dict()
    assert content["data"] == "pairs.tsv"
    assert content["chrf"]["signature"].startswith("nrefs:1|bs:1000|seed:12345")  # type: ignore[index,call-overload,union-attr]


def test_copying_the_source_stands_beside_both(translators: tuple[LoadedPipeline, LoadedPipeline]) -> None:
    before, after = translators
    (found,) = compare_models(before, after, {"new dev": PAIRS})
    copying = corpus_scores(tiny.SOURCES, [tiny.TARGETS], metrics=["bleu", "chrf"])
    assert found.report is not None
    assert found.report.copy_baseline == copying
    assert found.to_dict()["after"] == found.report.to_dict()
    lines = render(found).splitlines()
    assert lines[0].split()[:5] == ["set", "rows", "copying", "before", "after"]
    assert copying.chrf is not None
    assert lines[2].split()[:2] == ["chrF", f"{copying.chrf.score:.1f}"]
    # These models are random: what copying beats is said.
    assert [metric for metric, _ in found.report.not_above_baseline()] == ["chrf"]
    assert any(line.startswith("note: new dev: Copying the source scores no less: chrF") for line in lines)


def test_what_the_new_model_was_trained_on_is_said(
    translators: tuple[LoadedPipeline, LoadedPipeline], tmp_path: Path
) -> None:
    of, sketch = tiny.recipe(), Sketch.from_texts(tiny.SOURCES[:2])
    path = tmp_path / "read"
    save_folder(path, model=tiny.model(of), tokenizers=tiny.tokenizers(), recipe=of, data={"sketch": sketch.to_dict()})
    (found,) = compare_models(translators[0], open_pipeline(path), {"new test": PAIRS})
    assert found.overlap == Overlap(2, 8, exact=True)
    assert found.to_dict()["trained_on"] == found.overlap.to_dict()
    assert found.remarks()[0] == "The model was trained on 2 of 8 texts."
    (unknown,) = compare_models(*translators, {"new test": PAIRS})
    assert (unknown.overlap, "trained_on" in unknown.to_dict()) == (None, False)


def test_a_model_is_as_good_as_itself(translators: tuple[LoadedPipeline, LoadedPipeline]) -> None:
    before, _ = translators
    (found,) = compare_models(before, before, {"same": PAIRS})
    assert all(one.delta == one.low == one.high == 0.0 for one in found.comparisons)
    shown = render(found)
    assert "+0.0" in shown
    assert " to " not in shown  # nothing to be unsure of


def test_classifiers(tmp_path: Path) -> None:
    texts, labels = zip(*tiny.LABELLED, strict=True)
    examples = Examples("labelled", texts, labels)
    before = open_pipeline(tiny.save_classifier(tmp_path / "model"))
    (found,) = compare_models(before, before, {"dev": examples})
    alone = score(*before, examples).to_dict()
    assert [one.metric for one in found.comparisons] == ["accuracy", "macro_f1"]
    assert found.comparisons[0].system == pytest.approx(100 * alone["accuracy"])  # type: ignore[operator]
    assert found.comparisons[1].system == pytest.approx(alone["macro_f1"])
    assert "accuracy, %" in render(found)


@pytest.mark.parametrize("tags", [True, False])
def test_generators(tmp_path: Path, tags: bool) -> None:
    sources, tunes = zip(*tiny.TUNES, strict=True)
    examples = Examples("tunes", sources if tags else [""] * len(tunes), tunes)
    before = open_pipeline(tiny.save_generator(tmp_path / "model", tags=tags))
    (found,) = compare_models(before, before, {"dev": examples})
    alone = score(*before, examples).to_dict()
    (one,) = found.comparisons
    assert one.metric == "bits_per_byte"
    assert one.system == pytest.approx(alone["bits_per_byte"])


def render(*compared: ModelComparison) -> str:
    console = Console(width=200)
    with console.capture() as captured:
        console.print(render_model_comparisons(compared))
    return captured.get()
