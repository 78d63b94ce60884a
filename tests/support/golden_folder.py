"""The folder in which the commands of tests/golden run: tiny models, and small files that are good or damaged."""

import json
import shutil
from pathlib import Path

from support import tiny, toy
from support.forecasting import monthly_csv

from seq2seq.config.data import ColumnsConfig, DataConfig
from seq2seq.config.forecast import ForecastConfig

_RECIPE = """\
data: {train: train.tsv, dev: dev.tsv, test: test.tsv, cache: cache, workers: 1}
tokenizer: {kind: char, vocabulary: 60}
model: {embedding: 12, encoder: {hidden: 10}, decoder: {hidden: 14}}
training:
  max_steps: 4
  batch: {max_tokens: 256}
  schedule: {name: constant, warmup_steps: 2}
  validation: {every_steps: 2, metric: loss}
  log_every: 2
decoding: {max_length_ratio: 0.1, max_length_extra: 1}
"""


def _memory(**texts: str) -> str:
    """A translation memory of one unit."""
    variants = "".join(f'<tuv xml:lang="{tag}"><seg>{text}</seg></tuv>' for tag, text in texts.items())
    return f'<tmx version="1.4"><header srclang="*all*"/><body>\n<tu>{variants}</tu>\n</body></tmx>\n'


FILES = {
    "in.txt": "the dog sleeps\n\na bird sings\n",
    "unknown.txt": "the dog\nthe 犬\n",
    "empty.txt": "",
    "latin1.txt": b"the dog\nf\xfcr\n",
    "source.en": "".join(f"{line}\n" for line in tiny.SOURCES),
    "target.de": "".join(f"{line}\n" for line in tiny.TARGETS),
    "worse.de": "".join(f"{line.split()[0]} Hund\n" for line in tiny.TARGETS),
    "short.de": "der Hund\n",
    "pairs.tsv": "".join(f"{a}\t{b}\n" for a, b in zip(tiny.SOURCES, tiny.TARGETS, strict=True)),
    "named.tsv": "en\tde\n" + "".join(f"{a}\t{b}\n" for a, b in zip(tiny.SOURCES, tiny.TARGETS, strict=True)),
    "broken.tsv": "the dog\tder Hund\nthe cat\n",
    "column.tsv": "one column\nanother\n",
    "terms.tsv": "dog\tHund\nbird\tVogel|Vögelchen\n",
    "broken-terms.tsv": "dog\n\tHund\n",
    "faults.tsv": "one\teins\ntwo &amp; more\tzwei und mehr\nthree\t\nfour\tvier\none\teins\n",
    "labelled.tsv": "".join(f"{text}\t{label}\n" for text, label in tiny.LABELLED),
    "tags.txt": "K:G M:6/8\n\nK:D\n",
    "text.txt": "GBd|\n\nc2A AGA|\n",
    "tiny.yaml": _RECIPE,
    "old.yaml": _RECIPE.replace("log_every", "average: 0.9\n  log_every"),
    "wrong.yaml": "data: {path: nowhere}\ntraining: {max_step: 3, seed: x}\nmodel: {embeding: 3}\n",
    "syntax.yaml": "data: {path: nowhere\n",
    "minimal.yaml": "data: {train: pairs.tsv}\ntraining: {max_steps: 1}\n",
    "gone.yaml": "data: {path: nowhere}\ntraining: {max_steps: 1}\n",
    "My Data/in 1.txt": "the dog\n",
    "My Data/two.tmx": _memory(en="the dog", de="der Hund"),
    "My Data/three.tmx": _memory(en="the dog", de="der Hund", it="il cane"),
    "My Data/cut.tmx": _memory(en="the dog", de="der Hund")[:-10],
    "My Data/entity.tmx": '<!DOCTYPE tmx [\n<!ENTITY dog "the dog">\n]>\n<tmx/>\n',
    "My Data/de.po": 'msgid "dog"\nmsgstr "Hund"\n\n#, fuzzy\nmsgid "bird"\nmsgstr "Hund"\n\nmsgid "cat"\nmsgstr ""\n',
    "My Data/broken.po": 'msgid "dog"\nmsgstr "Hund\n',
    "full/mine.txt": "mine\n",
}


def build(folder: Path) -> None:
    """Write all models and files."""
    for name, content in FILES.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    pairs = [(f"{a} {n}", b) for n in range(8) for a, b in zip(tiny.SOURCES, tiny.TARGETS, strict=True)]
    toy.write_pairs(folder / "train.tsv", pairs[:48])
    toy.write_pairs(folder / "dev.tsv", pairs[48:52])
    toy.write_pairs(folder / "test.tsv", pairs[56:60])
    toy.write_pairs(folder / "tunes.tsv", list(tiny.TUNES))
    tiny.save(folder / "model")
    tiny.save(folder / "tied", tied=True)
    tiny.save(folder / "separate", joint=False)
    tiny.save_classifier(folder / "labels", temperature=1.5)
    columns = ColumnsConfig(source=0)
    data = DataConfig(train="tunes.tsv", dev="tunes.tsv", test="tunes.tsv", columns=columns, cache="cache", workers=1)
    tiny.save_generator(folder / "tunes", data)
    tiny.save_generator(folder / "language", tags=False)
    monthly_csv(folder / "sales.csv", {"bread": 40, "ice": 30})
    monthly_csv(folder / "short.csv", {"bread": 40, "ice": 1})
    tiny.save_forecaster(
        folder / "sales", DataConfig(train="sales.csv", forecast=ForecastConfig(horizon=6, context=24))
    )
    damaged, later = (Path(shutil.copytree(folder / "model", folder / name)) for name in ("damaged", "format99"))
    weights = damaged / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:-8])
    content = json.loads((later / "config.json").read_text("utf-8"))
    (later / "config.json").write_text(json.dumps({**content, "format": 99}), "utf-8")
