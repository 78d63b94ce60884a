"""Compare the files of ``seq2seq export MODEL --single`` with the package, in Python, C and Node.

    python benchmarks/single_file.py MODEL --texts sentences.txt

MODEL is an exported model that translates; its files are written in float32 and int8, with a beam of 1 and of 5. Of
each: how many translations of the texts, one at a time, are those of the engine `onnx` or `onnx-int8`; and the time of
a processor for one text, beside that of the package, taken in turn. tests/support/languages.py names what C and Node
need.
"""

import argparse
import statistics
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from support import languages
from support.extensions import opened

import seq2seq
from seq2seq.export.single_file import export_single

TIMED = 100
"""Texts whose time is taken."""
LOOSE = 100.0
"""Drift is not the question."""


def ready(folder: Path, tokenizer: Path) -> dict[str, languages.Program]:
    """The programs that this machine can run."""
    programs = {}
    for name in ("Python", "C", "Node"):
        own = folder / name
        own.mkdir()
        try:
            match name:
                case "Python":
                    programs[name] = languages.python(own)
                case "C":
                    programs[name] = languages.c(own)
                case "Node":
                    programs[name] = languages.node(own, tokenizer)
        except languages.MissingToolError as missing:
            print(f"{name}: {missing}")
    return programs


def ratio(file: Path, translator: seq2seq.Translator, texts: list[str], beam: int) -> float:
    """The median time of a processor for one text by the file, over that of the package."""
    session = opened(file)
    times: tuple[list[float], list[float]] = ([], [])
    for text in texts:
        before = time.process_time()
        session.run(None, {"text": [text]})
        between = time.process_time()
        translator.translate([text], beam=beam)
        times[0].append(between - before)
        times[1].append(time.process_time() - between)
    return statistics.median(times[0]) / statistics.median(times[1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("--texts", type=Path, required=True)
    given = parser.parse_args()
    text = given.texts.read_text("utf-8")
    texts = text.split("\n")[:-1]
    with TemporaryDirectory() as folder:
        home = Path(folder)
        programs = ready(home, given.model / "tokenizer.model")
        for int8 in (False, True):
            translator = seq2seq.load(given.model, engine="onnx-int8" if int8 else "onnx", threads=1)
            for beam in (1, 5):
                strings, ids = home / "strings.onnx", home / "ids.onnx"
                for file in (strings, ids):
                    export_single(
                        given.model, file, int8=int8, beam=beam, token_ids=file == ids, calibrate=texts, max_drift=LOOSE
                    )
                expected = translator.translate(texts, beam=beam)
                equal = [
                    f"{name} {sum(map(str.__eq__, program.run(ids if name == 'Node' else strings, text), expected)):,}"
                    for name, program in programs.items()
                ]
                share = ratio(strings, translator, texts[:TIMED], beam)
                print(
                    f"{'int8' if int8 else 'float32'}, beam {beam}: equal {', '.join(equal)} of {len(texts):,};",
                    f"{strings.stat().st_size / 1e6:.1f} MB; processor time {share:.2f} of the package's",
                    flush=True,
                )


if __name__ == "__main__":
    main()
