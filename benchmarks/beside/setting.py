"""Where the data, the peers and our own runs lie, and what every contestant is given and judged by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from beside.process import Failed, Finished, run

TEST = "test_2016_flickr"
CHILDREN = Path(__file__).parent / "children"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What all parts of a comparison share."""

    data: Path
    """Multi30k: train.en, train.de, val.en, val.de, test_2016_flickr.en, test_2016_flickr.de."""
    home: Path
    """The peers: their environment, data and models."""
    work: Path
    """What is written while measuring."""
    threads: int
    sentences: int | None = None
    """Test sentences taken (None: all)."""
    length: int | None = None
    """Pieces at which a Transformer's outputs are held that has not learnt where to end (None: it has)."""

    def check_data(self) -> None:
        """Whether the corpus is there.

        Raises:
            Failed: a file is missing.
        """
        names = [f"{split}.{language}" for split in ("train", "val", TEST) for language in ("en", "de")]
        missing = [name for name in names if not (self.data / name).is_file()]
        if missing:
            raise Failed(
                f"{self.data}: no {', '.join(missing)}.\n"
                "  --data is a folder with Multi30k's splits as plain text, one sentence per line "
                "(for example of bentrevett/multi30k on the Hugging Face hub)."
            )

    def run(
        self, name: str, command: Sequence[str | Path], *, environment: Mapping[str, str] | None = None
    ) -> Finished:
        """Run a program on our number of threads; its output is saved under its name."""
        return run(command, threads=self.threads, log=self.work / "logs" / f"{name}.log", environment=environment)

    def lines(self, path: Path) -> list[str]:
        """The lines of a test file, as many as are taken."""
        return path.read_text(encoding="utf-8").splitlines()[: self.sentences]

    def excerpt(self, path: Path, sentences: int | None = None) -> Path:
        """A file with the first lines of another: as many as are taken, or fewer."""
        taken = self.work / "sources" / path.name
        taken.parent.mkdir(parents=True, exist_ok=True)
        taken.write_text("".join(f"{line}\n" for line in self.lines(path)[:sentences]), encoding="utf-8")
        return taken

    def bleu(self, hypotheses: Sequence[str]) -> float:
        """BLEU of outputs for the test sentences, detokenised: sacrebleu's default (13a, cased)."""
        from seq2seq.evaluation.translation import corpus_scores

        references = self.lines(self.data / f"{TEST}.de")
        score = corpus_scores(hypotheses, [references], metrics=["bleu"]).bleu
        assert score is not None
        return score.score
