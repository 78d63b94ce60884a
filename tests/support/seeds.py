"""Tests that train from fresh seeds."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

Test = Callable[..., None]


def two_seeds(test: Test) -> Test:
    """A test that fails if it fails with two fresh seeds in a row; it takes ``tmp_path``, and draws its own seed.

    Of many seeds, one in twenty or fifty learns late: a suite of many such tests would fail by chance every other day.
    """

    @wraps(test)
    def run(*args: Any, tmp_path: Path, **more: Any) -> None:
        for attempt in ("first", "second"):
            folder = tmp_path / attempt
            folder.mkdir()
            try:
                test(*args, tmp_path=folder, **more)
            except AssertionError as error:
                print(f"with the {attempt} seed: {error}")
                if attempt == "second":
                    raise
            else:
                return

    return run
