"""A report with every kind of content, hostile texts among it."""

import numpy as np

from seq2seq.report.blocks import Example, Figure, FindingCard, Prose, Section, TextLine
from seq2seq.report.drawings.bars import BarGroup, Bars
from seq2seq.report.drawings.heat_map import HeatMap
from seq2seq.report.drawings.lines import Level, Lines, Series
from seq2seq.report.page import Page
from seq2seq.report.table import Column, Table, Value

HOSTILE = "<script>alert('x')</script> \"quoted\" & ]]> --> \x00 \ud800 مرحبا"
"""What breaks out of markup where it is not escaped, what no page can hold, and letters from right to left."""


def sample_page() -> Page:
    """The page that tests and eyes look at."""
    random = np.random.default_rng(1)
    lags = np.arange(1, 31)
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
    steps = np.arange(0, 20_000, 10)
    loss = Lines(
        title="Loss on the development split",
        x_label="step",
        y_label="loss (nats per token)",
        series=[
            Series(name="training", x=steps, y=2 + 4 * np.exp(-steps / 3000) + random.normal(0, 0.08, len(steps))),
            Series(name="development", x=steps[::100], y=2.3 + 3.8 * np.exp(-steps[::100] / 3000)),
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
    source = ["Two", "young", "men", "are", "playing", "football", "in", "the", "park", "."]
    target = ["Zwei", "junge", "Männer", "spielen", "im", "Park", "Fußball", "."]
    attention = HeatMap(
        title="Attention",
        values=random.dirichlet(np.full(len(source), 0.15), len(target)),
        rows=target,
        columns=source,
        row_label="output",
        column_label="source",
        unit="weight",
        high=1,
    )
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
        values=random.normal(size=(4, 40)),
        rows=["a", "b", "c", "d"],
        columns=[f"token {n}" for n in range(40)],
        unit="nats",
        centre=0,
    )
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
        caption="Rare words", columns=["word", "count", "share"], rows=[[f"word{n}", n * n, n / 40] for n in range(40)]
    )
    return Page(
        title="Sample report",
        lead="Everything that a report can hold. Set `--report` to make one.",
        facts={"model": "runs/m30k/model", "data": HOSTILE, "command": "`seq2seq evaluate A B --report out.html`"},
        sections=[
            Section(
                title="Scores",
                lead="Which system is better, and how sure that is.",
                blocks=[systems, Figure(lengths, "Bars are 95 % intervals."), Figure(lying)],
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
                        figures=[Figure(decay)],
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
                blocks=[Prose(["Loss falls until about step 9,000.", HOSTILE]), Figure(loss), Figure(many)],
            ),
            Section(title="Matrices", blocks=[Figure(attention), Figure(confusion), Figure(wide), rows]),
            Section(
                title="Sentences",
                blocks=[
                    Example(
                        title="Sentence 17",
                        lines=[
                            TextLine(label="source", text=" ".join(source), language="en"),
                            TextLine(label="output", text=" ".join(target), note="chrF 63.1", language="de"),
                            TextLine(label="hostile", text=HOSTILE),
                        ],
                        figures=[Figure(attention)],
                    ),
                ],
            ),
        ],
    )
