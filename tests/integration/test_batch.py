"""Models inside the frameworks that process columns: several processes, the rows of one."""

import math
import sys
from pathlib import Path
from typing import Any

import pytest
from support import kept

from seq2seq.batch import Classify, Translate

SENTENCES = ["The dog sleeps.", None, "", "We will visit the old museum on Friday. Where is the station?", "xyz 42"]
TEXTS = SENTENCES * 20


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return kept.exported("translation-1", tmp_path_factory.mktemp("batch"))


@pytest.fixture(scope="module")
def translations(model: Path) -> list[str | None]:
    found = Translate(model)({"source": SENTENCES})["translation"]
    assert isinstance(found, list)
    return found * 20


@pytest.mark.parametrize("format", [None, "numpy", "pandas", "arrow"])
def test_datasets_map_in_two_processes(model: Path, translations: list[str | None], format: str | None) -> None:
    datasets = pytest.importorskip("datasets")
    data = datasets.Dataset.from_dict({"source": TEXTS, "id": list(range(len(TEXTS)))}).with_format(format)
    processes = 2 if format is None else None
    result = data.map(Translate(model, score="score"), batched=True, batch_size=16, num_proc=processes)
    rows = result.with_format(None)[:]
    assert rows["translation"] == translations
    assert rows["id"] == list(range(len(TEXTS)))
    assert [score is None or math.isnan(score) for score in rows["score"]] == [text is None for text in TEXTS]


def test_datasets_with_a_classifier(tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    classify = Classify(kept.exported("classification-1", tmp_path), probability="p")
    rows = datasets.Dataset.from_dict({"text": ["wonderful", None, "table"]}).map(classify, batched=True, batch_size=2)
    assert rows["label"] == classify({"text": ["wonderful", None, "table"]})["label"]


@pytest.mark.parametrize("scheduler", ["threads", "processes"])
def test_dask_partitions(model: Path, translations: list[str | None], scheduler: str) -> None:
    dataframe = pytest.importorskip("dask.dataframe")
    pandas = pytest.importorskip("pandas")
    frame = dataframe.from_pandas(pandas.DataFrame({"source": TEXTS}), npartitions=5)
    translate = Translate(model)
    planned: Any = frame.map_partitions(translate, meta=translate(frame._meta))
    result = planned.compute(scheduler=scheduler, num_workers=2)
    assert result.translation.astype(object).where(result.translation.notna(), None).tolist() == translations
    assert list(result.index) == list(range(len(TEXTS)))
    assert dict(result.dtypes) == dict(planned.dtypes)


def test_spark_batches(model: Path, translations: list[str | None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Where PySpark and Java are installed, which nothing here brings."""
    sql = pytest.importorskip("pyspark.sql")
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    session = sql.SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
    try:
        rows = session.createDataFrame(list(enumerate(TEXTS)), "id long, source string").repartition(4)
        schema = "id long, source string, translation string"
        for mapped in (rows.mapInPandas(Translate(model).each, schema), rows.mapInArrow(Translate(model).each, schema)):
            assert [row.translation for row in mapped.orderBy("id").collect()] == translations
    finally:
        session.stop()
