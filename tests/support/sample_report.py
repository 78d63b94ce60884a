"""A report with every kind of content, hostile texts among it."""

import numpy as np

from seq2seq.report.blocks import Example, Figure, FindingCard, Prose, Section, TextLine
from seq2seq.report.drawings.bars import BarGroup, Bars
from seq2seq.report.drawings.heat_map import HeatMap
from seq2seq.report.drawings.histogram import Histogram
from seq2seq.report.drawings.lines import Level, Lines, Series
from seq2seq.report.drawings.scatter import Points, Scatter
from seq2seq.report.drawings.svg import Drawing
from seq2seq.report.drawings.tree import Node, Tree
from seq2seq.report.page import Page
from seq2seq.report.table import Column, Table, Value
from seq2seq.report.words import attention_map, marked

HOSTILE = "<script>alert('x')</script> \"quoted\" & ]]> --> \x00 \ud800 مرحبا"
"""What breaks out of markup where it is not escaped, what no page can hold, and letters from right to left."""

SOURCE = ["▁Two", "▁young", "▁men", "▁are", "▁play", "ing", "▁foot", "ball", "▁in", "▁the", "▁park", "."]
TARGET = ["▁Zwei", "▁junge", "▁Männer", "▁spiel", "en", "▁im", "▁Park", "▁Fuß", "ball", ".", "</s>"]


def sample_drawings() -> dict[str, Drawing]:
    """A drawing of every kind, and some of those that are hard to draw."""
    random = np.random.default_rng(1)
    lags = np.arange(1, 21)
    decay = Lines(
        title="Norm of the gradient by lag",
        x_label="lag (tokens)",
        y_label="norm of dL/dh (relative to lag 0)",
        log_y=True,
        series=[
            Series(name=name, x=lags, y=norms, low=norms / 1.5, high=norms * 1.5)
            for name, norms in (
                ("tanh RNN", np.exp(-0.45 * lags)),
                ("GRU", np.exp(-0.16 * lags)),
                ("LSTM", np.exp(-0.1 * lags)),
            )
        ],
    )
    steps = np.arange(0, 20_000, 400)
    loss = Lines(
        title="Loss on the development split",
        x_label="step",
        y_label="loss (nats per token)",
        series=[
            Series(name="training", x=steps, y=2 + 4 * np.exp(-steps / 3000) + random.normal(0, 0.08, len(steps))),
            Series(name="development", x=steps[::5], y=2.3 + 3.8 * np.exp(-steps[::5] / 3000)),
        ],
        levels=[Level(name="unigram", value=5.9), Level(name="no source", value=3.4)],
    )
    many = Lines(
        title="Eight series, with gaps",
        x_label="x",
        y_label="y",
        series=[
            Series(name=f"series {n}", x=range(9), y=[n + 0.3 * v if v != 4 else float("nan") for v in range(9)])
            for n in range(8)
        ],
    )
    bleu = np.array([38, 36, 34, 33, 31, 30])
    lengths = Bars(
        title="BLEU by length of the source",
        categories=["1–5", "6–10", "11–15", "16–20", "21–30", "> 30"],
        groups=[
            BarGroup(name="attention", values=bleu, low=bleu - 2, high=bleu + 2),
            BarGroup(name="fixed context", values=[37, 33, 27, 21, 14, np.nan]),
        ],
        y_label="BLEU",
        x_label="source length (words)",
    )
    lying = Bars(
        title="Faults of outputs",
        categories=["copied from the source", "empty", "cut at the limit", "repeated phrases", HOSTILE],
        groups=[BarGroup(name="faults", values=[12, 3, 0, 41, 7])],
        y_label="share (%)",
    )
    attention = attention_map(SOURCE, TARGET, random.dirichlet(np.full(len(SOURCE), 0.15), len(TARGET)))
    confusion = HeatMap(
        title="Confusion",
        values=[[90, 8, 2], [12, 70, 18], [np.nan, 5, 95]],
        rows=["angry", "happy", "sad"],
        columns=["angry", "happy", "sad"],
        row_label="expected",
        column_label="predicted",
        unit="% of the row",
        digits=0,
    )
    wide = HeatMap(
        title="Difference from chance",
        values=random.normal(size=(4, 24)),
        rows=["a", "b", "c", "d"],
        columns=[f"token {n}" for n in range(24)],
        unit="nats",
        centre=0,
    )
    gates = Histogram.of(
        {"forget": random.beta(5, 1.2, 5000), "input": random.beta(1, 2, 3000), "output": random.beta(2, 2, 500)},
        title="Gates of the encoder",
        x_label="activation",
        low=0,
        high=1,
        bins=20,
    )
    confidence = np.linspace(0.05, 0.95, 10)
    calibration = Scatter(
        title="Calibration",
        x_label="probability of the label",
        y_label="share of right labels",
        groups=[
            Points(name="before", x=confidence, y=confidence**1.7, labels=[f"bin {n}" for n in range(10)]),
            Points(name="after", x=confidence, y=np.clip(confidence + random.normal(0, 0.03, 10), 0, 1)),
        ],
        diagonal=True,
    )
    frequency = 10 ** random.uniform(0, 5, 40)
    rarity = Scatter(
        title="Quality by frequency",
        x_label="frequency in training",
        y_label="chrF",
        groups=[Points(name="words", x=frequency, y=40 + 8 * np.log10(frequency) + random.normal(0, 8, 40))],
        log_x=True,
    )
    beam = Tree(
        title="The beam",
        nodes=[
            Node(label="<s>", chosen=True),
            Node(label="Zwei", parent=0, value=-0.11, edge="0.90", chosen=True),
            Node(label="Ein", parent=0, value=-2.63, edge="0.07"),
            Node(label="junge", parent=1, value=-0.39, edge="0.76", chosen=True),
            Node(label="Männer", parent=1, value=-1.9, edge="0.17"),
            Node(label="Männer", parent=3, value=-0.47, edge="0.92", chosen=True),
            Node(label="Leute", parent=3, value=-3.1, edge="0.07"),
            Node(label="spielen", parent=4, value=-2.5, edge="0.55"),
            Node(label="spielen", parent=5, value=-0.8, edge="0.72", chosen=True),
            Node(label="beim Fußballspielen im Park", parent=5, value=-2.2, edge="0.18"),
        ],
    )
    return {
        "decay": decay, "loss": loss, "many": many, "lengths": lengths, "lying": lying, "attention": attention,
        "confusion": confusion, "wide": wide, "gates": gates, "calibration": calibration, "rarity": rarity,
        "beam": beam,
    }  # fmt: skip


