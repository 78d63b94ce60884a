"""Translate, classify and forecast columns inside Ray Data, Spark, Dask and ``datasets``.

    from seq2seq.batch import Translate

    translate = Translate("runs/model", column="en", output="de")
    translate({"en": ["The dog sleeps."]})               # columns in, columns out
    dataset.map(translate, batched=True, num_proc=4)     # datasets
    dataset.map_batches(Translate, fn_constructor_args=("runs/model",), concurrency=4)     # Ray Data
    frame.mapInPandas(translate.each, schema)            # Spark
    frame.map_partitions(translate, meta=translate(frame._meta))                           # Dask

docs/scaling.md says what comes out, of missing texts and of rows that cannot be used, too.
"""

from seq2seq.batch.classify import Classify
from seq2seq.batch.forecast import Forecast
from seq2seq.batch.translate import Translate

__all__ = ["Classify", "Forecast", "Translate"]
