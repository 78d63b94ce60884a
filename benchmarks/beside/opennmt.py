"""The peers: OpenNMT-py's LSTM with attention and input feeding, and a Transformer of it run by CTranslate2.

Everything of theirs lies in one folder, HOME: `venv/` (their environment), `bpe.model`, `vocab.shared` and the split
text, `lstm_step_*.pt` and `transformer_step_*.pt`. `setup` and `models` of benchmarks/peers.py make it.
"""

import re
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Literal

import yaml

from beside.figures import percentiles
from beside.process import Failed
from beside.setting import CHILDREN, TEST, Setting

Kind = Literal["lstm", "transformer"]

PIECES: Final = 8000
_TORCH: Final = "torch==2.13.0"
_OPENNMT: Final = "OpenNMT-py==3.5.1"
# What OpenNMT-py imports; its own list has pins that no longer resolve, so it is installed without them.
_NEEDED: Final = (
    "configargparse", "ctranslate2>=4,<5", "fasttext-wheel", "flask", "pyahocorasick", "pyonmttok>=1.37,<2", "pyyaml",
    "rapidfuzz", "sacrebleu", "sentencepiece", "setuptools<80", "six", "spacy", "tensorboard>=2.3", "waitress",
)  # fmt: skip
# OpenNMT-py reads its checkpoints by pickle, which torch refuses since 2.6.
_ENVIRONMENT: Final = {"TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD": "1"}

