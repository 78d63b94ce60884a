"""A series holds together."""

from dataclasses import replace

import numpy as np
import pytest

from seq2seq.series.series import Series, SeriesSet, without_covariates


def series(label: str | None = None) -> Series:
    return Series("a", np.zeros((4, 2)), ("x", "y"), np.arange(4), without_covariates(4), label=label)


def test_the_first_steps_alone_keep_what_is_known() -> None:
    one = replace(series(), known=np.arange(6.0)[:, None], covariates=("price",))
    assert one.future == 2
    cut = one.until(3)
    assert (len(cut), len(cut.times), cut.future) == (3, 3, 3)


@pytest.mark.parametrize(
    "change", [{"channels": ("x",)}, {"times": np.arange(5)}, {"known": np.zeros((3, 0))}, {"covariates": ("z",)}]
)
def test_shapes_that_do_not_go_together(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"channels|covariates"):
        replace(series(), **change)  # type: ignore[arg-type]


def test_classes_are_sorted() -> None:
    found = SeriesSet((series("wave"), series("circle"), series("wave")))
    assert found.labels == ("circle", "wave")
    assert SeriesSet((series(),)).labels == ()
    assert (found.channels, found.covariates) == (("x", "y"), ())