def sample_page() -> Page:
    """The page that tests and eyes look at."""
    figures = {name: Figure(drawing) for name, drawing in sample_drawings().items()}
    systems = Table(
        caption="Systems",
        columns=["system", Column("BLEU", 1), Column("chrF", 1), Column("p", 4), "sentences per second", "signature"],
        rows=[
            ["LSTM with attention", Value("33.6 ± 0.9", 33.6), 58.1, None, 120, "nrefs:1|case:mixed|eff:no|tok:13a"],
            ["fixed context", Value("24.0 ± 0.8", 24.0), 49.92, 0.001, 1234.5, "nrefs:1|case:mixed|eff:no|tok:13a"],
            [HOSTILE, Value("9.5 ± 0.5", 9.5), 20.0, 0.0009, 98.1, ""],
        ],
        note="Intervals: bootstrap, 95 %, 1,000 samples. `p`: paired against the first system.",
    )
    rows = Table(
        caption="Rare words", columns=["word", "count", "share"], rows=[[f"word{n}", n * n, n / 40] for n in range(24)]
    )
    ours, theirs = marked("Zwei junge Männer spielen im Park Fußball.", "Zwei Männer spielen Ball auf der Straße.")
    return Page(
        title="Sample report",
        lead="Everything that a report can hold. Set `--report` to make one.",
        facts={"model": "runs/m30k/model", "data": HOSTILE, "command": "`seq2seq evaluate A B --report out.html`"},
        sections=[
            Section(
                title="Scores",
                lead="Which system is better, and how sure that is.",
                blocks=[systems, Figure(figures["lengths"].drawing, "With 95 % intervals."), figures["lying"]],
            ),
            Section(
                title="Findings",
                blocks=[
                    FindingCard(
                        title="Memory of the encoder",
                        verdict="trouble",
                        value=3.2,
                        unit="tokens",
                        code="gradients.vanish",
                        sentence="The gradient is halved every 1.5 tokens: nothing beyond 10 tokens is learnt.",
                        remedy="Use a cell with gates: `--set model.cell=lstm`.",
                        source="Pascanu et al. 2013, section 2",
                        figures=[figures["decay"]],
                    ),
                    FindingCard(
                        title="Clipping",
                        verdict="watch",
                        value=41,
                        unit="% of steps",
                        sentence="Many steps are cut.",
                        remedy="Lower the learning rate.",
                    ),
                    FindingCard(
                        title="Padding", verdict="fine", value=0.0, unit="nats", sentence="Padding changes nothing."
                    ),
                    FindingCard(title=HOSTILE, verdict="unjudged", sentence="There is no development split."),
                ],
            ),
            Section(
                title="Curves",
                blocks=[Prose(["Loss falls until about step 9,000.", HOSTILE]), figures["loss"], figures["many"]],
            ),
            Section(
                title="Distributions", blocks=[figures[name] for name in ("gates", "calibration", "rarity", "beam")]
            ),
            Section(title="Matrices", blocks=[figures["attention"], figures["confusion"], figures["wide"], rows]),
            Section(
                title="Sentences",
                blocks=[
                    Example(
                        title="Sentence 17",
                        lines=[
                            TextLine(label="source", text="Two young men are playing football.", language="en"),
                            TextLine(label="reference", text="Zwei junge Männer spielen Fußball.", language="de"),
                            TextLine(label="attention", text=ours, note="chrF 63.1", language="de"),
                            TextLine(label="fixed context", text=theirs, note="chrF 41.0", language="de"),
                            TextLine(label="hostile", text=HOSTILE),
                        ],
                        figures=[figures["attention"]],
                    ),
                ],
            ),
        ],
    )