_SHAPES: Final[Mapping[Kind, dict[str, Any]]] = {
    "lstm": {
        "encoder_type": "brnn", "decoder_type": "rnn", "rnn_type": "LSTM", "enc_layers": 1, "dec_layers": 1,
        "word_vec_size": 256, "hidden_size": 512, "global_attention": "general", "input_feed": 1, "dropout": [0.2],
        "start_decay_steps": 1300, "decay_steps": 100, "learning_rate_decay": 0.75,
    },
    "transformer": {
        "encoder_type": "transformer", "decoder_type": "transformer", "enc_layers": 3, "dec_layers": 3, "heads": 4,
        "word_vec_size": 256, "hidden_size": 256, "transformer_ff": 1024, "position_encoding": True,
        "self_attn_type": "scaled-dot", "param_init": 0, "param_init_glorot": True, "dropout": [0.1],
        "attention_dropout": [0.1], "warmup_steps": 400, "start_decay_steps": 2000, "decay_steps": 300,
        "learning_rate_decay": 0.75,
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Report:
    """What OpenNMT-py says every 20 updates."""

    step: int
    sentences: int
    """Pairs since the report before."""
    seconds: int
    """Whole seconds since training began."""


_REPORT: Final = re.compile(r"Step\s+(\d+)/\s*\d+;.*?\bsents:\s*(\d+);.*?\s(\d+) sec;")
_DECODED: Final = re.compile(r"Total translation time \(s\): ([\d.]+)")


def reports(output: str) -> list[Report]:
    """The reports in what `onmt_train` printed."""
    return [Report(*(int(number) for number in found.groups())) for found in _REPORT.finditer(output)]


def pairs_per_second(found: list[Report]) -> float:
    """Pairs per second from the first report to the last: before the first come start-up and warming up.

    Raises:
        Failed: there are no two reports, or less than a second between them.
    """
    if len(found) < 2 or found[-1].seconds == found[0].seconds:
        raise Failed("OpenNMT-py: too few updates for a rate; it reports every 20, so take 60 or more (--steps).")
    return sum(one.sentences for one in found[1:]) / (found[-1].seconds - found[0].seconds)


def detokenise(pieces: str) -> str:
    """Text out of a line of sentencepiece's pieces."""
    return pieces.replace(" ", "").replace("\u2581", " ").strip()


class Peers:
    """What is in HOME, and how it is run."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.home = setting.home

    def program(self, name: str) -> Path:
        """A program of the peers' environment.

        Raises:
            Failed: it is not there.
        """
        path = self.home / "venv" / "bin" / name
        if not path.exists():
            raise Failed(f"{self.home}: no venv/bin/{name}.\n  Make the peers' environment: peers.py setup (1.7 GB)")
        return path

    def file(self, name: str) -> Path:
        """A file that `setup` writes.

        Raises:
            Failed: it is not there.
        """
        path = self.home / name
        if not path.is_file():
            raise Failed(f"{self.home}: no {name}.\n  Split the text into pieces: peers.py setup")
        return path

    def model(self, kind: Kind) -> Path:
        """The checkpoint with the most updates.

        Raises:
            Failed: there is none.
        """
        found = sorted(self.home.glob(f"{kind}_step_*.pt"), key=lambda path: int(path.stem.rpartition("_")[2]))
        if not found:
            raise Failed(f"{self.home}: no {kind}_step_*.pt.\n  Train it: peers.py models --kind {kind}")
        return found[-1]

    def set_up(self) -> None:
        """Make the environment, if there is none, and the pieces of the corpus, always."""
        import sentencepiece

        setting = self.setting
        setting.check_data()
        self.home.mkdir(parents=True, exist_ok=True)
        if not (self.home / "venv" / "bin" / "onmt_train").exists():
            setting.run("venv", [sys.executable, "-m", "venv", self.home / "venv"])
            pip = [self.home / "venv" / "bin" / "pip", "install", "--quiet"]
            setting.run("pip_torch", [*pip, _TORCH])
            setting.run("pip_opennmt", [*pip, "--no-deps", _OPENNMT])
            setting.run("pip_needed", [*pip, _TORCH, *_NEEDED])
        sentencepiece.SentencePieceTrainer.train(
            input=[str(setting.data / f"train.{language}") for language in ("en", "de")],
            model_prefix=str(self.home / "bpe"),
            model_type="bpe",
            vocab_size=PIECES,
            character_coverage=1.0,
            unk_id=0,
            pad_id=1,
            bos_id=2,
            eos_id=3,
            minloglevel=2,
        )
        splitter = sentencepiece.SentencePieceProcessor(model_file=str(self.home / "bpe.model"))
        for name in (f"{split}.{language}" for split in ("train", "val", TEST) for language in ("en", "de")):
            split, language = name.split(".")
            rows = splitter.encode((setting.data / name).read_text(encoding="utf-8").splitlines(), out_type=str)
            text = "".join(" ".join(row) + "\n" for row in rows)
            (self.home / f"{split}.bpe.{language}").write_text(text, encoding="utf-8")
        (self.home / "vocab.shared").unlink(missing_ok=True)
        config = self._configure("lstm", steps=1, tokens=1024, save=setting.work / "none")
        setting.run("vocabulary", [self.program("onmt_build_vocab"), "-config", config, "-n_sample", "-1"])

    def _configure(self, kind: Kind, *, steps: int, tokens: int, save: Path) -> Path:
        """Write a configuration of OpenNMT-py; ``tokens`` is its batch: rows x longest row of the larger side."""
        vocabulary = str(self.home / "vocab.shared")
        settings = {
            "data": {
                "corpus_1": {f"path_{ours}": str(self.file(f"train.bpe.{of}")) for ours, of in _SIDES},
                "valid": {f"path_{ours}": str(self.file(f"val.bpe.{of}")) for ours, of in _SIDES},
            },
            "save_data": str(self.setting.work / "vocabulary"), "overwrite": True, "seed": 42,
            "src_vocab": vocabulary, "tgt_vocab": vocabulary, "share_vocab": True,
            "src_vocab_size": PIECES, "tgt_vocab_size": PIECES, "vocab_size_multiple": 1,
            "save_model": str(save), "save_checkpoint_steps": steps, "train_steps": steps, "valid_steps": 10**6,
            "report_every": 20, "bucket_size": 29_000, "num_workers": 0, "batch_type": "tokens", "batch_size": tokens,
            "normalization": "tokens", "optim": "adam", "learning_rate": 0.001, "max_grad_norm": 5, **_SHAPES[kind],
        }  # fmt: skip
        path = self.setting.work / f"opennmt_{kind}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(settings, sort_keys=False), encoding="utf-8")
        return path

    def train(self, kind: Kind, *, steps: int, tokens: int, save: Path | None = None) -> dict[str, float | None]:
        """Train a model (into HOME if ``save`` names no other place); pairs per second, seconds, megabytes."""
        self.file("vocab.shared")
        config = self._configure(kind, steps=steps, tokens=tokens, save=save or self.home / kind)
        done = self.setting.run(
            f"opennmt_train_{kind}", [self.program("onmt_train"), "-config", config], environment=_ENVIRONMENT
        )
        found = reports(done.output)
        return {
            "pairs_per_second": pairs_per_second(found),
            "training": float(found[-1].seconds),
            "seconds": done.seconds,
            "megabytes": done.megabytes,
        }

    def decode(self, beam: int, *, model: Path | None = None) -> dict[str, float | None]:
        """Translate the test sentences by `onmt_translate`, 64 at a time, with the LSTM.

        Seconds are OpenNMT-py's own, its start-up left out.
        """
        outputs = self.setting.work / f"opennmt_{beam}.bpe"
        arguments = f"-beam_size {beam} -batch_size 64 -batch_type sents -max_length 60 -gpu -1 -report_time".split()
        files = ["-model", model or self.model("lstm"), "-src", self._sources(), "-output", outputs]
        done = self.setting.run(
            "opennmt_translate", [self.program("onmt_translate"), *files, *arguments], environment=_ENVIRONMENT
        )
        found = _DECODED.search(done.output)
        if found is None:
            raise Failed("OpenNMT-py: its output has no 'Total translation time'")
        return {
            "seconds": float(found[1]),
            "wall": done.seconds,
            "megabytes": done.megabytes,
            **self._judge(outputs),
        }

    def latencies(self, beam: int, sentences: int | None) -> dict[str, float]:
        """Percentiles over sentences (the first so many), translated by the LSTM one at a time."""
        return self._percentiles("run_opennmt", self.model("lstm"), beam, sentences=sentences)

    @cached_property
    def _converted(self) -> dict[str, Path]:
        """The Transformer as CTranslate2 reads it, by precision."""
        folders = {precision: self.setting.work / f"ctranslate2_{precision}" for precision in ("float32", "int8")}
        for precision, folder in folders.items():
            shutil.rmtree(folder, ignore_errors=True)
            command = [self.program("ct2-opennmt-py-converter"), "--model_path", self.model("transformer")]
            command += ["--unsafe_deserialization", "--output_dir", folder]
            if precision == "int8":
                command += ["--quantization", "int8"]
            self.setting.run(f"convert_{precision}", command, environment=_ENVIRONMENT)
        return folders

    def decode_transformer(self, beam: int, precision: str, workers: int) -> dict[str, float | None]:
        """Translate the test sentences by CTranslate2, 64 at a time; ``workers`` share the threads."""
        outputs = self.setting.work / f"ctranslate2_{precision}_{beam}.bpe"
        found = self._child("run_ctranslate2", self._converted[precision], beam, workers=workers, outputs=outputs)
        return {"seconds": found["seconds"], "wall": found["wall"], "megabytes": found["megabytes"]} | self._judge(
            outputs
        )

    def latencies_transformer(self, beam: int, precision: str, threads: int, sentences: int | None) -> dict[str, float]:
        """Percentiles over sentences, translated by CTranslate2 one at a time, by this many threads."""
        workers = self.setting.threads // threads  # all of them idle, except one
        model = self._converted[precision]
        return self._percentiles("run_ctranslate2", model, beam, workers=workers, sentences=sentences)

    def _percentiles(
        self, name: str, model: Path, beam: int, *, workers: int = 1, sentences: int | None
    ) -> dict[str, float]:
        outputs = self.setting.work / f"{name}_single_{beam}.bpe"
        found = self._child(name, model, beam, workers=workers, sentences=sentences, single=True, outputs=outputs)
        lines = outputs.read_text(encoding="utf-8").splitlines()
        return percentiles(found["latencies"], [len(line.split()) for line in lines])

    def _child(
        self,
        name: str,
        model: Path,
        beam: int,
        *,
        workers: int = 1,
        sentences: int | None = None,
        single: bool = False,
        outputs: Path,
    ) -> dict[str, Any]:
        setting = self.setting
        threads = max(1, setting.threads // workers)
        options = ["--beam", str(beam), "--threads", str(threads), "--workers", str(workers)]
        if single:
            options.append("--single")
        if name == "run_ctranslate2" and setting.length is not None:
            options += ["--length", str(setting.length)]
        files = [model, self._sources(sentences), outputs]
        command = [self.program("python"), CHILDREN / f"{name}.py", *files, *options]
        done = setting.run(name, command, environment=_ENVIRONMENT)
        return done.report() | {"wall": done.seconds, "megabytes": done.megabytes}

    def _sources(self, sentences: int | None = None) -> Path:
        return self.setting.excerpt(self.file(f"{TEST}.bpe.en"), sentences)

    def _judge(self, outputs: Path) -> dict[str, float | None]:
        pieces = outputs.read_text(encoding="utf-8").splitlines()
        return {
            "bleu": self.setting.bleu([detokenise(line) for line in pieces]),
            "pieces": float(sum(len(line.split()) for line in pieces)),
        }


_SIDES: Final = (("src", "en"), ("tgt", "de"))
