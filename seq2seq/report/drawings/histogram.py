"""Histograms: how values are distributed, for one or several samples."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from numpy.typing import ArrayLike

from seq2seq.report.drawings.axes import Key, axes
from seq2seq.report.drawings.scales import Floats, floats, plain, scale, widened
from seq2seq.report.drawings.svg import STYLES, polyline
from seq2seq.report.table import Table
from seq2seq.report.writing import figure


@dataclass(frozen=True, kw_only=True)
class Histogram:
    """Shares of values by interval; samples of different sizes can be compared.

    Raises:
        ValueError: the edges do not increase, or a sample has not a count for each interval.
    """

    title: str
    x_label: str
    """Quantity and unit."""
    edges: ArrayLike
    """(N + 1,) borders of the intervals."""
    counts: Mapping[str, ArrayLike]
    """(N,) values in each interval, by the name of the sample."""

    def __post_init__(self) -> None:
        edges = floats(self.edges)
        if len(edges) < 2 or not (np.diff(edges) > 0).all():
            raise ValueError(f"the edges of the histogram {self.title!r} do not increase")
        for name, counts in self.counts.items():
            if len(floats(counts)) != len(edges) - 1:
                raise ValueError(f"the sample {name!r} has not {len(edges) - 1} counts")

    @classmethod
    def of(
        cls,
        samples: Mapping[str, ArrayLike],
        *,
        title: str,
        x_label: str,
        low: float | None = None,
        high: float | None = None,
        bins: int = 40,
    ) -> "Histogram":
        """Count values, those that are not finite left out.

        Args:
            samples: (N,) values, by the name of the sample.
            title: what the picture shows.
            x_label: quantity and unit.
            low: where the first interval begins (by default at the lowest value); what is below counts in it.
            high: where the last interval ends (by default at the highest value); what is above counts in it.
            bins: intervals, all of one width.
        """
        arrays = {name: floats(values) for name, values in samples.items()}
        arrays = {name: values[~np.isnan(values)] for name, values in arrays.items()}
        every = np.concatenate([*arrays.values(), floats([])])
        first = low if low is not None else float(every.min()) if len(every) else 0.0
        last = high if high is not None else float(every.max()) if len(every) else 1.0
        first, last = widened(first, last)
        edges = np.linspace(first, last, bins + 1)
        counts = {name: np.histogram(np.clip(values, first, last), edges)[0] for name, values in arrays.items()}
        return cls(title=title, x_label=x_label, edges=edges, counts=counts)

    def svg(self) -> Markup:
        """The picture."""
        edges = floats(self.edges)
        shares = {name: self._shares(name) for name in self.counts}
        frame = axes(
            title=self.title,
            description=self.description(),
            x=plain(float(edges[0]), float(edges[-1])),
            y=scale(np.concatenate([*shares.values(), floats([])]), zero=True),
            x_label=self.x_label,
            y_label="share of the values (%)",
            keys=[Key(name, kind, "area") for kind, name in enumerate(shares)],
        )
        places, base = frame.x.at(edges), frame.y.start
        for kind, share in enumerate(shares.values()):
            tops = frame.y.at(share)
            steps = [(float(x), float(y)) for x, y in zip(np.repeat(places, 2)[1:-1], np.repeat(tops, 2), strict=True)]
            outline = [(float(places[0]), base), *steps, (float(places[-1]), base)]
            frame.picture.path(polyline(outline, closed=True), f"band s{kind % STYLES}")
            frame.picture.path(polyline(outline), f"line s{kind % STYLES}")
        return frame.picture.markup()

    def table(self) -> Table:
        """A row for each interval, a column of counts for each sample."""
        edges = floats(self.edges)
        columns = [floats(counts) for counts in self.counts.values()]
        rows = [
            [edges[place], edges[place + 1], *(column[place] for column in columns)] for place in range(len(edges) - 1)
        ]
        return Table(caption=f"{self.title} (values)", columns=[f"{self.x_label}, from", "to", *self.counts], rows=rows)

    def description(self) -> str:
        """The fullest interval of every sample in a sentence."""
        edges, parts = floats(self.edges), []
        for name in self.counts:
            shares = self._shares(name)
            most = int(shares.argmax())
            where = f"{figure(edges[most])} to {figure(edges[most + 1])}"
            parts.append(f"{name}: most values, {figure(shares[most])} %, from {where}.")
        return " ".join(parts) or "No values."

    def _shares(self, name: str) -> Floats:
        """(N,) percent of the sample."""
        counts = np.nan_to_num(floats(self.counts[name]))
        return floats(counts / max(counts.sum(), 1) * 100)
